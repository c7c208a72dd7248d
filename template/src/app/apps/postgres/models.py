"""The base of all models: the guide's standard columns (template-owned)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any, TypeVar
from uuid import UUID

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from app.apps.postgres.returning import update_returning
from app.domain.caller import Caller
from app.domain.changes import changed_fields
from app.kit.permissions import Scope

M = TypeVar("M", bound="StandardModel")


class StandardQuerySet(models.QuerySet[M]):
    """Rows of a table with the standard columns."""

    def live(self) -> "StandardQuerySet[M]":
        """Those that are not deleted."""
        return self.filter(deleted_at__isnull=True)

    def deleted(self) -> "StandardQuerySet[M]":
        """Only the deleted ones."""
        return self.filter(deleted_at__isnull=False)

    def held(self) -> "StandardQuerySet[M]":
        """Held until the transaction ends; whoever only refers to the row need not wait."""
        return self.select_for_update(no_key=True)

    def of(self, caller: Caller) -> "StandardQuerySet[M]":
        """Those of the caller's organization."""
        return self.filter(organization_id=caller.organization_id)

    def within(self, scopes: frozenset[Scope], caller: Caller) -> "StandardQuerySet[M]":
        """Those that are the caller's by any of the scopes; all for `all`, none without a scope."""
        if "all" in scopes:
            return self
        by_scope: dict[Scope, dict[str, Any]] = {
            "own": {"created_by": caller.user_id},
            "assigned": {"assignee_id": caller.user_id},
            "public": {"visibility": "public"},
        }
        return self.filter(reduce(or_, (Q(**by_scope[scope]) for scope in sorted(scopes)), Q(pk__in=())))


@dataclass(frozen=True)
class Facts:
    """What `app.domain.access` asks of a row; the last two are none where a resource has no such column."""

    created_by: UUID | None
    assignee_id: UUID | None
    visibility: str | None


def facts_of(row: Mapping[str, Any]) -> Facts:
    """Those of a row of `values()`, whose columns have their own names."""
    return Facts(row["created_by"], row.get("assignee_id"), row.get("visibility"))


class StandardModel(models.Model):
    """The standard columns; a trigger (`kit/schema/standard.sql`) moves `updated_at` and `version`."""

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)
    version = models.IntegerField(db_default=1, editable=False)
    created_by = models.ForeignKey(
        "users.User",
        models.PROTECT,
        null=True,
        db_column="created_by",
        db_index=False,
        related_name="+",
        editable=False,
    )
    updated_by = models.ForeignKey(
        "users.User",
        models.PROTECT,
        null=True,
        db_column="updated_by",
        db_index=False,
        related_name="+",
        editable=False,
    )

    objects = StandardQuerySet.as_manager()

    class Meta:
        abstract = True

    # As the protocols of `app.domain` read them.
    created_by_id: UUID | None
    updated_by_id: UUID | None

    @property
    def facts(self) -> "Facts":
        """What permissions ask of this row."""
        return Facts(self.created_by_id, getattr(self, "assignee_id", None), getattr(self, "visibility", None))

    def shown(self, names: Iterable[str]) -> dict[str, Any]:
        """These columns as `values()` gives them: a foreign key is the other row's id."""
        attributes = {field.name: field.attname for field in self._meta.concrete_fields}
        return {name: getattr(self, attributes.get(name, name)) for name in names}

    def change(self, caller: Caller, values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
        """Set fields of this row, which must be held; what changed, as `changed_fields` has it.

        For nothing, nothing is written. `version` and `updated_at` are then those that the trigger gave.
        """
        changes = changed_fields(self, values)
        if changes:
            self.write({**values, "updated_by_id": caller.user_id})
        return changes

    def write(self, values: Mapping[str, Any]) -> None:
        """Write fields of this row, by their attributes' names, and read back what the trigger gave."""
        for name, value in values.items():
            setattr(self, name, value)
        own = type(self)._base_manager.filter(pk=self.pk)
        ((self.version, self.updated_at),) = update_returning(own, values, ("version", "updated_at"))


class TenantModel(StandardModel):
    """Those of a resource: every row belongs to one organization."""

    organization = models.ForeignKey(
        "organizations.Organization", models.PROTECT, db_index=False, related_name="+", editable=False
    )

    class Meta:
        abstract = True
