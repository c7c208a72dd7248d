"""If-Match: nobody overwrites what they have not seen (sample: yours after the first render; RFC 9110)."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from httpx2 import Client, Response
from tests.contract.problems import assert_problem
from tests.contract.projects.steps import Project, create_project, patch_project, path_of, read_project

WRITERS = 20
WRITES = ["PUT", "PATCH", "DELETE"]
MATCHING = ['"1"', 'W/"1"', "*", '"7", "1"', '"1","7"', 'W/"7" , W/"1"']
NOT_MATCHING = ['"2"', '"0"', '"01"', '"1.0"', '""', '"-1"', 'W/"2"', '"2", "3"', '"' + "9" * 400 + '"']
GARBAGE = ["1", "", '"1', '1"', "'1'", "**", 'w/"1"', 'W/ "1"', '"1" "1"', "NaN", "\xe9", ","]


def _write(client: Client, method: str, project: Project, if_match: str | None) -> Response:
    body: dict[str, Any] | None = None if method == "DELETE" else {"name": "Gemini"}
    headers = {} if if_match is None else {b"If-Match": if_match.encode("latin-1")}
    return client.request(method, path_of(project), json=body, headers=headers)


@pytest.mark.parametrize("method", WRITES)
def test_a_write_without_if_match_is_refused(client: Client, method: str) -> None:
    project = create_project(client)
    assert_problem(_write(client, method, project, None), 428)
    assert read_project(client, project) == project


@pytest.mark.parametrize("tag", MATCHING)
@pytest.mark.parametrize("method", WRITES)
def test_a_write_of_the_current_version_is_made(client: Client, method: str, tag: str) -> None:
    project = create_project(client)
    assert _write(client, method, project, tag).status_code == (204 if method == "DELETE" else 200)


@pytest.mark.parametrize("tag", [*NOT_MATCHING, *GARBAGE])
@pytest.mark.parametrize("method", WRITES)
def test_a_write_of_another_version_is_refused(client: Client, method: str, tag: str) -> None:
    project = create_project(client)
    assert_problem(_write(client, method, project, tag), 412)
    assert read_project(client, project) == project


def test_a_version_is_good_for_one_write(client: Client) -> None:
    project = create_project(client)
    assert patch_project(client, project, {"name": "Gemini"}).status_code == 200
    assert_problem(patch_project(client, project, {"name": "Apollo"}), 412)
    assert read_project(client, project)["name"] == "Gemini"


def test_if_match_may_stand_in_two_lines(client: Client) -> None:
    project = create_project(client)
    lines = [("If-Match", '"7"'), ("If-Match", '"1"')]
    assert client.patch(path_of(project), json={"name": "Gemini"}, headers=lines).status_code == 200


def test_if_match_asks_nothing_of_a_read(client: Client) -> None:
    project = create_project(client)
    assert client.get(path_of(project), headers={"If-Match": '"7"'}).status_code == 200


def test_of_writers_with_one_version_one_wins(client: Client) -> None:
    project = create_project(client)

    def write(number: int) -> int:
        return patch_project(client, project, {"description": f"Writer {number}."}).status_code

    with ThreadPoolExecutor(WRITERS) as writers:
        statuses = sorted(writers.map(write, range(WRITERS)))
    assert statuses == [200] + [412] * (WRITERS - 1)
    assert read_project(client, project)["version"] == 2


def test_no_update_is_lost(client: Client) -> None:
    project = create_project(client)

    def append(number: int) -> int:
        current = read_project(client, project)
        fields = {"description": f"{current['description']}{number};"}
        return patch_project(client, current, fields).status_code

    with ThreadPoolExecutor(WRITERS) as writers:
        statuses = list(writers.map(append, range(WRITERS)))
    made = [number for number, status in enumerate(statuses) if status == 200]
    current = read_project(client, project)
    assert set(statuses) <= {200, 412}
    assert current["version"] == 1 + len(made)
    assert sorted(int(number) for number in current["description"].split(";")[:-1]) == made


def test_writers_who_accept_any_version_wait_for_each_other(client: Client) -> None:
    project = create_project(client)

    def write(number: int) -> int:
        return patch_project(client, project, {"description": f"Writer {number}."}, if_match="*").status_code

    with ThreadPoolExecutor(WRITERS) as writers:
        assert list(writers.map(write, range(WRITERS))) == [200] * WRITERS
    assert read_project(client, project)["version"] == 1 + WRITERS
