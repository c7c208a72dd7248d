"""What the OpenAPI document says of projects (sample: yours after the first render)."""

from typing import Any

import pytest
from httpx2 import Client
from tests.contract.projects.steps import MERGE_PATCH, create_project

COLLECTION, ONE, RESTORE = "/api/v1/projects", "/api/v1/projects/{id}", "/api/v1/projects/{id}/restore"
FOR_ALL = {"401", "422", "503"}
FOR_BODIES = {"400", "413", "415"}
STATUSES = {
    (COLLECTION, "get"): {"200"} | FOR_ALL,
    (COLLECTION, "post"): {"201", "409"} | FOR_ALL | FOR_BODIES,
    (ONE, "get"): {"200", "404"} | FOR_ALL,
    (ONE, "put"): {"200", "404", "412", "428"} | FOR_ALL | FOR_BODIES,
    (ONE, "patch"): {"200", "404", "412", "428"} | FOR_ALL | FOR_BODIES,
    (ONE, "delete"): {"204", "404", "412", "428"} | FOR_ALL,
    (RESTORE, "post"): {"200", "404"} | FOR_ALL,
}
PARAMETERS = {
    (COLLECTION, "get"): {"limit", "cursor", "sort", "deleted", "visibility", "created_by"},
    (COLLECTION, "post"): {"idempotency-key"},
    (ONE, "get"): {"id"},
    (ONE, "put"): {"id", "if-match"},
    (ONE, "patch"): {"id", "if-match"},
    (ONE, "delete"): {"id", "if-match"},
    (RESTORE, "post"): {"id"},
}


def _operation(document: dict[str, Any], path: str, method: str) -> dict[str, Any]:
    """The operation; the contract doesn't fix the name of the path's parameter."""
    [item] = [item for found, item in document["paths"].items() if _shape(found) == _shape(path)]
    operation: dict[str, Any] = item[method]
    return operation


def _shape(path: str) -> list[str]:
    return ["{}" if part.startswith("{") else part for part in path.split("/")]


def _schema(document: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        node = document["components"]["schemas"][node["$ref"].rpartition("/")[2]]
    return node


@pytest.mark.parametrize(("path", "method"), list(STATUSES))
def test_every_status_is_documented(document: dict[str, Any], path: str, method: str) -> None:
    assert STATUSES[path, method] - set(_operation(document, path, method)["responses"]) == set()


@pytest.mark.parametrize(("path", "method"), list(PARAMETERS))
def test_every_parameter_is_documented(document: dict[str, Any], path: str, method: str) -> None:
    parameters = _operation(document, path, method).get("parameters", [])
    names = {"id" if each["in"] == "path" else each["name"].lower() for each in parameters}
    assert names == PARAMETERS[path, method]


def test_a_change_is_documented_with_both_media_types(document: dict[str, Any]) -> None:
    body = _operation(document, ONE, "patch")["requestBody"]
    assert set(body["content"]) == {"application/json", MERGE_PATCH}
    assert set(_operation(document, ONE, "put")["requestBody"]["content"]) == {"application/json"}


def test_the_documented_project_has_the_fields_of_the_real_one(document: dict[str, Any], client: Client) -> None:
    reply = _operation(document, ONE, "get")["responses"]["200"]["content"]["application/json"]
    schema = _schema(document, reply["schema"])
    assert set(schema["properties"]) == set(schema["required"]) == set(create_project(client))


def test_the_documented_body_has_what_a_caller_may_send(document: dict[str, Any]) -> None:
    body = _operation(document, COLLECTION, "post")["requestBody"]
    schema = _schema(document, body["content"]["application/json"]["schema"])
    assert set(schema["properties"]) == {"name", "description", "visibility"}
    assert schema["required"] == ["name"]
    assert schema["additionalProperties"] is False
