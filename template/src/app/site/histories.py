"""The histories of migrations: which apps belong to which owner (template-owned).

`core` is what every service has, Django's own apps included; each component has one; `own` is all the rest, yours.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.apps import apps
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.migration import Migration

from app.apps.slices import Slice
from app.components import find_components

# Those of the template; whatever else is in `apps/` is the service's own.
_CORE = frozenset({"auth", "idempotency", "organizations", "outbox", "sessions", "users"})
Plan = list[tuple[Migration, bool]]


@dataclass(frozen=True)
class History:
    """One owner's migrations: those of the apps with these labels."""

    owner: str
    labels: frozenset[str]

    def targets(self, executor: MigrationExecutor) -> list[tuple[str, str]]:
        """The newest migration of each app."""
        return [node for node in executor.loader.graph.leaf_nodes() if node[0] in self.labels]

    def newest(self, executor: MigrationExecutor) -> str | None:
        """The last of the history, as `users.0001_user`; none where there are no migrations."""
        order = self._order(executor)
        return ".".join(order[-1]) if order else None

    def below(self, node: tuple[str, str], executor: MigrationExecutor) -> list[tuple[str, str | None]]:
        """What each app is taken back to, so that `node` is the last of the history; what is not there stays so."""
        order, there = self._order(executor), self.applied(executor)
        kept = dict(each for each in order[: order.index(node) + 1] if each in there)
        return [(label, kept.get(label)) for label in sorted({label for label, _ in order})]

    def revision(self, executor: MigrationExecutor) -> str | None:
        """The last that the database has."""
        applied = self.applied(executor)
        return ".".join(applied[-1]) if applied else None

    def applied(self, executor: MigrationExecutor) -> list[tuple[str, str]]:
        """Those that the database has, in their order."""
        return [node for node in self._order(executor) if node in executor.loader.applied_migrations]

    def holds(self, plan: Plan) -> bool:
        """Whether a plan is about this history alone."""
        return {migration.app_label for migration, _ in plan} <= self.labels

    def _order(self, executor: MigrationExecutor) -> list[tuple[str, str]]:
        return [node for node in _in_order(executor) if node[0] in self.labels]


def find_histories() -> tuple[History, ...]:
    """Core first, then components in the order of their needs, then own."""
    components = [component.name for component in find_components() if component.name != "own"]
    labels: dict[str, set[str]] = {owner: set() for owner in ("core", *components, "own")}
    for config in apps.get_app_configs():
        name = config.short_name if isinstance(config, Slice) else ""
        owner = name if name in components else "own" if name and name not in _CORE else "core"
        labels[owner].add(config.label)
    has_tables = {owner for owner, found in labels.items() if _have_migrations(found)} | {"core", "own"}
    return tuple(History(owner, frozenset(found)) for owner, found in labels.items() if owner in has_tables)


def _have_migrations(labels: Iterable[str]) -> bool:
    return any((Path(apps.get_app_config(label).path) / "migrations").is_dir() for label in labels)


def _in_order(executor: MigrationExecutor) -> list[tuple[str, str]]:
    """All migrations in the order in which they are applied."""
    graph = executor.loader.graph
    plan = graph._generate_plan(graph.leaf_nodes(), at_end=True)
    return [(str(label), str(name)) for label, name in plan]
