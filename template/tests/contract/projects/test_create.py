"""Creating and reading a project (sample: yours after the first render)."""

import re
from uuid import UUID

import pytest
from httpx2 import Client
from tests.contract.problems import assert_problem
from tests.contract.projects.steps import PROJECTS, create_project, path_of, read_project, unique_name

TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z")
FIELDS = {
    "id",
    "version",
    "created_at",
    "updated_at",
    "deleted_at",
    "created_by",
    "updated_by",
    "name",
    "description",
    "visibility",
}


def test_creating_answers_with_the_project_its_place_and_its_version(client: Client) -> None:
    name = unique_name()
    response = client.post(PROJECTS, json={"name": name, "description": "Reach orbit.", "visibility": "public"})
    assert response.status_code == 201
    body = response.json()
    assert response.headers["content-type"] == "application/json"
    assert response.headers["location"] == f"/api/v1/projects/{body['id']}"
    assert response.headers["etag"] == '"1"'
    assert set(body) == FIELDS
    assert (body["name"], body["description"], body["visibility"]) == (name, "Reach orbit.", "public")


def test_a_name_is_all_that_a_project_needs(client: Client) -> None:
    body = client.post(PROJECTS, json={"name": "Apollo"}).json()
    assert (body["name"], body["description"], body["visibility"]) == ("Apollo", "", "organization")


def test_a_new_project_carries_the_common_fields(client: Client) -> None:
    project = create_project(client)
    assert project["version"] == 1
    assert project["deleted_at"] is None
    assert project["id"] == str(UUID(project["id"]))
    assert project["created_by"] == project["updated_by"] == str(UUID(project["created_by"]))
    assert TIME.fullmatch(project["created_at"])
    assert project["updated_at"] == project["created_at"]


def test_reading_gives_what_creating_gave(client: Client) -> None:
    project = create_project(client, description="Reach orbit.")
    response = client.get(path_of(project))
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert response.headers["etag"] == '"1"'
    assert response.json() == project


def test_the_location_of_a_new_project_leads_to_it(client: Client) -> None:
    response = client.post(PROJECTS, json={"name": unique_name()})
    assert client.get(response.headers["location"]).json() == response.json()


def test_two_projects_may_share_a_name(client: Client) -> None:
    name = unique_name()
    assert create_project(client, name=name)["id"] != create_project(client, name=name)["id"]


@pytest.mark.parametrize(
    "text",
    [
        "'; DROP TABLE projects; --",
        "%_\\",
        "<script>alert(1)</script>",
        "🚀 Ünïcödé",
        "مشروع\u202e",
        "a\nb\tc",
        "${HOME} {{ 7*7 }}",
    ],
)
def test_text_comes_back_as_it_was_sent(client: Client, text: str) -> None:
    project = create_project(client, name=text, description=text)
    current = read_project(client, project)
    assert (current["name"], current["description"]) == (text, text)


def test_a_read_answers_in_full_whatever_the_caller_has(client: Client) -> None:
    project = create_project(client)
    response = client.get(path_of(project), headers={"If-None-Match": '"1"', "Accept": "text/html"})
    assert response.status_code == 200
    assert response.json() == project


def test_an_absent_project_is_not_found(client: Client) -> None:
    assert_problem(client.get(f"{PROJECTS}/3f1c2b1a-0d4e-4c55-9a61-0a1b2c3d4e5f"), 404)


@pytest.mark.parametrize(
    "bad",
    [
        "1",
        "not-a-uuid",
        "3f1c2b1a-0d4e-4c55-9a61-0a1b2c3d4e5",
        "%00",
        "%ff",
        "null",
        "9" * 300,
        "..%2f..",
        "*",
    ],
)
def test_an_id_that_is_no_uuid_is_not_found_like_an_absent_one(client: Client, bad: str) -> None:
    odd = assert_problem(client.get(f"{PROJECTS}/{bad}"), 404)
    absent = assert_problem(client.get(f"{PROJECTS}/3f1c2b1a-0d4e-4c55-9a61-0a1b2c3d4e5f"), 404)
    assert set(odd) == set(absent)
    assert odd["type"] == absent["type"] == "urn:problem:not-found"


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_no_write_finds_an_id_that_is_no_uuid(client: Client, method: str) -> None:
    body = None if method == "DELETE" else {"name": "Apollo"}
    response = client.request(method, f"{PROJECTS}/not-a-uuid", json=body, headers={"If-Match": "*"})
    assert_problem(response, 404)
