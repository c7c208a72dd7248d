"""Forged access tokens: none is let in (template-owned; contract, "Tokens"; RFC 8725).

What only the service's own key can sign, a claim left out or of another time, is tried beside the key.
"""

import json
from collections.abc import Callable
from typing import Any

import pytest
from httpx2 import Client
from tests.contract.auth import forging
from tests.contract.auth.forging import encode, signed_with_hmac, signed_with_own_key, with_claims, with_header
from tests.contract.people import AUTH, Person, SeededPeople
from tests.contract.problems import assert_problem

ME = f"{AUTH}/me"
EVIL = "https://evil.example/keys"
NONE = ["none", "None", "NONE", "nOnE", "", "RS256 ", "rs256", "HS256", "ES256", "PS256", None, 7, ["RS256"], ...]
KIDS = [
    "unknown",
    "",
    "../../../../dev/null",
    "/dev/null",
    "file:///etc/passwd",
    "' UNION SELECT 'x' --",
    "0; DROP TABLE users",
    "$(sleep 9)",
    "\x00",
    "\r\nX-Injected: 1",
    "x" * 1_000,
    None,
    7,
    True,
    ["x"],
    {"x": "x"},
    ...,
]
HEADERS: list[dict[str, Any]] = [
    {"typ": "JWT"},
    {"typ": "at+jwt "},
    {"typ": None},
    {"typ": ...},
    {"crit": ["exp"]},
    {"b64": False, "crit": ["b64"]},
    {"zip": "DEF"},
    {"cty": "JWT"},
]


@pytest.fixture(scope="module")
def person(acting_as: SeededPeople) -> Person:
    return acting_as("member@acme.example")


@pytest.fixture(scope="module")
def token(person: Person) -> str:
    access_token: str = person.tokens["access_token"]
    return access_token


@pytest.fixture(scope="module")
def jwk(anonymous: Client) -> dict[str, str]:
    newest: dict[str, str] = anonymous.get("/.well-known/jwks.json").json()["keys"][0]
    return newest


def assert_refused(client: Client, token: str) -> None:
    response = client.get(ME, headers={b"Authorization": b"Bearer " + token.encode()})
    assert_problem(response, 401)
    assert "x-injected" not in response.headers


def test_the_token_that_is_forged_is_good_itself(person: Person) -> None:
    assert person.is_let_in()


@pytest.mark.parametrize("alg", NONE, ids=str)
def test_another_algorithm_is_refused_with_any_signature(anonymous: Client, token: str, alg: Any) -> None:
    changed = with_header(token, alg=alg)
    unsigned = changed.rpartition(".")[0]
    for forged in (changed, f"{unsigned}.", unsigned, f"{unsigned}.AAAA"):
        assert_refused(anonymous, forged)


def test_no_form_of_the_public_key_is_a_secret(anonymous: Client, token: str, jwk: dict[str, str]) -> None:
    for secret in forging.public_texts(jwk):
        assert_refused(anonymous, signed_with_hmac(token, secret))


def test_a_foreign_key_under_the_right_id_is_refused(anonymous: Client, token: str) -> None:
    assert_refused(anonymous, signed_with_own_key(token))


@pytest.mark.parametrize("kid", KIDS, ids=str)
def test_another_key_id_is_refused(anonymous: Client, token: str, kid: Any) -> None:
    assert_refused(anonymous, signed_with_own_key(token, kid=kid))
    assert_refused(anonymous, with_header(token, kid=kid))


def test_a_foreign_key_under_its_own_id_is_refused(anonymous: Client, token: str) -> None:
    assert_refused(anonymous, signed_with_own_key(token, kid=forging.thumbprint(forging.own_jwk())))


