"""The conversation with an Elasticsearch or OpenSearch, by the client that it is given (template-owned).

A resource has an index such as `acme-task-v3` behind the alias `acme-task`. While the next one is filled it has the
alias `acme-task-next`, and what changes meanwhile is written to both.
"""

import re
import time
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from opensearchpy.exceptions import RequestError

from app.domain.search.bodies import (
    MAPPINGS,
    MOST_DELETED,
    MOST_NEAR,
    Body,
    deleted_query,
    exact_query,
    hit_of,
    near_query,
    source_of,
)
from app.domain.search.index import Document
from app.domain.search.questions import NEARLY, Hit, Question
from app.kit.search.calls import ServerNotWellError, measured

if TYPE_CHECKING:
    from opensearchpy import OpenSearch

# In no hurry: a request about a whole index, or hundreds of documents.
PATIENCE_SECONDS: Final = 60
# Searches that began before another index took its place still read the old one.
_IN_HAND_SECONDS: Final = 2.0
_WRITTEN, _GONE, _LATE = (200, 201), 404, 409
_NOT_WELL: Final = (429, 500, 502, 503, 504)
_SLOWLY: Final[dict[str, Any]] = {"request_timeout": PATIENCE_SECONDS}
_IF_THERE: Final = {"ignore_unavailable": "true"}


class RefusedError(Exception):
    """An index does not take a document, such as one of a later mapping: `reindex` makes one that does."""


