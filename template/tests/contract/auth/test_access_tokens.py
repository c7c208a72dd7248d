"""Access tokens: what they say, and how they are sent (template-owned; contract, "Tokens"; RFC 6750, RFC 9068)."""

import re
import time
from typing import Any
from uuid import UUID

import pytest
from httpx2 import Client
from tests.contract.auth.forging import decode, header_of, is_signed_by, thumbprint
from tests.contract.people import AUTH, PASSWORD, People, Person, SeededPeople, claims_of
from tests.contract.problems import assert_problem
from tests.contract.roles import PERMISSIONS
from tests.contract.wire import exchange

ME = f"{AUTH}/me"
CLAIMS = {"sub", "org", "roles", "permissions", "iat", "exp", "jti", "iss", "aud", "sid", "sv"}


@pytest.fixture(scope="module")
def keys(anonymous: Client) -> list[dict[str, str]]:
    response = anonymous.get("/.well-known/jwks.json")
    assert response.status_code == 200
    found: list[dict[str, str]] = response.json()["keys"]
    return found


@pytest.fixture(scope="module")
def token(acting_as: SeededPeople) -> str:
    access_token: str = acting_as("member@acme.example").tokens["access_token"]
    return access_token


def test_the_header_names_algorithm_type_and_key(token: str, keys: list[dict[str, str]]) -> None:
    assert header_of(token) == {"alg": "RS256", "typ": "at+jwt", "kid": keys[0]["kid"]}


def test_the_claims_are_those_of_the_contract(token: str) -> None:
    claims = claims_of(token)
    assert set(claims) == CLAIMS
    assert (claims["roles"], claims["permissions"]) == (["Member"], PERMISSIONS["Member"])
    for name in ("sub", "org", "sid", "jti"):
        assert claims[name] == str(UUID(claims[name]))
    for name in ("iat", "exp", "sv"):
        assert type(claims[name]) is int
    assert claims["exp"] - claims["iat"] == 900
    assert claims["sv"] >= 1
    assert claims["iss"]
    assert claims["aud"]
    assert isinstance(claims["aud"], str)


def test_a_token_is_issued_now(registered: Person) -> None:
    assert abs(registered.claims["iat"] - time.time()) < 10


def test_a_token_holds_nothing_of_the_person(registered: Person) -> None:
    text = decode(registered.tokens["access_token"].split(".")[1]).decode()
    assert "@" not in text
    assert "Ada" not in text


def test_the_keys_are_public_and_complete(anonymous: Client, keys: list[dict[str, str]]) -> None:
    response = anonymous.get("/.well-known/jwks.json")
    assert response.headers["content-type"] in ("application/json", "application/jwk-set+json")
    assert set(response.json()) == {"keys"}
    for key in keys:
        assert set(key) == {"kty", "n", "e", "kid", "use", "alg"}
        assert (key["kty"], key["use"], key["alg"]) == ("RSA", "sig", "RS256")
        assert len(decode(key["n"])) * 8 >= 2048


def test_a_keys_id_is_its_thumbprint(keys: list[dict[str, str]]) -> None:
    assert [key["kid"] for key in keys] == [thumbprint(key) for key in keys]


def test_the_key_that_the_header_names_checks_the_token(token: str, keys: list[dict[str, str]]) -> None:
    [key] = [key for key in keys if key["kid"] == header_of(token)["kid"]]
    assert is_signed_by(token, key)


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER", "bEaReR"])
def test_the_scheme_may_be_written_in_any_case(anonymous: Client, token: str, scheme: str) -> None:
    assert anonymous.get(ME, headers={"Authorization": f"{scheme} {token}"}).status_code == 200


@pytest.mark.parametrize(
    "value",
    [
        "",
        "Bearer",
        "Bearer ",
        "{}",
        "Bearer{}",
        "Bearer: {}",
        "Bearer={}",
        "Bearer {}, Bearer {}",
        "Bearer {} {}",
        "Bearer {},",
        "Bearer {}.",
        "Bearer {}=",
        'Bearer "{}"',
        "Bearer token={}",
        "Basic {}",
        "Basic YWRtaW5AYWNtZS5leGFtcGxlOng=",
        "DPoP {}",
        "Token {}",
        "JWT {}",
        "Bearer null",
        "Bearer undefined",
        "Bearer \xe9",
        "Bearer ..",
        "Bearer a.b.c",
    ],
)
def test_anything_else_is_refused(base_url: str, token: str, value: str) -> None:
    headers = [("Authorization", value.replace("{}", token))]
    assert_problem(exchange(base_url, "GET", ME, headers=headers), 401)


def test_two_headers_are_refused_whatever_they_say(base_url: str, token: str) -> None:
    good = ("Authorization", f"Bearer {token}")
    for other in (good, ("Authorization", "Bearer x"), ("authorization", "Basic eA==")):
        assert_problem(exchange(base_url, "GET", ME, headers=[good, other]), 401)
        assert_problem(exchange(base_url, "GET", ME, headers=[other, good]), 401)


def test_a_token_counts_in_its_header_alone(people: People, token: str) -> None:
    nobody = people.anonymous()
    assert_problem(nobody.get(ME, params={"access_token": token}), 401)
    assert_problem(nobody.get(ME, params={"token": token}), 401)
    for name in ("Cookie", "X-Access-Token", "Proxy-Authorization", "X-Authorization"):
        given = f"access_token={token}" if name == "Cookie" else f"Bearer {token}"
        assert_problem(nobody.get(ME, headers={name: given}), 401)


def test_no_reply_sets_a_cookie(people: People) -> None:
    person = people.register()
    given = {"email": person.email, "password": PASSWORD}
    for response in (person.client.get(ME), people.anonymous().post(f"{AUTH}/login", json=given)):
        assert "set-cookie" not in response.headers


def test_every_refusal_is_the_same(anonymous: Client, registered: Person) -> None:
    def told(**headers: str) -> dict[str, Any]:
        return {**assert_problem(anonymous.get(ME, headers=headers), 401), "request_id": ""}

    ended = registered.client.headers["Authorization"]
    registered.client.post(f"{AUTH}/logout")
    assert told() == told(Authorization="Bearer x") == told(Authorization=ended)


def test_a_refusal_does_not_show_the_token(anonymous: Client) -> None:
    response = anonymous.get(ME, headers={"Authorization": "Bearer c4n4ry.c4n4ry.c4n4ry"})
    assert_problem(response, 401)
    assert not re.search("c4n4ry", response.text + str(response.headers))
