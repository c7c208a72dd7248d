"""If-Match: nobody overwrites what they have not seen, of any resource (template-owned; RFC 9110)."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from httpx2 import Client, Response
from tests.contract.nouns import Noun, Row
from tests.contract.problems import assert_problem

WRITERS = 50
WRITES = ["PUT", "PATCH", "DELETE"]
MATCHING = ['"1"', 'W/"1"', "*", '"7", "1"', '"1","7"', 'W/"7" , W/"1"']
NOT_MATCHING = ['"2"', '"0"', '"01"', '"1.0"', '""', '"-1"', 'W/"2"', '"2", "3"', '"' + "9" * 400 + '"']
GARBAGE = ["1", "", '"1', '1"', "'1'", "**", 'w/"1"', 'W/ "1"', '"1" "1"', "NaN", "\xe9", ","]


def _write(client: Client, noun: Noun, method: str, *, row: Row, if_match: str | None) -> Response:
    body = None if method == "DELETE" else noun.body(client)
    headers = {} if if_match is None else {b"If-Match": if_match.encode("latin-1")}
    return client.request(method, noun.path_of(row), json=body, headers=headers)


@pytest.mark.parametrize("method", WRITES)
def test_a_write_without_if_match_is_refused(client: Client, noun: Noun, method: str) -> None:
    row = noun.make(client)
    assert_problem(_write(client, noun, method, row=row, if_match=None), 428)
    assert noun.read(client, row) == row


@pytest.mark.parametrize("tag", MATCHING)
@pytest.mark.parametrize("method", WRITES)
def test_a_write_of_the_current_version_is_made(client: Client, noun: Noun, method: str, tag: str) -> None:
    row = noun.make(client)
    assert _write(client, noun, method, row=row, if_match=tag).status_code == (204 if method == "DELETE" else 200)


@pytest.mark.parametrize("tag", [*NOT_MATCHING, *GARBAGE])
@pytest.mark.parametrize("method", WRITES)
def test_a_write_of_another_version_is_refused(client: Client, noun: Noun, method: str, tag: str) -> None:
    row = noun.make(client)
    assert_problem(_write(client, noun, method, row=row, if_match=tag), 412)
    assert noun.read(client, row) == row


def test_a_version_is_good_for_one_write(client: Client, noun: Noun) -> None:
    row = noun.make(client)
    assert noun.retitle(client, row, "Gemini").status_code == 200
    assert_problem(noun.retitle(client, row, "Apollo"), 412)
    assert noun.read(client, row)[noun.title] == "Gemini"


def test_if_match_may_stand_in_two_lines(client: Client, noun: Noun) -> None:
    row = noun.make(client)
    lines = [("If-Match", '"7"'), ("If-Match", '"1"')]
    assert client.patch(noun.path_of(row), json={noun.title: "Gemini"}, headers=lines).status_code == 200


def test_if_match_asks_nothing_of_a_read(client: Client, noun: Noun) -> None:
    row = noun.make(client)
    assert client.get(noun.path_of(row), headers={"If-Match": '"7"'}).status_code == 200


def test_of_writers_with_one_version_one_wins(client: Client, noun: Noun) -> None:
    row = noun.make(client)

    def write(number: int) -> int:
        return noun.retitle(client, row, f"Writer {number}.").status_code

    with ThreadPoolExecutor(WRITERS) as writers:
        statuses = sorted(writers.map(write, range(WRITERS)))
    assert statuses == [200] + [412] * (WRITERS - 1)
    assert noun.read(client, row)["version"] == 2


def test_no_update_is_lost(client: Client, noun: Noun) -> None:
    row = noun.make(client, **{noun.title: ";"})

    def append(number: int) -> int:
        current = noun.read(client, row)
        return noun.retitle(client, current, f"{current[noun.title]}{number};").status_code

    with ThreadPoolExecutor(WRITERS) as writers:
        statuses = list(writers.map(append, range(WRITERS)))
    made = [number for number, status in enumerate(statuses) if status == 200]
    current = noun.read(client, row)
    assert set(statuses) <= {200, 412}
    assert current["version"] == 1 + len(made)
    assert sorted(int(number) for number in current[noun.title].split(";")[1:-1]) == made


def test_writers_who_accept_any_version_wait_for_each_other(client: Client, noun: Noun) -> None:
    row = noun.make(client)

    def write(number: int) -> int:
        return noun.retitle(client, row, f"Writer {number}.", if_match="*").status_code

    with ThreadPoolExecutor(WRITERS) as writers:
        assert list(writers.map(write, range(WRITERS))) == [200] * WRITERS
    assert noun.read(client, row)["version"] == 1 + WRITERS