class Indexes:
    """All indexes whose names begin with `prefix`; each call may raise `ServerNotWellError`."""

    def __init__(self, client: "OpenSearch", prefix: str) -> None:
        self._client = client
        self._prefix = prefix

    def ping(self) -> None:
        """Raise unless the server answers."""
        self._client.cluster.health()

    def write(self, document: Document) -> None:
        """Keep a document, unless a newer one is there.

        Raises:
            RefusedError: the index does not take it.
        """
        if self._is_written(document):
            return
        alias = self._alias(document.resource)
        there = self._indexes_of(alias)
        # Or it was there a moment ago, and another is in its place by now.
        if not any(there.values()) and there.keys() <= {f"{alias}-v1"}:
            self._make(f"{alias}-v1", alias)
        if not self._is_written(document):
            raise RefusedError(f"there is no {alias}")

    def find(self, question: Question) -> list[Hit]:
        """What is written as it was asked for; only where there is nothing, what is nearly so."""
        is_near = question.after is not None and question.after.rank == NEARLY
        found = [] if is_near else self._search(question, exact_query(question))
        if found or (question.after and not is_near) or len(question.words) >= MOST_NEAR:
            return found
        return self._search(question, near_query(question))

    def forget(self, resources: Collection[str], before: datetime) -> int:
        """Remove what is left of rows that were deleted before then; how many that were."""
        names = ",".join(self._alias(resource) for resource in resources)
        # Without a name it would be about all that the server has.
        removed, some = 0, MOST_DELETED if names else 0
        while some == MOST_DELETED:
            with measured("select", "search"):
                reply = self._client.search(index=names, body=deleted_query(before), params=_IF_THERE)
            some = self._remove(reply["hits"]["hits"])
            removed += some
        return removed

    def begin(self, resource: str) -> str:
        """A new index, which what changes from now on is written to as well; what an earlier run left is removed."""
        alias = self._alias(resource)
        there = self._indexes_of(alias)
        if not any(there.values()):
            self._make(f"{alias}-v1", alias)
            there = self._indexes_of(alias)
        self._remove_indexes(name for name, is_searched in there.items() if not is_searched)
        made = f"{alias}-v{max(_number(name) for name in there) + 1}"
        self._make(made, f"{alias}-next")
        return made

    def fill(self, index: str, documents: Sequence[Document]) -> None:
        """Keep documents in a new index, unless a newer one is there."""
        lines = [line for document in documents for line in _line(index, document, "external_gte")]
        with measured("insert", "bulk"):
            reply = self._client.bulk(body=lines, **_SLOWLY)
        for outcome in _outcomes(reply):
            _check(outcome, _LATE)

    def finish(self, resource: str, index: str) -> None:
        """Search the new index from now on, at one stroke, and remove the one before."""
        alias = self._alias(resource)
        before = [name for name, is_searched in self._indexes_of(alias).items() if is_searched]
        actions: list[Body] = [{"remove": {"index": name, "alias": alias}} for name in before]
        actions.append({"remove": {"index": index, "alias": f"{alias}-next"}})
        actions.append({"add": {"index": index, "alias": alias}})
        with measured("other", "indices.refresh"):
            self._client.indices.refresh(index=index, **_SLOWLY)
        with measured("other", "indices.update_aliases"):
            self._client.indices.update_aliases(body={"actions": actions}, **_SLOWLY)
        time.sleep(_IN_HAND_SECONDS)
        self._remove_indexes(before)

    def _alias(self, resource: str) -> str:
        return f"{self._prefix}-{resource}"

    def _is_written(self, document: Document) -> bool:
        """Whether it is there; no where the resource has no index yet."""
        alias = self._alias(document.resource)
        lines = [line for name in (alias, f"{alias}-next") for line in _line(name, document, "external")]
        with measured("insert", "bulk"):
            now, next_one = _outcomes(self._client.bulk(body=lines))
        # Mostly there is none that is being filled.
        _check(next_one, _LATE, _GONE)
        _check(now, _LATE, _GONE)
        return bool(now["status"] != _GONE)

    def _search(self, question: Question, body: Body) -> list[Hit]:
        names = ",".join(self._alias(resource) for resource in question.resources)
        # Half of an answer would look like the whole one.
        params = {**_IF_THERE, "allow_partial_search_results": "false"}
        with measured("select", "search"):
            reply = self._client.search(index=names, body=body, params=params)
        return [hit_of(each) for each in reply["hits"]["hits"]]

    def _remove(self, hits: Sequence[Body]) -> int:
        """Unless somebody wrote it again meanwhile."""
        lines = [
            {"delete": _about(_alias_of(hit["_index"]), hit["_id"], hit["_version"], "external_gte")} for hit in hits
        ]
        if lines:
            with measured("delete", "bulk"):
                reply = self._client.bulk(body=lines, params={"refresh": "true"})
            for outcome in _outcomes(reply):
                _check(outcome, _LATE, _GONE)
        return len(lines)

    def _make(self, index: str, alias: str) -> None:
        """Make an index and, once it can be searched, its alias; somebody else may be doing the same."""
        with measured("other", "indices.create"), suppress(RequestError):
            self._client.indices.create(index=index, body={"mappings": MAPPINGS}, **_SLOWLY)
        with measured("other", "cluster.health"):
            self._client.cluster.health(index=index, params={"wait_for_status": "yellow"}, **_SLOWLY)
        with measured("other", "indices.put_alias"):
            self._client.indices.put_alias(index=index, name=alias, **_SLOWLY)

    def _remove_indexes(self, names: Iterable[str]) -> None:
        for name in names:
            with measured("other", "indices.delete"):
                self._client.indices.delete(index=name, **_SLOWLY)

    def _indexes_of(self, alias: str) -> dict[str, bool]:
        """All indexes of a resource, and whether it is the one that is searched."""
        with measured("other", "indices.get_alias"):
            found = self._client.indices.get_alias(index=f"{alias}-v*")
        return {name: alias in each["aliases"] for name, each in found.items() if _number(name, alias)}


def _number(index: str, alias: str = "") -> int:
    """Which one of a resource's indexes it is; none is 0."""
    found = re.fullmatch(rf"{alias or '.+'}-v(\d+)", index)
    return int(found[1]) if found else 0


def _alias_of(index: str) -> str:
    return index.rpartition("-v")[0]


def _about(index: str, row_id: str, version: int, version_type: str) -> Body:
    return {"_index": index, "_id": row_id, "version": version, "version_type": version_type}


def _line(index: str, document: Document, version_type: str) -> tuple[Body, Body]:
    about = _about(index, str(document.id), document.version, version_type)
    # Or the server would make an index of its own choice where there is none.
    return {"index": {**about, "require_alias": version_type == "external"}}, source_of(document, datetime.now(UTC))


def _outcomes(reply: Body) -> list[Body]:
    return [outcome for item in reply["items"] for outcome in item.values()]


def _check(outcome: Body, *also: int) -> None:
    status = outcome["status"]
    if status not in (*_WRITTEN, *also):
        reason = f"{status} {outcome.get('error', {}).get('type', '')}"
        raise ServerNotWellError(reason) if status in _NOT_WELL else RefusedError(reason)
