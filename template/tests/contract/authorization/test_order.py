"""Of several faults in one request, which one is answered (template-owned; contract, "HTTP", Order)."""

from uuid import uuid4

import pytest
from tests.contract.operations import Call, Cast, known_calls
from tests.contract.problems import assert_problem
from tests.contract.roles import scopes_of
from tests.contract.wire import exchange

TOO_LARGE = str(2 * 1_048_576)
GUARDED = [call for call in known_calls() if call.permission != "public"]
WITH_PERMISSION = [call for call in GUARDED if call.permission != "authenticated"]
WITH_BODY = [call for call in known_calls() if call.body]
VERSIONED = [call for call in known_calls() if call.needs_version]


def _bearer(cast: Cast) -> tuple[str, str]:
    return "Authorization", cast.client("OrgAdmin").headers["Authorization"]


@pytest.mark.parametrize("call", GUARDED, ids=str)
def test_who_asks_comes_before_whatever_is_wrong_with_the_request(cast: Cast, base_url: str, call: Call) -> None:
    path = f"{call.at(str(uuid4()))}?x=1"
    assert_problem(cast.anonymous.request(call.method, path, content=b"{"), 401)
    announced = [("Content-Type", "text/plain"), ("Content-Length", TOO_LARGE)]
    assert_problem(exchange(base_url, call.method, path, headers=announced), 401)


@pytest.mark.parametrize("call", WITH_PERMISSION, ids=str)
def test_the_permission_comes_before_whatever_is_wrong_with_the_request(cast: Cast, call: Call) -> None:
    path = f"{call.at(str(uuid4()))}?x=1"
    response = cast.client("Guest").request(call.method, path, content=b"{")
    if not scopes_of("Guest", call.permission):
        assert_problem(response, 403)
    else:
        assert response.status_code != 403


@pytest.mark.parametrize("call", WITH_BODY, ids=str)
def test_the_size_comes_before_the_media_type(cast: Cast, base_url: str, call: Call) -> None:
    announced = [_bearer(cast), ("Content-Type", "text/plain"), ("Content-Length", TOO_LARGE)]
    assert_problem(exchange(base_url, call.method, call.at(str(uuid4())), headers=announced), 413)


@pytest.mark.parametrize("call", WITH_BODY, ids=str)
def test_the_media_type_comes_before_the_json_and_the_json_before_the_query(cast: Cast, call: Call) -> None:
    client, path = cast.client("OrgAdmin"), f"{call.at(str(uuid4()))}?x=1"
    assert_problem(client.request(call.method, path, content=b"{", headers={"Content-Type": "text/plain"}), 415)
    given = {"Content-Type": call.media_type, "Idempotency-Key": "not valid", "If-Match": "not valid"}
    assert_problem(client.request(call.method, path, content=b"{", headers=given), 400)


@pytest.mark.parametrize("call", [call for call in WITH_BODY if call.rows], ids=str)
def test_a_wrong_body_comes_before_an_absent_row(cast: Cast, call: Call) -> None:
    response = cast.client("OrgAdmin").request(call.method, call.at(str(uuid4())), json={"x": 1})
    assert response.status_code == 422
    assert "/body/x" in {error["pointer"] for error in response.json()["errors"]}


@pytest.mark.parametrize("call", [call for call in known_calls() if call.rows], ids=str)
def test_a_wrong_query_comes_before_an_absent_row(cast: Cast, call: Call) -> None:
    body = call.body(cast) if call.body else None
    response = cast.client("OrgAdmin").request(call.method, f"{call.at(str(uuid4()))}?x=1", json=body)
    assert_problem(response, 422, "/query/x")


@pytest.mark.parametrize("call", [call for call in VERSIONED if call.rows], ids=str)
@pytest.mark.parametrize("tag", [None, '"1"', "*"])
def test_an_absent_row_comes_before_its_version(cast: Cast, call: Call, tag: str | None) -> None:
    body = call.body(cast) if call.body else None
    headers = {} if tag is None else {"If-Match": tag}
    response = cast.client("OrgAdmin").request(call.method, call.at(str(uuid4())), json=body, headers=headers)
    assert_problem(response, 404)


@pytest.mark.parametrize("call", [call for call in VERSIONED if call.body], ids=str)
def test_a_wrong_body_comes_before_a_missing_version(cast: Cast, call: Call) -> None:
    path = call.at(call.rows.make(cast, "OrgAdmin", "other") if call.rows else "")
    client, given = cast.client("OrgAdmin"), {"Content-Type": call.media_type}
    assert_problem(client.request(call.method, path, content=b"{", headers=given), 400)
    assert client.request(call.method, path, content=b'{"x": 1}', headers=given).status_code == 422


@pytest.mark.parametrize("call", VERSIONED, ids=str)
def test_a_change_needs_a_version_and_the_current_one(cast: Cast, call: Call) -> None:
    path = call.at(call.rows.make(cast, "OrgAdmin", "other") if call.rows else "")
    body, client = call.body(cast) if call.body else None, cast.client("OrgAdmin")
    assert_problem(client.request(call.method, path, json=body), 428)
    for stale in ('"0"', '"999999"', 'W/"0"', "1", "", '"', "\xe9"):
        headers = {b"If-Match": stale.encode("latin-1")}
        assert_problem(client.request(call.method, path, json=body, headers=headers), 412)


@pytest.mark.parametrize("call", [call for call in VERSIONED if call.rows], ids=str)
def test_a_row_of_another_organization_comes_before_its_version(cast: Cast, call: Call) -> None:
    assert call.rows
    path = call.at(call.rows.make(cast, "OrgAdmin", "foreign"))
    body, client = call.body(cast) if call.body else None, cast.client("OrgAdmin")
    assert_problem(client.request(call.method, path, json=body), 404)
    for tag in ("*", '"1"', '"999999"'):
        assert_problem(client.request(call.method, path, json=body, headers={"If-Match": tag}), 404)
