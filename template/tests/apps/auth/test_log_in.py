"""Log-in from the inside: hashes, turns, addresses, races (template-owned; contract, "Rates")."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import httpx2
import pytest
from argon2 import PasswordHasher
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from tests.apps.application import AUTH, EMAIL, PASSWORD, execute, log_in
from tests.apps.people import until_waiting

from app.apps.users.hashing import a_turn
from app.apps.users.models import User
from app.kit.passwords import is_password
from app.kit.problems import ProblemError


def failures(client: httpx2.Client, addresses: list[str]) -> list[int]:
    return [log_in(client, password="wrong", address=address).status_code for address in addresses]


def stored_hash() -> str:
    ((found,),) = execute("SELECT password_hash FROM users")
    return str(found)


def test_a_hash_of_other_parameters_is_made_anew(client: httpx2.Client, user: User) -> None:
    old = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    execute(f"UPDATE users SET password_hash = '{old}'")

    assert log_in(client).status_code == 200

    assert stored_hash().startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert is_password(PASSWORD, stored_hash())


def test_a_log_in_that_needs_no_new_hash_changes_no_user(client: httpx2.Client, user: User) -> None:
    assert log_in(client).status_code == 200
    user.refresh_from_db()
    assert user.version == 1


def test_an_account_without_a_password_lets_nobody_in(client: httpx2.Client, user: User) -> None:
    execute("UPDATE users SET password_hash = NULL")
    for password in (PASSWORD, "None", "argon2", "A" * 43):
        assert log_in(client, password=password).status_code == 401


def test_a_password_that_changes_while_it_is_checked_is_no_longer_good(client: httpx2.Client, user: User) -> None:
    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            user.write({"password": make_password("another long sentence")})
            answer = other.submit(log_in, client)
            until_waiting(1)
        assert answer.result().status_code == 401
    assert execute("SELECT id FROM sessions") == []


def test_addresses_of_one_ipv6_network_count_as_one(client: httpx2.Client) -> None:
    assert failures(client, [f"2001:db8::{n:x}" for n in range(1, 12)]) == [401] * 10 + [429]


def test_an_address_is_usual_for_thirty_days(client: httpx2.Client) -> None:
    assert log_in(client, address="192.0.2.1").status_code == 200
    execute("UPDATE sessions SET created_at = NOW() - INTERVAL '29 days'")
    assert failures(client, [f"198.51.100.{n}" for n in range(1, 52)]) == [401] * 50 + [429]
    assert log_in(client, address="192.0.2.1").status_code == 200
    execute("UPDATE sessions SET created_at = NOW() - INTERVAL '31 days'")

    assert log_in(client, address="192.0.2.1").status_code == 429


def test_whoever_finds_no_turn_is_sent_away(client: httpx2.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.apps.users.hashing.LONGEST_WAIT", 0.1)
    shown = make_password(PASSWORD)
    with ExitStack() as turns:
        for _ in range(4):
            turns.enter_context(a_turn())
        refused = log_in(client)
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "3")
        # Wherever Django computes one, in its admin too.
        with pytest.raises(ProblemError):
            check_password(PASSWORD, shown)
        with pytest.raises(ProblemError):
            make_password(PASSWORD)
    assert log_in(client).status_code == 200


def test_a_registration_makes_both_rows_at_their_first_version(client: httpx2.Client) -> None:
    given = {"email": "eve@globex.example", "password": "lanterns drift over quiet harbours", "name": "Eve"}
    made = client.post(f"{AUTH}/register", json=given)

    assert (made.status_code, made.json()["version"]) == (201, 1)
    user_id, organization_id = made.json()["id"], made.json()["organization_id"]
    (row,) = execute(f"SELECT name, version, created_by::text FROM organizations WHERE id = '{organization_id}'")
    assert row == ("Eve", 1, user_id)
    events = execute("SELECT name, resource_id::text, actor_id::text, data FROM outbox")
    assert sorted(event[:3] for event in events) == [
        ("organization.created", organization_id, user_id),
        ("user.created", user_id, user_id),
    ]


def test_a_registration_that_is_refused_leaves_nothing(client: httpx2.Client) -> None:
    given = {"email": EMAIL, "password": "lanterns drift over quiet harbours", "name": "Eve"}
    assert client.post(f"{AUTH}/register", json=given).status_code == 409
    assert execute("SELECT count(*) FROM organizations") == [(1,)]
    assert execute("SELECT id FROM outbox") == []
