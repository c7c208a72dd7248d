"""Sessions while Redis is down, empty or behind (template-owned; contract, "Tokens and sessions")."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from tests.apps.application import AUTH, bearer, execute, log_in, tokens_of
from tests.apps.working import work_off
from tests.commands import Serving, free_port, scratch_database, serving

from app.apps.outbox.models import WrittenJob
from app.apps.outbox.publish import publish
from app.apps.redis.gate import the_gate
from app.apps.redis.store import StoreError, the_store
from app.apps.rest.authentication import the_verifier
from app.kit.events import Event
from app.kit.redis_keys import session_key
from app.kit.tokens import AccessClaims

ME = f"{AUTH}/me"
ADMIN, PASSWORD = "admin@acme.example", "correct horse battery staple"


def claims_of(tokens: dict[str, Any]) -> AccessClaims:
    return the_verifier().verify(tokens["access_token"])


def known(tokens: dict[str, Any]) -> Any:
    claims = claims_of(tokens)
    return the_store().redis.get(session_key(claims.user_id, claims.session_id))


def forget(tokens: dict[str, Any]) -> None:
    claims = claims_of(tokens)
    the_store().redis.delete(session_key(claims.user_id, claims.session_id))


def test_the_first_request_puts_the_sessions_version_into_redis_for_seven_days(client: httpx2.Client) -> None:
    tokens = tokens_of(client)
    assert known(tokens) is None
    assert client.get(ME, headers=bearer(tokens)).status_code == 200

    assert known(tokens) == b"1"
    claims = claims_of(tokens)
    lifetime: Any = the_store().redis.ttl(session_key(claims.user_id, claims.session_id))
    assert 604_000 < lifetime <= 604_800


def test_a_session_survives_that_redis_forgets_it(client: httpx2.Client) -> None:
    tokens = tokens_of(client)
    client.get(ME, headers=bearer(tokens))
    forget(tokens)
    assert client.get(ME, headers=bearer(tokens)).status_code == 200


def test_what_is_revoked_stays_so_when_redis_forgets_it(client: httpx2.Client) -> None:
    tokens = tokens_of(client)
    assert client.post(f"{AUTH}/logout", headers=bearer(tokens)).status_code == 204
    assert known(tokens) == b"revoked:2"
    forget(tokens)

    assert client.get(ME, headers=bearer(tokens)).status_code == 401
    assert known(tokens) == b"revoked:2"


def test_a_late_writer_never_turns_redis_back(client: httpx2.Client) -> None:
    tokens = tokens_of(client)
    claims = claims_of(tokens)
    writes = [(3, False, b"3"), (2, False, b"3"), (4, True, b"revoked:4"), (9, False, b"revoked:4")]
    for version, is_revoked, word in writes:
        the_gate().remember(claims.user_id, claims.session_id, version, is_revoked=is_revoked)
        assert known(tokens) == word


@pytest.mark.django_db(transaction=True)
def test_a_revoked_session_is_told_to_redis_until_it_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    user, session, gate = uuid4(), uuid4(), the_gate()
    publish(Event("session.revoked", UUID(int=1), user, "session", session, 2, {"user_id": str(user)}))
    remember = gate.remember

    def be_away(*_: Any, **__: Any) -> None:
        raise StoreError

    monkeypatch.setattr(gate, "remember", be_away)
    work_off()
    assert WrittenJob.objects.get().error == "StoreError"
    monkeypatch.setattr(gate, "remember", remember)
    execute("UPDATE jobs SET due_at = NOW()")
    work_off()

    assert the_store().redis.get(session_key(user, session)) == b"revoked:2"
    assert WrittenJob.objects.get().error is None


@pytest.fixture(scope="module")
def database_url() -> Iterator[str]:
    with scratch_database("sessions", "migrate", "seed") as url:
        yield url


@pytest.fixture
def without_redis(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    log = tmp_path_factory.mktemp("serve") / "log"
    with serving(log, DATABASE_URL=database_url, REDIS_URL=f"redis://127.0.0.1:{free_port()}") as running:
        yield running


def test_without_redis_postgresql_says_whether_a_session_stands(without_redis: Serving) -> None:
    client = without_redis.client
    token = bearer(log_in(client, ADMIN, PASSWORD).json())
    assert client.get(ME, headers=token).status_code == 200
    assert client.post(f"{AUTH}/logout", headers=token).status_code == 204
    assert client.get(ME, headers=token).status_code == 401


def test_without_redis_log_in_is_limited_by_the_process(without_redis: Serving) -> None:
    client = without_redis.client
    assert {log_in(client, ADMIN, PASSWORD).status_code for _ in range(11)} == {200}
    with ThreadPoolExecutor(8) as callers:
        statuses = list(callers.map(lambda _: log_in(client, ADMIN, "wrong").status_code, range(24)))
    assert (statuses.count(401), statuses.count(429)) == (10, 14)
    assert log_in(client, ADMIN, PASSWORD).status_code == 429


def test_where_neither_answers_the_reply_is_503(
    client: httpx2.Client, tmp_path_factory: pytest.TempPathFactory
) -> None:
    token, nowhere = bearer(tokens_of(client)), free_port()
    down = {"REDIS_URL": f"redis://127.0.0.1:{nowhere}", "DATABASE_URL": f"postgresql://app@127.0.0.1:{nowhere}/app"}
    with serving(tmp_path_factory.mktemp("serve") / "log", DATABASE_TIMEOUT="1s", **down) as service:
        response = service.client.get(ME, headers=token)
    assert (response.status_code, response.headers["retry-after"]) == (503, "5")
