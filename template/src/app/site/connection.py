"""gunicorn's threads, with limits on what is no request yet (template-owned; RFC 9112).

By itself gunicorn gives each new connection a thread that waits for its request, so that a few slow clients keep all of
them; here the head of a request is read beside the threads, and a request gets one when all of it is there.
"""

import selectors
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any

from gunicorn.http.body import Body, ChunkedReader
from gunicorn.http.unreader import SocketUnreader
from gunicorn.http.wsgi import Response, create
from gunicorn.workers.gthread import TConn, ThreadWorker

from app.apps.postgres.connections import queued_seconds
from app.apps.runtime import process
from app.kit.bodies import SHARE_OF_TIME

LARGEST_HEAD = 65_536
_READ_AWAY = 65_536
_HEAD_ENDS = b"\r\n\r\n"
_PROBE = b"GET /health"
_PROBES_AT_ONCE = 2
_REASONS = {400: "Bad Request", 408: "Request Timeout", 431: "Request Header Fields Too Large"}


class TimelyReader(SocketUnreader):  # type: ignore[misc]
    """Reads what is left of a request from its connection, until `ends`."""

    def __init__(self, connection: socket.socket) -> None:
        super().__init__(connection)
        self.ends = float("inf")

    def chunk(self, size_hint: int | None = None) -> bytes:
        left = self.ends - time.monotonic()
        if left <= 0:
            raise TimeoutError("the body did not arrive in time")
        self.sock.settimeout(left)
        read: bytes = super().chunk(size_hint)
        return read


class Connection(TConn):  # type: ignore[misc]
    """A client's connection and what has come of its next request's head."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.head = bytearray()
        # When the head of the request was all there.
        self.arrived = 0.0

    def init(self) -> None:
        is_new = not self.initialized
        super().init()
        if is_new:
            self.parser.unreader = TimelyReader(self.sock)
        if self.head:
            self.parser.unreader.unread(bytes(self.head))
            self.head.clear()


class PlainResponse(Response):  # type: ignore[misc]
    """An answer that does not name the server, and that may end its connection."""

    def process_headers(self, headers: list[tuple[str, str]]) -> None:
        if any(name.lower() == "connection" and value.lower() == "close" for name, value in headers):
            self.force_close()
        super().process_headers(headers)

    def default_headers(self) -> list[str]:
        return [line for line in super().default_headers() if not line.lower().startswith("server:")]


class Worker(ThreadWorker):  # type: ignore[misc]
    """The one worker of a process that has no master; its signals are `app.site.serve`'s."""

    seconds = 10.0

    def get_thread_pool(self) -> ThreadPoolExecutor:
        self.probes = ThreadPoolExecutor(_PROBES_AT_ONCE, thread_name_prefix="probe")
        pool: ThreadPoolExecutor = super().get_thread_pool()
        return pool

    def init_signals(self) -> None:
        """Ours are set already."""

    def is_parent_alive(self) -> bool:
        return True

    def accept(self, listener: socket.socket) -> None:
        try:
            client, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        self.nr_conns += 1
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._await_head(Connection(self.cfg, client, address, listener.getsockname()), self.cfg.keepalive)

    def on_client_socket_readable(self, conn: Connection, client: socket.socket) -> None:
        """A kept connection has something to say."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self._await_head(conn, self.seconds)
        self.on_pending_socket_readable(conn, client)

    def on_pending_socket_readable(self, conn: Connection, client: socket.socket) -> None:
        """More of a head has come."""
        try:
            data = client.recv(LARGEST_HEAD)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not conn.head:
            conn.timeout = time.monotonic() + self.seconds
        conn.head += data
        if not data:
            self._drop(conn)
        elif _HEAD_ENDS in conn.head:
            # Or gunicorn would wait for what has been read.
            conn.data_ready = True
            self._forget(conn)
            self.enqueue_req(conn)
        elif len(conn.head) > LARGEST_HEAD:
            self._refuse(conn, 431)

    def murder_pending(self) -> None:
        """End what took too long: with a word, if anything had come."""
        now = time.monotonic()
        for conn in [conn for conn in self.pending_conns if conn.timeout <= now]:
            if conn.head:
                self._refuse(conn, 408)
            else:
                self._drop(conn)

    def enqueue_req(self, conn: Connection) -> None:
        """A request waits for a thread: a probe for one of its own, whatever keeps the others."""
        conn.arrived = time.monotonic()
        threads = self.probes if conn.head.startswith(_PROBE) else self.tpool
        done = threads.submit(self.handle, conn)
        done.add_done_callback(lambda future: self.method_queue.defer(self.finish_request, conn, future))

    def handle_request(self, req: Any, conn: Connection) -> bool:
        """Answer one request; whether the connection stays open."""
        queued_seconds.set(time.monotonic() - conn.arrived)
        conn.parser.unreader.ends = time.monotonic() + self.seconds * SHARE_OF_TIME
        response, environ = create(req, conn.sock, conn.client, conn.server, self.cfg, response_class=PlainResponse)
        environ["wsgi.multithread"] = True
        if process.draining or not self.alive or len(self.keepalived_conns) >= self.max_keepalived:
            response.force_close()
        body = self.wsgi(environ, response.start_response)
        if _has_much_left(req.body):
            # It would be closed anyway, and a client that is not told so would send its next request on it.
            response.force_close()
        try:
            conn.sock.settimeout(self.seconds)
            for chunk in body:
                response.write(chunk)
            response.close()
        finally:
            body.close()
        return not response.should_close()

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: Exception) -> None:
        """Say no more than the status to what never became a request."""
        status = 431 if type(exc).__name__.startswith("Limit") else 400
        _write_refusal(client, status)

    def _await_head(self, conn: Connection, seconds: float) -> None:
        conn.sock.setblocking(False)
        conn.timeout = time.monotonic() + seconds
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self.on_pending_socket_readable, conn))

    def _forget(self, conn: Connection) -> None:
        self.poller.unregister(conn.sock)
        self.pending_conns.remove(conn)

    def _refuse(self, conn: Connection, status: int) -> None:
        _write_refusal(conn.sock, status)
        self._drop(conn)

    def _drop(self, conn: Connection) -> None:
        self._forget(conn)
        self.nr_conns -= 1
        conn.close()


def _has_much_left(body: Body) -> bool:
    """Whether more of a request's body is unread than gunicorn reads away to keep a connection."""
    if isinstance(body.reader, ChunkedReader):
        return body.reader.parser is not None
    return int(getattr(body.reader, "length", 0)) > _READ_AWAY


def _write_refusal(client: socket.socket, status: int) -> None:
    with suppress(OSError):
        client.setblocking(False)
        client.send(f"HTTP/1.1 {status} {_REASONS[status]}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".encode())
