"""What is on the shelf, what is looked for, and what is found: the same in each back end (template-owned)."""

import json
import os
import secrets
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from app.domain.search.index import Document, document_of
from app.domain.search.questions import Hit, Question
from app.kit.resource import Resource
from app.kit.search.words import words_of

ACME, GLOBEX, ADA, BOB = (UUID(int=number) for number in range(1, 5))
MOMENT = datetime(2026, 1, 2, 3, 4, 5, 678_901, tzinfo=UTC)
BOOK = Resource(name="book", plural="books", searchable=("title", "description", "notes"))
PAGE = Resource(name="page", plural="pages", searchable=("title",))
SECONDS = 30

# Title and description; the number is the id, and the later the higher.
SHELF = {
    1: ("Rocket engines", "How to build one; see also: turbines."),
    2: ("A history of flight", "From balloons to the rocket. The engine came last."),
    3: ("Größe und Ärger im Büro", "Über Straßen, façades & naïve <b>people</b>"),
    4: ("snake_case and C++", "The e-mail of O'Neill: «x.y@example.com», 3.14 or ½ \\ 'quoted'"),
    5: ("東京 guide", "🚀 to the moon; ракета й Ёлка"),
    6: ("Rocket engines", "Second edition"),
    7: ("", "untitled rocketry"),
}
# What is looked for, and which are found, in order.
QUERIES = {
    "rocket": [6, 1, 7, 2],
    "ROCKET": [6, 1, 7, 2],
    "rocket engines": [6, 1],
    "engines rocket": [6, 1],
    "rocket eng": [6, 1, 2],
    "rocket  engine,": [6, 1, 2],
    "eng rocket": [],
    "rocket turbines": [1],
    "grosse": [3],
    "GRÖSSE": [3],
    "ärger arger": [3],
    "strassen": [3],
    "facades naive": [3],
    "people": [3],
    "snake case": [4],
    "snake_case": [4],
    "o'neill": [4],
    "e-mail neill": [4],
    "example.com": [4],
    "3.14": [4],
    "\\": [],
    "'quoted'": [4],
    "quoted'": [4],
    "' & !x": [4],
    "東": [5],
    "🚀": [5],
    "РАКЕТА": [5],
    "елка и": [5],
    "untitled": [7],
    "rock": [6, 1, 7, 2],
    "zzz": [],
    "rocket zzz": [],
    "...": [],
    "*": [],
}
# What is nearly there: for servers alone.
TYPOS = {"rokcet engines": [6, 2, 1], "turbinse": [1], "hisory flight": [2], "xocket": [], "rocket engimes": [6, 2, 1]}


def a_book(number: int, version: int = 1, resource: Resource = BOOK, **columns: Any) -> Document:
    """The document of a book of the shelf, or of another one."""
    title, description = SHELF.get(number, (f"Book {number}", ""))
    row: dict[str, Any] = {
        "id": str(UUID(int=number)),
        "organization_id": str(ACME),
        "version": version,
        "created_at": (MOMENT + timedelta(microseconds=number)).isoformat(),
        "deleted_at": None,
        "created_by": str(ADA),
        "title": title,
        "description": description,
        "notes": None,
    }
    return document_of(resource, json.dumps(row | columns))


def a_deleted_book(number: int, version: int) -> Document:
    return a_book(number, version, deleted_at=MOMENT.isoformat())


def shelf() -> list[Document]:
    return [a_book(number) for number in SHELF]


def looking_for(q: str, **given: Any) -> Question:
    """The question of somebody of Acme who may read all books."""
    words = words_of(q)
    fields: dict[str, Any] = {
        "organization_id": ACME,
        "user_id": ADA,
        "readable": {"all": ("book",), "own": (), "assigned": (), "public": ()},
        "words": tuple(words[:-1]),
        "prefix": words[-1] if words else "",
        "limit": 100,
    }
    return Question(**fields | given)


def numbers(found: list[Hit]) -> list[int]:
    return [hit.id.int for hit in found]


@contextmanager
def own_indexes() -> Iterator[dict[str, str]]:
    """Settings for indexes of a test's own on the server of ELASTICSEARCH_URL, which are gone at the end."""
    url, prefix = os.environ["ELASTICSEARCH_URL"], f"test-{secrets.token_hex(6)}"
    yield {"ELASTICSEARCH_URL": url, "ELASTICSEARCH_PREFIX": prefix, "ELASTICSEARCH_TIMEOUT": "10s"}
    if names := indexes_at(url, prefix):
        _send("DELETE", f"{url}/{','.join(names)}")


def indexes_at(url: str, prefix: str) -> dict[str, list[str]]:
    """The aliases of each index whose name begins so."""
    found = _send("GET", f"{url}/{prefix}-*/_alias")
    return {name: sorted(each["aliases"]) for name, each in found.items()}


def show_all(url: str, prefix: str) -> None:
    """Have what was written be found, as it is a second later by itself."""
    _send("POST", f"{url}/{prefix}-*/_refresh")


def mapping_at(url: str, index: str) -> dict[str, Any]:
    found: dict[str, Any] = _send("GET", f"{url}/{index}/_mapping")[index]["mappings"]
    return found


def _send(method: str, url: str) -> Any:
    with urllib.request.urlopen(urllib.request.Request(url, method=method), timeout=SECONDS) as reply:
        return json.load(reply)
