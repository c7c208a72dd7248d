"""What the fields of any resource may hold (template-owned; contract, "HTTP")."""

from typing import Any

import pytest
from httpx2 import Client
from tests.contract.nouns import Noun, known_nouns
from tests.contract.problems import assert_problem

CANARY = "c4n4ry-7d1e"
FITS = [(noun, field, value) for noun in known_nouns() for field, values in noun.fits.items() for value in values]
WRONG = [(noun, field, value) for noun in known_nouns() for field, values in noun.wrong.items() for value in values]
NOT_YOURS = [
    "id",
    "version",
    "created_at",
    "updated_at",
    "deleted_at",
    "created_by",
    "updated_by",
    "organization_id",
    "deletion_id",
]


@pytest.mark.parametrize(("noun", "field", "value"), WRONG, ids=lambda word: str(word)[:30])
def test_a_wrong_field_is_named_by_every_write(client: Client, noun: Noun, field: str, value: Any) -> None:
    made = noun.make(client)
    body = noun.body(client, **{field: value})
    assert_problem(client.post(noun.path, json=body), 422, f"/body/{field}")
    assert_problem(client.put(noun.path_of(made), json=body, headers={"If-Match": "*"}), 422, f"/body/{field}")
    assert_problem(noun.patch(client, made, {field: value}), 422, f"/body/{field}")
    assert noun.read(client, made) == made


@pytest.mark.parametrize(("noun", "field", "value"), FITS, ids=lambda word: str(word)[:30])
def test_what_fits_is_stored(client: Client, noun: Noun, field: str, value: Any) -> None:
    made = noun.make(client, **{field: value})
    assert made[field] == noun.read(client, made)[field] == value


@pytest.mark.parametrize("value", ["x", "x" * 200, "é" * 200, "🚀" * 200])
def test_a_title_has_1_to_200_characters(client: Client, noun: Noun, value: str) -> None:
    assert noun.make(client, **{noun.title: value})[noun.title] == value


@pytest.mark.parametrize("field", NOT_YOURS)
def test_what_the_service_sets_is_an_unknown_field(client: Client, noun: Noun, field: str) -> None:
    made = noun.make(client)
    body = noun.body(client, **{field: made.get(field)})
    assert_problem(client.post(noun.path, json=body), 422, f"/body/{field}")
    assert_problem(client.put(noun.path_of(made), json=body, headers={"If-Match": "*"}), 422, f"/body/{field}")
    assert_problem(noun.patch(client, made, body), 422, f"/body/{field}")


def test_a_pointer_escapes_what_rfc_6901_escapes(client: Client, noun: Noun) -> None:
    assert_problem(client.post(noun.path, json=noun.body(client, **{"a/b~c": 1})), 422, "/body/a~1b~0c")


def test_a_missing_field_is_named(client: Client, noun: Noun) -> None:
    made = noun.make(client)
    pointers = [f"/body/{name}" for name in noun.body(client)]
    assert_problem(client.post(noun.path, json={}), 422, *pointers)
    assert_problem(client.put(noun.path_of(made), json={}, headers={"If-Match": "*"}), 422, *pointers)


def test_all_wrong_fields_are_named_at_once(client: Client, noun: Noun) -> None:
    body = {**noun.body(client), **{name: values[0] for name, values in noun.wrong.items()}, "colour": "red"}
    pointers = [f"/body/{name}" for name in (*noun.wrong, "colour")]
    assert_problem(client.post(noun.path, json=body), 422, *pointers)


def test_no_value_is_echoed(client: Client, noun: Noun) -> None:
    for name in (*noun.body(client), *noun.defaults):
        response = client.post(noun.path, json=noun.body(client, **{name: {CANARY: CANARY}}))
        assert_problem(response, 422, f"/body/{name}")
        assert CANARY not in response.text
