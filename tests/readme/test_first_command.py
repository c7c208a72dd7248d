"""README's first command as a reader gives it: in a clone, until the service answers."""

import json
import os
import re
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError

import pytest

from tests.renders import Template
from tests.test_readme import COMMANDS
from tests.tools import service_environment

# Packages may have to be downloaded first.
READY_SECONDS = 180
STOP_SECONDS = 30
SERVERS = ("DATABASE_URL", "ELASTICSEARCH_URL", "MINIO_ENDPOINT", "MONGODB_URL", "REDIS_URL", "SMTP_HOST")


@pytest.fixture
def first_command(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The command in a session of its own, as in a terminal; what it says goes to `said`."""
    clone = Template.snapshot(tmp_path / "clone").path
    environment = {name: value for name, value in service_environment().items() if name not in SERVERS}
    with (tmp_path / "said").open("wb") as said:
        process = subprocess.Popen(
            ["bash", "-c", COMMANDS[0]],
            cwd=clone,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        yield process
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def test_the_service_answers_where_it_says_until_ctrl_c(
    first_command: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    url = _wait_for_url(first_command, tmp_path / "said")

    for path in ("/health/ready", "/docs"):
        with urllib.request.urlopen(f"{url}{path}", timeout=10) as reply:
            assert reply.status == 200
    assert _log_in(url, (tmp_path / "said").read_text(encoding="utf-8")) == 200

    os.killpg(first_command.pid, signal.SIGINT)
    first_command.wait(STOP_SECONDS)

    assert "Stopped everything (Ctrl-C)" in (tmp_path / "said").read_text(encoding="utf-8")
    assert list((tmp_path / "my-service/.dev").glob("postgres-*/postmaster.pid")) == []
    with pytest.raises(URLError):
        urllib.request.urlopen(f"{url}/health/live", timeout=5)


def _log_in(url: str, said: str) -> int:
    """Log in as the ready message and the list of demo users say."""
    words = {
        "email": re.findall(r"^Log in at \S+ as ([\w.@]+),", said, re.MULTILINE)[0],
        "password": re.findall(r'^Demo users .*, password "(.+)":$', said, re.MULTILINE)[0],
    }
    request = urllib.request.Request(
        f"{url}/api/v1/auth/login",
        data=json.dumps(words).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as reply:
        assert json.load(reply)["token_type"] == "Bearer"
        return int(reply.status)


def _wait_for_url(process: subprocess.Popen[bytes], said: Path) -> str:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if found := re.search(r"^Ready: (\S+)", said.read_text(encoding="utf-8"), re.MULTILINE):
            return found[1]
        time.sleep(0.1)
    raise AssertionError(f"no URL, status {process.poll()}:\n{said.read_text(encoding='utf-8')}")
