"""Embedded PostgreSQL (template-owned): the real server in real folders."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.dev.conftest import Start
from tests.dev.processes import family, living, wait_until

from app.dev import embedded
from app.dev.embedded import EmbeddedServer, EmbeddedServerError, installed_folder, start_on_free_port
from app.dev.postgres import postgres_program, start_postgres
from app.dev.processes import start_process
from app.dev.reaper import Reaper


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed folder whose cluster the tests of this module share."""
    closed = tmp_path_factory.mktemp("closed")
    closed.chmod(0o700)
    return closed / "data"


@pytest.fixture
def server(started: Start, data: Path) -> Iterator[EmbeddedServer]:
    yield started(start_postgres, data)


def ask(server: EmbeddedServer, statement: str, **environment: str) -> str:
    """What PostgreSQL answers, or its complaint."""
    command = [str(postgres_program("psql")), "-XAtqc", statement, server.environment["DATABASE_URL"]]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **environment})
    return (done.stdout or done.stderr).strip()


def test_it_is_sixteen_in_utf_8_and_utc(server: EmbeddedServer) -> None:
    assert server.name == "postgres"
    assert ask(server, "SELECT current_setting('server_version_num')::int / 10000") == "16"
    assert ask(server, "SELECT current_user, current_database()") == "app|app"
    assert ask(server, "SELECT current_setting('server_encoding'), current_setting('TimeZone')") == "UTF8|UTC"


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS has no such locale")
def test_it_sorts_by_code_point(server: EmbeddedServer) -> None:
    assert ask(server, "SELECT datcollate, datctype FROM pg_database WHERE datname = 'app'") == "C.UTF-8|C.UTF-8"


def test_it_listens_on_loopback_only_and_wants_the_password(server: EmbeddedServer, data: Path) -> None:
    assert ask(server, "SHOW listen_addresses") == "127.0.0.1"
    assert ask(server, "SHOW unix_socket_directories") == ""
    assert (data / "postgres-16.password").stat().st_mode & 0o777 == 0o600

    wrong = server.environment["DATABASE_URL"].replace("app:", "app:x")
    refused = EmbeddedServer("postgres", {"DATABASE_URL": wrong}, server.process)
    assert "password authentication failed" in ask(refused, "SELECT 1")


def test_a_second_start_has_the_same_data_and_password(started: Start, data: Path) -> None:
    first = started(start_postgres, data)
    ask(first, "CREATE TABLE kept AS SELECT 42 AS answer")
    first.stop()
    second = started(start_postgres, data)

    assert ask(second, "SELECT answer FROM kept") == "42"
    assert first.environment["DATABASE_URL"].partition("@")[0] == second.environment["DATABASE_URL"].partition("@")[0]
    assert not first.is_running
    ask(second, "DROP TABLE kept")


def test_what_a_killed_run_left_does_not_block(started: Start, data: Path) -> None:
    first = started(start_postgres, data)
    os.kill(first.pid, signal.SIGKILL)
    first.process.wait()
    assert (data / "postgres-16" / "postmaster.pid").exists()

    assert ask(started(start_postgres, data), "SELECT 1") == "1"


def test_a_pid_file_that_names_a_living_process_of_another_program_does_not_block(started: Start, data: Path) -> None:
    started(start_postgres, data).stop()
    (data / "postgres-16" / "postmaster.pid").write_text(f"{os.getppid()}\n{data}/postgres-16\n")

    assert ask(started(start_postgres, data), "SELECT 1") == "1"


def test_a_lost_password_is_replaced(started: Start, data: Path) -> None:
    started(start_postgres, data).stop()
    (data / "postgres-16.password").unlink()

    assert ask(started(start_postgres, data), "SELECT 1") == "1"


def test_two_services_at_once_never_share_a_server(started: Start, tmp_path: Path) -> None:
    half_made = tmp_path / "a" / "postgres-16.making"
    half_made.mkdir(parents=True)
    (half_made / "PG_VERSION").write_text("16\n")
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(lambda name: started(start_postgres, tmp_path / name), ("a", "b"))

    ask(first, "CREATE TABLE only_here (id int)")

    assert 'relation "only_here" does not exist' in ask(second, "SELECT * FROM only_here")
    assert first.environment != second.environment
    assert not half_made.exists()


def test_a_second_server_on_the_same_folder_is_refused(
    started: Start, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "LOCK_SECONDS", 0.1)
    started(start_postgres, data)

    with pytest.raises(EmbeddedServerError, match=r"in use by another command; end that, or set DATA_DIR"):
        start_postgres(data)


def test_stop_leaves_no_process(server: EmbeddedServer) -> None:
    members = family(server.pid)
    assert len(members) > 3

    server.stop()

    assert living(members) == set()
    server.stop()


def test_the_reaper_ends_it_with_clients_connected(data: Path) -> None:
    with Reaper.start() as reaper:
        server = start_postgres(data, durable=False, reaper=reaper)
        command = [str(postgres_program("psql")), "-Xqc", "SELECT pg_sleep(60)", server.environment["DATABASE_URL"]]
        client = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        wait_until(lambda: ask(server, "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%sleep(60)'") == "1")
        members = family(server.pid)
        reaper.close()

    assert client.wait(30) != 0
    assert server.process.wait(30) == 0
    assert wait_until(lambda: not living(members), 2)


def test_a_package_that_is_missing_is_named() -> None:
    with pytest.raises(EmbeddedServerError, match="no_such_package is not installed: run `uv sync`, or set "):
        installed_folder("no_such_package")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)

    with pytest.raises(EmbeddedServerError, match=r"can't be used \(Permission denied\); make it yours"):
        start_postgres(tmp_path / "data")


def test_a_port_that_was_taken_in_between_is_left_for_another(tmp_path: Path) -> None:
    log, ports = tmp_path / "log", []

    def launch(port: int) -> subprocess.Popen[bytes]:
        ports.append(port)
        log.write_text("could not bind: Address already in use\n")
        return start_process(["false"] if len(ports) == 1 else ["sleep", "60"])

    process, port = start_on_free_port(launch, lambda process, port: len(ports) == 2, name="It", log=log)
    process.kill()
    process.wait()

    assert ports == [ports[0], port]


def test_a_server_that_ends_at_once_shows_its_own_words(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("FATAL:  could not map memory\nHINT: buy some\n")

    with pytest.raises(EmbeddedServerError, match=r"It did not start: FATAL:  could not map memory \(all of it: "):
        start_on_free_port(lambda _: start_process(["false"]), lambda *_: False, name="It", log=log)
