"""Of several faults in one request, which one is answered (sample: yours after the first render)."""

import pytest
from httpx2 import Client
from tests.contract.problems import assert_problem
from tests.contract.projects.steps import PROJECTS, create_project, path_of
from tests.contract.wire import exchange

ABSENT = f"{PROJECTS}/3f1c2b1a-0d4e-4c55-9a61-0a1b2c3d4e5f"
JSON = "application/json"
TWO_MIB = str(2 * 1_048_576)


def test_the_method_comes_before_the_media_type(client: Client) -> None:
    assert_problem(client.put(PROJECTS, content=b"{", headers={"Content-Type": "text/plain"}), 405)


def test_the_size_comes_before_the_media_type(base_url: str) -> None:
    announced = [("Content-Type", "text/plain"), ("Content-Length", TWO_MIB)]
    assert_problem(exchange(base_url, "POST", PROJECTS, headers=announced), 413)


def test_the_media_type_comes_before_the_json(client: Client) -> None:
    assert_problem(client.post(PROJECTS, content=b"{", headers={"Content-Type": "text/plain"}), 415)


def test_the_media_type_comes_before_the_query(client: Client) -> None:
    response = client.post(f"{PROJECTS}?x=1", content=b"{}", headers={"Content-Type": "text/plain"})
    assert_problem(response, 415)


def test_the_json_comes_before_the_query_and_the_headers(client: Client) -> None:
    given = {"Content-Type": JSON, "Idempotency-Key": "not valid"}
    assert_problem(client.post(f"{PROJECTS}?x=1", content=b"{", headers=given), 400)


def test_of_a_wrong_query_header_and_body_any_is_named(client: Client) -> None:
    response = client.post(f"{PROJECTS}?x=1", json={"name": ""}, headers={"Idempotency-Key": "not valid"})
    pointers = {error["pointer"] for error in response.json()["errors"]}
    assert_problem(response, 422, *pointers)
    assert set() < pointers <= {"/body/name", "/header/Idempotency-Key", "/query/x"}


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_a_wrong_body_comes_before_an_absent_row(client: Client, method: str) -> None:
    assert_problem(client.request(method, ABSENT, json={"name": ""}), 422, "/body/name")


def test_a_wrong_query_comes_before_an_absent_row(client: Client) -> None:
    assert_problem(client.get(f"{ABSENT}?x=1"), 422, "/query/x")
    assert_problem(client.delete(f"{ABSENT}?x=1"), 422, "/query/x")


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
@pytest.mark.parametrize(("body", "status"), [(b"{", 400), (b'{"name": ""}', 422)])
def test_a_wrong_body_comes_before_a_missing_version(client: Client, method: str, body: bytes, status: int) -> None:
    path = path_of(create_project(client))
    response = client.request(method, path, content=body, headers={"Content-Type": JSON})
    assert_problem(response, status, *(["/body/name"] if status == 422 else []))


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("tag", [None, '"1"', "*"])
def test_an_absent_row_comes_before_its_version(client: Client, method: str, tag: str | None) -> None:
    body = None if method == "DELETE" else {"name": "Apollo"}
    given = {} if tag is None else {"If-Match": tag}
    assert_problem(client.request(method, ABSENT, json=body, headers=given), 404)
