"""Lists hold what the caller may read and nothing of anybody else's (template-owned; contract, "Roles")."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

import pytest
from httpx2 import Client
from tests.contract.operations import Call, Cast, Kind, described_operations, expected_status, known_calls
from tests.contract.problems import assert_problem
from tests.contract.roles import ROLES, scopes_of


def _lists() -> Iterator[tuple[Call, Call]]:
    """Each list of an organization's rows, and the call that says who may see a row of it."""
    for listing in known_calls():
        of_one = [call for call in known_calls() if call.path == f"{listing.path}/{{}}" and call.rows]
        if listing.method == "GET" and of_one and "{}" not in listing.path:
            yield listing, next((call for call in of_one if call.method == "GET"), of_one[0])


LISTS = dict(_lists())
NAMED = pytest.mark.parametrize("listing", LISTS, ids=str)
CASES = [
    (listing, role, kind)
    for listing, one in LISTS.items()
    for role in ROLES
    for kind in (one.rows.kinds if one.rows else ())
]


def _ids(client: Client, path: str) -> Iterator[str]:
    cursor: dict[str, str] = {}
    while True:
        response = client.get(path, params={"limit": 100, **cursor})
        assert response.status_code == 200, response.text
        body = response.json()
        yield from (item["id"] for item in body["items"])
        if body["next_cursor"] is None:
            return
        cursor = {"cursor": body["next_cursor"]}


def _parameters(document: Mapping[str, Any], listing: Call) -> dict[str, Any]:
    operation = described_operations(document)[listing.method, listing.path]
    return {each["name"]: each["schema"] for each in operation["parameters"]}


@pytest.mark.parametrize(("listing", "role", "kind"), CASES, ids=lambda word: str(word))
def test_a_row_is_listed_for_those_who_may_read_it(cast: Cast, listing: Call, role: str, kind: Kind) -> None:
    one = LISTS[listing]
    assert one.rows
    row_id = one.rows.make(cast, role, kind)
    if expected_status(listing, role, None) == 403:
        assert_problem(cast.client(role).get(listing.path), 403)
        return
    assert (row_id in _ids(cast.client(role), listing.path)) == (expected_status(one, role, kind) < 400)


@NAMED
def test_the_rows_of_two_organizations_are_two_lists(cast: Cast, listing: Call) -> None:
    one = LISTS[listing]
    assert one.rows
    for kind in ("other", "foreign"):
        one.rows.make(cast, "Manager", kind)
    ours, theirs = (set(_ids(client, listing.path)) for client in (cast.client("OrgAdmin"), cast.foreigner.client))
    assert ours
    assert theirs
    assert ours & theirs == set()


@NAMED
def test_a_cursor_is_good_for_its_own_user_alone(cast: Cast, listing: Call) -> None:
    one = LISTS[listing]
    assert one.rows
    for _ in range(2):
        one.rows.make(cast, "OrgAdmin", "own")
    cursor = cast.client("OrgAdmin").get(listing.path, params={"limit": 1}).json()["next_cursor"]
    assert cast.client("OrgAdmin").get(listing.path, params={"cursor": cursor}).status_code == 200
    for other in (cast.client("Manager"), cast.client("SuperAdmin"), cast.foreigner.client):
        assert_problem(other.get(listing.path, params={"cursor": cursor}), 422, "/query/cursor")


@NAMED
@pytest.mark.parametrize("role", ROLES)
def test_deleted_rows_are_for_those_who_may_delete(
    cast: Cast, document: dict[str, Any], listing: Call, role: str
) -> None:
    asked = cast.client(role).get(listing.path, params={"deleted": "true"})
    resource = listing.permission.partition(":")[0]
    if expected_status(listing, role, None) == 403:
        assert_problem(asked, 403)
    elif "deleted" not in _parameters(document, listing):
        assert_problem(asked, 422, "/query/deleted")
    elif scopes_of(role, f"{resource}:delete"):
        assert asked.status_code == 200
        assert all(item["deleted_at"] for item in asked.json()["items"])
    else:
        assert_problem(asked, 403)


@NAMED
def test_a_foreign_id_in_a_filter_finds_nothing(cast: Cast, document: dict[str, Any], listing: Call) -> None:
    one = LISTS[listing]
    assert one.rows
    foreign = one.rows.make(cast, "OrgAdmin", "foreign")
    for name, schema in _parameters(document, listing).items():
        if "uuid" in str(schema):
            for value in (foreign, cast.foreigner.id, str(UUID(int=7))):
                response = cast.client("OrgAdmin").get(listing.path, params={name: value})
                assert response.json() == {"items": [], "next_cursor": None}, name
