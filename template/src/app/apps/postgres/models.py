"""The base of all models: the guide's standard columns (template-owned)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar, cast
from uuid import UUID

from django.contrib.postgres.functions import RandomUUID
from django.db import connection, models
from django.db.models import sql
from django.db.models.functions import Now

from app.domain.caller import Caller
from app.domain.changes import changed_fields

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


@dataclass(frozen=True)
class Facts:
    """What `app.domain.access` asks of a row; the last two are none where a resource has no such column."""

    created_by: UUID | None
    assignee_id: UUID | None
    visibility: str | None


def facts_of(row: Mapping[str, Any]) -> Facts:
    """Those of a row of `values()`."""
    return Facts(row["created_by_id"], row.get("assignee_id"), row.get("visibility"))


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
        return facts_of({name: getattr(self, name, None) for name in ("created_by_id", "assignee_id", "visibility")})

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
        self.version, self.updated_at = _update(self, values)


class TenantModel(StandardModel):
    """Those of a resource: every row belongs to one organization."""

    organization = models.ForeignKey(
        "organizations.Organization", models.PROTECT, db_index=False, related_name="+", editable=False
    )

    class Meta:
        abstract = True


def _update(row: StandardModel, values: Mapping[str, Any]) -> tuple[int, datetime]:
    """UPDATE … RETURNING, which Django's own `update` does not know."""
    model = type(row)
    fields = {field.attname: field for field in model._meta.concrete_fields}
    query = cast("sql.UpdateQuery", model._base_manager.filter(pk=row.pk).query.chain(sql.UpdateQuery))
    query.add_update_fields([(fields[name], None, value) for name, value in values.items()])
    statement, parameters = query.get_compiler(connection=connection).as_sql()
    with connection.cursor() as cursor:
        cursor.execute(f"{statement} RETURNING version, updated_at", parameters)
        version, updated_at = cursor.fetchone()
    return version, updated_at
