"""Who looks for what, and what is shown of it (template-owned; contract, "GET /search")."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Annotated, Any, Final, NamedTuple
from uuid import UUID

from pydantic import Field

from app.domain.access import check_operation, scopes_of
from app.domain.caller import Caller
from app.kit.pagination import CursorCodec, Position, list_context
from app.kit.permissions import SCOPES, Scope
from app.kit.resource import Resource
from app.kit.search.highlights import found_by, pieces
from app.kit.search.words import words_of
from app.kit.secret_keys import derived_keys
from app.kit.settings import CoreSettings
from app.kit.text import Text
from app.kit.times import format_time

Query = Annotated[Text, Field(min_length=1, max_length=200)]
ResourceName = Annotated[Text, Field(min_length=1, max_length=100)]

# What is found stands in this order, then the newest first: all words in the title, all of them anywhere, all of them
# nearly. The last is looked for only where there is nothing of the others, and only by servers that can.
IN_TITLE: Final = 3
ANYWHERE: Final = 2
NEARLY: Final = 1
_MOST_OF_TITLE, _MOST_OF_BODY = 1, 3


class Place(NamedTuple):
    """Where something stands among all that is found; the higher comes first."""

    rank: int
    created_at: datetime
    id: UUID


@dataclass(frozen=True)
class Wanted:
    """What a request asks for: words, in everything or in one resource."""

    q: str
    resource: str | None


@dataclass(frozen=True, kw_only=True)
class Question:
    """What a back end is asked: always of one organization, and of what the caller may read there.

    `readable` names the resources by the scope in which they may be read: one in `all` stands in no other. All of
    `words` are looked for, and one that begins with `prefix`.
    """

    organization_id: UUID
    user_id: UUID
    readable: Mapping[Scope, tuple[str, ...]]
    words: tuple[str, ...]
    prefix: str
    limit: int
    after: Place | None = None

    @property
    def is_vain(self) -> bool:
        """Whether nothing can be found."""
        return not self.prefix or not any(self.readable.values())

    @property
    def resources(self) -> tuple[str, ...]:
        """All that are asked about."""
        return tuple(sorted({name for names in self.readable.values() for name in names}))


@dataclass(frozen=True)
class Hit:
    """Something that was found; `near` are its words that are nearly those that were looked for."""

    resource: str
    id: UUID
    rank: int
    created_at: datetime
    title: str
    body: str
    near: tuple[str, ...] = ()

    @property
    def place(self) -> Place:
        return Place(self.rank, self.created_at, self.id)


def ask(
    caller: Caller,
    wanted: Wanted,
    resources: Iterable[Resource],
    *,
    codec: CursorCodec,
    cursor: str | None,
    limit: int,
) -> Question:
    """What is to be found for the caller; one more than `limit`, which tells that a page follows.

    Raises:
        ProblemError: 403 for a resource that the caller may not read at all, 422 for a cursor of another list.
    """
    chosen = [one for one in resources if wanted.resource in (None, one.name)]
    if wanted.resource is not None:
        for one in chosen:
            check_operation(caller, one.plural, "read")
    words = words_of(wanted.q)
    return Question(
        organization_id=caller.organization_id,
        user_id=caller.user_id,
        readable=_readable(caller, chosen),
        words=tuple(sorted(set(words[:-1]))),
        prefix=words[-1] if words else "",
        limit=limit + 1,
        after=_place(codec.decode(cursor)) if cursor is not None else None,
    )


def cursors_of(caller: Caller, wanted: Wanted, settings: CoreSettings) -> CursorCodec:
    """The cursors of this search."""
    context = list_context("search", caller.user_id, sort="-rank", deleted=False, filters=asdict(wanted))
    return CursorCodec(derived_keys(settings, "cursors"), context)


def page_of(found: Sequence[Hit], question: Question, codec: CursorCodec) -> dict[str, Any]:
    """The reply of a page."""
    limit = question.limit - 1
    items, cursor = found[:limit], None
    if len(found) > limit:
        last = items[-1]
        cursor = codec.encode(Position([last.rank, format_time(last.created_at)], last.id))
    return {"items": [_shown(hit, question) for hit in items], "next_cursor": cursor}


def _shown(hit: Hit, question: Question) -> dict[str, Any]:
    is_found = found_by(question.words, question.prefix, hit.near)
    highlights = pieces(hit.title, is_found, most=_MOST_OF_TITLE) + pieces(hit.body, is_found, most=_MOST_OF_BODY)
    return {"resource": hit.resource, "id": hit.id, "title": hit.title, "highlights": highlights}


def _readable(caller: Caller, resources: Iterable[Resource]) -> dict[Scope, tuple[str, ...]]:
    found: dict[Scope, list[str]] = {scope: [] for scope in SCOPES}
    for one in resources:
        scopes = scopes_of(caller.role, one.plural, "read")
        widest: Iterable[Scope] = ("all",) if "all" in scopes else scopes
        for scope in widest:
            found[scope].append(one.name)
    return {scope: tuple(names) for scope, names in found.items()}


def _place(position: Position) -> Place:
    rank, created_at = position.value
    return Place(rank, datetime.fromisoformat(created_at), position.id)
