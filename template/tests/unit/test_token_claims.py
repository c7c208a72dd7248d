"""The claims of access tokens: every one required and checked (template-owned; contract, "Tokens"; RFC 8725)."""

import time
from typing import Any

import pytest
from tests.unit.signed_tokens import CORE, LEFT_OUT, claims, now, refused, signed, signed_as_it_stands

from app.kit.tokens import TokenError, TokenVerifier

CLAIMS = ("sub", "org", "roles", "permissions", "iat", "exp", "jti", "iss", "aud", "sid", "sv")


def test_these_tests_can_sign_a_good_token() -> None:
    assert not refused(signed(claims()))


@pytest.mark.parametrize("name", CLAIMS)
def test_a_token_without_one_of_the_claims_is_refused(name: str) -> None:
    assert refused(signed(claims(**{name: LEFT_OUT})))


@pytest.mark.parametrize("name", CLAIMS)
def test_a_claim_that_is_null_is_missing(name: str) -> None:
    assert refused(signed_as_it_stands(claims(**{name: None})))


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "others"},
        {"aud": ["tests"]},
        {"aud": ["tests", "others"]},
        {"aud": ""},
        {"iss": "urn:service:others"},
        {"iss": "urn:service:tests/"},
        {"iss": ""},
        {"sub": "nobody"},
        {"sub": 7},
        {"org": "nowhere"},
        {"org": 7},
        {"org": {}},
        {"sid": "none"},
        {"sid": True},
        {"jti": 7},
        {"roles": []},
        {"roles": ["Guest", "OrgAdmin"]},
        {"roles": "OrgAdmin"},
        {"roles": "G"},
        {"roles": [7]},
        {"roles": [None]},
        {"roles": {"OrgAdmin": 1}},
        {"permissions": "*:*"},
        {"permissions": {"*:*": 1}},
        {"permissions": [7]},
        {"sv": "3"},
        {"sv": 3.0},
        {"sv": True},
        {"sv": [3]},
        {"iat": "now"},
        {"iat": [1]},
        {"iat": float("inf")},
        {"exp": "never"},
        {"exp": {}},
        {"exp": float("nan")},
        {"exp": float("inf")},
        {"exp": float("-inf")},
        {"nbf": 10**12},
    ],
    ids=str,
)
def test_a_claim_of_another_value_or_shape_is_refused(changes: dict[str, Any]) -> None:
    assert refused(signed_as_it_stands(claims(**changes)))


# The seconds that a test may take stand between a bound and what is tried, where time makes the difference.
@pytest.mark.parametrize("expired", [-900, -1, 0, 1, 25])
def test_a_token_is_good_until_30_seconds_after_its_end(expired: int) -> None:
    assert not refused(signed(claims(exp=now() - expired)))


@pytest.mark.parametrize("expired", [30, 31, 900, 10**9])
def test_a_token_is_refused_from_30_seconds_after_its_end_on(expired: int) -> None:
    assert refused(signed(claims(exp=now() - expired)))


@pytest.mark.parametrize("ahead", [-900, 0, 1, 30])
def test_a_token_may_be_issued_30_seconds_ahead_of_our_clock(ahead: int) -> None:
    assert not refused(signed(claims(iat=now() + ahead)))


@pytest.mark.parametrize("ahead", [40, 900])
def test_a_token_issued_later_than_that_is_refused(ahead: int) -> None:
    assert refused(signed(claims(iat=now() + ahead)))


def test_a_token_that_was_good_once_is_refused_when_its_time_is_over() -> None:
    verifier, token = TokenVerifier(CORE), signed(claims(exp=now() - 28))
    verifier.verify(token)
    deadline = time.monotonic() + 10
    with pytest.raises(TokenError):
        while time.monotonic() < deadline:
            verifier.verify(token)
            time.sleep(0.05)
