"""Resources that can be made, listed, read, changed, deleted and restored, as their tests see them (template-owned).

A noun that the contract treats so tells of itself in `tests/contract/<noun>/steps.py`, as `NOUN`: the tests in
`tests/contract/resources/` then hold it to what the contract says of every resource. Nothing lists the nouns.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import uuid4

from httpx2 import Client, Response

ABSENT = "3f1c2b1a-0d4e-4c55-9a61-0a1b2c3d4e5f"
"""An id that nothing has."""
MOST_PAGES = 2_000

Row = dict[str, Any]


def unique(word: str = "row") -> str:
    """A text that no other row holds, whatever ran on this database before."""
    return f"{word} {uuid4()}"


def needs_nothing(_client: Client) -> Row:
    return {}


@dataclass(frozen=True, eq=False)
class Noun:
    """One resource: what may be sent, and how a test makes, reads and changes rows of it.

    `title` is the field that people know a row by, a text of 1 to 200 characters. `needed` gives what else a body
    must hold. `defaults` are the other fields, with what they are unless sent; `others` holds another value for
    some of them. `fits` and `wrong` hold values at the limits of a field, `filters` a value for each filter of the
    list. `few` gives fields that few rows share, and that the list can be filtered by. `attachable`: files can be
    attached to its rows, where the service has files.
    """

    plural: str
    title: str
    defaults: Mapping[str, Any]
    others: Mapping[str, Any]
    fits: Mapping[str, Sequence[Any]]
    wrong: Mapping[str, Sequence[Any]]
    sorts: tuple[str, ...]
    filters: Mapping[str, str]
    few: Callable[[Client], Row]
    needed: Callable[[Client], Row] = needs_nothing
    attachable: bool = False

    def __str__(self) -> str:
        return self.plural

    @property
    def path(self) -> str:
        return f"/api/v1/{self.plural}"

    def path_of(self, row: Row) -> str:
        return f"{self.path}/{row['id']}"

    def body(self, client: Client, **fields: Any) -> Row:
        """The least that makes a row, with a title of its own, and the given fields."""
        return {self.title: unique(), **self.needed(client), **fields}

    def make(self, client: Client, **fields: Any) -> Row:
        """Make a row, with a title of its own unless one is given."""
        response = client.post(self.path, json=self.body(client, **fields))
        assert response.status_code == 201, response.text
        row: Row = response.json()
        return row

    def read(self, client: Client, row: Row) -> Row:
        """The row as it is now."""
        response = client.get(self.path_of(row))
        assert response.status_code == 200, response.text
        current: Row = response.json()
        return current

    def patch(self, client: Client, row: Row, fields: Mapping[str, Any], *, if_match: str | None = None) -> Response:
        """Change some fields of the version in hand, or of what `if_match` says."""
        tag = f'"{row["version"]}"' if if_match is None else if_match
        return client.patch(self.path_of(row), json=fields, headers={"If-Match": tag})

    def retitle(self, client: Client, row: Row, title: str, *, if_match: str | None = None) -> Response:
        """Change the title."""
        return self.patch(client, row, {self.title: title}, if_match=if_match)

    def delete(self, client: Client, row: Row) -> None:
        """Delete the row, whatever its version."""
        response = client.delete(self.path_of(row), headers={"If-Match": "*"})
        assert response.status_code == 204, response.text

    def pages(self, client: Client, **query: Any) -> Iterator[list[Row]]:
        """The pages of a list, each asked for when it is needed; fails on a list that doesn't end."""
        cursor: dict[str, str] = {}
        for _ in range(MOST_PAGES):
            response = client.get(self.path, params={**query, **cursor})
            assert response.status_code == 200, response.text
            body = response.json()
            yield body["items"]
            if body["next_cursor"] is None:
                return
            cursor = {"cursor": body["next_cursor"]}
        raise AssertionError("the list does not end")

    def walk(self, client: Client, **query: Any) -> list[Row]:
        """Every row of a list, page after page."""
        return [row for page in self.pages(client, **{"limit": 100, **query}) for row in page]


def ids(rows: list[Row], *, among: list[Row]) -> list[str]:
    """The ids of `rows` in their order, of those only that `among` holds."""
    wanted = {row["id"] for row in among}
    return [row["id"] for row in rows if row["id"] in wanted]


@cache
def known_nouns() -> tuple[Noun, ...]:
    """Every noun that is here."""
    folders = sorted(file.parent.name for file in Path(__file__).parent.glob("*/steps.py"))
    modules = (import_module(f"tests.contract.{folder}.steps") for folder in folders)
    return tuple(module.NOUN for module in modules if hasattr(module, "NOUN"))
