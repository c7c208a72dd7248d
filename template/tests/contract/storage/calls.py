"""How to make the operations on attachments succeed, for every noun that files can be attached to (template-owned)."""

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

from httpx2 import Client
from tests.contract.nouns import Noun, known_nouns
from tests.contract.operations import Call, Cast, Kind, Rows
from tests.contract.storage.steps import Attachment, announce, announcement, attach, uploaded


class Attachments:
    """Attachments of rows of each kind that there are of a noun; whoever may change any row makes them by `step`."""

    def __init__(self, noun: Noun, parents: Rows, step: Callable[[Client, str], Attachment]) -> None:
        self._noun, self._parents, self._step = noun, parents, step
        self.kinds: tuple[Kind, ...] = parents.kinds

    def make(self, cast: Cast, role: str | None, kind: Kind) -> str:
        parent = self._parents.make(cast, role, kind)
        boss = cast.foreigner.client if kind == "foreign" else cast.client("OrgAdmin")
        return f"{parent} {self._step(boss, f'{self._noun.path}/{parent}/attachments')['id']}"


def _rows_of(noun: Noun) -> Rows:
    calls: list[Call] = import_module(f"tests.contract.{noun.plural}.calls").CALLS
    (rows,) = (call.rows for call in calls if (call.method, call.path) == ("GET", f"{noun.path}/{{}}"))
    assert rows is not None
    return rows


def _body(_cast: Cast) -> dict[str, Any]:
    return announcement(b"A file of the tests.")


def _calls(noun: Noun) -> Iterator[Call]:
    read, change, parents = f"{noun.plural}:read", f"{noun.plural}:update", _rows_of(noun)
    announced, sent, ready = (Attachments(noun, parents, step) for step in (announce, uploaded, attach))
    all_, one = f"{noun.path}/{{}}/attachments", f"{noun.path}/{{}}/attachments/{{}}"
    yield Call("GET", all_, read, 200, rows=parents)
    yield Call("POST", all_, change, 201, body=_body, rows=parents)
    yield Call("GET", one, read, 200, rows=announced)
    yield Call("DELETE", one, change, 204, rows=announced)
    yield Call("POST", f"{one}/complete", change, 200, rows=sent)
    yield Call("GET", f"{one}/download", read, 200, rows=ready)


CALLS = [call for noun in known_nouns() if noun.attachable for call in _calls(noun)]
