"""Attachments: which files may come in, who gets them when, and what goes in the end (template-owned).

A file arrives at a key that its link may write to; completed, its bytes are copied to another that no link can: what is
checked, scanned and served are the same bytes.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import chain
from typing import Annotated, Any, Final, Literal, NamedTuple, Protocol
from uuid import UUID, uuid4

from pydantic import Field

from app.domain.caller import Caller
from app.kit.events import Event
from app.kit.pagination import list_context
from app.kit.problems import CONFLICT, ProblemError, invalid
from app.kit.resource import Resource
from app.kit.storage.names import safe_name
from app.kit.storage.objects import INCOMING, Download, Kept, Upload
from app.kit.text import Text

Status = Literal["pending", "scanning", "clean", "not_scanned", "quarantined", "rejected"]
Filename = Annotated[Text, Field(min_length=1, max_length=255)]
# One PUT of S3 takes no more; how much a service takes is a setting.
Size = Annotated[int, Field(strict=True, ge=1, le=5 * 1024**3)]
ContentType = Annotated[
    str,
    Field(max_length=127, pattern=r"^[a-z]+/[a-z0-9.+_-]+$", examples=["text/plain", "image/png", "application/pdf"]),
]

attachment = Resource(name="attachment", plural="attachments", also=("completed", "scanned"))
SERVABLE: Final = frozenset({"clean", "not_scanned"})
# No upload and no download by the service's own links takes longer.
LONGEST_TRANSFER: Final = timedelta(minutes=10)
# What no row names, or what arrived where nothing is waited for any more, is left alone for so long.
GRACE: Final = timedelta(days=1)
MOST_AT_ONCE: Final = 500
# So many objects are removed by one request, and noted before the next: what fails later undoes nothing.
REMOVED_AT_ONCE: Final = 100
# A cleaning ends well before its job's time is up; what is left is removed by the next.
LONGEST_CLEANING: Final = timedelta(seconds=20)
# It says nothing of a file, and so is never a lie.
_ANYTHING: Final = "application/octet-stream"
_TEXTS: Final = frozenset(
    {"application/json", "application/x-ndjson", "application/xml", "application/yaml", "image/svg+xml"}
)


class Attached(Protocol):
    """A row of the table of attachments."""

    @property
    def id(self) -> UUID: ...

    @property
    def version(self) -> int: ...

    @property
    def organization_id(self) -> UUID: ...

    @property
    def filename(self) -> str: ...

    @property
    def size(self) -> int: ...

    @property
    def content_type(self) -> str: ...

    @property
    def status(self) -> str: ...

    @property
    def key(self) -> str | None: ...


@dataclass(frozen=True)
class Parent:
    """The row that files are attached to."""

    resource: str
    id: UUID


class Cleaned(NamedTuple):
    """What a row is after a cleaning has deleted it."""

    id: UUID
    version: int
    organization_id: UUID
    deleted_at: datetime


def new_key(below: str, organization_id: UUID, now: datetime) -> str:
    """A key that nobody can guess or choose, and that tells nothing of the file: `<organization>/<year>/<random>`.

    `below` is where the service keeps its files, to the slash.
    """
    return f"{below}{organization_id}/{now.year}/{uuid4()}"


def check_announcement(given: Mapping[str, Any], *, most_bytes: int) -> None:
    """Refuse a file that is too large, or of a kind that can't be told by its bytes.

    Raises:
        ProblemError: 422.
    """
    if given["size"] > most_bytes:
        raise invalid("/body/size", f"must be {most_bytes} bytes at most")
    if not _can_be_checked(given["content_type"]):
        raise invalid("/body/content_type", f"is no kind that can be checked; {_ANYTHING} is taken for any file")


def new_values(caller: Caller, parent: Parent, given: Mapping[str, Any], *, below: str) -> dict[str, Any]:
    """The columns of an attachment that is announced, of a service that keeps its files below this prefix."""
    return {
        "resource": parent.resource,
        "resource_id": parent.id,
        "filename": safe_name(given["filename"]),
        "size": given["size"],
        "content_type": given["content_type"],
        "status": "pending",
        "key": new_key(below + INCOMING, caller.organization_id, datetime.now(UTC)),
    }


def check_quota(used: int, size: int, *, quota: int) -> None:
    """Refuse a file that would not fit beside what an organization has, or has announced.

    Raises:
        ProblemError: 409.
    """
    if used + size > quota:
        raise ProblemError(CONFLICT, f"Your organization may keep {quota} bytes of files; delete some first.")


def upload_of(row: Attached, ttl: timedelta) -> Upload:
    """The bytes that an announced attachment waits for."""
    assert row.key is not None
    return Upload(row.key, row.size, row.content_type, datetime.now(UTC) + ttl)


def download_of(row: Attached, ttl: timedelta) -> Download:
    """The bytes of an attachment that may be served.

    Raises:
        ProblemError: 409.
    """
    if row.status not in SERVABLE or row.key is None:
        raise ProblemError(CONFLICT, f"The file is {row.status}: only one that is clean or not_scanned is given out.")
    return Download(row.key, row.filename, row.content_type, datetime.now(UTC) + ttl)


def missing_upload() -> ProblemError:
    """A 409: nothing was uploaded yet, or it was removed because it came to nothing."""
    return ProblemError(CONFLICT, "Nothing was uploaded yet: send the file to the link of its upload first.")


def verdict(row: Attached, kept: Kept, *, is_held_back: bool) -> Status:
    """What a file is once its bytes are there."""
    if kept.size != row.size or not is_of_kind(row.content_type, kept.start, is_whole=len(kept.start) == kept.size):
        return "rejected"
    return "scanning" if is_held_back else "not_scanned"


def is_of_kind(content_type: str, start: bytes, *, is_whole: bool) -> bool:
    """Whether a file that begins so can be of this kind: by its magic bytes, or a text by being one."""
    if content_type == _ANYTHING:
        return True
    if _is_text(content_type):
        return _reads_as_text(start, is_whole=is_whole)
    # Only now: it takes its time, and its memory.
    from puremagic import magic_string

    return bool(start) and _usual(content_type) in {_usual(found.mime_type) for found in magic_string(start)}


def list_of(caller: Caller, parent: Parent) -> str:
    """The context of the cursors of a row's attachments."""
    filters = {"resource": parent.resource, "id": parent.id}
    return list_context(attachment.plural, caller.user_id, sort="-created_at", deleted=False, filters=filters)


