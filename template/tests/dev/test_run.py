"""`just dev` (template-owned): real processes, ended in every way there is."""

import os
import pty
import signal
import socket
import subprocess
import time
from contextlib import suppress
from http.client import HTTPException

from tests.dev.processes import living, wait_until
from tests.dev.stand_in import NOWHERE, StandIn, fetch

from app.dev.embedded import EmbeddedServer

READY = "Ctrl-C stops everything"


def test_it_starts_servers_makes_keys_migrates_seeds_and_serves(service: StandIn, port: int) -> None:
    service.dev(port=port)
    assert service.said(READY), service.log.read_text()
    members = service.family
    said = service.log.read_text()
    answered = fetch(port)
    status = service.end(signal.SIGINT)

    assert answered == "first"
    assert status == 0
    assert living(members) == set()
    assert said.index("PostgreSQL is ready") < said.index("migrated") < said.index("seeded") < said.index("Ready: ")
    assert f"Ready: http://127.0.0.1:{port}   documentation: http://127.0.0.1:{port}/docs" in said
    assert f"Log in at http://127.0.0.1:{port}/docs as admin@acme.example, with the password above\n" in said
    modes = {path.name: path.stat().st_mode & 0o777 for path in (service.folder / "keys").iterdir()}
    assert modes == {"secret.key": 0o600, "private.pem": 0o600, "public.pem": 0o644}
    assert "Stopped everything (Ctrl-C)" in service.log.read_text()


def test_kill_minus_nine_leaves_nothing(service: StandIn, port: int) -> None:
    process = service.dev(port=port)
    assert service.said(READY)
    members = service.family
    assert len(members) > 8
    process.kill()
    process.wait()

    assert wait_until(lambda: not living(members), 8)


def test_kill_minus_nine_while_the_servers_start_leaves_nothing(service: StandIn, port: int) -> None:
    process = service.dev(port=port)
    assert wait_until(lambda: len(service.family) > 3)
    members = service.family
    process.kill()
    process.wait()

    assert wait_until(lambda: not living(members), 8)


def test_a_killed_server_stops_everything(service: StandIn, port: int) -> None:
    process = service.dev(port=port)
    assert service.said(READY)
    members = service.family
    postmaster = int((service.folder / ".dev" / "postgres-16" / "postmaster.pid").read_text().split()[0])
    os.kill(postmaster, signal.SIGKILL)

    assert process.wait(60) == 1
    assert "dev: The embedded server postgres ended by itself" in service.log.read_text()
    assert wait_until(lambda: not living(members), 2)


def test_the_worker_runs_beside_and_says_where_its_metrics_are(service: StandIn, port: int) -> None:
    service.dev(port=port, **NOWHERE)
    assert service.said(READY)
    said = service.log.read_text()
    metrics = int(said.partition("Metrics of the worker: http://127.0.0.1:")[2].partition("/")[0])
    first = (service.folder / "work.pid").read_text()
    service.answer("second")

    assert metrics != port
    assert wait_until(lambda: (service.folder / "work.pid").read_text() not in ("", first))
    assert wait_until(lambda: service.log.read_text().count("The worker answers after") == 2)
    service.end()
    assert service.log.read_text().count("Ready: ") == 1


def test_a_killed_worker_stops_everything(service: StandIn, port: int) -> None:
    process = service.dev(port=port, **NOWHERE)
    assert service.said(READY)
    os.kill(int((service.folder / "work.pid").read_text()), signal.SIGKILL)

    assert process.wait(60) == 1
    assert "dev: The worker ended by SIGKILL" in service.log.read_text()


def test_a_killed_api_stops_everything(service: StandIn, port: int) -> None:
    process = service.dev(port=port, **NOWHERE)
    assert service.said(READY)
    os.kill(int((service.folder / "serve.pid").read_text()), signal.SIGKILL)

    assert process.wait(60) == 1
    assert "dev: The API ended by SIGKILL" in service.log.read_text()


def test_sigterm_stops_everything(service: StandIn, port: int) -> None:
    service.dev(port=port, **NOWHERE)
    assert service.said(READY)
    members = service.family

    assert service.end(signal.SIGTERM) == 0
    assert living(members) == set()


def test_ctrl_c_while_it_migrates_stops_at_once(service: StandIn, port: int) -> None:
    service.script("migrate", "import time; print('waiting', flush=True); time.sleep(60)")
    service.dev(port=port, **NOWHERE)
    assert service.said("waiting")
    members = service.family
    begun = time.monotonic()

    assert service.end(signal.SIGINT) == 0
    assert time.monotonic() - begun < 15
    assert living(members) == set()


def test_a_closed_terminal_stops_everything(service: StandIn, port: int) -> None:
    ours, its = pty.openpty()
    command = [str(service.python), "-m", "app.dev"]
    environment = service.environment(PORT=str(port), **NOWHERE)
    process = subprocess.Popen(command, cwd=service.folder, env=environment, stdin=its, stdout=its, stderr=its)
    service.process = process
    os.close(its)
    said = b""
    while READY.encode() not in said:
        said += os.read(ours, 1024)
    members = service.family
    os.close(ours)

    assert process.wait(60) == 0
    assert living(members) == set()


