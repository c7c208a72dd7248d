"""The list of one's own sessions (template-owned; contract, "HTTP")."""

import re
from typing import Any
from uuid import UUID

import pytest
from httpx2 import Client
from tests.contract.people import AUTH, PASSWORD, People, Person
from tests.contract.problems import assert_problem
from tests.contract.wire import exchange

SESSIONS = f"{AUTH}/sessions"
TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z")


def sessions(client: Client, **query: str) -> list[dict[str, Any]]:
    response = client.get(SESSIONS, params=query)
    assert response.status_code == 200, response.text
    items: list[dict[str, Any]] = response.json()["items"]
    return items


def test_a_session_says_when_and_where_it_began(people: People) -> None:
    account = people.register()
    person = people.log_in(account.email, PASSWORD, **{"User-Agent": "Difference Engine No. 2"})
    response = person.client.get(SESSIONS)
    assert response.status_code == 200
    assert "etag" not in response.headers
    assert set(response.json()) == {"items", "next_cursor"}
    newest = response.json()["items"][0]
    assert set(newest) == {"id", "created_at", "last_used_at", "device", "ip", "current"}
    assert newest["id"] == person.session_id == str(UUID(newest["id"]))
    assert newest["device"] == "Difference Engine No. 2"
    assert newest["current"] is True
    assert isinstance(newest["ip"], str)
    assert TIME.fullmatch(newest["created_at"])
    assert TIME.fullmatch(newest["last_used_at"])


def test_the_newest_comes_first_and_one_is_current(registered: Person, people: People) -> None:
    second, third = (people.log_in(registered.email, PASSWORD) for _ in range(2))
    listed = sessions(second.client)
    assert [item["id"] for item in listed] == [third.session_id, second.session_id, registered.session_id]
    assert [item["current"] for item in listed] == [False, True, False]


def test_a_refresh_is_a_use_of_the_session(registered: Person) -> None:
    [before] = sessions(registered.client)
    registered.refresh()
    [after] = sessions(registered.client)
    assert after["last_used_at"] > before["last_used_at"]
    assert {**after, "last_used_at": ""} == {**before, "last_used_at": ""}


def test_pages_follow_each_other_without_a_double_or_a_gap(registered: Person, people: People) -> None:
    made = [registered, *(people.log_in(registered.email, PASSWORD) for _ in range(4))]
    seen: list[str] = []
    cursor: dict[str, str] = {}
    for _ in range(3):
        body = registered.client.get(SESSIONS, params={"limit": "2", **cursor}).json()
        seen += [item["id"] for item in body["items"]]
        cursor = {"cursor": body["next_cursor"]}
    assert seen == [person.session_id for person in reversed(made)]
    assert body["next_cursor"] is None


def test_one_may_end_another_of_ones_own_sessions(registered: Person, people: People) -> None:
    other = people.log_in(registered.email, PASSWORD)
    response = registered.client.delete(f"{SESSIONS}/{other.session_id}")
    assert response.status_code == 204
    assert response.content == b""
    assert_problem(other.client.get(f"{AUTH}/me"), 401)
    assert_problem(other.refresh(), 401)
    assert [item["id"] for item in sessions(registered.client)] == [registered.session_id]


def test_one_may_end_the_current_session(registered: Person) -> None:
    assert registered.client.delete(f"{SESSIONS}/{registered.session_id}").status_code == 204
    assert not registered.is_let_in()


def test_a_session_that_was_ended_is_gone(registered: Person, people: People) -> None:
    other = people.log_in(registered.email, PASSWORD)
    for status in (204, 404):
        assert registered.client.delete(f"{SESSIONS}/{other.session_id}").status_code == status
    other = people.log_in(registered.email, PASSWORD)
    other.client.post(f"{AUTH}/logout")
    assert_problem(registered.client.delete(f"{SESSIONS}/{other.session_id}"), 404)
    assert [item["id"] for item in sessions(registered.client)] == [registered.session_id]


def test_nobody_ends_a_session_of_somebody_else(registered: Person, people: People) -> None:
    stranger = people.register()
    assert_problem(registered.client.delete(f"{SESSIONS}/{stranger.session_id}"), 404)
    assert stranger.is_let_in()
    assert [item["id"] for item in sessions(registered.client)] == [registered.session_id]


@pytest.mark.parametrize("role", ["admin", "superadmin"])
def test_no_role_ends_a_session_of_a_colleague(globex: People, role: str) -> None:
    member = globex.log_in("member@globex.example")
    boss = globex.log_in(f"{role}@globex.example").client
    assert_problem(boss.delete(f"{SESSIONS}/{member.session_id}"), 404)
    assert member.is_let_in()


@pytest.mark.parametrize("bad", ["3f1c2b1a-0d4e-4c55-9a61-0a1b2c3d4e5f", "current", "not-a-uuid", "%00", "*", "null"])
def test_a_session_that_there_is_not_is_not_found(registered: Person, bad: str) -> None:
    assert_problem(registered.client.delete(f"{SESSIONS}/{bad}"), 404)


@pytest.mark.parametrize("agent", ["", "x" * 5000, "\xe9\xff", "<script>alert(1)</script>", "a\tb"])
def test_any_device_may_log_in(registered: Person, base_url: str, people: People, agent: str) -> None:
    content = f'{{"email": "{registered.email}", "password": "{PASSWORD}"}}'.encode()
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(content))), ("User-Agent", agent)]
    assert exchange(base_url, "POST", f"{AUTH}/login", headers=headers, body=content).status_code == 200
    newest = sessions(registered.client)[0]
    assert isinstance(newest["device"], str)
    assert len(newest["device"]) <= 1000


def test_a_log_in_without_a_device_is_listed_too(registered: Person, base_url: str) -> None:
    content = f'{{"email": "{registered.email}", "password": "{PASSWORD}"}}'.encode()
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(content)))]
    assert exchange(base_url, "POST", f"{AUTH}/login", headers=headers, body=content).status_code == 200
    assert isinstance(sessions(registered.client)[0]["device"], str)
