"""Queries that mean nothing, at every operation; methods that a path has not (template-owned; contract, "HTTP")."""

import re
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import pytest
from httpx2 import Client
from tests.contract.hostile.bodies import CANARY
from tests.contract.operations import Call, Cast, described_operations, known_calls
from tests.contract.problems import assert_problem

EVERY = pytest.mark.parametrize("call", known_calls(), ids=str)
READS = [call for call in known_calls() if call.method == "GET"]
LISTS = [call for call in READS if any(other.path == f"{call.path}/{{}}" for other in known_calls())]
NOT_A_LIMIT = [
    "0",
    "-1",
    "101",
    str(10**30),
    "-" + str(10**30),
    "1.5",
    "1e1",
    "ten",
    "",
    "NaN",
    "\x00",
    "0x10",
    "١٠",
    "1;2",
]
NOT_A_CURSOR = ["", "x", "AAAA", "e30", "null", "%00", "🚀", "A" * 5000, "../..", "' OR 1=1 --", "-1", "1", "\x00"]
NOT_A_SORT = [
    "",
    "id",
    "-",
    "--created_at",
    "CREATED_AT",
    "created_at,id",
    "created_at desc",
    "1;DROP TABLE users",
    "\x00",
]
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "TRACE", "QUERY", "PROPFIND"]


def _path(cast: Cast, call: Call) -> str:
    """The path of a list; of one on a row, that of a row that there is."""
    return call.at(call.rows.make(cast, "OrgAdmin", "other")) if call.rows else call.path


def _parameters(document: Mapping[str, Any], call: Call) -> set[str]:
    operation = described_operations(document)[call.method, call.path]
    return {each["name"] for each in operation.get("parameters", []) if each["in"] == "query"}


@EVERY
def test_an_unknown_query_is_named_and_not_answered(cast: Cast, call: Call) -> None:
    body = call.body(cast) if call.body else None
    for name in ("x", "Limit", "limit[]", "page", "access_token", "$where", "__proto__"):
        query, headers = {**call.query, name: CANARY}, {"If-Match": "*"}
        response = cast.client("OrgAdmin").request(
            call.method, call.at(str(uuid4())), params=query, json=body, headers=headers
        )
        assert_problem(response, 422, f"/query/{name}")
        assert CANARY not in response.text


@pytest.mark.parametrize("call", READS, ids=str)
def test_a_query_that_is_no_text_is_refused(cast: Cast, call: Call) -> None:
    long = ("x" * 5000 + "=1", "x&" * 1_500)
    for query in ("limit=%ff", "%ff=1", "%00=1", "limit=%ed%a0%80", "=", "=1", "%", "limit=%", *long):
        response = cast.client("OrgAdmin").get(f"{call.at(str(uuid4()))}?{query}")
        assert response.status_code == 422, query[:20]
        assert response.headers["content-type"] == "application/problem+json"
        assert len(response.content) <= 16_384


@pytest.mark.parametrize("call", LISTS, ids=str)
def test_every_list_takes_a_limit_and_a_cursor(document: dict[str, Any], call: Call) -> None:
    assert {"limit", "cursor"} <= _parameters(document, call)


@pytest.mark.parametrize("call", LISTS, ids=str)
def test_a_limit_is_a_whole_number_from_1_to_100(cast: Cast, call: Call) -> None:
    client, path = cast.client("OrgAdmin"), _path(cast, call)
    for limit in NOT_A_LIMIT:
        assert_problem(client.get(path, params={"limit": limit}), 422, "/query/limit")
    for limit in ("1", "100"):
        assert client.get(path, params={"limit": limit}).status_code == 200


@pytest.mark.parametrize("call", LISTS, ids=str)
def test_a_cursor_that_nobody_gave_is_refused(cast: Cast, call: Call) -> None:
    # Of a row that there isn't too: what is wrong with a request is told first.
    for path in (_path(cast, call), call.at(str(uuid4()))):
        for cursor in NOT_A_CURSOR:
            assert_problem(cast.client("OrgAdmin").get(path, params={"cursor": cursor}), 422, "/query/cursor")


@pytest.mark.parametrize("call", LISTS, ids=str)
def test_a_wrong_value_of_any_other_parameter_is_named(cast: Cast, document: dict[str, Any], call: Call) -> None:
    for name in _parameters(document, call) - {"limit", "cursor"}:
        for value in NOT_A_SORT if name == "sort" else ["", "maybe", "\x00", "' OR 1=1 --", "-1"]:
            response = cast.client("OrgAdmin").get(call.at(str(uuid4())), params={name: value})
            assert_problem(response, 422, f"/query/{name}")


@pytest.mark.parametrize("path", sorted({call.path for call in known_calls()}))
def test_a_method_that_a_path_has_not_is_refused_with_those_it_has(
    anonymous: Client, document: dict[str, Any], path: str
) -> None:
    has = {method for method, found in described_operations(document) if found == path}
    target = path.replace("{}", str(uuid4()))
    for method in set(METHODS) - has:
        response = anonymous.request(method, target)
        assert response.status_code == 405, method
        assert set(re.split(", ?", response.headers["allow"])) == has
        assert response.headers["content-type"] == "application/problem+json"
        assert method != "HEAD" or response.content == b""


@pytest.mark.parametrize("path", sorted({call.path for call in known_calls()}))
def test_a_slash_at_the_end_and_whatever_stands_below_is_not_found(anonymous: Client, path: str) -> None:
    target = path.replace("{}", str(uuid4()))
    for odd in (f"{target}/", f"/{target}", f"{target}//", f"{target}/no-such-thing", f"{target};x=1", target.upper()):
        for method in ("GET", "POST", "PATCH", "DELETE"):
            assert_problem(anonymous.request(method, odd), 404)
