"""Refresh tokens from the inside: time, keys and races (template-owned; contract, "Tokens"; RFC 9700)."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2
from django.db import transaction
from tests.apps.application import AUTH, application, bearer, execute, tokens_of
from tests.apps.people import until_waiting
from tests.contract.people import claims_of
from tests.environment import SECRET_KEY, settings_of

from app.apps.users.models import User


def refresh(client: httpx2.Client, token: str) -> httpx2.Response:
    return client.post(f"{AUTH}/refresh", json={"refresh_token": token})


def child_of(client: httpx2.Client, token: str) -> str:
    response = refresh(client, token)
    assert response.status_code == 200, response.text
    return str(response.json()["refresh_token"])


def test_only_hashes_are_stored(client: httpx2.Client) -> None:
    first = tokens_of(client)["refresh_token"]
    second = child_of(client, first)

    rows = execute("SELECT generation, length(hash), encode(hash, 'hex'), encode(parent, 'hex') FROM refresh_tokens")
    (one, other) = sorted(rows)
    assert [one[:2], other[:2], other[3]] == [(0, 32), (1, 32), one[2]]
    stored = str(execute("SELECT * FROM sessions")) + str(rows)
    assert first not in stored
    assert second not in stored


def test_the_parent_is_repeated_within_ten_seconds_only(client: httpx2.Client) -> None:
    tokens = tokens_of(client)
    first = tokens["refresh_token"]
    child = child_of(client, first)
    execute("UPDATE refresh_tokens SET used_at = used_at - INTERVAL '9 seconds'")
    assert child_of(client, first) == child
    execute("UPDATE refresh_tokens SET used_at = used_at - INTERVAL '2 seconds'")

    assert [refresh(client, token).status_code for token in (first, child)] == [401, 401]
    # The reuse ended the session though it was answered with an error.
    assert client.get(f"{AUTH}/me", headers=bearer(tokens)).status_code == 401
    assert execute("SELECT name, version FROM outbox") == [("session.revoked", 2)]


def test_many_uses_at_once_get_one_child_and_the_family_lives(client: httpx2.Client) -> None:
    first = tokens_of(client)["refresh_token"]
    with ThreadPoolExecutor(8) as callers:
        answers = list(callers.map(lambda _: refresh(client, first), range(24)))

    assert {answer.status_code for answer in answers} == {200}
    (child,) = {answer.json()["refresh_token"] for answer in answers}
    assert refresh(client, child).status_code == 200
    assert execute("SELECT count(*) FROM refresh_tokens") == [(3,)]


def test_a_role_that_changes_while_the_session_is_waited_for_is_the_new_one(client: httpx2.Client, user: User) -> None:
    token = tokens_of(client)["refresh_token"]
    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            execute("UPDATE users SET role = 'Guest'")
            execute("UPDATE sessions SET version = version + 1")
            answer = other.submit(refresh, client, token)
            until_waiting(1)
        claims = claims_of(answer.result().json()["access_token"])

    assert (claims["roles"], claims["sv"]) == (["Guest"], 2)


def test_a_session_ends_seven_days_after_its_log_in_whatever_was_refreshed(client: httpx2.Client) -> None:
    tokens = tokens_of(client)
    assert 604_795 <= tokens["refresh_expires_in"] <= 604_800
    execute("UPDATE sessions SET expires_at = expires_at - INTERVAL '6 days 23 hours 50 minutes'")

    renewed = refresh(client, tokens["refresh_token"]).json()
    assert 590 <= renewed["refresh_expires_in"] <= 600
    assert renewed["expires_in"] <= renewed["refresh_expires_in"]
    execute("UPDATE sessions SET expires_at = NOW()")

    assert refresh(client, renewed["refresh_token"]).status_code == 401


def test_a_family_goes_on_with_its_key_until_that_is_removed(user: User, settings: Any, tmp_path: Path) -> None:
    file = tmp_path / "secret.key"
    file.write_text(SECRET_KEY)
    settings.SERVICE = settings_of(SECRET_KEY="", SECRET_KEY_PATH=str(file))
    with application() as client:
        token = tokens_of(client)["refresh_token"]
        file.write_text(f"{'n' * 40}\n{SECRET_KEY}")
        token = child_of(client, token)
        file.write_text("n" * 40)

        assert refresh(client, token).status_code == 401
        assert refresh(client, tokens_of(client)["refresh_token"]).status_code == 200
