"""Making and reading a row of any resource (template-owned; contract, "HTTP")."""

import re
from uuid import UUID

import pytest
from httpx2 import Client
from tests.contract.nouns import ABSENT, Noun, unique
from tests.contract.problems import assert_problem

TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z")
COMMON = {"id", "version", "created_at", "updated_at", "deleted_at", "created_by", "updated_by"}


def test_creating_answers_with_the_row_its_place_and_its_version(client: Client, noun: Noun) -> None:
    sent = noun.body(client, **noun.others)
    response = client.post(noun.path, json=sent)
    assert response.status_code == 201
    body = response.json()
    assert response.headers["content-type"] == "application/json"
    assert response.headers["location"] == noun.path_of(body)
    assert response.headers["etag"] == '"1"'
    assert {name: body[name] for name in sent} == sent
    assert set(body) == COMMON | {noun.title, *noun.needed(client), *noun.defaults}


def test_what_was_not_sent_has_its_default(client: Client, noun: Noun) -> None:
    made = noun.make(client)
    assert {name: made[name] for name in noun.defaults} == noun.defaults


def test_a_new_row_carries_the_common_fields(client: Client, noun: Noun) -> None:
    made = noun.make(client)
    assert made["version"] == 1
    assert made["deleted_at"] is None
    assert made["id"] == str(UUID(made["id"]))
    assert made["created_by"] == made["updated_by"] == str(UUID(made["created_by"]))
    assert TIME.fullmatch(made["created_at"])
    assert made["updated_at"] == made["created_at"]


def test_reading_gives_what_creating_gave(client: Client, noun: Noun) -> None:
    made = noun.make(client, **noun.others)
    response = client.get(noun.path_of(made))
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert response.headers["etag"] == '"1"'
    assert response.json() == made


def test_the_location_of_a_new_row_leads_to_it(client: Client, noun: Noun) -> None:
    response = client.post(noun.path, json=noun.body(client))
    assert client.get(response.headers["location"]).json() == response.json()


def test_two_rows_may_share_a_title(client: Client, noun: Noun) -> None:
    same = {noun.title: unique()}
    assert noun.make(client, **same)["id"] != noun.make(client, **same)["id"]


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
def test_text_comes_back_as_it_was_sent(client: Client, noun: Noun, text: str) -> None:
    texts = dict.fromkeys([noun.title, *(name for name in noun.defaults if name == "description")], text)
    current = noun.read(client, noun.make(client, **texts))
    assert {name: current[name] for name in texts} == texts


def test_a_read_answers_in_full_whatever_the_caller_has(client: Client, noun: Noun) -> None:
    made = noun.make(client)
    response = client.get(noun.path_of(made), headers={"If-None-Match": '"1"', "Accept": "text/html"})
    assert response.status_code == 200
    assert response.json() == made


@pytest.mark.parametrize(
    "bad",
    ["1", "not-a-uuid", "3f1c2b1a-0d4e-4c55-9a61-0a1b2c3d4e5", "%00", "%ff", "null", "9" * 300, "..%2f..", "*"],
)
def test_an_id_that_is_no_uuid_is_not_found_like_an_absent_one(client: Client, noun: Noun, bad: str) -> None:
    odd = assert_problem(client.get(f"{noun.path}/{bad}"), 404)
    absent = assert_problem(client.get(f"{noun.path}/{ABSENT}"), 404)
    assert set(odd) == set(absent)
    assert odd["type"] == absent["type"] == "urn:problem:not-found"
