"""`seed`: demo organizations and users (template-owned)."""

import os

import pytest
from argon2 import PasswordHasher
from tests.api.conftest import SettingsOf
from tests.api.database import execute, fetch, scratch_database
from tests.commands import run

from app.api.postgres.database import open_database
from app.api.seed import seed

PRODUCTION = {
    "ENVIRONMENT": "production",
    "EMBEDDED_SERVERS": "",
    "ALLOWED_HOSTS": "api.example.net",
    "CLAMAV_HOST": "clamd.internal",
    "MINIO_ENDPOINT": "minio.internal",
    "MINIO_TLS": "true",
    "ELASTICSEARCH_URL": "http://search.internal:9200",
    "MONGODB_URL": "mongodb://mongo.internal/app",
    "SMTP_HOST": "smtp.internal",
    "SMTP_FROM": "service@example.net",
}


async def _users(url: str) -> list[tuple[str, str, str]]:
    query = "SELECT o.name, u.email, u.role FROM users u JOIN organizations o ON o.id = u.organization_id ORDER BY 1, 2"
    return [tuple(row.values()) for row in await fetch(url, query)]


async def test_two_organizations_have_a_user_of_each_role(database_url: str) -> None:
    assert await _users(database_url) == [
        (organization, f"{local}@{organization.lower()}.example", role)
        for organization in ("Acme", "Globex")
        for local, role in (
            ("admin", "OrgAdmin"),
            ("guest", "Guest"),
            ("manager", "Manager"),
            ("member", "Member"),
            ("superadmin", "SuperAdmin"),
        )
    ]


async def test_a_second_run_leaves_what_is_there(settings: SettingsOf, database_url: str) -> None:
    await execute(database_url, "UPDATE users SET role = 'Guest', name = 'Renamed' WHERE email = 'admin@acme.example'")
    await execute(database_url, "DELETE FROM users WHERE email = 'member@globex.example'")
    before = await fetch(database_url, "SELECT * FROM users WHERE email <> 'member@globex.example' ORDER BY id")

    database = open_database(settings().core)
    await seed(database, "another password")
    await database.close()

    assert await fetch(database_url, "SELECT * FROM users WHERE email <> 'member@globex.example' ORDER BY id") == before
    assert len(await _users(database_url)) == 10


async def test_the_command_prints_the_log_ins_and_stores_a_hash(database_url: str) -> None:
    await execute(database_url, "DELETE FROM users; DELETE FROM organizations")

    done = run("seed", DATABASE_URL=database_url)

    assert (done.returncode, done.stderr) == (0, "")
    assert 'password "correct horse battery staple"' in done.stdout
    assert "admin@acme.example" in done.stdout
    rows = await fetch(database_url, "SELECT DISTINCT password_hash FROM users")
    assert [row["password_hash"][:29] for row in rows] == ["$argon2id$v=19$m=19456,t=2,p=1"[:29]]
    assert PasswordHasher().verify(rows[0]["password_hash"], "correct horse battery staple")


def test_a_password_of_ones_own_is_not_printed(worker_database: str) -> None:
    done = run("seed", DATABASE_URL=worker_database, SEED_PASSWORD="hunter2 hunter2")

    assert done.returncode == 0
    assert "password as in SEED_PASSWORD" in done.stdout
    assert "hunter2" not in done.stdout + done.stderr


def test_it_is_refused_in_production(worker_database: str) -> None:
    url = worker_database
    done = run("seed", **PRODUCTION, DATABASE_URL=url)

    assert done.returncode == 1
    assert done.stderr == "seed makes users with a known password: it is refused in production.\n"


@pytest.mark.parametrize(
    ("url", "fix"),
    [("postgresql://app@127.0.0.1:1/app", "Check DATABASE_URL"), ("empty", "run `just migrate`")],
    ids=["server down", "database empty"],
)
def test_a_database_that_cannot_be_used_is_one_clear_line(url: str, fix: str) -> None:
    with scratch_database(os.environ["DATABASE_URL"]) as empty:
        done = run("seed", DATABASE_URL=empty if url == "empty" else url)

    assert done.returncode == 1
    assert fix in done.stderr
    assert len(done.stderr.splitlines()) == 1