def shown_fields(values: Mapping[str, Any]) -> dict[str, Any]:
    """What an event says of a new attachment: all but where its bytes are."""
    return {name: value for name, value in values.items() if name != "key"}


def scanned_event(row: Attached, before: str, found: str | None) -> Event:
    """The event of a scan, which nobody asked for: what was found, if anything."""
    return Event(
        name="attachment.scanned",
        organization_id=row.organization_id,
        actor_id=None,
        resource=attachment.name,
        resource_id=row.id,
        version=row.version,
        data={**changed_status(before, row.status), "found": found},
    )


def cleaned_event(row: Cleaned) -> Event:
    """The event of a deletion that nobody asked for."""
    return Event(
        name="attachment.deleted",
        organization_id=row.organization_id,
        actor_id=None,
        resource=attachment.name,
        resource_id=row.id,
        version=row.version,
        data={"changes": {"deleted_at": {"from": None, "to": row.deleted_at}}},
    )


def changed_status(before: str, after: str) -> dict[str, Any]:
    """What an event says of an attachment whose status is another."""
    return {"changes": {"status": {"from": before, "to": after}}}


def is_left_over(modified: datetime, now: datetime) -> bool:
    """Whether an object that no row names is nobody's, and not that of an upload that is under way."""
    return now - modified > GRACE


def batches(keys: Iterable[str]) -> Iterator[list[str]]:
    """The keys in their order, as many at once as one request removes."""
    rest = list(keys)
    for start in range(0, len(rest), REMOVED_AT_ONCE):
        yield rest[start : start + REMOVED_AT_ONCE]


def quota_lock(placeholder: str) -> str:
    """The statement that has uploads of one organization announced one after the other, until each commits."""
    return f"SELECT pg_advisory_xact_lock(hashtextextended('attachments ' || CAST({placeholder} AS text), 0))"


def cleaning(resources: Iterable[Resource], placeholder: Callable[[str], str]) -> list[str]:
    """The statements that delete, softly, what became too old in a state, and what the row is gone of.

    By `pending` and `refused`, the moments before which that is so; each deletes `most` rows at most, leaves those that
    are held to the next, and gives what `cleaned_event` tells of the others.
    """
    pending, refused = placeholder("pending"), placeholder("refused")
    found = "SELECT id FROM attachments WHERE deleted_at IS NULL AND {} LIMIT {} FOR NO KEY UPDATE SKIP LOCKED"
    delete = f"UPDATE attachments SET deleted_at = NOW() WHERE id IN ({found}) RETURNING {{}}"  # noqa: S608 - constants
    old = f"status = 'pending' AND updated_at < {pending}"
    judged = f"status IN ('rejected', 'quarantined') AND updated_at < {refused}"
    rowless = [
        f"resource = '{one.name}' AND NOT EXISTS (SELECT FROM {one.plural} AS parent WHERE parent.id = resource_id)"
        for one in resources
    ]
    most, names = placeholder("most"), ", ".join(Cleaned._fields)
    return [delete.format(condition, most, names) for condition in (old, judged, *rowless)]


def _can_be_checked(content_type: str) -> bool:
    return content_type == _ANYTHING or _is_text(content_type) or _usual(content_type) in _known_kinds()


def _is_text(content_type: str) -> bool:
    return content_type.startswith("text/") or content_type in _TEXTS


def _reads_as_text(start: bytes, *, is_whole: bool) -> bool:
    if b"\x00" in start:
        return False
    try:
        start.decode("utf-8")
    except UnicodeDecodeError as error:
        # Of the last character of a part some bytes may be missing.
        return not is_whole and error.reason == "unexpected end of data"
    return True


def _usual(content_type: str) -> str:
    """The name of a kind without the `x-` that it had before it was registered."""
    return content_type.replace("/x-", "/", 1)


@cache
def _known_kinds() -> frozenset[str]:
    from puremagic.main import magic_header_array, multi_part_dict

    rows = chain(magic_header_array, chain.from_iterable(multi_part_dict.values()))
    return frozenset(_usual(row.mime_type) for row in rows if row.mime_type)
