"""Registration: an account and its organization (template-owned; contract, "HTTP")."""

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import pytest
from httpx2 import Client
from tests.contract.people import AUTH, People, registration, unique_email
from tests.contract.problems import assert_problem
from tests.contract.users.steps import FIELDS

REGISTER = f"{AUTH}/register"
TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z")


def register(client: Client, **fields: Any) -> dict[str, Any]:
    response = client.post(REGISTER, json=registration(**fields))
    assert response.status_code == 201, response.text
    user: dict[str, Any] = response.json()
    return user


def test_registering_answers_with_the_user_its_place_and_its_version(anonymous: Client) -> None:
    email = unique_email()
    response = anonymous.post(REGISTER, json=registration(email=email, name="Ada Lovelace"))
    assert response.status_code == 201
    user = response.json()
    assert response.headers["content-type"] == "application/json"
    assert response.headers["location"] == f"/api/v1/users/{user['id']}"
    assert response.headers["etag"] == '"1"'
    assert set(user) == FIELDS
    assert (user["email"], user["name"], user["role"], user["is_active"]) == (email, "Ada Lovelace", "OrgAdmin", True)


def test_a_new_user_carries_the_common_fields(anonymous: Client) -> None:
    user = register(anonymous)
    assert user["version"] == 1
    assert user["deleted_at"] is None
    assert user["id"] == str(UUID(user["id"]))
    assert user["created_by"] == user["updated_by"] == user["id"]
    assert TIME.fullmatch(user["created_at"])
    assert user["updated_at"] == user["created_at"]


def test_the_location_of_a_new_user_leads_to_it(people: People) -> None:
    given = registration()
    response = people.anonymous().post(REGISTER, json=given)
    person = people.log_in(given["email"], given["password"])
    assert person.client.get(response.headers["location"]).json() == response.json()


def test_a_new_user_is_alone_in_a_new_organization(people: People) -> None:
    first, second = people.register(), people.register()
    [only] = first.client.get("/api/v1/users").json()["items"]
    assert only["id"] == first.id
    assert first.claims["org"] != second.claims["org"]


def test_an_organization_has_the_name_that_was_given(people: People) -> None:
    person = people.register(organization_name="Analytical Engines")
    assert person.client.get("/api/v1/organizations/current").json()["name"] == "Analytical Engines"


@pytest.mark.parametrize("given", [{}, {"organization_name": None}])
def test_an_organization_without_a_name_has_the_users(people: People, given: dict[str, None]) -> None:
    person = people.register(name="Ada Lovelace", **given)
    assert person.client.get("/api/v1/organizations/current").json()["name"] == "Ada Lovelace"


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("  {}@example.org\t\n", "{}@example.org"),
        ("Ada.{}@Example.ORG", "ada.{}@example.org"),
        ("jose\u0301-{}@example.org", "jos\u00e9-{}@example.org"),
        ("JOSE\u0301-{}@example.org", "jos\u00e9-{}@example.org"),
        ("{}@b\u00dccher.example", "{}@b\u00fccher.example"),
        ("ada+tag-{}@example.org", "ada+tag-{}@example.org"),
    ],
)
def test_an_address_is_trimmed_composed_and_lower_cased(anonymous: Client, given: str, stored: str) -> None:
    one_of_its_own = str(uuid4())
    user = register(anonymous, email=given.format(one_of_its_own))
    assert user["email"] == stored.format(one_of_its_own)


@pytest.mark.parametrize("spelled", [str, str.upper, str.title, " {}".format, "{}\r\n".format])
def test_an_address_is_taken_however_it_is_spelled(anonymous: Client, spelled: Any) -> None:
    email = unique_email()
    register(anonymous, email=email)
    assert_problem(anonymous.post(REGISTER, json=registration(email=spelled(email))), 409)


def test_an_address_is_taken_in_either_unicode_form(anonymous: Client) -> None:
    one_of_its_own = uuid4()
    register(anonymous, email=f"jos\u00e9-{one_of_its_own}@example.org")
    decomposed = registration(email=f"jose\u0301-{one_of_its_own}@example.org")
    assert_problem(anonymous.post(REGISTER, json=decomposed), 409)


def test_of_twelve_registrations_of_one_address_at_once_one_is_made(anonymous: Client) -> None:
    email = unique_email()

    def attempt(number: int) -> int:
        given = registration(email=email.upper() if number % 2 else email, name=f"Number {number}")
        response = anonymous.post(REGISTER, json=given)
        if response.status_code != 201:
            assert_problem(response, 409)
        return response.status_code

    with ThreadPoolExecutor(12) as callers:
        statuses = sorted(callers.map(attempt, range(12)))
    assert statuses == [201] + [409] * 11


@pytest.mark.parametrize(
    "email",
    [
        "",
        "ada",
        "@example.org",
        "ada@",
        "ada@@example.org",
        "ada@example.org, eve@example.org",
        "ada@example.org\nBcc: eve@example.org",
        "ada lovelace@example.org",
        "Ada <ada@example.org>",
        "ada@exam ple.org",
        "ada@-example.org",
        "ada\x00@example.org",
        "ada@" + "a" * 250 + ".org",
        "ada@[127.0.0.1]",
        "ada@localhost",
        "\u202eada@example.org",
        "' OR 1=1 --",
    ],
)
def test_what_is_no_address_is_refused(anonymous: Client, email: str) -> None:
    assert_problem(anonymous.post(REGISTER, json=registration(email=email)), 422, "/body/email")


@pytest.mark.parametrize("name", ["A", "n" * 200, "\U0001f680" * 200, "مريم", "O'Brien; DROP TABLE users"])
@pytest.mark.parametrize("field", ["name", "organization_name"])
def test_a_name_has_1_to_200_characters(people: People, field: str, name: str) -> None:
    me = people.register(**{field: name}).client.get(f"{AUTH}/me").json()
    assert name in (me["name"], me["organization"]["name"])


@pytest.mark.parametrize("name", ["", "n" * 201, "nul\x00", 7, ["Ada"], {"first": "Ada"}])
@pytest.mark.parametrize("field", ["name", "organization_name"])
def test_another_name_is_refused(anonymous: Client, field: str, name: Any) -> None:
    assert_problem(anonymous.post(REGISTER, json=registration(**{field: name})), 422, f"/body/{field}")


def test_all_that_is_missing_is_named_at_once(anonymous: Client) -> None:
    assert_problem(anonymous.post(REGISTER, json={}), 422, "/body/email", "/body/name", "/body/password")


@pytest.mark.parametrize(
    "field", ["id", "role", "roles", "is_active", "organization_id", "created_by", "version", "password_hash", "x"]
)
def test_nothing_else_can_be_set(anonymous: Client, field: str) -> None:
    email = unique_email()
    given = registration(email=email, **{field: "SuperAdmin"})
    assert_problem(anonymous.post(REGISTER, json=given), 422, f"/body/{field}")
    assert register(anonymous, email=email)["role"] == "OrgAdmin"


def test_a_token_is_neither_needed_nor_looked_at(anonymous: Client) -> None:
    response = anonymous.post(REGISTER, json=registration(), headers={"Authorization": "Bearer c4n4ry"})
    assert response.status_code == 201
