"""The audit trail: what its entries say, and as which documents they are kept (template-owned; guide, "MongoDB")."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, WithJsonSchema

from app.domain.access import scopes_of
from app.domain.caller import Caller
from app.kit.events import Event
from app.kit.pagination import CursorCodec, Position, list_context
from app.kit.problems import invalid
from app.kit.secret_keys import derived_keys
from app.kit.settings import CoreSettings
from app.kit.text import Text

Action = Literal["created", "updated", "deleted", "restored"]
ResourceName = Annotated[Text, Field(min_length=1, max_length=100)]
Changes = Annotated[
    dict[str, dict[str, Any]],
    WithJsonSchema(
        {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "properties": {"from": {}, "to": {}},
                "required": ["from", "to"],
            },
        }
    ),
]
"""Fields, each with what it was and what it is."""

Body = dict[str, Any]
Step = Callable[[Body], Body]
COLLECTION = "audit_entries"
# Events upon which these fields are emptied in all entries about what they are about.
ERASED, PERSONAL = ("user.erased", "organization.erased"), ("email", "name")
ABOUT = ("organization_id", "resource", "resource_id")
# Newest first; a document without a unique moment is told apart by its id.
ORDER = (("at", -1), ("_id", -1))
# The guide's two, then one for each way in which entries are read, and one for those of an old schema.
INDEXES: tuple[tuple[tuple[str, int], ...], ...] = (
    (("organizationId", 1), ("createdAt", -1)),
    (("deletedAt", 1),),
    (("organizationId", 1), *ORDER),
    (("organizationId", 1), ("resource", 1), *ORDER),
    (("organizationId", 1), ("resourceId", 1), *ORDER),
    (("schemaVersion", 1), ("_id", 1)),
)
SPARSE = (("deletedAt", 1),)
MOST_AT_ONCE = 500
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Entry:
    """One write to a resource. `id` is its event's; `body` is what no back end looks at, as `schema_version` has it."""

    id: UUID
    organization_id: UUID
    user_id: UUID | None
    resource: str
    resource_id: UUID
    at: datetime
    schema_version: int
    body: Body

    @property
    def is_outdated(self) -> bool:
        """Whether a release before this one wrote it."""
        return self.schema_version < SCHEMA_VERSION

    def upgraded(self) -> "Entry":
        """The same in today's schema; one of a later release is left as it is."""
        body = self.body
        for step in _STEPS[self.schema_version - 1 :]:
            body = step(body)
        return replace(self, body=body, schema_version=max(self.schema_version, SCHEMA_VERSION))


