"""Fields of another shape, unknown fields and fields that only replies have, at every operation (template-owned)."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import pytest
from httpx2 import Response
from tests.contract.hostile.bodies import CANARY, WITH_BODY
from tests.contract.operations import Call, Cast, described_operations, known_calls
from tests.contract.problems import assert_problem

EVERY = pytest.mark.parametrize("call", WITH_BODY, ids=str)
# What every resource says of itself, and what no body may ever set.
SHOWN = {
    "id",
    "version",
    "created_at",
    "updated_at",
    "deleted_at",
    "created_by",
    "updated_by",
    "organization_id",
    "role",
    "roles",
    "permissions",
    "is_active",
    "password_hash",
    "deletion_id",
    "is_superuser",
    "__proto__",
    "__class__",
    "constructor",
}


def send(cast: Cast, call: Call, body: Any) -> Response:
    """Send a body, as somebody who may make the call, to a row that there is not."""
    content = json.dumps(body).encode()
    given = {"Content-Type": call.media_type, "If-Match": "*"}
    return cast.client("OrgAdmin").request(call.method, call.at(str(uuid4())), content=content, headers=given)


def resolve(document: Mapping[str, Any], node: Any) -> dict[str, Any]:
    while "$ref" in node:
        node = document["components"]["schemas"][node["$ref"].rpartition("/")[2]]
    found: dict[str, Any] = node
    return found


def accepted_fields(document: Mapping[str, Any], call: Call) -> dict[str, Any]:
    """The properties of the operation's body."""
    body = described_operations(document)[call.method, call.path]["requestBody"]
    properties: dict[str, Any] = resolve(document, body["content"]["application/json"]["schema"])["properties"]
    return properties


def shown_fields(document: Mapping[str, Any]) -> set[str]:
    """The properties of every schema of the document."""
    return {name for schema in document["components"]["schemas"].values() for name in schema.get("properties", {})}


def test_every_operation_with_a_body_is_tried(document: dict[str, Any]) -> None:
    described = described_operations(document).items()
    with_body = [key for key, operation in described if "requestBody" in operation]
    assert sorted(with_body) == sorted((call.method, call.path) for call in WITH_BODY)


@EVERY
def test_no_body_takes_more_fields_than_it_names(document: dict[str, Any], call: Call) -> None:
    body = described_operations(document)[call.method, call.path]["requestBody"]
    for content in body["content"].values():
        assert resolve(document, content["schema"])["additionalProperties"] is False


@EVERY
def test_no_field_of_a_reply_can_be_set_but_those_that_are_named(
    cast: Cast, document: dict[str, Any], call: Call
) -> None:
    assert call.body
    good, accepted = call.body(cast), accepted_fields(document, call)
    for name in sorted((shown_fields(document) | SHOWN) - set(accepted)):
        assert_problem(send(cast, call, {**good, name: "SuperAdmin"}), 422, f"/body/{name}")


@EVERY
def test_a_field_in_another_case_is_unknown(cast: Cast, document: dict[str, Any], call: Call) -> None:
    assert call.body
    good = call.body(cast)
    for name in accepted_fields(document, call):
        for other in (name.upper(), f"{name} ", f"{name}[]", f"{name}\x00", name.replace("_", "-").title()):
            if other not in good:
                response = send(cast, call, {**good, other: "x"})
                assert response.status_code == 422, other


@EVERY
def test_an_object_fits_no_field_and_is_not_echoed(cast: Cast, document: dict[str, Any], call: Call) -> None:
    assert call.body
    good = call.body(cast)
    for name in accepted_fields(document, call):
        for value in ({CANARY: CANARY}, [CANARY], [[CANARY]], [None], {"$ne": None}, {"$gt": ""}):
            response = send(cast, call, {**good, name: value})
            assert_problem(response, 422, f"/body/{name}")
            assert CANARY not in response.text


@EVERY
def test_a_number_fits_no_field_that_is_text(cast: Cast, document: dict[str, Any], call: Call) -> None:
    assert call.body
    good = call.body(cast)
    for name in accepted_fields(document, call):
        for value in (0, -1, 10**30, 1.5, -0.0, 1e308):
            assert_problem(send(cast, call, {**good, name: value}), 422, f"/body/{name}")


@EVERY
def test_nul_fits_no_text(cast: Cast, call: Call) -> None:
    assert call.body
    good = call.body(cast)
    for name, value in good.items():
        if isinstance(value, str):
            for text in (f"{value}\x00", f"\x00{value}", "\x00"):
                assert_problem(send(cast, call, {**good, name: text}), 422, f"/body/{name}")


@EVERY
def test_a_very_long_text_is_refused_or_unknown_and_never_echoed(
    cast: Cast, document: dict[str, Any], call: Call
) -> None:
    assert call.body
    good = call.body(cast)
    for name, value in good.items():
        if isinstance(value, str):
            response = send(cast, call, {**good, name: CANARY * 50_000})
            assert 400 <= response.status_code < 500, name
            assert_problem(response, response.status_code, *([f"/body/{name}"] if response.status_code == 422 else []))
            assert CANARY not in response.text


@EVERY
def test_many_unknown_fields_and_a_long_name_make_no_long_reply(cast: Cast, call: Call) -> None:
    for body in ({f"x{number}": 1 for number in range(20_000)}, {"x" * 500_000: 1}, {"\u202e\r\n<script>": 1}):
        response = send(cast, call, body)
        assert response.status_code == 422
        assert response.headers["content-type"] == "application/problem+json"
        assert len(response.content) <= 16_384


@pytest.mark.parametrize("call", [call for call in known_calls() if "{}" in call.path], ids=str)
def test_an_id_that_is_no_uuid_is_not_found(cast: Cast, call: Call) -> None:
    body = call.body(cast) if call.body else None
    for bad in (
        "1",
        "0",
        "-1",
        "me",
        "null",
        "undefined",
        "%00",
        "%ff",
        "%ed%a0%80",
        "*",
        "' OR 1=1",
        "9" * 300,
        "%2e%2e",
    ):
        response = cast.client("OrgAdmin").request(call.method, call.at(bad), json=body, headers={"If-Match": "*"})
        assert response.status_code == 404, bad
        assert_problem(response, 404)
    spelled = str(uuid4())
    for odd in (f"{{{spelled}}}", f"urn:uuid:{spelled}", f"{spelled}0", spelled[:-1], f" {spelled}", f"{spelled}%0a"):
        response = cast.client("OrgAdmin").request(call.method, call.at(odd), json=body, headers={"If-Match": "*"})
        assert_problem(response, 404)
