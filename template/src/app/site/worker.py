"""gunicorn's threads, with limits on what is no request yet (template-owned; RFC 9112).

By itself gunicorn gives each new connection a thread that waits for its request, so that a few slow clients keep all of
them; here a request is read beside the threads, and gets one when all of it is there.
"""

import selectors
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any

from gunicorn.http.body import Body, ChunkedReader
from gunicorn.http.wsgi import create
from gunicorn.workers.gthread import ThreadWorker

from app.apps.deadline import end_by
from app.apps.postgres.connections import queued_seconds
from app.apps.runtime import GRANT, process
from app.kit.bodies import SHARE_OF_TIME
from app.site.arrival import RefusedError
from app.site.connection import Connection, PlainResponse, write_refusal

_PIECE = 65_536
_READ_AWAY = 65_536
_FAREWELL_SECONDS = 2.0
_GO_ON = b"HTTP/1.1 100 Continue\r\n\r\n"
_PROBE = b"GET /health"
_PROBES_AT_ONCE = 2


class Worker(ThreadWorker):  # type: ignore[misc]
    """The one worker of a process that has no master; its signals are `app.site.serve`'s."""

    seconds: float
    body_limit: int

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
        server = listener.getsockname()
        self._await_request(
            Connection(self.cfg, client, address, server, body_limit=self.body_limit), self.cfg.keepalive
        )

    def on_client_socket_readable(self, conn: Connection, client: socket.socket) -> None:
        """A kept connection has something to say."""
        self.keepalived_conns.remove(conn)
        self._await_request(conn, self.seconds, is_watched=True)
        self.on_pending_socket_readable(conn, client)

    def on_pending_socket_readable(self, conn: Connection, client: socket.socket) -> None:
        """More of a request has come."""
        try:
            data = client.recv(_PIECE)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._drop(conn)
        elif not conn.is_leaving:
            self._take(conn, data)

    def murder_pending(self) -> None:
        """End what took too long: with an answer to a request, a word to what has begun to be one."""
        now = time.monotonic()
        for conn in [conn for conn in self.pending_conns if conn.timeout <= now]:
            if conn.is_leaving:
                self._drop(conn)
            elif conn.arrival.has_head:
                conn.is_late = True
                self._hand_over(conn)
            elif conn.arrival.has_begun:
                self._refuse(conn, 408)
            else:
                self._drop(conn)

    def finish_request(self, conn: Connection, fs: Any) -> None:
        """Go on with what has come behind the request, or see the client off."""
        stays = not fs.cancelled() and fs.exception() is None and fs.result() is True
        if not stays:
            self._see_off(conn)
        elif following := conn.parser.unreader.take_buffered():
            # It may be less than a request.
            self._await_request(conn, self.seconds)
            self._take(conn, following)
        else:
            super().finish_request(conn, fs)

    def enqueue_req(self, conn: Connection) -> None:
        """A request waits for a thread: a probe for one of its own, whatever keeps the others."""
        conn.arrived = time.monotonic()
        threads = self.probes if conn.arrival.received.startswith(_PROBE) else self.tpool
        done = threads.submit(self.handle, conn)
        done.add_done_callback(lambda future: self.method_queue.defer(self.finish_request, conn, future))

    def handle_request(self, req: Any, conn: Connection) -> bool:
        """Answer one request; whether the connection stays open."""
        queued_seconds.set(time.monotonic() - conn.arrived)
        # What it has waited counts: for its body, and for a thread.
        end_by(conn.began + self.seconds)
        conn.parser.unreader.grant(0 if conn.is_late else self.seconds * SHARE_OF_TIME)
        response, environ = create(req, conn.sock, conn.client, conn.server, self.cfg, response_class=PlainResponse)
        environ["wsgi.multithread"] = True
        environ[GRANT] = conn.parser.unreader.grant
        if conn.is_late or process.draining or not self.alive or len(self.keepalived_conns) >= self.max_keepalived:
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
        write_refusal(client, status)

    def _take(self, conn: Connection, data: bytes) -> None:
        had_begun, had_head = conn.arrival.has_begun, conn.arrival.has_head
        try:
            is_whole = conn.arrival.add(data)
        except RefusedError as error:
            self._refuse(conn, error.status)
            return
        is_begun = conn.arrival.has_head and not had_head
        if is_begun:
            conn.began = time.monotonic()
        if is_whole:
            self._hand_over(conn)
        elif is_begun:
            conn.timeout = conn.began + self.seconds * SHARE_OF_TIME
            if conn.arrival.expects_word:
                with suppress(OSError):
                    conn.sock.send(_GO_ON)
        elif not had_begun:
            conn.timeout = time.monotonic() + self.seconds

    def _hand_over(self, conn: Connection) -> None:
        # Or gunicorn would wait for what has been read.
        conn.data_ready = True
        self._forget(conn)
        self.enqueue_req(conn)

    def _await_request(self, conn: Connection, seconds: float, *, is_watched: bool = False) -> None:
        conn.sock.setblocking(False)
        conn.timeout = time.monotonic() + seconds
        self.pending_conns.append(conn)
        # To change what it calls asks nothing of the kernel.
        watch = self.poller.modify if is_watched else self.poller.register
        watch(conn.sock, selectors.EVENT_READ, partial(self.on_pending_socket_readable, conn))

    def _forget(self, conn: Connection) -> None:
        self.poller.unregister(conn.sock)
        self.pending_conns.remove(conn)

    def _refuse(self, conn: Connection, status: int) -> None:
        self._forget(conn)
        write_refusal(conn.sock, status)
        self._see_off(conn)

    def _see_off(self, conn: Connection) -> None:
        """Say no more, but read on for a moment: closed at once, the last answer could be lost on its way.

        gunicorn reads in the one thread that reads for all.
        """
        try:
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self.nr_conns -= 1
            conn.close()
            return
        conn.is_leaving = True
        self._await_request(conn, _FAREWELL_SECONDS)

    def _drop(self, conn: Connection) -> None:
        self._forget(conn)
        self.nr_conns -= 1
        conn.close()


def _has_much_left(body: Body) -> bool:
    """Whether more of a request's body is unread than gunicorn reads away to keep a connection."""
    if isinstance(body.reader, ChunkedReader):
        return body.reader.parser is not None
    return int(getattr(body.reader, "length", 0)) > _READ_AWAY
