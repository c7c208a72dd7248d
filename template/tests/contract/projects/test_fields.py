"""What the fields of a project may hold (sample: yours after the first render)."""

from typing import Any

import pytest
from httpx2 import Client
from tests.contract.problems import assert_problem
from tests.contract.projects.steps import PROJECTS, create_project, patch_project, path_of, read_project

CANARY = "c4n4ry-7d1e"
WRONG_NAMES = ["", "x" * 201, "NUL\x00", None, 1, True, ["x"], {"x": 1}, 10**30, 0.5]
WRONG_DESCRIPTIONS: list[Any] = ["x" * 5001, "NUL\x00", None, 1, False, [], {}]
WRONG_VISIBILITIES = ["", "secret", "Public", "public ", None, 1, ["public"], "public\x00"]
WRONG = [
    *(("name", value) for value in WRONG_NAMES),
    *(("description", value) for value in WRONG_DESCRIPTIONS),
    *(("visibility", value) for value in WRONG_VISIBILITIES),
]
NOT_YOURS = [
    "id",
    "version",
    "created_at",
    "updated_at",
    "deleted_at",
    "created_by",
    "updated_by",
    "organization_id",
]


@pytest.mark.parametrize(("field", "value"), WRONG)
def test_a_wrong_field_is_named_by_every_write(client: Client, field: str, value: Any) -> None:
    project = create_project(client)
    body = {"name": "Apollo", field: value}
    assert_problem(client.post(PROJECTS, json=body), 422, f"/body/{field}")
    assert_problem(client.put(path_of(project), json=body, headers={"If-Match": "*"}), 422, f"/body/{field}")
    assert_problem(patch_project(client, project, {field: value}), 422, f"/body/{field}")
    assert read_project(client, project) == project


@pytest.mark.parametrize("value", ["x", "x" * 200, "é" * 200, "🚀" * 200])
def test_a_name_has_1_to_200_characters(client: Client, value: str) -> None:
    assert create_project(client, name=value)["name"] == value


@pytest.mark.parametrize("value", ["", "x" * 5000, "🚀" * 5000])
def test_a_description_has_up_to_5000_characters(client: Client, value: str) -> None:
    assert create_project(client, description=value)["description"] == value


@pytest.mark.parametrize("field", NOT_YOURS)
def test_what_the_service_sets_is_an_unknown_field(client: Client, field: str) -> None:
    project = create_project(client)
    body = {"name": "Apollo", field: project.get(field)}
    assert_problem(client.post(PROJECTS, json=body), 422, f"/body/{field}")
    assert_problem(client.put(path_of(project), json=body, headers={"If-Match": "*"}), 422, f"/body/{field}")
    assert_problem(patch_project(client, project, body), 422, f"/body/{field}")


def test_an_unknown_field_is_named(client: Client) -> None:
    assert_problem(client.post(PROJECTS, json={"name": "Apollo", "colour": "red"}), 422, "/body/colour")


def test_a_pointer_escapes_what_rfc_6901_escapes(client: Client) -> None:
    assert_problem(client.post(PROJECTS, json={"name": "Apollo", "a/b~c": 1}), 422, "/body/a~1b~0c")


def test_a_missing_name_is_named(client: Client) -> None:
    project = create_project(client)
    assert_problem(client.post(PROJECTS, json={"description": "x"}), 422, "/body/name")
    assert_problem(client.put(path_of(project), json={}, headers={"If-Match": "*"}), 422, "/body/name")


def test_all_wrong_fields_are_named_at_once(client: Client) -> None:
    body = {"name": "", "description": None, "visibility": "secret", "colour": "red"}
    pointers = ("/body/colour", "/body/description", "/body/name", "/body/visibility")
    assert_problem(client.post(PROJECTS, json=body), 422, *pointers)


@pytest.mark.parametrize("body", [None, [], "Apollo", 1, True, [{"name": "Apollo"}]])
def test_a_body_that_is_no_object_is_wrong_as_a_whole(client: Client, body: Any) -> None:
    project = create_project(client)
    given = {"Content-Type": "application/json", "If-Match": "*"}
    text = "null" if body is None else None
    for method, path in [("POST", PROJECTS), ("PUT", path_of(project)), ("PATCH", path_of(project))]:
        response = client.request(method, path, json=body, content=text, headers=given)
        assert_problem(response, 422, "/body")


@pytest.mark.parametrize(
    "body",
    [{"name": "", "description": CANARY + "x" * 5000}, {"name": {CANARY: CANARY}}, {"visibility": CANARY}],
)
def test_no_value_is_echoed(client: Client, body: dict[str, Any]) -> None:
    response = client.post(PROJECTS, json=body)
    assert response.status_code == 422
    assert CANARY not in response.text


@pytest.mark.parametrize("body", [{"x" * 100_000: 1}, {f"field{number}": 1 for number in range(20_000)}])
def test_the_reply_does_not_grow_with_unknown_fields(client: Client, body: dict[str, Any]) -> None:
    response = client.post(PROJECTS, json={"name": "Apollo", **body})
    assert response.status_code == 422
    assert len(response.content) <= 65_536


@pytest.mark.parametrize("name", ["x", "limit", "cursor", "Name"])
def test_a_query_that_an_operation_has_not_is_refused(client: Client, name: str) -> None:
    project = create_project(client)
    query, given = {name: "1"}, {"If-Match": "*"}
    body = {"name": "Apollo"}
    replies = [
        client.post(PROJECTS, params=query, json=body),
        client.get(path_of(project), params=query),
        client.put(path_of(project), params=query, json=body, headers=given),
        client.patch(path_of(project), params=query, json=body, headers=given),
        client.delete(path_of(project), params=query, headers=given),
        client.post(f"{path_of(project)}/restore", params=query),
    ]
    for response in replies:
        assert_problem(response, 422, f"/query/{name}")
    assert read_project(client, project) == project