@dataclass(frozen=True)
class Wanted:
    """What a request asks for: everything, one resource, or one row of it."""

    resource: str | None
    id: UUID | None


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Which entries: always those of one organization; `user_id` takes only what that user did."""

    organization_id: UUID
    limit: int
    resource: str | None = None
    resource_id: UUID | None = None
    user_id: UUID | None = None
    after: Position | None = None

    @property
    def equal(self) -> dict[str, Any]:
        """What the columns of an entry must be."""
        given = {"resource": self.resource, "resource_id": self.resource_id, "user_id": self.user_id}
        return {"organization_id": self.organization_id} | {k: v for k, v in given.items() if v is not None}

    @property
    def after_key(self) -> tuple[datetime, UUID] | None:
        """The moment and the id that all are before."""
        return None if self.after is None else (datetime.fromisoformat(self.after.value), self.after.id)


def _name_restorations(body: Body) -> Body:
    # The guide's own schema knows three actions: what came back was updated.
    moment = body["changes"].get("deleted_at")
    is_restored = body["action"] == "updated" and moment is not None and moment["to"] is None
    return body | {"action": "restored"} if is_restored else body


# From each schema to the next; the first is the guide's own.
_STEPS: tuple[Step, ...] = (_name_restorations,)
SCHEMA_VERSION = len(_STEPS) + 1


def entry_of(event: Event) -> Entry:
    """What the trail says of an event: the same each time, so that one told twice is written once."""
    what = event.name.rpartition(".")[2]
    action = what if what in ("created", "deleted", "restored") else "updated"
    return Entry(
        id=event.id,
        organization_id=event.organization_id,
        user_id=event.actor_id,
        resource=event.resource,
        resource_id=event.resource_id,
        at=event.at,
        schema_version=SCHEMA_VERSION,
        body={"action": action, "changes": dict(event.data.get("changes", {})), "version": event.version},
    )


def select_entries(caller: Caller, wanted: Wanted, codec: CursorCodec, *, cursor: str | None, limit: int) -> Selection:
    """What of the trail the caller asks for and may read; one more than `limit`, which tells that a page follows.

    Raises:
        ProblemError: 422 for an id without a resource, or a cursor of another list.
    """
    if wanted.id is not None and wanted.resource is None:
        raise invalid("/query/resource", "is needed beside id")
    may_read_all = "all" in scopes_of(caller.role, "audit", "read")
    return Selection(
        organization_id=caller.organization_id,
        limit=limit + 1,
        resource=wanted.resource,
        resource_id=wanted.id,
        user_id=None if may_read_all else caller.user_id,
        after=codec.decode(cursor) if cursor is not None else None,
    )


def cursors_of(caller: Caller, wanted: Wanted, settings: CoreSettings) -> CursorCodec:
    """The cursors of the list with these filters."""
    context = list_context(COLLECTION, caller.user_id, sort="-timestamp", deleted=False, filters=asdict(wanted))
    return CursorCodec(derived_keys(settings, "cursors"), context)


def page_of(found: Sequence[Entry], limit: int, codec: CursorCodec) -> dict[str, Any]:
    """The reply of a page."""
    items, cursor = found[:limit], None
    if len(found) > limit:
        cursor = codec.encode(Position.of(items[-1].at, items[-1].id))
    return {"items": [_shown(entry) for entry in items], "next_cursor": cursor}


def _shown(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "action": entry.body["action"],
        "timestamp": entry.at.astimezone(UTC),
        "user_id": entry.user_id,
        "resource": entry.resource,
        "resource_id": entry.resource_id,
        # PostgreSQL keeps no order of its own of what an object holds.
        "changes": {
            name: {"from": was.get("from"), "to": was.get("to")} for name, was in entry.body["changes"].items()
        },
    }


def document_of(entry: Entry, now: datetime) -> dict[str, Any]:
    """The entry as the guide's standard document; `at` is the moment in microseconds, which `timestamp` can't hold."""
    return {
        "_id": entry.id,
        "createdAt": now,
        "updatedAt": now,
        "deletedAt": None,
        "organizationId": entry.organization_id,
        "userId": entry.user_id,
        "resource": entry.resource,
        "resourceId": entry.resource_id,
        "timestamp": entry.at,
        "at": _microseconds(entry.at),
        "schemaVersion": entry.schema_version,
        **entry.body,
    }


def read_document(document: Mapping[str, Any]) -> Entry:
    """The entry that a document holds."""
    return Entry(
        id=document["_id"],
        organization_id=document["organizationId"],
        user_id=document.get("userId"),
        resource=document["resource"],
        resource_id=document["resourceId"],
        at=_EPOCH + timedelta(microseconds=document["at"]),
        schema_version=document["schemaVersion"],
        body={name: document[name] for name in ("action", "changes", "version") if name in document},
    )


def filter_of(selection: Selection) -> dict[str, Any]:
    """The selection as MongoDB is asked for it."""
    names = {"organization_id": "organizationId", "resource_id": "resourceId", "user_id": "userId"}
    found: dict[str, Any] = {names.get(name, name): value for name, value in selection.equal.items()}
    if selection.after_key is not None:
        at, row_id = selection.after_key
        before = _microseconds(at)
        found["$or"] = [{"at": {"$lt": before}}, {"at": before, "_id": {"$lt": row_id}}]
    return found


def replacement_of(entry: Entry, now: datetime) -> tuple[dict[str, Any], dict[str, Any]]:
    """Which document an outdated entry is, unless somebody upgraded it meanwhile, and what is set in it."""
    fresh = entry.upgraded()
    which = {"_id": entry.id, "schemaVersion": entry.schema_version}
    return which, {"$set": {**fresh.body, "schemaVersion": fresh.schema_version, "updatedAt": now}}


def erasure(placeholder: str) -> str:
    """The statement that leaves of each change of a person which fields it was, not what they held.

    By `organization_id`, `resource` and `resource_id`, whose place `placeholder` shows, as in `:{}` and `%({})s`.
    """
    body = "body"
    for name in PERSONAL:
        body = f"jsonb_set({body}, '{{changes,{name}}}', jsonb_build_object('from', NULL, 'to', NULL), FALSE)"
    where = " AND ".join(f"{name} = {placeholder.format(name)}" for name in ABOUT)
    return f"UPDATE audit_entries SET body = {body} WHERE {where}"  # noqa: S608 - constants


def erasing_updates(erased: Event, now: datetime) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """The same for MongoDB: which documents, and what is set in them."""
    about = {"resource": erased.resource, "resourceId": erased.resource_id, "organizationId": erased.organization_id}
    emptied = {"from": None, "to": None}
    return [
        (about | {f"changes.{name}": {"$exists": True}}, {"$set": {f"changes.{name}": emptied, "updatedAt": now}})
        for name in PERSONAL
    ]


def _microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)
