"""What a log-in answers, and what counts against one (template-owned; contract, "Rates", "Tokens")."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from tests.environment import core_settings

from app.domain.log_in import known_words, make_tokens
from app.kit.log_in_attempts import arguments_of, reservation_of
from app.kit.tokens import AccessClaims, TokenVerifier

USER, ORGANIZATION, SESSION = (UUID(f"00000000-0000-4000-8000-00000000000{number}") for number in (1, 2, 3))
CORE = core_settings(
    JWT_ACCESS_TOKEN_TTL="15m",
    RATE_LIMIT_LOGIN_PAIR="10/15m",
    RATE_LIMIT_LOGIN_ADDRESS="30/15m",
    RATE_LIMIT_LOGIN_ACCOUNT="50/15m",
)


@dataclass
class Member:
    id: UUID = USER
    organization_id: UUID = ORGANIZATION
    role: str = "Member"


@dataclass
class Opened:
    expires_at: datetime
    id: UUID = SESSION
    version: int = 3


def test_the_access_token_is_the_sessions_and_lives_as_long_as_is_set() -> None:
    tokens = make_tokens(Opened(datetime.now(UTC) + timedelta(days=7)), Member(), "opaque", CORE)

    claims = TokenVerifier(CORE).verify(tokens["access_token"])
    assert claims == AccessClaims(USER, ORGANIZATION, "Member", SESSION, 3, claims.expires_at)
    assert (tokens["token_type"], tokens["refresh_token"], tokens["expires_in"]) == ("Bearer", "opaque", 900)
    assert 604_798 <= tokens["refresh_expires_in"] <= 604_800


def test_no_access_token_outlives_its_session() -> None:
    tokens = make_tokens(Opened(datetime.now(UTC) + timedelta(seconds=90)), Member(), "opaque", CORE)
    assert 88 <= tokens["expires_in"] == tokens["refresh_expires_in"] <= 90


def test_what_is_known_of_an_account_is_no_password() -> None:
    assert known_words("ada@acme.example", "Ada") == ("ada@acme.example", "ada", "Ada", "")
    assert known_words("ada@acme.example", "Ada", "Acme")[-1] == "Acme"


def test_an_attempt_counts_for_the_pair_the_address_and_the_account() -> None:
    found = reservation_of(CORE, "ada@acme.example", "192.0.2.1", is_usual_address=False)
    assert [str(rate) for rate in found.values()] == ["10/15m", "30/15m", "50/15m"]
    assert arguments_of(found) == [10, 900_000, 30, 900_000, 50, 900_000]
    assert all(key.startswith("ratelimit:") and "ada" not in key for key in found)


def test_from_a_usual_address_what_others_do_counts_nothing() -> None:
    usual = reservation_of(CORE, "ada@acme.example", "192.0.2.1", is_usual_address=True)
    unusual = reservation_of(CORE, "ada@acme.example", "192.0.2.2", is_usual_address=False)
    assert not set(usual) & set(unusual)


@pytest.mark.parametrize(("email", "address"), [("eve@acme.example", "192.0.2.1"), ("ada@acme.example", "192.0.2.2")])
def test_each_pair_counts_by_itself(email: str, address: str) -> None:
    first, second = (
        next(iter(reservation_of(CORE, *pair, is_usual_address=True)))
        for pair in [("ada@acme.example", "192.0.2.1"), (email, address)]
    )
    assert first != second


def test_a_limit_that_is_off_counts_nothing() -> None:
    off = core_settings(**{f"RATE_LIMIT_LOGIN_{name}": "off" for name in ("PAIR", "ADDRESS", "ACCOUNT")})
    assert reservation_of(off, "ada@acme.example", "192.0.2.1", is_usual_address=False) == {}
