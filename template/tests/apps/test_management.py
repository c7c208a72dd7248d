"""The service's commands as Django's: `manage` and `call_command` (template-owned)."""

import tomllib
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from tests.commands import run

from app.apps.users.models import User

# Processes, and what is for development alone; their namesakes in Django are refused.
_NOT_OF_DJANGO = {"keys", "makemigration", "manage", "schedule", "serve", "work", "write-migration"}


def test_every_command_of_the_service_is_one_of_djangos() -> None:
    scripts = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    ours = {name.replace("-", "_") for name, place in scripts.items() if place.startswith("app.")}
    done = run("manage", "help", "--commands")

    assert done.returncode == 0
    assert {"seed", "grant_role", "erase_user", "dead_letters", "openapi", "migrate"} <= ours
    assert ours - {name.replace("-", "_") for name in _NOT_OF_DJANGO} - set(done.stdout.split()) == set()


@pytest.mark.parametrize(
    ("command", "instead"), [("migrate", "`just migrate`"), ("makemigrations", "`just makemigration MESSAGE`")]
)
def test_migrations_go_the_services_own_way(command: str, instead: str) -> None:
    done = run("manage", command)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"manage {command} is not for this service: {instead}")


@pytest.mark.usefixtures("db")
def test_a_command_is_called_by_its_name_and_prints_where_it_is_told() -> None:
    said = StringIO()
    call_command("seed", stdout=said)
    call_command("grant_role", "manager@acme.example", "SuperAdmin", stdout=said)

    assert User.objects.get(email="manager@acme.example").role == "SuperAdmin"
    assert said.getvalue().endswith("\nmanager@acme.example: SuperAdmin (was Manager).\n")
    assert "\n\n" not in said.getvalue()


@pytest.mark.usefixtures("seeded")
@pytest.mark.parametrize(
    ("command", "text"),
    [
        (
            ("grant_role", "admin@globex.example", "Guest"),
            "The last active OrgAdmin stays one: make another one first.",
        ),
        (("grant_role", "admin@globex.example", "Emperor"), "invalid choice: 'Emperor'"),
        (("erase_user", "nobody@acme.example"), "There is no user nobody@acme.example."),
        (("dead_letters", "retry"), "say which to retry: their ids, or --all"),
    ],
)
def test_what_ends_a_command_is_an_error_to_whoever_calls_it(command: tuple[str, ...], text: str) -> None:
    with pytest.raises(CommandError, match=text):
        call_command(*command)


def test_a_refusal_is_one_line_to_a_person() -> None:
    done = run("manage", "dead_letters", "drop")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "CommandError: say which to drop: their ids, or --all\n"
