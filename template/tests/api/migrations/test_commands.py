"""`migrate` and `makemigration` as the processes that people start (template-owned)."""

import asyncio

from tests.api.database import fetch
from tests.api.migrations.conftest import ScratchService

from app.kit.urls import parse_postgres_url
from app.migrations.run import make_revision

# Names that no service gives to its own: these files are put beside those of the service.
_TRIED = '''"""Tried."""

from app.kit.component import Component

component = Component(name="tried")
'''
_TRIED_REVISION = '''"""Things."""

from alembic import op

revision = "tried0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE TABLE tried_things (id UUID PRIMARY KEY, user_id UUID REFERENCES users (id))")


def downgrade() -> None:
    op.execute("DROP TABLE tried_things")
'''
_NOTES = '''"""Notes."""

from sqlalchemy.orm import Mapped

from app.api.postgres.tables import Base, StandardColumns


class TriedNote(StandardColumns, Base):
    """A note."""

    __tablename__ = "tried_notes"

    body: Mapped[str]
'''


def test_a_component_has_a_history_that_outlives_being_off(scratch_service: ScratchService) -> None:
    module = scratch_service.write("components/tried.py", _TRIED)
    scratch_service.write("migrations/tried/__init__.py", "")
    scratch_service.write("migrations/tried/r0001_tried_things.py", _TRIED_REVISION)
    assert "tried: tried0001 (was empty)\n" in scratch_service.run("app.migrations.run")

    module.unlink()
    assert "tried" not in scratch_service.run("app.migrations.run")
    module.write_text(_TRIED, encoding="utf-8")
    assert "tried: tried0001\n" in scratch_service.run("app.migrations.run")
    versions = asyncio.run(fetch(scratch_service.database_url, "SELECT version_num FROM alembic_version_tried"))
    assert versions == [{"version_num": "tried0001"}]


def test_a_new_table_becomes_a_revision_of_own_with_its_trigger(scratch_service: ScratchService) -> None:
    scratch_service.run("app.migrations.run")
    scratch_service.write("api/tried_notes/__init__.py", "")
    scratch_service.write("api/tried_notes/tables.py", _NOTES)
    call = f"make_revision('Add notes', parse_postgres_url({scratch_service.database_url!r}))"
    scratch_service.write(
        "../make.py",
        f"from app.kit.urls import parse_postgres_url\nfrom app.migrations.run import make_revision\n\n{call}\n",
    )
    scratch_service.run("make")

    (written,) = (scratch_service.source / "migrations" / "own").glob("r2*_add_notes.py")
    text = written.read_text(encoding="utf-8")
    assert 'op.create_table(\n        "tried_notes",' in text
    assert '    finish_standard_table("tried_notes")\n' in text
    scratch_service.run("app.migrations.run")
    triggers = asyncio.run(
        fetch(scratch_service.database_url, "SELECT 1 AS one FROM pg_trigger WHERE tgrelid = 'tried_notes'::regclass")
    )
    assert {"one": 1} in triggers


def test_nothing_new_makes_no_revision(scratch_service: ScratchService) -> None:
    scratch_service.run("app.migrations.run")
    assert make_revision("Nothing", parse_postgres_url(scratch_service.database_url)) is None


def test_going_down_takes_one_history_back(scratch_service: ScratchService) -> None:
    scratch_service.run("app.migrations.run")
    scratch_service.run("app.migrations.run", "--down", "own", "base")
    assert "core: core0001\n" in scratch_service.run("app.migrations.run", "--status")
    assert asyncio.run(fetch(scratch_service.database_url, "SELECT * FROM alembic_version_own")) == []


def test_a_revision_that_is_missing_changes_nothing_and_is_named(scratch_service: ScratchService) -> None:
    scratch_service.run("app.migrations.run")
    statement = "UPDATE alembic_version_core SET version_num = 'gone' RETURNING version_num"
    asyncio.run(fetch(scratch_service.database_url, statement))
    process = scratch_service.start("app.migrations.run")
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 1
    assert errors.startswith("Can't locate revision identified by 'gone'.")
    assert "Traceback" not in errors
