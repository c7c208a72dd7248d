"""The rows of a resource: read, made, held for a change, shown (template-owned; contract, "Order", "Roles")."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar, cast
from uuid import UUID

from app.apps.postgres.models import StandardQuerySet, TenantModel, facts_of
from app.apps.postgres.prebuilt import Given, Prebuilt, given_caller, values_of
from app.domain.access import check_row, not_found, scopes_of
from app.domain.caller import Caller
from app.kit.permissions import Action

T = TypeVar("T", bound=TenantModel)


@dataclass(frozen=True)
class Rows(Generic[T]):
    """A resource's model, the columns that its replies show, and its name in permissions ("tasks")."""

    model: type[T]
    columns: tuple[str, ...]
    resource: str

    def of(self, caller: Caller) -> StandardQuerySet[T]:
        """All of the caller's organization, deleted ones too."""
        return cast("StandardQuerySet[T]", self.model._default_manager.all()).of(caller)

    def seen_by(self, caller: Caller, *, deleted: bool = False) -> StandardQuerySet[T]:
        """The live ones that the caller may read, or the deleted ones that the caller may restore."""
        found = self.of(caller).deleted() if deleted else self.of(caller).live()
        return found.within(scopes_of(caller.role, self.resource, "delete" if deleted else "read"), caller)

    def one(self, caller: Caller, row_id: UUID) -> dict[str, Any]:
        """What replies show of one live row that the caller may read.

        Raises:
            ProblemError: 404.
        """
        found = self._one.read({**values_of(caller), "id": row_id})
        if not found:
            raise not_found()
        check_row(caller, self.resource, "read", facts_of(found[0]))
        return found[0]

    def make(self, caller: Caller, values: Mapping[str, Any]) -> T:
        """Make a row of the caller's organization."""
        who = {"created_by_id": caller.user_id, "updated_by_id": caller.user_id}
        made = self.model(**values, **who, organization_id=caller.organization_id)
        made.save(force_insert=True)
        return made

    def hold(self, caller: Caller, row_id: UUID) -> T:
        """The row, held until the transaction ends: of two writers one is told 412.

        Deleted ones too; `check_row` says what the caller may do with it.

        Raises:
            ProblemError: 404.
        """
        found = self.of(caller).held().filter(id=row_id).first()
        if found is None:
            raise not_found()
        return found

    def hold_live(self, caller: Caller, row_id: UUID, action: Action) -> T:
        """The same of a live row on which the caller may do `action`.

        Raises:
            ProblemError: 404, 403.
        """
        found = self.hold(caller, row_id)
        if found.deleted_at is not None:
            raise not_found()
        check_row(caller, self.resource, action, found.facts)
        return found

    def shown(self, row: T) -> dict[str, Any]:
        """What replies show of a row."""
        return row.shown(self.columns)

    @cached_property
    def _one(self) -> Prebuilt:
        return Prebuilt.of(self.of(given_caller("")).live().filter(id=Given("id")).values(*self.columns))
