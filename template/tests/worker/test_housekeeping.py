"""Old rows go, by their settings, and a person can be erased (template-owned)."""

from pathlib import Path
from uuid import uuid4

from tests.commands import run, until, working

from app.dev.psql import run_psql
from app.kit.housekeeping import BATCH

ADMIN = "admin@acme.example"
_EVENT = "id, name, organization_id, resource, resource_id, version, at, data, relayed_at"
_JOB = "id, name, queue, event_id, data, finished_at, error"


def event(url: str, age: str, **about: str) -> str:
    """A relayed event."""
    one = str(uuid4())
    subject, data = about.get("subject", one), about.get("data", "{}")
    values = f"'{one}', 'note.made', '{one}', '{about.get('resource', 'note')}', '{subject}', 1, NOW(), '{data}'"
    run_psql(url, f"INSERT INTO outbox ({_EVENT}) VALUES ({values}, NOW() - INTERVAL '{age}')")
    return one


def job(url: str, event_id: str, age: str, error: str = "NULL") -> str:
    """A finished job."""
    one = str(uuid4())
    values = f"'{one}', 'x.y', 'default', '{event_id}', '{{}}', NOW() - INTERVAL '{age}', {error}"
    run_psql(url, f"INSERT INTO jobs ({_JOB}) VALUES ({values})")
    return one


def session(url: str, ended: str) -> str:
    """An ended session of the admin's, with a refresh token."""
    one = str(uuid4())
    values = f"'{one}', id, NOW() - INTERVAL '{ended}', 'Firefox', '192.0.2.1', 'k'"
    columns = "id, user_id, expires_at, device, ip, key_id"
    run_psql(
        url,
        f"INSERT INTO sessions ({columns}) SELECT {values} FROM users WHERE email = '{ADMIN}'",
        f"INSERT INTO refresh_tokens (hash, session_id, generation) VALUES ('{one}'::bytea, '{one}', 0)",
    )
    return one


def there(url: str, table: str, *ids: str, by: str = "id") -> list[bool]:
    found = run_psql(url, f"SELECT {by} FROM {table}").split()
    return [one in found for one in ids]


def clean(url: str, log: Path) -> None:
    """Have a worker do the housekeeping of this hour, be it for the first time or not."""
    run_psql(url, "DELETE FROM jobs WHERE name = 'housekeeping.clean'")
    with working(log, "--with-schedule", DATABASE_URL=url):
        done = "SELECT FROM jobs WHERE name = 'housekeeping.clean' AND finished_at IS NOT NULL AND error IS NULL"
        until(lambda: run_psql(url, done), log)


def test_old_rows_go_and_what_is_needed_stays(database_url: str, tmp_path: Path) -> None:
    events = [event(database_url, age) for age in ("8 days", "8 days", "8 days", "6 days")]
    jobs = [
        job(database_url, events[0], "8 days"),
        job(database_url, events[1], "6 days"),
        job(database_url, events[2], "8 days", "'OSError'"),
    ]
    sessions = [session(database_url, ended) for ended in ("31 days", "29 days", "1 hour")]
    who = f"SELECT id, 'POST', '/x', '{{}}', '', NOW() - INTERVAL '{{}}' FROM users WHERE email = '{ADMIN}'"
    for key, age in (("old", "25 hours"), ("new", "23 hours")):
        columns = "user_id, method, path, key, request_hash, created_at"
        run_psql(database_url, f"INSERT INTO idempotency_keys ({columns}) {who.format(key, age)}")

    clean(database_url, tmp_path / "work.log")

    assert there(database_url, "jobs", *jobs) == [False, True, True]
    # Those whose jobs are still there stay with them.
    assert there(database_url, "outbox", *events) == [False, True, True, True]
    assert there(database_url, "sessions", *sessions) == [False, True, True]
    assert there(database_url, "refresh_tokens", *sessions, by="session_id") == [False, False, True]
    assert there(database_url, "idempotency_keys", "old", "new", by="key") == [False, True]


def test_rows_that_others_name_keep_no_deleted_row_from_going(database_url: str, tmp_path: Path) -> None:
    # The last of the notes has no batch in common with those before, were they selected again each time.
    run_psql(
        database_url,
        "CREATE TABLE notes (id INTEGER PRIMARY KEY, deleted_at TIMESTAMPTZ)",
        "CREATE TABLE lines (note_id INTEGER REFERENCES notes DEFERRABLE INITIALLY DEFERRED, deleted_at TIMESTAMPTZ)",
        f"INSERT INTO notes SELECT n, NOW() - INTERVAL '91 days' FROM generate_series(1, {BATCH + 1}) n",
        f"INSERT INTO lines SELECT id FROM notes WHERE id < {BATCH}",
        f"INSERT INTO lines VALUES ({BATCH}, NOW() - INTERVAL '91 days')",
        f"INSERT INTO notes VALUES ({BATCH + 2}, NOW() - INTERVAL '89 days'), ({BATCH + 3}, NULL)",
    )
    clean(database_url, tmp_path / "work.log")

    left = f"SELECT count(*) FILTER (WHERE id < {BATCH}), array_agg(id) FILTER (WHERE id >= {BATCH}) FROM notes"
    assert run_psql(database_url, left) == f"{BATCH - 1}|{{{BATCH + 2},{BATCH + 3}}}\n"
    assert run_psql(database_url, f"SELECT count(*) FROM lines WHERE note_id >= {BATCH - 1}") == "1\n"


