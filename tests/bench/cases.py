"""What is asked of a server: the cases, made of the rows that it itself shows, the same for every variant."""

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.bench.flavours import CREATE, EVENT, HEALTH, LIST, ONE
from tests.bench.progress import BenchError
from tests.bench.serving import LIVE, Server
from tests.bench.variants import Variant
from tests.bench.wrk import Request

ROWS = "/api/v1/tasks"
ROWS_OF_ORGANIZATION = 1000
DIFFERENT = 500


@dataclass(frozen=True)
class Rows:
    """What the caller may read, in the list's order, and the cursors of every page but the first."""

    items: Sequence[dict[str, Any]]
    cursors: Sequence[str]


def log_in(server: Server) -> str:
    """The Authorization header of Acme's OrgAdmin; one of a word where nobody asks for a token."""
    form = server.variant.log_in
    if form is None:
        return "Bearer none"
    return f"{form.scheme} {_call(server, 'POST', form.path, body=form.body)[form.answer]}"


def walk(server: Server, authorization: str) -> Rows:
    """Read the whole list, page by page.

    Raises:
        BenchError: it holds another number of rows than were loaded.
    """
    items: list[dict[str, Any]] = []
    cursors: list[str] = []
    path = ROWS
    while path:
        page = _call(server, "GET", path, authorization=authorization)
        items += page["items"]
        cursor = page["next_cursor"]
        cursors += [cursor] if cursor else []
        path = _page(cursor) if cursor else ""
    if len(items) != ROWS_OF_ORGANIZATION:
        raise BenchError(f"{server.variant.name} lists {len(items)} rows instead of {ROWS_OF_ORGANIZATION}")
    return Rows(items, cursors)


def cases(variant: Variant, rows: Rows) -> dict[str, list[Request]]:
    """The requests of each case, which take turns; creating comes last, since it fills the table."""
    bodies = [
        json.dumps({"project_id": row["project_id"], "title": f"Another {row['title']}"})
        for row in rows.items[:DIFFERENT]
    ]
    found = {
        HEALTH: [Request("GET", LIVE)],
        LIST: [Request("GET", _page(cursor)) for cursor in rows.cursors],
        ONE: [Request("GET", f"{ROWS}/{row['id']}") for row in rows.items[:DIFFERENT]],
        CREATE: [Request("POST", ROWS, body) for body in bodies],
    }
    if variant.has_event_apart:
        found[EVENT] = [Request("POST", f"{ROWS}/with-event", body) for body in bodies]
    return found


def _page(cursor: str) -> str:
    return f"{ROWS}?cursor={urllib.parse.quote(cursor)}"


def _call(server: Server, method: str, path: str, *, authorization: str = "", body: object = None) -> Any:
    headers = {"Authorization": authorization, "Content-Type": "application/json"}
    data = json.dumps(body).encode() if body else None
    request = urllib.request.Request(f"{server.address}{path}", data, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        raise BenchError(f"{server.variant.name}: {method} {path.partition('?')[0]}: {error.code}") from None
