"""What the OpenAPI document says of any resource (template-owned)."""

from typing import Any

import pytest
from httpx2 import Client
from tests.contract.nouns import Noun
from tests.contract.operations import MERGE_PATCH, described_operations

FOR_ALL = {"401", "403", "422", "429", "500", "503"}
FOR_BODIES = {"400", "413", "415"}
FOR_CHANGES = {"404", "412", "428"}
STATUSES = {
    ("", "get"): {"200"} | FOR_ALL,
    ("", "post"): {"201", "409"} | FOR_ALL | FOR_BODIES,
    ("/{id}", "get"): {"200", "404"} | FOR_ALL,
    ("/{id}", "put"): {"200"} | FOR_ALL | FOR_BODIES | FOR_CHANGES,
    ("/{id}", "patch"): {"200"} | FOR_ALL | FOR_BODIES | FOR_CHANGES,
    ("/{id}", "delete"): {"204"} | FOR_ALL | FOR_CHANGES,
    ("/{id}/restore", "post"): {"200", "404"} | FOR_ALL,
}
PARAMETERS = {
    ("", "get"): {"limit", "cursor", "sort", "deleted"},
    ("", "post"): {"idempotency-key"},
    ("/{id}", "get"): {"id"},
    ("/{id}", "put"): {"id", "if-match"},
    ("/{id}", "patch"): {"id", "if-match"},
    ("/{id}", "delete"): {"id", "if-match"},
    ("/{id}/restore", "post"): {"id"},
}


def _operation(document: dict[str, Any], path: str, method: str) -> dict[str, Any]:
    """The operation; the contract doesn't fix the name of the path's parameter."""
    return described_operations(document)[method.upper(), path.replace("{id}", "{}")]


def _schema(document: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        node = document["components"]["schemas"][node["$ref"].rpartition("/")[2]]
    return node


@pytest.mark.parametrize(("below", "method"), list(STATUSES))
def test_every_status_is_documented(document: dict[str, Any], noun: Noun, below: str, method: str) -> None:
    responses = _operation(document, noun.path + below, method)["responses"]
    assert STATUSES[below, method] - set(responses) == set()


@pytest.mark.parametrize(("below", "method"), list(PARAMETERS))
def test_every_parameter_is_documented(document: dict[str, Any], noun: Noun, below: str, method: str) -> None:
    parameters = _operation(document, noun.path + below, method).get("parameters", [])
    names = {"id" if each["in"] == "path" else each["name"].lower() for each in parameters}
    assert names == PARAMETERS[below, method] | (set() if below or method == "post" else set(noun.filters))


def test_every_sort_key_is_documented_both_ways(document: dict[str, Any], noun: Noun) -> None:
    parameters = _operation(document, noun.path, "get")["parameters"]
    [schema] = [each["schema"] for each in parameters if each["name"] == "sort"]
    assert sorted(schema["enum"]) == sorted([*noun.sorts, *(f"-{key}" for key in noun.sorts)])


def test_a_change_is_documented_with_both_media_types(document: dict[str, Any], noun: Noun) -> None:
    path = f"{noun.path}/{{id}}"
    assert set(_operation(document, path, "patch")["requestBody"]["content"]) == {"application/json", MERGE_PATCH}
    assert set(_operation(document, path, "put")["requestBody"]["content"]) == {"application/json"}


def test_the_documented_row_has_the_fields_of_the_real_one(
    document: dict[str, Any], client: Client, noun: Noun
) -> None:
    reply = _operation(document, f"{noun.path}/{{id}}", "get")["responses"]["200"]["content"]["application/json"]
    schema = _schema(document, reply["schema"])
    assert set(schema["properties"]) == set(schema["required"]) == set(noun.make(client))


def test_the_documented_body_has_what_a_caller_may_send(document: dict[str, Any], client: Client, noun: Noun) -> None:
    body = _operation(document, noun.path, "post")["requestBody"]
    schema = _schema(document, body["content"]["application/json"]["schema"])
    assert set(schema["properties"]) == {*noun.body(client), *noun.defaults}
    assert set(schema["required"]) == set(noun.body(client))
    assert schema["additionalProperties"] is False
