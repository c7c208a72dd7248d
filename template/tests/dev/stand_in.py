"""A tiny service around the real `app.dev` (template-owned): what it starts is small enough to test in a second.

Its `migrate`, `seed`, `serve` and `work` are scripts; `serve` answers what `app/answer.py` says.
"""

import os
import shutil
import signal
import subprocess
import sysconfig
import urllib.request
import venv
from pathlib import Path

from tests.dev.processes import family, wait_until

import app.dev

SERVE = """
import os, signal, socket, sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from app.answer import ANSWER

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", str(len(ANSWER)))
        self.end_headers()
        self.wfile.write(ANSWER.encode())

    def log_message(self, *_):
        pass

server = ThreadingHTTPServer(("127.0.0.1", 0), Handler, bind_and_activate=False)
server.socket.close()
server.socket = socket.socket(fileno=int(os.environ["LISTEN_FD"]))
server.socket.listen(100)
Path("serve.pid").write_text(str(os.getpid()))
signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
server.serve_forever()
"""
WORK = """
import os, signal
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from app.answer import ANSWER

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass

Path("work.pid").write_text(str(os.getpid()))
signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
HTTPServer(("127.0.0.1", int(os.environ["METRICS_PORT"])), Handler).serve_forever()
"""
NOWHERE = {"DATABASE_URL": "postgresql://app:app@127.0.0.1:1/app", "REDIS_URL": "redis://127.0.0.1:1/0"}


class StandIn:
    """A folder with a service in it, and the one `dev` that a test runs there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "dev.log"
        self.process: subprocess.Popen[bytes] | None = None
        package = folder / "src" / "app"
        source = Path(str(app.dev.__file__)).parent
        shutil.copytree(source, package / "dev", ignore=shutil.ignore_patterns("__pycache__"))
        (package / "__init__.py").touch()
        venv.EnvBuilder(symlinks=True).create(folder / ".venv")
        self.python = folder / ".venv" / "bin" / "python"
        self.answer("first")
        self.script("migrate", "print('migrated')")
        self.script("seed", "print('seeded')")
        self.script("serve", SERVE)
        self.script("work", WORK)

    def script(self, name: str, body: str) -> None:
        """Put a console script beside the service's Python; by the shell, since a #! line takes no spaces."""
        path = self.python.with_name(name)
        path.write_text(f"#!/bin/sh\n'''exec' '{self.python}' \"$0\" \"$@\"\n' '''\n{body}\n")
        path.chmod(0o755)

    def answer(self, text: str) -> None:
        """Change the source that `serve` answers from."""
        self.source(f"ANSWER = {text!r}\n")

    def source(self, code: str) -> None:
        """Write `app/answer.py`."""
        (self.folder / "src" / "app" / "answer.py").write_text(code)

    def environment(self, **more: str) -> dict[str, str]:
        """A clean environment, in which DATABASE_URL and REDIS_URL are set only if given here."""
        libraries = os.pathsep.join((str(self.folder / "src"), sysconfig.get_path("purelib")))
        return {"PATH": os.environ["PATH"], "PYTHONPATH": libraries, "PYTHONDONTWRITEBYTECODE": "1", **more}

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a Python command in the service to its end."""
        command = [str(self.python), *arguments]
        chosen = self.environment(**environment)
        return subprocess.run(
            command, cwd=self.folder, env=chosen, capture_output=True, text=True, timeout=60, check=False
        )

    def dev(self, *, port: int, **environment: str) -> subprocess.Popen[bytes]:
        """Start `dev`, its output in a file."""
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [str(self.python), "-m", "app.dev"],
                cwd=self.folder,
                env=self.environment(PORT=str(port), **environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        return self.process

    def said(self, text: str) -> bool:
        """Wait until `dev` says something."""
        return wait_until(lambda: text in self.log.read_text() or self.has_ended) and text in self.log.read_text()

    @property
    def has_ended(self) -> bool:
        """Whether `dev` is gone."""
        return self.process is None or self.process.poll() is not None

    @property
    def family(self) -> set[int]:
        """`dev` and all it started."""
        return family(self.process.pid) if self.process else set()

    def end(self, number: signal.Signals = signal.SIGINT) -> int:
        """Send a signal to `dev` alone and wait; its exit status."""
        assert self.process
        self.process.send_signal(number)
        return self.process.wait(60)

    def close(self) -> None:
        """End `dev` if a failed test left it."""
        if self.process and not self.has_ended:
            self.end()


def fetch(port: int) -> str:
    """What the service answers."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10) as reply:
        return str(reply.read().decode())
