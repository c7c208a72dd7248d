"""Which methods the paths of projects have (sample: yours after the first render)."""

import pytest
from httpx2 import Client
from tests.contract.problems import assert_problem
from tests.contract.projects.steps import PROJECTS, create_project, path_of

ONE = f"{PROJECTS}/3f1c2b1a-0d4e-4c55-9a61-0a1b2c3d4e5f"
ALLOWED = {
    PROJECTS: {"GET", "POST"},
    ONE: {"GET", "PUT", "PATCH", "DELETE"},
    f"{ONE}/restore": {"POST"},
}
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]
REFUSED = [(method, path) for path, allowed in ALLOWED.items() for method in METHODS if method not in allowed]


@pytest.mark.parametrize(("method", "path"), REFUSED)
def test_a_method_that_a_path_has_not_is_refused_with_those_it_has(client: Client, method: str, path: str) -> None:
    response = client.request(method, path)
    assert_problem(response, 405)
    assert set(response.headers["allow"].split(", ")) == ALLOWED[path]


@pytest.mark.parametrize("path", list(ALLOWED))
def test_head_is_refused(client: Client, path: str) -> None:
    response = client.head(path)
    assert response.status_code == 405
    assert set(response.headers["allow"].split(", ")) == ALLOWED[path]
    assert response.content == b""


def test_a_slash_at_the_end_is_not_found(client: Client) -> None:
    project = create_project(client)
    assert_problem(client.get(f"{PROJECTS}/"), 404)
    assert_problem(client.post(f"{PROJECTS}/", json={"name": "Apollo"}), 404)
    assert_problem(client.get(f"{path_of(project)}/"), 404)
    assert_problem(client.post(f"{path_of(project)}/restore/"), 404)


def test_there_is_nothing_below_a_project_but_what_is_named(client: Client) -> None:
    project = create_project(client)
    assert_problem(client.get(f"{path_of(project)}/no-such-thing"), 404)
    assert_problem(client.post(f"{path_of(project)}/no-such-thing"), 404)
