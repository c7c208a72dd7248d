"""One edited service with a database goes from 1.0.0 to 2.0.0, by its own command, and `mail` is turned on.

Most of it is made once, by `jump`; each test then looks at one thing.
"""

from dataclasses import dataclass
from pathlib import Path

import pytest

from extensions.answers import FRAMEWORKS
from tests import own_tests
from tests.renders import Template, commit, conflicts, git
from tests.tools import attempt, run
from tests.update.edits import HEALTH, edit_service, lost_edits
from tests.update.next_release import DATE, make_next_release

SERVERS = ("uv", "run", "python", "-m", "app.dev.with_servers")
SCHEMA = """
SELECT 'schema: ' || table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable AS line
FROM information_schema.columns WHERE table_schema = 'public'
UNION SELECT 'schema: ' || conrelid::regclass || ' ' || pg_get_constraintdef(oid)
FROM pg_constraint WHERE contype <> 'n' AND connamespace = 'public'::regnamespace
UNION SELECT 'schema: ' || indexdef FROM pg_indexes WHERE schemaname = 'public'
ORDER BY line
"""


@dataclass(frozen=True)
class Jump:
    """The service after its update, what the command said, and the schemas of its two databases."""

    framework: str
    service: Path
    output: str
    old_schema: list[str]
    fresh_schema: list[str]


@pytest.fixture(scope="module", params=FRAMEWORKS)
def jump(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Jump:
    folder = tmp_path_factory.mktemp("jump")
    template = Template.snapshot(folder / "template")
    service = template.render(folder / "service", {"mail": False, "framework": request.param})
    edit_service(service)
    # The old database, at the revisions of 1.0.0 and of the team; this also makes environment and lock.
    run("uv", "run", "just", "migrate", folder=service, seconds=300)
    # Settings of ours have pages too.
    run("uv", "run", "just", "docs", folder=service)
    commit(service, "Edit.")
    make_next_release(template)
    done = attempt("uv", "run", "just", "standards", "update", "-d", "mail=true", folder=service, seconds=300)
    assert done.returncode == 0, done.stdout + done.stderr
    schemas = [migrated_schema(service, data) for data in (".dev", ".dev/fresh")]
    return Jump(request.param, service, done.stdout, *schemas)


def migrated_schema(service: Path, data: str) -> list[str]:
    """Migrate the database in the folder `data` and list its columns, constraints and indexes."""
    run("uv", "run", "just", "migrate", folder=service, seconds=300, DATA_DIR=data)
    ask = ("sh", "-c", 'python -m app.dev.psql "$DATABASE_URL" "$0"', SCHEMA)
    lines = run(*SERVERS, *ask, folder=service, DATA_DIR=data).stdout.splitlines()
    return [line.removeprefix("schema: ") for line in lines if line.startswith("schema: ")]


def test_every_edit_is_in_place_and_nothing_conflicts(jump: Jump) -> None:
    assert lost_edits(jump.service) == []
    assert conflicts(jump.service) == ()
    assert "Updated from 1.0.0 to 2.0.0" in jump.output
    assert "answer mail: False -> True" in jump.output


def test_the_next_release_is_there_beside_the_edits(jump: Jump) -> None:
    assert "The process answers, that is all." in (jump.service / HEALTH[jump.framework]).read_text()
    assert (jump.service / "src/app/components/mail.py").exists()
    assert f'exclude-newer = "{DATE}"' in (jump.service / "uv.toml").read_text()


def test_the_lock_is_made_anew_and_all_is_staged(jump: Jump) -> None:
    assert 'name = "aiosmtpd"' in git(jump.service, "show", ":uv.lock")
    assert 'name = "tzdata"' in git(jump.service, "show", ":uv.lock")
    run("uv", "lock", "--check", folder=jump.service)
    # What came after the update (the databases) is git-ignored.
    assert [line for line in git(jump.service, "status", "--porcelain").splitlines() if line[1] != " "] == []


def test_the_old_database_and_a_fresh_one_end_the_same(jump: Jump) -> None:
    assert "organizations.website text YES" in jump.old_schema
    assert "invoices.number text NO" in jump.old_schema
    assert jump.old_schema == jump.fresh_schema


def test_the_services_own_tests_pass(jump: Jump) -> None:
    touched = own_tests.chosen(jump.service, *own_tests.TOUCHED, left_out=own_tests.SAME_EVERYWHERE)
    run("uv", "run", "pytest", "-q", "-n3", *map(str, touched), folder=jump.service, seconds=1200)
