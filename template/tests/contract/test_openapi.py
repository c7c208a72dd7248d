"""The OpenAPI document: what code is generated from (template-owned; contract, "HTTP")."""

from collections.abc import Iterator
from typing import Any

from httpx2 import Client

METHODS = {"get", "put", "post", "delete", "patch", "head", "options", "trace"}
PROBLEM = "application/problem+json"
BODY_STATUSES = {"400", "413", "415", "422"}


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method in METHODS & set(item):
            yield method, path, item[method]


def _api_operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [operation for operation in _operations(document) if operation[1].startswith("/api/")]


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        node = list(node.values())
    if isinstance(node, list):
        for child in node:
            yield from _references(child)


def test_it_is_json_of_version_3_1(anonymous: Client, document: dict[str, Any]) -> None:
    assert anonymous.get("/openapi.json").headers["content-type"] == "application/json"
    assert document["openapi"].startswith("3.1.")
    assert document["info"]["title"]
    assert document["info"]["version"]


def test_every_operation_has_a_name_of_its_own(document: dict[str, Any]) -> None:
    names = [operation.get("operationId") for _, _, operation in _operations(document)]
    assert None not in names
    assert len(names) == len(set(names))


def test_no_path_ends_with_a_slash(document: dict[str, Any]) -> None:
    assert [path for path in document["paths"] if path.endswith("/")] == []


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    for reference in _references(document):
        node: Any = document
        for part in reference.removeprefix("#/").split("/"):
            node = node[part.replace("~1", "/").replace("~0", "~")]


def test_every_error_of_the_api_is_a_problem_document(document: dict[str, Any]) -> None:
    for method, path, operation in _api_operations(document):
        for status, response in operation["responses"].items():
            if status >= "400":
                assert list(response.get("content", {})) == [PROBLEM], (method, path, status)


def test_every_operation_documents_a_success(document: dict[str, Any]) -> None:
    for method, path, operation in _operations(document):
        assert any(status.startswith("2") for status in operation["responses"]), (method, path)


def test_every_operation_of_the_api_documents_that_servers_and_callers_fail(document: dict[str, Any]) -> None:
    for method, path, operation in _api_operations(document):
        assert {"422", "429", "503"} <= set(operation["responses"]), (method, path)


def test_every_operation_documents_whom_it_refuses(document: dict[str, Any]) -> None:
    for method, path, operation in _api_operations(document):
        permission, documented = operation["x-permission"], set(operation["responses"])
        assert permission == "public" or "401" in documented, (method, path)
        assert permission in ("public", "authenticated") or "403" in documented, (method, path)
        assert (permission == "public") == ("security" not in operation), (method, path)


def test_every_operation_with_a_body_documents_what_is_wrong_with_bodies(document: dict[str, Any]) -> None:
    for method, path, operation in _api_operations(document):
        if "requestBody" in operation:
            assert set(operation["responses"]) >= BODY_STATUSES, (method, path)


def test_every_operation_on_one_resource_documents_its_absence(document: dict[str, Any]) -> None:
    for method, path, operation in _api_operations(document):
        if "{" in path:
            assert "404" in operation["responses"], (method, path)


def test_every_parameter_of_a_path_is_declared(document: dict[str, Any]) -> None:
    for method, path, operation in _operations(document):
        declared = {
            parameter["name"]
            for parameter in [
                *operation.get("parameters", []),
                *document["paths"][path].get("parameters", []),
            ]
            if parameter["in"] == "path"
        }
        assert declared == {part.strip("{}") for part in path.split("/") if part.startswith("{")}, (
            method,
            path,
        )


def test_readiness_documents_that_it_can_be_missing(document: dict[str, Any]) -> None:
    ready = document["paths"].get("/health/ready", {}).get("get")
    assert ready is None or {"200", "503"} <= set(ready["responses"])
