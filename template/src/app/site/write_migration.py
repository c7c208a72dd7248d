"""`write-migration`: what `makemigration` runs on its scratch database (template-owned)."""

import re
import sys
from argparse import ArgumentParser
from pathlib import Path

from django.apps import apps
from django.db import connection
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.migration import Migration
from django.db.migrations.operations import CreateModel
from django.db.migrations.questioner import NonInteractiveMigrationQuestioner
from django.db.migrations.state import ProjectState
from django.db.migrations.writer import MigrationWriter

from app.apps.postgres.schema import finish_standard_table
from app.site.command_line import set_up_or_exit
from app.site.histories import find_histories

_STANDARD = {"created_at", "updated_at", "deleted_at", "version"}


def main() -> None:
    """Write a migration of each own app whose models have changed, and print the files."""
    parser = ArgumentParser(description="Write migrations of `own`; the database is at the newest of every history.")
    parser.add_argument("message")
    message = parser.parse_args().message
    set_up_or_exit()
    for path in write_migrations(re.sub(r"\W+", "_", message.lower()).strip("_")):
        print(path)


def write_migrations(name: str) -> list[Path]:
    """Write what is missing; the files.

    Raises:
        SystemExit: a model of the template's was changed, whose migrations an update would meet.
    """
    changes = _changes(name)
    own = next(history.labels for history in find_histories() if history.owner == "own")
    if foreign := sorted(set(changes) - own):
        sys.exit(
            f"The models of {', '.join(foreign)} are the template's: put your fields into a model of your own app, "
            "one-to-one with theirs."
        )
    return [_write(migration) for migrations in changes.values() for migration in migrations]


def _changes(name: str) -> dict[str, list[Migration]]:
    loader = MigrationLoader(connection)
    detector = MigrationAutodetector(
        loader.project_state(),
        ProjectState.from_apps(apps),
        NonInteractiveMigrationQuestioner(specified_apps=set(), dry_run=False),
    )
    found: dict[str, list[Migration]] = detector.changes(graph=loader.graph, migration_name=name or None)
    return found


def _write(migration: Migration) -> Path:
    operations = []
    for operation in migration.operations:
        operations.append(operation)
        if isinstance(operation, CreateModel) and {name for name, _ in operation.fields} >= _STANDARD:
            model = apps.get_model(migration.app_label, operation.name)
            operations.append(finish_standard_table(model._meta.db_table))
    vars(migration)["operations"] = operations
    writer = MigrationWriter(migration, include_header=False)
    path = Path(writer.path)
    path.parent.mkdir(exist_ok=True)
    (path.parent / "__init__.py").touch()
    path.write_text(f'"""{migration.name}."""\n\n{writer.as_string()}', encoding="utf-8")
    return path


if __name__ == "__main__":
    main()
