"""`python -m app.dev.with_servers` and `makemigration` (template-owned): whose servers a command gets."""

import json
import os
import signal
import subprocess
from pathlib import Path

import pytest
from tests.dev.conftest import Start
from tests.dev.processes import family, living, wait_until
from tests.dev.stand_in import NOWHERE, StandIn
from tests.dev.test_postgres import ask

from app.dev.makemigration import scratch_database
from app.dev.postgres import start_postgres
from app.dev.processes import DevelopmentError

SHOW = "import json, os; print(json.dumps({n: os.environ.get(n) for n in ('DATABASE_URL', 'EMBEDDED_SERVERS')}))"
WRITE = """
import os, sys
from pathlib import Path
if sys.argv[1] != "nothing":
    Path("r0002.py").write_text(sys.argv[1] + "\\n" + os.environ["DATABASE_URL"])
    print(Path("r0002.py").absolute())
"""


@pytest.fixture
def shown(service: StandIn) -> StandIn:
    """A service whose `migrate` shows the servers it was given."""
    service.script("migrate", SHOW)
    return service


def seen(completed: subprocess.CompletedProcess[str]) -> dict[str, str]:
    """What `migrate` showed."""
    return dict(json.loads(completed.stdout.splitlines()[-1]))


def test_urls_that_are_set_are_used_and_nothing_is_started(shown: StandIn) -> None:
    done = shown.run("-m", "app.dev.with_servers", "migrate", **NOWHERE)

    assert seen(done) == {"DATABASE_URL": NOWHERE["DATABASE_URL"], "EMBEDDED_SERVERS": None}
    assert not (shown.folder / ".dev").exists()


def test_those_of_a_running_dev_are_used(shown: StandIn, port: int) -> None:
    shown.dev(port=port, REDIS_URL=NOWHERE["REDIS_URL"])
    assert shown.said("Ready")
    own = json.loads((shown.folder / ".dev" / "environment.json").read_text())
    done = shown.run("-m", "app.dev.with_servers", "migrate")

    assert (shown.folder / ".dev" / "environment.json").stat().st_mode & 0o777 == 0o600
    assert seen(done) == {"DATABASE_URL": own["DATABASE_URL"], "EMBEDDED_SERVERS": "postgres"}
    shown.end()
    assert not (shown.folder / ".dev" / "environment.json").exists()


def test_else_servers_are_started_for_the_time_of_the_command(shown: StandIn) -> None:
    done = shown.run("-m", "app.dev.with_servers", "migrate", REDIS_URL=NOWHERE["REDIS_URL"])

    assert seen(done)["EMBEDDED_SERVERS"] == "postgres"
    assert seen(done)["DATABASE_URL"].startswith("postgresql://app:")
    assert not (shown.folder / ".dev" / "postgres-16" / "postmaster.pid").exists()


def test_a_service_that_has_only_a_secret_key_gets_the_pair(shown: StandIn) -> None:
    (shown.folder / "keys").mkdir()
    (shown.folder / "keys" / "secret.key").write_text("x" * 64)
    done = shown.run("-m", "app.dev.with_servers", "migrate", REDIS_URL=NOWHERE["REDIS_URL"])

    assert "Made keys/private.pem and keys/public.pem" in done.stdout
    assert (shown.folder / "keys" / "secret.key").read_text() == "x" * 64


def test_a_file_that_holds_no_key_is_one_line(shown: StandIn) -> None:
    (shown.folder / "keys").mkdir()
    (shown.folder / "keys" / "private.pem").write_text("mine")
    done = shown.run("-m", "app.dev.with_servers", "migrate", REDIS_URL=NOWHERE["REDIS_URL"])

    assert done.returncode == 1
    assert done.stderr.startswith("migrate: keys/private.pem holds no RSA private key of 2048 bits")
    assert len(done.stderr.splitlines()) == 1


def test_the_status_is_that_of_the_command(service: StandIn) -> None:
    service.script("migrate", "raise SystemExit(7)")
    assert service.run("-m", "app.dev.with_servers", "migrate", **NOWHERE).returncode == 7

    service.script("migrate", "import os; os.kill(os.getpid(), 9)")
    assert service.run("-m", "app.dev.with_servers", "migrate", **NOWHERE).returncode == 137


def test_a_command_that_is_not_there_is_one_line(service: StandIn) -> None:
    done = service.run("-m", "app.dev.with_servers", "no-such-command", **NOWHERE)

    assert done.returncode == 1
    assert done.stderr == "no-such-command: The command no-such-command is not installed; run `uv sync`\n"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_no_server_is_left_however_it_ends(service: StandIn, number: signal.Signals) -> None:
    service.script("migrate", "import time; print('here', flush=True); time.sleep(20)")
    command = [str(service.python), "-m", "app.dev.with_servers", "migrate"]
    environment = service.environment(DATABASE_URL=NOWHERE["DATABASE_URL"])
    with service.log.open("wb") as log:
        process = subprocess.Popen(command, cwd=service.folder, env=environment, stdout=log)
    assert wait_until(lambda: "here" in service.log.read_text())
    members = family(process.pid)
    process.send_signal(number)
    process.wait(60)
    if number == signal.SIGKILL:  # the command is left to its caller, only the servers are ours to end
        assert wait_until(lambda: len(living(members)) == 1)
        os.kill(living(members).pop(), signal.SIGTERM)

    assert wait_until(lambda: not living(members), 5)


def test_makemigration_compares_with_a_scratch_database(service: StandIn) -> None:
    service.script("migrate", SHOW)
    service.script("write-migration", WRITE)
    done = service.run("-um", "app.dev.makemigration", "add a due date", REDIS_URL=NOWHERE["REDIS_URL"])
    wrote, following = done.stdout.splitlines()[-2:]
    message, scratch = (service.folder / "r0002.py").read_text().splitlines()

    assert (wrote, following) == ("Wrote r0002.py", "Read it, then run `just migrate`")
    assert message == "add a due date"
    assert scratch.startswith("postgresql://app:")
    assert scratch.endswith("/app_makemigration")

    again = service.run("-m", "app.dev.makemigration", "nothing", REDIS_URL=NOWHERE["REDIS_URL"])
    assert again.stdout.endswith("Nothing to write: the tables are as the revisions make them\n")


def test_the_scratch_database_is_empty_and_dropped(started: Start, tmp_path: Path) -> None:
    server = started(start_postgres, tmp_path)
    ask(server, "CREATE DATABASE app_makemigration")  # a killed run left it
    with scratch_database(server.environment["DATABASE_URL"]) as url:
        assert url == server.environment["DATABASE_URL"] + "_makemigration"
        assert ask(server, "SELECT count(*) FROM pg_database WHERE datname = 'app_makemigration'") == "1"

    assert ask(server, "SELECT count(*) FROM pg_database WHERE datname = 'app_makemigration'") == "0"


def test_a_server_that_cannot_be_reached_is_one_line() -> None:
    with (
        pytest.raises(DevelopmentError, match=r"^no scratch database .*Connection refused.*unset DATABASE_URL"),
        scratch_database(NOWHERE["DATABASE_URL"]),
    ):
        raise AssertionError(os.environ)