def test_schedulers_write_one_job_for_each_hour(database_url: str, tmp_path: Path) -> None:
    count = "SELECT count(DISTINCT id) = count(*), count(*) <= 2 FROM jobs WHERE name = 'housekeeping.clean'"
    for number in range(2):
        log = tmp_path / f"{number}.log"
        with working(log, "--with-schedule", DATABASE_URL=database_url):
            until(lambda log=log: "ready." in log.read_text(), log)  # type: ignore[misc]

    assert run_psql(database_url, count) == "t|t\n"


def test_an_erased_person_leaves_the_row_that_others_name(database_url: str) -> None:
    (user,) = run_psql(database_url, "SELECT id FROM users WHERE email = 'member@acme.example'").split()
    told = event(database_url, "1 hour", resource="user", subject=user, data='{"name": "Acme Member", "kept": 1}')
    columns = "id, user_id, expires_at, device, ip, key_id"
    values = f"gen_random_uuid(), '{user}', NOW() + INTERVAL '1 day', 'Firefox', '192.0.2.1', 'k'"
    run_psql(database_url, f"INSERT INTO sessions ({columns}) VALUES ({values})")
    done = run("erase-user", " Member@ACME.example", DATABASE_URL=database_url)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"Erased: the user {user} has no name and no address any more.\n"
    row = f"SELECT email, name, is_active, password_hash, deleted_at IS NULL FROM users WHERE id = '{user}'"
    assert run_psql(database_url, row) == f"erased-{user}@erased.invalid|Erased user|f||f\n"
    sessions = f"SELECT device, ip, revoked_at IS NULL FROM sessions WHERE user_id = '{user}'"
    assert run_psql(database_url, sessions) == "erased||f\n"
    assert run_psql(database_url, f"SELECT data FROM outbox WHERE id = '{told}'") == '{"kept": 1}\n'
    assert run_psql(database_url, "SELECT count(*) FROM organizations WHERE name = 'Acme'") == "1\n"
    about = f"SELECT name FROM outbox WHERE resource_id = '{user}' AND name LIKE 'user.%' ORDER BY at"
    assert run_psql(database_url, about).split() == ["user.updated", "user.erased"]


def test_an_erased_person_leaves_no_device_and_no_name_to_an_organization(database_url: str) -> None:
    find = "SELECT id, organization_id, name FROM users WHERE email = 'member@globex.example'"
    user, tenant, name = run_psql(database_url, find).strip().split("|")
    run_psql(database_url, f"UPDATE organizations SET name = '{name}' WHERE id = '{tenant}'")
    made = event(database_url, "1 hour", resource="organization", subject=tenant, data='{"changes": {"name": {}}}')
    opened, foreign = (
        event(database_url, "1 hour", resource="session", data=f'{{"user_id": "{who}", "ip": "::1", "device": "x"}}')
        for who in (user, uuid4())
    )
    done = run("erase-user", "member@globex.example", DATABASE_URL=database_url)

    assert (done.returncode, done.stderr) == (0, "")
    found = f"SELECT name, updated_by = '{user}' FROM organizations WHERE id = '{tenant}'"
    assert run_psql(database_url, found) == "Unnamed organization|t\n"
    kept = [run_psql(database_url, f"SELECT data FROM outbox WHERE id = '{one}'") for one in (made, opened, foreign)]
    assert kept[:2] == ["{}\n", f'{{"user_id": "{user}"}}\n']
    assert '"ip": "::1"' in kept[2]
    about = f"SELECT name, data FROM outbox WHERE resource_id = '{tenant}' AND name LIKE 'organization.%' ORDER BY at"
    assert run_psql(database_url, about).split() == ["organization.updated|{}", "organization.erased|{}"]
    assert run_psql(database_url, f"SELECT count(*) FROM outbox WHERE position('{name}' IN data::text) > 0") == "0\n"


def test_the_last_admin_and_nobody_are_not_erased(database_url: str) -> None:
    last = run("erase-user", ADMIN, DATABASE_URL=database_url)
    nobody = run("erase-user", "nobody@acme.example", DATABASE_URL=database_url)

    assert (last.returncode, last.stderr) == (1, "The last active OrgAdmin stays one: make another one first.\n")
    assert (nobody.returncode, nobody.stderr) == (1, "There is no user nobody@acme.example.\n")
