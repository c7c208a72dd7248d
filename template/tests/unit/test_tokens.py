"""Access tokens: what is issued, and which headers, keys and signatures are believed (template-owned; RFC 8725)."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.environment import core_settings, signing_keys
from tests.unit.signed_tokens import (
    CORE,
    GIVEN,
    ORGANIZATION,
    SESSION,
    USER,
    claims,
    refused,
    signed,
    signed_as_it_stands,
)

from app.kit.signing_keys import signing_key
from app.kit.tokens import AccessClaims, TokenError, TokenVerifier, issue_access_token

LIFE = timedelta(minutes=15)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


def encoded(part: bytes) -> str:
    return jwt.utils.base64url_encode(part).decode()


def test_a_token_that_was_issued_is_read_back() -> None:
    at = datetime.now(UTC)
    token = issue_access_token(CORE, GIVEN, permissions=("users:read",), now=at, life=LIFE)

    assert TokenVerifier(CORE).verify(token) == AccessClaims(
        user_id=UUID(USER),
        organization_id=UUID(ORGANIZATION),
        role="Member",
        session_id=UUID(SESSION),
        session_version=3,
        expires_at=int(at.timestamp()) + 900,
    )


def test_an_issued_token_has_these_claims_and_this_header() -> None:
    at = datetime(2026, 11, 22, 12, 0, 0, 999_999, tzinfo=UTC)
    token = issue_access_token(CORE, GIVEN, permissions=("tasks:read", "users:read"), now=at, life=LIFE)
    payload = jwt.decode(token, options={"verify_signature": False})
    jti = payload.pop("jti")

    assert jwt.get_unverified_header(token) == {"alg": "RS256", "typ": "at+jwt", "kid": signing_key(CORE).id}
    assert payload == {
        "sub": USER,
        "org": ORGANIZATION,
        "roles": ["Member"],
        "permissions": ["tasks:read", "users:read"],
        "iat": 1_795_348_800,
        "exp": 1_795_349_700,
        "iss": "urn:service:tests",
        "aud": "tests",
        "sid": SESSION,
        "sv": 3,
    }
    assert jti == str(UUID(jti))


def test_two_tokens_of_one_moment_differ() -> None:
    at = datetime.now(UTC)
    first, second = (issue_access_token(CORE, GIVEN, permissions=(), now=at, life=LIFE) for _ in range(2))

    assert first != second


def test_a_token_ends_after_its_life_in_whole_seconds() -> None:
    life = timedelta(seconds=89.9)
    token = issue_access_token(CORE, GIVEN, permissions=(), now=datetime.now(UTC), life=life)
    payload = jwt.decode(token, options={"verify_signature": False})

    assert payload["exp"] - payload["iat"] == 89


@pytest.mark.parametrize(
    "header",
    [
        {"typ": "JWT"},
        {"typ": "jwt"},
        {"typ": "AT+JWT "},
        {"typ": "application/at+jwt"},
        {"typ": ""},
        {"typ": None},
        {"kid": None},
        {"kid": ""},
        {"kid": "another"},
        {"kid": 7},
        {"kid": ["../../dev/null"]},
        {"crit": ["exp"]},
        {"crit": []},
    ],
    ids=str,
)
def test_a_token_with_another_header_is_refused(header: dict[str, Any]) -> None:
    assert refused(signed_as_it_stands(claims(), **header))


def test_keys_that_a_header_brings_along_change_nothing() -> None:
    own = generate_private_key(public_exponent=65537, key_size=2048)
    jwk = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(own.public_key()))
    brought = {"jwk": jwk, "jku": "https://evil.example/jwks.json", "x5u": "https://evil.example/x", "x5c": ["AAAA"]}

    assert not refused(signed(claims(), **brought))
    kid = signing_key(CORE).id
    assert refused(jwt.encode(claims(), own, "RS256", headers={"kid": kid, "typ": "at+jwt", **brought}))


@pytest.mark.parametrize("algorithm", ["RS384", "RS512", "PS256"])
def test_another_algorithm_with_our_own_key_is_refused(algorithm: str) -> None:
    key = signing_key(CORE)

    assert refused(jwt.encode(claims(), key.key, algorithm, headers={"kid": key.id, "typ": "at+jwt"}))


def test_a_token_without_a_signature_is_refused() -> None:
    token = jwt.encode(claims(), "", "none", headers={"kid": signing_key(CORE).id, "typ": "at+jwt"})

    assert refused(token)
    assert refused(signed(claims()).rpartition(".")[0] + ".")


@pytest.mark.parametrize("place", range(0, 1500, 97))
def test_a_token_with_a_changed_character_is_refused(place: int) -> None:
    token = signed(claims(permissions=[f"resource{number}:read" for number in range(40)]))
    other = "A" if token[place] != "A" else "B"

    assert refused(token[:place] + other + token[place + 1 :])


def test_a_token_is_8192_characters_long_at_most() -> None:
    def padded(padding: int) -> str:
        return signed(claims(permissions=["x" * padding]))

    shortest_refused = next(size for size in range(5000, 6200) if len(padded(size)) > 8192)
    assert not refused(padded(shortest_refused - 1))
    assert refused(padded(shortest_refused))


@settings(max_examples=200)
@given(
    st.text(st.characters(exclude_categories=[]), max_size=60)
    | st.lists(st.binary(max_size=30).map(encoded), max_size=5).map(".".join)
    | JSON.map(lambda header: f"{encoded(json.dumps(header).encode())}.e30.AAAA")
)
def test_no_text_of_someones_own_is_a_token(text: str) -> None:
    with pytest.raises(TokenError):
        TokenVerifier(CORE).verify(text)


@pytest.mark.parametrize("header", ["[" * 3000, '{"kid":' * 700, '{"alg":"RS256","kid":"' + "\\ud800" + '"}'])
def test_a_header_that_is_deep_or_odd_is_refused(header: str) -> None:
    assert refused(f"{encoded(header.encode())}.e30.AAAA")


def test_a_token_of_an_old_key_is_good_until_the_key_is_gone(tmp_path: Path) -> None:
    old_private, old_public = signing_keys()
    new_key = generate_private_key(public_exponent=65537, key_size=2048)
    new_private = new_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    new_public = new_key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    file = tmp_path / "public.pem"
    file.write_text(old_public)
    before = core_settings(JWT_PRIVATE_KEY=old_private, JWT_PUBLIC_KEY="", JWT_PUBLIC_KEY_PATH=str(file))
    verifier, token = TokenVerifier(before), signed(claims(iss=before.issuer, aud=before.audience), core=before)
    assert verifier.verify(token).user_id == UUID(USER)

    file.write_text(new_public + old_public)
    after = core_settings(JWT_PRIVATE_KEY=new_private, JWT_PUBLIC_KEY="", JWT_PUBLIC_KEY_PATH=str(file))
    newer = signed(claims(iss=after.issuer, aud=after.audience), core=after)
    assert verifier.verify(token) == verifier.verify(newer)

    file.write_text(new_public)
    verifier.verify(newer)
    with pytest.raises(TokenError):
        verifier.verify(token)


def test_a_known_token_of_a_removed_key_is_refused_a_second_later(tmp_path: Path) -> None:
    private, public = signing_keys()
    file = tmp_path / "public.pem"
    file.write_text(public)
    core = core_settings(JWT_PRIVATE_KEY=private, JWT_PUBLIC_KEY="", JWT_PUBLIC_KEY_PATH=str(file))
    token = signed(claims(iss=core.issuer, aud=core.audience), core=core)
    now = 100.0
    verifier = TokenVerifier(core, clock=lambda: now)
    verifier.verify(token)
    other = generate_private_key(public_exponent=65537, key_size=2048).public_key()
    file.write_bytes(other.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))

    now = 100.9
    verifier.verify(token)
    now = 101.0
    with pytest.raises(TokenError):
        verifier.verify(token)


def test_a_token_that_is_checked_while_its_key_goes_is_not_remembered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    private, public = signing_keys()
    file = tmp_path / "public.pem"
    file.write_text(public)
    core = core_settings(JWT_PRIVATE_KEY=private, JWT_PUBLIC_KEY="", JWT_PUBLIC_KEY_PATH=str(file))
    token = signed(claims(iss=core.issuer, aud=core.audience), core=core)
    verifier = TokenVerifier(core)
    decode = jwt.decode

    def slow_decode(*given: Any, **options: Any) -> Any:
        other = generate_private_key(public_exponent=65537, key_size=2048).public_key()
        file.write_bytes(other.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
        # As another thread would, meanwhile.
        with pytest.raises(TokenError):
            verifier.verify("another")
        return decode(*given, **options)

    monkeypatch.setattr(jwt, "decode", slow_decode)
    verifier.verify(token)
    monkeypatch.undo()

    with pytest.raises(TokenError):
        verifier.verify(token)


def test_why_a_token_was_refused_never_holds_the_token() -> None:
    token = signed(claims(aud="c4n4ry"))

    with pytest.raises(TokenError) as caught:
        TokenVerifier(CORE).verify(token)
    assert "c4n4ry" not in str(caught.value)
    assert token not in str(caught.value)
    assert caught.value.__cause__ is None
