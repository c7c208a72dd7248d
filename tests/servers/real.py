"""PostgreSQL, Redis and clamd as a distribution packages them, a MongoDB and a MinIO: on loopback.

All of them over nothing but TLS, which clamd does not speak.
"""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import trustme

from tests.tools import missing, run, tool

START_SECONDS = 30
UNPRIVILEGED = "nobody"  # PostgreSQL refuses to run as root
PASSWORD = "a-password-of-the-tests"
# Log-in of MinIO, as a service is given it.
KEYS = {"MINIO_ACCESS_KEY": "of-the-tests", "MINIO_SECRET_KEY": PASSWORD}


@dataclass(frozen=True)
class Certificates:
    """An authority, and what a server at 127.0.0.1 and localhost shows of itself."""

    authority: Path
    certificate: Path
    key: Path


def signed_certificates(folder: Path) -> tuple[Certificates, Path]:
    """What servers at localhost show, and another authority, which signed for none of them."""
    authority, other = trustme.CA(), trustme.CA()
    files = Certificates(folder / "authority.pem", folder / "server.pem", folder / "server.key")
    shown = authority.issue_cert("localhost", "127.0.0.1")
    authority.cert_pem.write_to_path(str(files.authority))
    shown.cert_chain_pems[0].write_to_path(str(files.certificate))
    shown.private_key_pem.write_to_path(str(files.key))
    other.cert_pem.write_to_path(str(folder / "other.pem"))
    return files, folder / "other.pem"


@contextlib.contextmanager
def postgres(folder: Path, certificates: Certificates) -> Iterator[str]:
    """PostgreSQL that answers only over TLS; gives its URL, without what the client is to verify."""
    binaries = _postgres_binaries()
    data, port = folder / "postgres", free_port()
    data.mkdir()
    key = _own_copy(certificates.key, data / "server.key")
    (data / "password").write_text(PASSWORD, encoding="utf-8")
    _give(data)
    cluster = data / "cluster"
    initdb = [str(binaries / "initdb"), "-D", str(cluster), "-U", "app", "-E", "UTF8", "--locale=C.UTF-8"]
    run(*as_unprivileged(*initdb, "--auth=scram-sha-256", f"--pwfile={data / 'password'}"), folder=data)
    hba = data / "hba.conf"
    hba.write_text("hostssl all all 127.0.0.1/32 scram-sha-256\n", encoding="utf-8")
    _give(data)
    settings = {
        "port": str(port),
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": str(data),
        "hba_file": str(hba),
        "ssl": "on",
        "ssl_cert_file": str(certificates.certificate),
        "ssl_key_file": str(key),
        "fsync": "off",
    }
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    command = as_unprivileged(str(binaries / "postgres"), "-D", str(cluster), *options)
    with _running(command, data / "log", port):
        yield f"postgresql://app:{PASSWORD}@localhost:{port}/postgres"


@contextlib.contextmanager
def redis(folder: Path, certificates: Certificates) -> Iterator[str]:
    """Redis that answers only over TLS; gives its URL, without what the client is to verify."""
    data, port = folder / "redis", free_port()
    data.mkdir()
    options = {
        "bind": "127.0.0.1",
        "port": "0",
        "tls-port": str(port),
        "tls-cert-file": str(certificates.certificate),
        "tls-key-file": str(certificates.key),
        "tls-ca-cert-file": str(certificates.authority),
        "tls-auth-clients": "no",
        "requirepass": PASSWORD,
        "dir": str(data),
        "save": "",
    }
    command = [
        tool("redis-server"),
        *(word for name, value in options.items() for word in (f"--{name}", value)),
    ]
    with _running(command, data / "log", port):
        yield f"rediss://:{PASSWORD}@localhost:{port}/0"


