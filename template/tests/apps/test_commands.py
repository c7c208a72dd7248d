"""The commands of the site as processes (template-owned)."""

import os
import re
import secrets
from collections.abc import Iterator

import pytest
from tests.commands import free_port, run

from app.dev.psql import empty_database, run_psql

PRODUCTION = {
    "ENVIRONMENT": "production",
    "EMBEDDED_SERVERS": "",
    "ALLOWED_HOSTS": "api.acme.example",
    "CLAMAV_HOST": "clamd.acme.example",
    "MINIO_ENDPOINT": "minio.acme.example",
    "MINIO_TLS": "true",
    "RATE_LIMIT_API": "300/1m",
    "ELASTICSEARCH_URL": "http://search.acme.example:9200",
    "MONGODB_URL": "mongodb://mongo.acme.example/app",
    "SMTP_HOST": "mail.acme.example",
    "SMTP_FROM": "service@acme.example",
}


@pytest.fixture(scope="module")
def database_url() -> Iterator[str]:
    with empty_database(os.environ["DATABASE_URL"], f"commands_{secrets.token_hex(6)}") as url:
        assert run("migrate", DATABASE_URL=url).returncode == 0
        yield url


def test_seeding_twice_makes_ten_users(database_url: str) -> None:
    for _ in range(2):
        done = run("seed", DATABASE_URL=database_url)
        assert (done.returncode, done.stderr) == (0, "")
    assert run_psql(database_url, "SELECT count(*) FROM users") == "10\n"
    assert done.stdout.startswith("Demo users (guest, member, manager, admin, superadmin@ Acme and Globex), password")


def test_seeding_leaves_what_is_there_and_makes_what_is_not(database_url: str) -> None:
    run("seed", DATABASE_URL=database_url)
    run_psql(database_url, "UPDATE users SET role = 'Guest', name = 'Renamed' WHERE email = 'admin@acme.example'")
    run_psql(database_url, "DELETE FROM users WHERE email = 'member@globex.example'")
    done = run("seed", DATABASE_URL=database_url, SEED_PASSWORD="hunter2 hunter2")

    assert "password as in SEED_PASSWORD" in done.stdout
    assert "hunter2" not in done.stdout + done.stderr
    assert run_psql(database_url, "SELECT count(*) FROM users") == "10\n"
    kept = "SELECT role, name FROM users WHERE email = 'admin@acme.example'"
    assert run_psql(database_url, kept) == "Guest|Renamed\n"
    run_psql(database_url, "UPDATE users SET role = 'OrgAdmin' WHERE email = 'admin@acme.example'")


def test_seeding_is_refused_in_production(database_url: str) -> None:
    done = run("seed", **PRODUCTION, DATABASE_URL=database_url)
    assert done.returncode == 1
    assert done.stderr == "seed makes users with a known password: it is refused in production.\n"


@pytest.mark.parametrize("command", [("seed",), ("migrate",), ("grant-role", "admin@acme.example", "Guest")])
def test_a_server_that_is_down_is_one_clear_line(command: tuple[str, ...]) -> None:
    done = run(*command, DATABASE_URL=f"postgresql://app@127.0.0.1:{free_port()}/app", DATABASE_TIMEOUT="1s")
    assert done.returncode == 1
    assert re.search("Check DATABASE_URL|can't be used: connection failed", done.stderr)
    assert (len(done.stderr.splitlines()), done.stdout) == (1, "")


def test_seeding_needs_the_tables() -> None:
    with empty_database(os.environ["DATABASE_URL"], f"commands_{secrets.token_hex(6)}") as url:
        done = run("seed", DATABASE_URL=url)
    assert done.returncode == 1
    assert done.stderr == "The database lacks tables or columns of this release: run `just migrate` first.\n"


def test_a_role_is_granted_by_address_and_ends_old_claims(database_url: str) -> None:
    run("seed", DATABASE_URL=database_url)
    done = run("grant-role", " Manager@ACME.example", "SuperAdmin", DATABASE_URL=database_url)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == " Manager@ACME.example: SuperAdmin (was Manager).\n"
    role = "SELECT role, version FROM users WHERE email = 'manager@acme.example'"
    assert run_psql(database_url, role) == "SuperAdmin|2\n"
    event = "SELECT name FROM outbox WHERE resource = 'user'"
    assert run_psql(database_url, event) == "user.updated\n"


def test_the_last_org_admin_stays_one(database_url: str) -> None:
    run("seed", DATABASE_URL=database_url)
    done = run("grant-role", "admin@globex.example", "Guest", DATABASE_URL=database_url)
    assert (done.returncode, done.stderr) == (1, "The last active OrgAdmin stays one: make another one first.\n")


def test_nobody_is_said_by_name(database_url: str) -> None:
    done = run("grant-role", "nobody@acme.example", "Guest", DATABASE_URL=database_url)
    assert (done.returncode, done.stderr) == (
        1,
        "There is no user nobody@acme.example; register the account first.\n",
    )


@pytest.mark.parametrize(
    ("command", "instead"), [("createsuperuser", "grant-role EMAIL SuperAdmin"), ("changepassword", "password/change")]
)
def test_django_makes_nobody_around_the_services(command: str, instead: str) -> None:
    done = run("manage", command)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"manage {command} is not for this service: ")
    assert instead in done.stderr


def test_nothing_new_makes_no_migration(database_url: str) -> None:
    done = run("write-migration", "nothing", DATABASE_URL=database_url)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("admin", ["", "true"])
def test_djangos_own_checks_find_nothing_in_production(admin: str) -> None:
    url = "postgresql://service:secret@database.acme.example/service"
    done = run("manage", "check", "--deploy", **PRODUCTION, ADMIN_ENABLED=admin, DATABASE_URL=url)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("System check identified no issues")