@pytest.mark.parametrize(
    "brought",
    [
        {"jwk": forging.own_jwk()},
        {"jku": EVIL},
        {"x5u": EVIL},
        {"x5c": ["AAAA"]},
        {"jwk": forging.own_jwk(), "jku": EVIL, "x5u": EVIL},
        {"jku": "http://169.254.169.254/latest/meta-data"},
    ],
    ids=lambda brought: " ".join(brought),
)
def test_a_key_that_the_token_brings_along_is_not_looked_at(
    anonymous: Client, token: str, brought: dict[str, Any]
) -> None:
    assert_refused(anonymous, signed_with_own_key(token, **brought))
    own_id = forging.thumbprint(forging.own_jwk())
    assert_refused(anonymous, signed_with_own_key(token, kid=own_id, **brought))
    assert_refused(anonymous, signed_with_own_key(token, kid=..., **brought))


@pytest.mark.parametrize("header", HEADERS, ids=str)
def test_another_header_is_refused(anonymous: Client, token: str, header: dict[str, Any]) -> None:
    assert_refused(anonymous, with_header(token, **header))
    assert_refused(anonymous, signed_with_own_key(token, **header))


@pytest.mark.parametrize(
    "changes",
    [
        {"roles": ["SuperAdmin"]},
        {"permissions": ["*:*"]},
        {"sub": "00000000-0000-4000-8000-000000000001"},
        {"org": "00000000-0000-4000-8000-000000000001"},
        {"exp": 4_102_444_800},
        {"sv": 99},
    ],
    ids=str,
)
def test_changed_claims_are_refused(anonymous: Client, token: str, changes: dict[str, Any]) -> None:
    assert_refused(anonymous, with_claims(token, **changes))


def test_the_claims_of_one_token_under_the_signature_of_another_are_refused(
    anonymous: Client, token: str, acting_as: SeededPeople
) -> None:
    better = acting_as("superadmin@acme.example").tokens["access_token"]
    header, _, signature = token.split(".")
    assert_refused(anonymous, f"{header}.{better.split('.')[1]}.{signature}")


@pytest.mark.parametrize(
    "change",
    [
        lambda token: token[:-1],
        lambda token: token[:-10],
        lambda token: token.rpartition(".")[0],
        lambda token: token.rpartition(".")[0] + ".",
        lambda token: token + "A",
        lambda token: token + "." + token.rpartition(".")[2],
        lambda token: token[1:],
        lambda token: token.replace(".", "", 1),
        lambda token: token.replace(".", ".."),
        lambda token: f".{token}",
        lambda token: token[:-2] + ("AA" if token[-2:] != "AA" else "BB"),
        lambda token: token.rpartition(".")[0] + "." + "A" * 342,
        lambda token: token.swapcase(),
    ],
)
def test_a_cut_and_a_changed_token_are_refused(anonymous: Client, token: str, change: Callable[[str], str]) -> None:
    assert_refused(anonymous, change(token))


@pytest.mark.parametrize(
    "header",
    ["", "null", "[]", '"x"', "{", "{}", "[" * 3_000, '{"kid":' * 500, '{"alg":"RS256","kid":"\\ud800"}', "\xff\xfe"],
)
def test_a_header_that_is_no_header_is_refused(anonymous: Client, token: str, header: str) -> None:
    rest = token.partition(".")[2]
    assert_refused(anonymous, f"{encode(header.encode('latin-1'))}.{rest}")


def test_an_encrypted_token_is_none_of_ours(anonymous: Client) -> None:
    header = encode(json.dumps({"alg": "RSA-OAEP", "enc": "A256GCM", "typ": "at+jwt"}).encode())
    assert_refused(anonymous, f"{header}.AAAA.AAAA.AAAA.AAAA")


def test_a_key_id_of_a_mebibyte_breaks_nothing(anonymous: Client, token: str) -> None:
    response = anonymous.get(ME, headers={"Authorization": f"Bearer {with_header(token, kid='x' * 1_048_576)}"})
    assert response.status_code in (400, 401, 431)
    assert anonymous.get("/health/live").status_code == 200


def test_a_refresh_token_is_no_access_token(anonymous: Client, person: Person) -> None:
    assert_refused(anonymous, person.tokens["refresh_token"])
