"""Indexes, documents and questions as Elasticsearch and OpenSearch want them (template-owned).

Words come taken apart, and are parted by spaces here: no analyser but `whitespace` is asked for.
"""

import re
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from app.domain.search.index import Document
from app.domain.search.questions import ANYWHERE, IN_TITLE, NEARLY, Hit, Question

Body = dict[str, Any]
# Raise it with a change of the properties: `reindex` then makes the next index by them.
SCHEMA_VERSION: Final = 1
MOST_DELETED: Final = 1000
# Each may stand for fifty words of the index, and a query has a thousand at most.
MOST_NEAR: Final = 16
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# No word holds them.
_BEGIN, _END = "<", ">"
_MARKED = re.compile(rf"{_BEGIN}([^{_END}]+){_END}")
_KEYWORD, _NUMBER, _TEXT = {"type": "keyword"}, {"type": "long"}, {"type": "text", "index": False}
_WORDS = {"type": "text", "analyzer": "whitespace", "norms": False}
_SHOWN = ("resource", "id", "created_at", "title", "body")

MAPPINGS: Final[Body] = {
    "dynamic": "strict",
    "_meta": {"schema_version": SCHEMA_VERSION},
    "properties": {
        **dict.fromkeys(("id", "organization_id", "resource"), _KEYWORD),
        # Microseconds since 1970, which no type of time keeps and sorts by as a number.
        **dict.fromkeys(("created_at", "indexed_at"), _NUMBER),
        "version": {"type": "integer"},
        "is_deleted": {"type": "boolean"},
        **dict.fromkeys(("title", "body"), _TEXT),
        **dict.fromkeys(("title_words", "words"), _WORDS),
        **dict.fromkeys(("created_by", "assignee_id", "visibility"), _KEYWORD),
    },
}


def source_of(document: Document, now: datetime) -> Body:
    """What an index keeps."""
    values = asdict(document)
    ids = {name: str(value) for name, value in values.items() if isinstance(value, UUID)}
    words = {name: " ".join(values[name]) for name in ("title_words", "words")}
    times = {"created_at": microseconds(document.created_at), "indexed_at": microseconds(now)}
    return values | ids | words | times


def exact_query(question: Question) -> Body:
    """Looks for what is written as it was asked for."""
    ranks = [("title_words", IN_TITLE), ("words", ANYWHERE)]
    found = [{"constant_score": {"filter": _all_in(field, question), "boost": rank}} for field, rank in ranks]
    return _request(question, {"dis_max": {"queries": found}})


def near_query(question: Question) -> Body:
    """Looks for what differs in a letter or two, and asks which words that were."""
    near = [*(_near(word) for word in question.words), _any(_near(question.prefix), _prefix("words", question.prefix))]
    marks = {"pre_tags": [_BEGIN], "post_tags": [_END], "number_of_fragments": 0, "highlight_query": _any(*near)}
    return {
        **_request(question, {"constant_score": {"filter": {"bool": {"filter": near}}, "boost": NEARLY}}),
        "highlight": {**marks, "fields": {"words": {"type": "unified"}}},
    }


def deleted_query(before: datetime) -> Body:
    """Looks for what is left of rows that were deleted before then."""
    old = {"range": {"indexed_at": {"lt": microseconds(before)}}}
    return {
        "query": {"bool": {"filter": [{"term": {"is_deleted": True}}, old]}},
        "size": MOST_DELETED,
        "_source": False,
        "version": True,
    }


def hit_of(found: Body) -> Hit:
    """What a server found."""
    source = found["_source"]
    return Hit(
        resource=source["resource"],
        id=UUID(source["id"]),
        rank=round(found["_score"]),
        created_at=_EPOCH + timedelta(microseconds=source["created_at"]),
        title=source["title"],
        body=source["body"],
        near=tuple(word for text in found.get("highlight", {}).get("words", ()) for word in _MARKED.findall(text)),
    )


def microseconds(moment: datetime) -> int:
    """Since 1970."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def _request(question: Question, ranked: Body) -> Body:
    body: Body = {
        "query": {"bool": {"filter": [*_of_the_tenant(question), _readable(question)], "must": [ranked]}},
        "sort": [{"_score": "desc"}, {"created_at": "desc"}, {"id": "desc"}],
        "size": question.limit,
        "_source": list(_SHOWN),
        "track_total_hits": False,
    }
    if question.after is not None:
        rank, created_at, row_id = question.after
        body["search_after"] = [rank, microseconds(created_at), str(row_id)]
    return body


def _of_the_tenant(question: Question) -> list[Body]:
    return [{"term": {"organization_id": str(question.organization_id)}}, {"term": {"is_deleted": False}}]


def _readable(question: Question) -> Body:
    user_id = str(question.user_id)
    facts: dict[str, list[Body]] = {
        "all": [],
        "own": [{"term": {"created_by": user_id}}],
        "assigned": [{"term": {"assignee_id": user_id}}],
        "public": [{"term": {"visibility": "public"}}],
    }
    return _any(
        *(
            {"bool": {"filter": [{"terms": {"resource": list(names)}}, *facts[scope]]}}
            for scope, names in question.readable.items()
            if names
        )
    )


def _all_in(field: str, question: Question) -> Body:
    words = [{"term": {field: word}} for word in question.words]
    return {"bool": {"filter": [*words, _prefix(field, question.prefix)]}}


def _prefix(field: str, prefix: str) -> Body:
    return {"prefix": {field: prefix}}


def _near(word: str) -> Body:
    return {"fuzzy": {"words": {"value": word, "fuzziness": "AUTO", "prefix_length": 1}}}


def _any(*queries: Body) -> Body:
    return {"bool": {"should": list(queries), "minimum_should_match": 1}}
