"""`grant-role`: the only way to make or unmake a SuperAdmin (template-owned)."""

import pytest
from tests.api.conftest import SettingsOf
from tests.api.database import execute, fetch
from tests.api.service import open_service
from tests.commands import run

MEMBER = "member@acme.example"


async def _role(url: str, email: str) -> str:
    (row,) = await fetch(url, "SELECT role FROM users WHERE email = $1", email)
    return str(row["role"])


async def test_a_role_is_given_and_taken(database_url: str) -> None:
    made = run("grant-role", " Member@Acme.example", "SuperAdmin", DATABASE_URL=database_url)
    assert (made.returncode, made.stderr) == (0, "")
    assert made.stdout == " Member@Acme.example: SuperAdmin (was Member).\n"
    assert await _role(database_url, MEMBER) == "SuperAdmin"

    unmade = run("grant-role", MEMBER, "Guest", DATABASE_URL=database_url)
    assert unmade.stdout == f"{MEMBER}: Guest (was SuperAdmin).\n"


async def test_it_takes_effect_on_the_next_request(settings: SettingsOf, database_url: str) -> None:
    async with open_service(settings(), log_in_as=MEMBER) as service:
        assert (await service.client.get("/api/v1/users")).status_code == 200
        assert run("grant-role", MEMBER, "Guest", DATABASE_URL=database_url).returncode == 0
        answer = await service.client.get("/api/v1/users")

    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("email", "role", "status", "why"),
    [
        ("nobody@acme.example", "Guest", 1, "There is no user nobody@acme.example; register the account first."),
        ("no address", "Guest", 1, "no address is no e-mail address."),
        (MEMBER, "King", 2, "invalid choice: 'King'"),
        ("admin@acme.example", "Guest", 1, "The last active OrgAdmin stays one: make another one first."),
    ],
)
async def test_what_cannot_be_is_one_clear_line(
    email: str, role: str, status: int, why: str, database_url: str
) -> None:
    done = run("grant-role", email, role, DATABASE_URL=database_url)

    assert done.returncode == status
    assert why in done.stderr
    assert "Traceback" not in done.stderr


async def test_an_organization_with_another_admin_lets_one_go(database_url: str) -> None:
    await execute(database_url, f"UPDATE users SET role = 'OrgAdmin' WHERE email = '{MEMBER}'")

    done = run("grant-role", "admin@acme.example", "Guest", DATABASE_URL=database_url)

    assert (done.returncode, await _role(database_url, "admin@acme.example")) == (0, "Guest")


def test_a_server_that_is_down_is_one_clear_line() -> None:
    done = run("grant-role", MEMBER, "Guest", DATABASE_URL="postgresql://app@127.0.0.1:1/app")

    assert done.returncode == 1
    assert "Check DATABASE_URL" in done.stderr
    assert len(done.stderr.splitlines()) == 1
