"""What `serve` and the other commands say and refuse, whoever made them (template-owned; contract, "Processes")."""

import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path

import httpx2
import pytest
from tests.clusters import valkey_cluster
from tests.commands import free_port, run, serving
from tests.environment import SECRET_KEY

from app.dev.keys import make_keys
from app.kit.service import this_service

KEY = {"SECRET_KEY": SECRET_KEY}
NOWHERE = {"DATABASE_URL": "postgresql://service@127.0.0.1:1/app", "REDIS_URL": "redis://127.0.0.1:1"}


def test_a_request_in_flight_is_finished(tmp_path: Path) -> None:
    answers: list[httpx2.Response] = []
    # A Redis that never says a word makes a request that takes half a second.
    with socket.create_server(("127.0.0.1", 0)) as silent, ExitStack() as callers:
        url = f"redis://127.0.0.1:{silent.getsockname()[1]}"
        with serving(tmp_path / "log", **NOWHERE | {"REDIS_URL": url, "REDIS_TIMEOUT": "200ms"}) as service:

            def ask() -> None:
                answers.append(httpx2.get(f"http://127.0.0.1:{service.port}/health", timeout=10))

            with suppress(BlockingIOError):
                silent.setblocking(False)
                while True:
                    callers.enter_context(silent.accept()[0])
            silent.settimeout(10)
            asking = threading.Thread(target=ask)
            asking.start()
            # Whoever calls now does so for the request, which is in hand then.
            callers.enter_context(silent.accept()[0])
            service.stop()
            asking.join()

            assert service.wait() == 0
    assert [(answer.status_code, answer.json()["checks"]["redis"]["status"]) for answer in answers] == [
        (200, "degraded")
    ]


@pytest.mark.parametrize("path", ["/openapi.json", "/docs", "/metrics", "/health/live", "/api/v1/users"])
def test_the_first_who_ask_at_once_get_the_same_answer(path: str, tmp_path: Path) -> None:
    with serving(tmp_path / "log", **NOWHERE) as service, ThreadPoolExecutor(12) as together:
        url = f"http://127.0.0.1:{service.port}{path}"
        answers = list(together.map(lambda _: httpx2.get(url, timeout=30).status_code, range(12)))

    assert answers == [401 if path.startswith("/api/") else 200] * 12


def test_a_taken_port_is_one_clear_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run("serve", **NOWHERE, PORT=str(port))

    assert done.returncode == 1
    assert done.stderr == f"PORT: {port} can't be used (Address already in use); set PORT to a free one\n"


def test_a_taken_metrics_port_is_one_clear_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run("serve", **NOWHERE, PORT=str(free_port()), METRICS_PORT=str(port))

    assert done.returncode == 1
    assert done.stderr.startswith(f"METRICS_PORT: {port} can't be used")
    assert len(done.stderr.splitlines()) == 1


def test_bad_settings_are_listed_all_at_once_and_not_shown() -> None:
    done = run("serve", DATABASE_URL="hunter2", PORT="hunter2", LOG_LEVEL="hunter2")

    assert done.returncode == 1
    assert [line.split(":")[0] for line in done.stderr.splitlines()] == [
        f"{this_service().slug} can't start, 3 setting(s) to mend",
        "  DATABASE_URL",
        "  LOG_LEVEL",
        "  PORT",
    ]
    assert "hunter2" not in done.stdout + done.stderr


def test_a_missing_key_is_one_clear_line(tmp_path: Path) -> None:
    done = run("serve", **NOWHERE, SECRET_KEY="", SECRET_KEY_PATH=str(tmp_path / "none"))

    assert (done.returncode, done.stderr) == (
        1,
        f"SECRET_KEY_PATH: there is no file {tmp_path / 'none'}; run `just keys`\n",
    )


def test_a_missing_pair_is_one_clear_line(tmp_path: Path) -> None:
    private = str(tmp_path / "private.pem")
    done = run("serve", **NOWHERE, JWT_PRIVATE_KEY="", JWT_PRIVATE_KEY_PATH=private)

    assert (done.returncode, done.stderr) == (
        1,
        f"JWT_PRIVATE_KEY_PATH: there is no file {private}; run `just keys`\n",
    )


def test_a_key_that_nobody_could_check_stops_the_start(tmp_path: Path) -> None:
    make_keys({"JWT_PUBLIC_KEY_PATH": f"{tmp_path}/other.pem", "JWT_PRIVATE_KEY_PATH": f"{tmp_path}/key.pem", **KEY})
    done = run("serve", **NOWHERE, JWT_PUBLIC_KEY="", JWT_PUBLIC_KEY_PATH=f"{tmp_path}/other.pem")

    assert (done.returncode, done.stderr) == (
        1,
        "JWT_PUBLIC_KEY_PATH: lacks the public half of JWT_PRIVATE_KEY_PATH; run `just keys`\n",
    )


@pytest.mark.parametrize("command", ["serve", "migrate", "seed", "openapi", "keys", "makemigration"])
def test_every_command_explains_itself(command: str) -> None:
    done = run(command, "--help")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"usage: {command}")


def test_a_redis_cluster_stops_the_start_in_one_clear_line(tmp_path: Path) -> None:
    with valkey_cluster(tmp_path) as url:
        done = run("serve", **NOWHERE | {"REDIS_URL": url}, PORT=str(free_port()))

    assert done.returncode == 1
    assert done.stderr == (
        "REDIS_URL: it is a Redis Cluster; give a single server or a replication group (cluster mode off)\n"
    )


def test_a_command_refuses_arguments_that_it_does_not_know() -> None:
    done = run("serve", "--port", "80")

    assert done.returncode == 2
    assert "unrecognized arguments: --port 80" in done.stderr
    assert "Traceback" not in done.stderr
