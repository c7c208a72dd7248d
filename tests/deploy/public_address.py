"""Stands in for the public address: a proxy that leads its host to a TLS server, which answers as told."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import trustme

BUFFER = 65536
Answer = Callable[[], tuple[int, str]]


@dataclass(frozen=True)
class PublicAddress:
    """What a program needs in its environment to find it, and the requests that came."""

    environment: dict[str, str]
    asked: list[str]


@contextlib.contextmanager
def public_address(host: str, folder: Path, answer: Answer) -> Iterator[PublicAddress]:
    """`https://HOST/…` while the block lasts; `answer` gives status and body (JSON) of each request."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "authority.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(host).configure_cert(context)
    asked: list[str] = []
    with _server(_answering(answer, asked)) as server, _server(_leading_to(server, host)) as proxy:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        # Either spelling may be set around us, and wins for somebody.
        through = {"HTTPS_PROXY": f"http://127.0.0.1:{proxy.server_port}", "NO_PROXY": ""}
        through |= {name.lower(): value for name, value in through.items()}
        yield PublicAddress({**through, "SSL_CERT_FILE": str(folder / "authority.pem")}, asked)


@contextlib.contextmanager
def _server(handler: type[BaseHTTPRequestHandler]) -> Iterator[ThreadingHTTPServer]:
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield server
        server.shutdown()


def _answering(answer: Answer, asked: list[str]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(f"{self.headers['Host']}{self.path}")
            status, body = answer()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler


def _leading_to(server: ThreadingHTTPServer, host: str) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_CONNECT(self) -> None:
            if self.path != f"{host}:443":
                self.send_error(502, f"no such host here: {self.path}")
                return
            with socket.create_connection(("127.0.0.1", server.server_port)) as other:
                self.send_response(200)
                self.end_headers()
                back = threading.Thread(target=_copy, args=(other, self.connection), daemon=True)
                back.start()
                _copy(self.connection, other)
                back.join()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler


def _copy(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(BUFFER):
            target.sendall(data)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)