def test_a_parent_that_is_gone_stops_everything(service: StandIn, port: int) -> None:
    environment = service.environment(PORT=str(port), **NOWHERE)
    script = f"'{service.python}' -m app.dev >dev.log 2>&1; true"
    with subprocess.Popen(["sh", "-c", script], cwd=service.folder, env=environment) as parent:
        service.process = parent
        assert wait_until(lambda: service.log.exists() and READY in service.log.read_text())
        members = service.family
        parent.kill()

    assert wait_until(lambda: not living(members), 8)
    assert "the command that started this one is gone" in service.log.read_text()


def test_a_change_of_the_sources_restarts_without_losing_the_port(service: StandIn, port: int) -> None:
    service.dev(port=port, **NOWHERE)
    assert service.said(READY)
    answers = [fetch(port)]
    service.answer("second")
    while answers[-1] != "second":
        # Cut off while the old process ends: it may happen. Refused: never, that would raise URLError.
        with suppress(ConnectionResetError, HTTPException):
            answers.append(fetch(port))

    assert service.said("Changed: answer.py; restarting the API and the worker")
    assert set(answers) <= {"first", "second"}
    assert service.end() == 0


def test_new_code_that_crashes_waits_for_the_next_change(service: StandIn, port: int) -> None:
    service.dev(port=port, **NOWHERE)
    assert service.said(READY)
    service.source("ANSWER = (\n")
    assert service.said("The new code ended with status 1; mend what it said above")
    service.answer("mended")

    assert wait_until(lambda: fetch(port) == "mended")
    assert service.end() == 0


def test_code_that_never_ran_ends_with_its_status(service: StandIn, port: int) -> None:
    service.source("ANSWER = (\n")
    process = service.dev(port=port, **NOWHERE)

    assert process.wait(60) == 1
    # Both need the code; the first to end is told.
    *_, told = service.log.read_text().splitlines()
    assert told in [f"dev: The {one} ended with status 1; what it said is above" for one in ("API", "worker")]


def test_a_failed_migration_stops_with_one_line(service: StandIn, port: int) -> None:
    service.script("migrate", "raise SystemExit('revision r0002 failed')")
    process = service.dev(port=port, **NOWHERE)

    assert process.wait(60) == 1
    assert service.log.read_text().endswith(
        "revision r0002 failed\ndev: `migrate` ended with status 1; what it said is above\n"
    )


def test_a_command_that_cannot_be_started_is_one_line(service: StandIn, port: int) -> None:
    service.python.with_name("migrate").write_text("#!/moved/bin/python\n")
    process = service.dev(port=port, **NOWHERE)

    assert process.wait(60) == 1
    assert "bin/migrate can't be started (No such file or directory); run `uv sync" in service.log.read_text()


def test_a_second_dev_in_the_same_folder_says_that_one_runs(service: StandIn, port: int) -> None:
    process = service.dev(port=port, **NOWHERE)
    assert service.said(READY)
    second = service.run("-m", "app.dev", **NOWHERE)

    assert second.returncode == 1
    assert second.stdout == (
        f"dev: `dev` is already running in this folder (process {process.pid}, http://127.0.0.1:{port}); "
        "stop that one, or set DATA_DIR to another folder\n"
    )
    assert fetch(port) == "first"


def test_a_taken_port_gives_way_to_a_free_one(service: StandIn) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        service.dev(port=taken, **NOWHERE)
        assert service.said(READY)
        said = service.log.read_text()

    assert f"Port {taken} is taken; using " in said
    assert fetch(int(said.partition("Ready: http://127.0.0.1:")[2].split()[0])) == "first"


def test_a_wrong_port_is_one_line(service: StandIn) -> None:
    ended = service.run("-m", "app.dev", **NOWHERE, PORT="many")

    assert ended.returncode == 1
    assert ended.stdout == "dev: PORT is not a number from 1 to 65535; set it to a free port, such as 3000\n"


def test_help_needs_nothing(service: StandIn) -> None:
    shown = service.run("-m", "app.dev", "--help")

    assert shown.returncode == 0
    assert "Ctrl-C stops everything" in shown.stdout.replace("\n", " ")


def test_the_children_know_where_they_run(service: StandIn, port: int) -> None:
    service.script("seed", "import os; print('seed in', os.environ['ENVIRONMENT'], os.environ['EMBEDDED_SERVERS'])")
    service.dev(port=port, REDIS_URL=NOWHERE["REDIS_URL"])
    assert service.said("seed in development postgres\n")


def test_an_embedded_server_hides_its_password() -> None:
    with subprocess.Popen(["true"]) as process:
        server = EmbeddedServer("postgres", {"DATABASE_URL": "postgresql://app:secret@127.0.0.1:1/app"}, process)

    assert repr(server) == "EmbeddedServer(name='postgres')"
