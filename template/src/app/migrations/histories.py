"""The histories: which there are, and Alembic's configuration for one (template-owned)."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alembic.autogenerate import renderers, rewriter
from alembic.config import Config
from alembic.operations import MigrateOperation, ops
from sqlalchemy import Connection

from app.api.postgres.tables import Base, StandardColumns
from app.api.slices import import_tables
from app.components import find_components

_HERE = Path(__file__).parent
_rewriter = rewriter.Rewriter()
# A new revision is code as any other: it passes `just lint` as it is written.
_AFTER_WRITING = {"format": "format --quiet", "fix": "check --quiet --fix"}


@dataclass(frozen=True)
class History:
    """One owner's revisions, a folder below `migrations/`, with a version table of its own."""

    owner: str

    @property
    def folder(self) -> Path:
        return _HERE / self.owner

    def config(self, connection: Connection) -> Config:
        """Alembic's configuration to work on this history over an open connection."""
        config = Config()
        config.set_main_option("script_location", _literal(_HERE))
        config.set_main_option("version_locations", _literal(self.folder))
        config.set_main_option("path_separator", "newline")  # a folder's name may hold `:`
        config.set_main_option("file_template", "r%%(year)d%%(month).2d%%(day).2d_%%(hour).2d%%(minute).2d_%%(slug)s")
        for hook, options in _AFTER_WRITING.items():
            config.set_section_option("post_write_hooks", f"{hook}.type", "module")
            config.set_section_option("post_write_hooks", f"{hook}.module", "ruff")
            config.set_section_option("post_write_hooks", f"{hook}.options", f"{options} REVISION_SCRIPT_FILENAME")
        config.set_section_option("post_write_hooks", "hooks", ",".join(_AFTER_WRITING))
        config.attributes["configure"] = self._configure(connection)
        return config

    def _configure(self, connection: Connection) -> dict[str, Any]:
        import_tables()
        return {
            "connection": connection,
            "target_metadata": Base.metadata,
            "version_table": f"alembic_version_{self.owner}",
            "include_name": _is_ours,
            "transaction_per_migration": True,
            "process_revision_directives": _rewriter,
        }


def find_histories() -> tuple[History, ...]:
    """Core first, then components in the order of their needs, then own."""
    components = [c.name for c in find_components() if c.name != "own" and (_HERE / c.name).is_dir()]
    return tuple(History(owner) for owner in ("core", *components, "own"))


def _literal(path: Path) -> str:
    return str(path).replace("%", "%%")


def _is_ours(name: str | None, kind: str, _parents: Any) -> bool:
    return not (kind == "table" and name is not None and name.startswith("alembic_version_"))


@dataclass
class FinishStandardTable(MigrateOperation):
    """The line of a revision that makes a table's trigger; dropping the table drops that too."""

    table: str

    def reverse(self) -> MigrateOperation:
        raise NotImplementedError("a table is dropped whole")


@renderers.dispatch_for(FinishStandardTable)
def _render(_context: Any, operation: FinishStandardTable) -> str:
    return f"finish_standard_table({operation.table!r})"


@_rewriter.rewrites(ops.CreateTableOp)
def _add_trigger(_context: Any, _revision: Any, operation: ops.CreateTableOp) -> Any:
    """A new table with the standard columns gets their trigger too."""
    standard = set(StandardColumns.__annotations__)
    if not standard <= {getattr(column, "name", None) for column in operation.columns}:
        return operation
    return [operation, FinishStandardTable(operation.table_name)]
