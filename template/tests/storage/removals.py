"""An S3 that only removes objects, and fails at that as a test has it (template-owned; S3 API, "DeleteObjects")."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal

Answer = Literal["removes", "refuses the first", "refuses", "fails", "hangs"]
_REFUSAL = "<Error><Key>{}</Key><Code>AccessDenied</Code><Message>No.</Message></Error>"


@dataclass
class Removals:
    """What each request was answered or will be; the last holds for all that follow. `asked` are their keys."""

    answers: list[Answer]
    asked: list[list[str]] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)
    settings: dict[str, str] = field(default_factory=dict)

    def refused(self, keys: list[str]) -> list[str] | None:
        """Those that a request for these is refused; None: it fails."""
        answer = self.answers[min(len(self.asked), len(self.answers) - 1)]
        self.asked.append(keys)
        if answer == "hangs":
            self.ended.wait(30)
        return {"removes": [], "refuses the first": keys[:1], "refuses": keys}.get(answer)


@contextmanager
def removing(*answers: Answer) -> Iterator[Removals]:
    """The server, until the block ends; its `settings` name it."""
    told = Removals(list(answers))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            refused = told.refused(re.findall("<Key>([^<]+)</Key>", body))
            if told.ended.is_set():
                return
            said = f"<DeleteResult>{''.join(map(_REFUSAL.format, refused or ()))}</DeleteResult>".encode()
            self.send_response(503 if refused is None else 200)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        log_in = {"MINIO_ACCESS_KEY": "of-the-tests", "MINIO_SECRET_KEY": "of-the-tests", "MINIO_TIMEOUT": "1s"}
        told.settings = {"MINIO_ENDPOINT": "127.0.0.1", "MINIO_PORT": str(server.server_port), **log_in}
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield told
        finally:
            told.ended.set()
            server.shutdown()