@contextlib.contextmanager
def mongodb(folder: Path, certificates: Certificates) -> Iterator[str]:
    """FerretDB, which speaks MongoDB's protocol, over TLS; its URL, without what the client is to verify."""
    data, port = folder / "mongodb", free_port()
    data.mkdir()
    options = {
        "handler": "sqlite",
        "sqlite-url": f"file:{data}/",
        "state-dir": str(data),
        "listen-addr": "",
        "listen-tls": f"127.0.0.1:{port}",
        "listen-tls-cert-file": str(certificates.certificate),
        "listen-tls-key-file": str(certificates.key),
        "debug-addr": "-",
        "telemetry": "disable",
    }
    command = [tool("ferretdb"), *(f"--{name}={value}" for name, value in options.items())]
    with _running(command, data / "log", port):
        yield f"mongodb://localhost:{port}/app"


@contextlib.contextmanager
def minio(folder: Path, certificates: Certificates) -> Iterator[str]:
    """MinIO over TLS, with the log-in of `KEYS`; its port."""
    data, port = folder / "minio", free_port()
    shown = data / "certificates"
    shown.mkdir(parents=True)
    shutil.copy(certificates.certificate, shown / "public.crt")
    shutil.copy(certificates.key, shown / "private.key")
    address = ("--address", f"127.0.0.1:{port}", "--console-address", f"127.0.0.1:{free_port()}")
    command = [tool("minio"), "server", *address, "--certs-dir", str(shown), str(data / "data")]
    log_in = {"MINIO_ROOT_USER": KEYS["MINIO_ACCESS_KEY"], "MINIO_ROOT_PASSWORD": KEYS["MINIO_SECRET_KEY"]}
    with _running(command, data / "log", port, **log_in):
        yield str(port)


@contextlib.contextmanager
def clamd(folder: Path, _: Certificates) -> Iterator[str]:
    """ClamAV's engine, whose one signature is of the test file's words; its port."""
    data, port = folder / "clamd", free_port()
    (data / "signatures").mkdir(parents=True)
    words = b"EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!"
    (data / "signatures/test.ndb").write_text(f"Eicar-Test:0:*:{words.hex()}\n", encoding="utf-8")
    settings = {
        "DatabaseDirectory": data / "signatures",
        "TCPSocket": port,
        "TCPAddr": "127.0.0.1",
        "Foreground": "yes",
        "User": pwd.getpwuid(os.geteuid()).pw_name,
        "StreamMaxLength": "25M",
    }
    lines = "".join(f"{name} {value}\n" for name, value in settings.items())
    (data / "clamd.conf").write_text(lines, encoding="utf-8")
    with _running([tool("clamd"), "--config-file", str(data / "clamd.conf")], data / "log", port):
        yield str(port)


def as_unprivileged(*command: str) -> list[str]:
    """The command as somebody whom PostgreSQL serves."""
    if os.geteuid() != 0:
        return list(command)
    user = pwd.getpwnam(UNPRIVILEGED)
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", *command]


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


def _postgres_binaries() -> Path:
    packaged = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    found = shutil.which("postgres")
    if not packaged and found is None:
        missing("PostgreSQL's server is not installed (Debian: postgresql)")
    return packaged[-1] if packaged else Path(str(found)).parent


def _own_copy(file: Path, copy: Path) -> Path:
    # PostgreSQL refuses a key that others may read or that is another's.
    shutil.copyfile(file, copy)
    copy.chmod(0o600)
    return copy


def _give(folder: Path) -> None:
    if os.geteuid() == 0:
        run("chown", "-R", UNPRIVILEGED, str(folder), folder=folder)


@contextlib.contextmanager
def _running(command: list[str], log: Path, port: int, **variables: str) -> Iterator[None]:
    environment = {**os.environ, **variables}
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd="/", env=environment, stdout=output, stderr=subprocess.STDOUT)
    try:
        deadline = time.monotonic() + START_SECONDS
        while not _answers(port):
            ended = process.poll() is not None or time.monotonic() > deadline
            assert not ended, f"{command[0]} did not start:\n{log.read_text(errors='replace')[-3000:]}"
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(START_SECONDS)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
