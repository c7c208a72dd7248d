"""What one flavour has stored, the other reads and changes: one database, one token."""

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any

import pytest

from tests.services import Service

PASSWORD = "correct horse battery staple"  # what `seed` gives
READ = ("/users", "/projects", "/tasks", "/auth/sessions", "/organizations/current")
DIRECTIONS = [("fastapi", "django"), ("django", "fastapi")]


@dataclass(frozen=True)
class Reply:
    """A status, the headers in lower case and the JSON of a body, if there is one."""

    status: int
    headers: dict[str, str]
    body: Any


def ask(
    service: Service, method: str, path: str, *, token: str = "", body: object = None, **headers: str
) -> Reply:
    """Send one request; `if_match="…"` is a header."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    if token:
        sent["Authorization"] = f"Bearer {token}"
    data = None if body is None else json.dumps(body).encode()
    if data:
        sent["Content-Type"] = "application/json"
    request = urllib.request.Request(f"{service.base_url}/api/v1{path}", data, sent, method=method)
    try:
        with urllib.request.urlopen(request, timeout=20) as reply:
            raw, status, given = reply.read(), reply.status, reply.headers
    except urllib.error.HTTPError as error:
        raw, status, given = error.read(), error.code, error.headers
    return Reply(status, {name.lower(): value for name, value in given.items()}, json.loads(raw or b"null"))


def log_in(service: Service, email: str = "admin@acme.example") -> dict[str, Any]:
    reply = ask(service, "POST", "/auth/login", body={"email": email, "password": PASSWORD})
    assert reply.status == 200, reply.body
    tokens: dict[str, Any] = reply.body
    return tokens


@pytest.mark.parametrize(("one", "other"), DIRECTIONS)
def test_a_token_of_one_is_good_at_the_other_until_its_session_ends_anywhere(
    running: dict[str, Service], one: str, other: str
) -> None:
    token = log_in(running[one])["access_token"]

    mine, others = (ask(running[name], "GET", "/auth/me", token=token) for name in (one, other))
    assert (others.status, others.body) == (200, mine.body)
    assert ask(running[other], "POST", "/auth/logout", token=token).status == 204
    assert ask(running[one], "GET", "/auth/me", token=token).status == 401


@pytest.mark.parametrize(("one", "other"), DIRECTIONS)
def test_a_session_goes_on_at_the_other_by_its_refresh_token(
    running: dict[str, Service], one: str, other: str
) -> None:
    first = log_in(running[one])

    second = ask(running[other], "POST", "/auth/refresh", body={"refresh_token": first["refresh_token"]}).body
    third = ask(running[one], "POST", "/auth/refresh", body={"refresh_token": second["refresh_token"]})
    again = ask(running[other], "POST", "/auth/refresh", body={"refresh_token": first["refresh_token"]})

    assert third.status == 200
    # The grandparent: reuse, which ends the family everywhere.
    assert again.status == 401
    assert ask(running[one], "GET", "/auth/me", token=third.body["access_token"]).status == 401


@pytest.mark.parametrize(("one", "other"), DIRECTIONS)
def test_who_registers_at_one_logs_in_and_changes_the_password_at_the_other(
    running: dict[str, Service], one: str, other: str
) -> None:
    email = f"from-{one}-{id(running)}@first.example"
    person = {"email": email, "password": PASSWORD + " too", "name": "First"}
    made = ask(running[one], "POST", "/auth/register", body=person)
    assert made.status == 201, made.body
    given = {"email": email, "password": person["password"]}
    token = ask(running[other], "POST", "/auth/login", body=given).body["access_token"]

    change = {"current_password": person["password"], "new_password": "yet another long sentence"}
    assert ask(running[other], "POST", "/auth/password/change", token=token, body=change).status == 204
    assert ask(running[one], "POST", "/auth/login", body=given).status == 401
    assert ask(running[one], "GET", f"/users/{made.body['id']}", token=token).body["email"] == email


@pytest.mark.parametrize(("one", "other"), DIRECTIONS)
def test_rows_of_one_are_read_changed_listed_deleted_and_restored_by_the_other(
    running: dict[str, Service], one: str, other: str
) -> None:
    token = log_in(running[one])["access_token"]
    project = ask(running[one], "POST", "/projects", token=token, body={"name": f"By {one}"})
    given = {"project_id": project.body["id"], "title": "Mixed"}
    task = ask(running[other], "POST", "/tasks", token=token, body=given)
    path = f"/projects/{project.body['id']}"

    read = ask(running[other], "GET", path, token=token)
    assert (read.body, read.headers["etag"]) == (project.body, project.headers["etag"])
    first = read.headers["etag"]
    renamed = ask(running[other], "PATCH", path, token=token, body={"name": "Renamed"}, If_Match=first)
    assert (renamed.status, renamed.headers["etag"]) == (200, '"2"')
    stale = ask(running[one], "PATCH", path, token=token, body={"name": "Late"}, If_Match=first)
    assert stale.status == 412
    assert ask(running[one], "GET", path, token=token).body == renamed.body

    assert ask(running[other], "DELETE", path, token=token, If_Match='"2"').status == 204
    assert ask(running[one], "GET", f"/tasks/{task.body['id']}", token=token).status == 404
    assert ask(running[one], "POST", f"{path}/restore", token=token).status == 200
    assert ask(running[other], "GET", f"/tasks/{task.body['id']}", token=token).body["title"] == "Mixed"


@pytest.mark.parametrize(("one", "other"), DIRECTIONS)
@pytest.mark.parametrize("path", READ)
def test_both_answer_the_same_bodies_and_headers(
    running: dict[str, Service], path: str, one: str, other: str
) -> None:
    token = log_in(running[one])["access_token"]
    ask(running[other], "POST", "/projects", token=token, body={"name": "A row"})

    first, second = (ask(running[name], "GET", path, token=token) for name in (one, other))

    assert first.status == 200
    assert first.body == second.body
    assert _shape(first.headers) == _shape(second.headers)


@pytest.mark.parametrize(("one", "other"), DIRECTIONS)
def test_a_cursor_and_an_idempotency_key_of_one_are_good_at_the_other(
    running: dict[str, Service], one: str, other: str
) -> None:
    token = log_in(running[one])["access_token"]
    once: dict[str, Any] = {"body": {"name": "Once"}, "Idempotency_Key": f"once-{one}-{id(running)}"}
    first, again = (ask(running[name], "POST", "/projects", token=token, **once) for name in (one, other))
    ask(running[one], "POST", "/projects", token=token, body={"name": "Another"})
    page = ask(running[one], "GET", "/projects?limit=1", token=token).body
    rest = ask(running[other], "GET", f"/projects?limit=1&cursor={page['next_cursor']}", token=token)

    assert again.body == first.body
    assert [again.headers[name] for name in ("location", "etag")] == [
        first.headers[name] for name in ("location", "etag")
    ]
    assert rest.status == 200
    assert rest.body["items"][0]["id"] != page["items"][0]["id"]


def _shape(headers: dict[str, str]) -> dict[str, str]:
    """Headers without what each reply has of its own."""
    own = ("date", "x-request-id", "connection", "server")
    return {name: value for name, value in headers.items() if name not in own}
