"""`work`, `schedule` and `dead-letters` as processes, with Celery and Redis (template-owned)."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from uuid import uuid4

import httpx2
import pytest
import redis
from tests.commands import SECONDS, free_port, run, script, until, working
from tests.environment import service_environment

from app.dev.psql import run_psql
from app.kit.redis_keys import session_key

_COLUMNS = "id, name, organization_id, actor_id, resource, resource_id, version, at, data"


def revoke(database_url: str) -> str:
    """Commit an event that every service acts on; the key of Redis that it is about."""
    user, session = uuid4(), uuid4()
    who = json.dumps({"user_id": str(user)})
    values = f"'{uuid4()}', 'session.revoked', '{user}', '{user}', 'session', '{session}', 2, NOW(), '{who}'"
    run_psql(database_url, f"INSERT INTO outbox ({_COLUMNS}) VALUES ({values})")
    return session_key(user, session)


def given_up(database_url: str) -> str:
    job = str(uuid4())
    columns = "id, name, queue, data, attempts, finished_at, error"
    values = f"'{job}', 'test.gone', 'default', '{{}}', 12, '2026-01-02 03:04:05Z', 'OSError'"
    run_psql(database_url, f"INSERT INTO jobs ({columns}) VALUES ({values})")
    return job


def test_an_event_is_acted_on_and_sigterm_ends_well(database_url: str, tmp_path: Path) -> None:
    log, port = tmp_path / "work.log", free_port()
    key = revoke(database_url)
    store = redis.Redis.from_url(os.environ["REDIS_URL"])
    with working(log, DATABASE_URL=database_url, METRICS_PORT=str(port)) as process:
        until(lambda: store.get(key) == b"revoked:2", log)
        done = 'queue_jobs_total{queue="default",status="done"} 1.0'
        until(lambda: done in httpx2.get(f"http://127.0.0.1:{port}/metrics").text, log)
        lives = {name: store.ttl(name) for name in store.scan_iter("queue:*") if b"mutex" not in name}
        process.send_signal(signal.SIGTERM)
        assert process.wait(SECONDS) == 0
    store.close()

    # Redis evicts keys that have a time to live, and no other.
    assert set(lives.values()) <= {-1}, lives
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    (line,) = [line for line in lines if line["message"] == "job done"]
    assert line["data"] == {"job": "sessions.session.revoked"}
    assert [line["message"] for line in lines if line["level"] in ("warning", "error")] == []


def test_a_worker_leaves_other_queues_alone(database_url: str, tmp_path: Path) -> None:
    log = tmp_path / "work.log"
    key = revoke(database_url)
    store = redis.Redis.from_url(os.environ["REDIS_URL"])
    with working(log, "--queues", "mail,scan", DATABASE_URL=database_url):
        until(lambda: store.llen("queue:default"), log)
        time.sleep(0.5)
        assert store.get(key) is None
    # What Redis loses is sent again.
    store.flushdb()
    run_psql(database_url, "UPDATE jobs SET due_at = NOW() WHERE finished_at IS NULL")
    with working(log, DATABASE_URL=database_url):
        until(lambda: store.get(key) == b"revoked:2", log)
    store.close()


def test_a_queue_that_is_none_is_refused(database_url: str) -> None:
    done = run("work", "--queues", "mail,sacn", DATABASE_URL=database_url)

    assert done.returncode == 2
    assert "no such queue: sacn; choose from default, mail, search, scan" in done.stderr


def test_what_serves_requests_does_not_import_celery() -> None:
    # Which would make each start of it slower.
    code = "import app.dev; from importlib.metadata import entry_points as e\n"
    code += "e(group='console_scripts', name='serve')['serve'].load(); import sys; sys.exit('celery' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], env=service_environment(), timeout=SECONDS, check=False)

    assert done.returncode == 0


@pytest.mark.parametrize("command", ["work", "schedule"])
def test_without_servers_it_waits_and_sigterm_ends_it(tmp_path: Path, command: str) -> None:
    nowhere = {"DATABASE_URL": "postgresql://app@127.0.0.1:1/app", "REDIS_URL": "redis://127.0.0.1:1/0"}
    log = tmp_path / "log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [script(command)], env=service_environment(**nowhere), stdout=output, stderr=subprocess.STDOUT
        )
    try:
        until(lambda: "jobs can't be" in log.read_text(), log)
        assert process.poll() is None
        process.terminate()
        assert process.wait(SECONDS) == 0
    finally:
        process.kill()
        process.wait()


def test_dead_letters_are_listed_put_back_and_dropped(database_url: str) -> None:
    first, second, third = (given_up(database_url) for _ in range(3))
    listed = run("dead-letters", DATABASE_URL=database_url)
    assert listed.returncode == 0
    assert f"{first}  2026-01-02 03:04:05Z  12  test.gone: OSError\n" in listed.stdout

    back = run("dead-letters", "retry", first, DATABASE_URL=database_url)
    assert (back.returncode, back.stdout) == (0, "1 put back into their queues.\n")
    job = f"SELECT attempts, finished_at, due_at <= NOW() FROM jobs WHERE id = '{first}'"
    assert run_psql(database_url, job) == "0||t\n"
    again = run("dead-letters", "drop", first, second, DATABASE_URL=database_url)
    assert (again.returncode, again.stdout) == (1, "")
    assert again.stderr == f"No dead letter: {first}; nothing was done. `dead-letters` lists them.\n"
    assert second in run("dead-letters", DATABASE_URL=database_url).stdout

    dropped = run("dead-letters", "drop", "--all", DATABASE_URL=database_url)
    assert dropped.stdout == "2 dropped.\n"
    assert run("dead-letters", DATABASE_URL=database_url).stdout == "There are no dead letters.\n"
    assert run_psql(database_url, f"SELECT FROM jobs WHERE id = '{third}'") == ""


def test_a_command_about_no_dead_letter_says_which_to_name(database_url: str) -> None:
    done = run("dead-letters", "drop", DATABASE_URL=database_url)

    assert done.returncode == 2
    assert "say which to drop: their ids, or --all" in done.stderr
