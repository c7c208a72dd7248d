"""Passwords and tokens, sent wherever one can send something, are in no log line (template-owned)."""

import json
import logging

import pytest
from fastapi import APIRouter, Request
from httpx2 import Response
from pydantic import BaseModel, Field
from sqlalchemy import text
from tests.api.conftest import SettingsOf
from tests.api.notes import notes_router
from tests.api.service import ADMIN, Service, open_service

from app.api.runtime import runtime_of

SECRET = "canary-hunter2-canary"
JWT = f"eyJ{SECRET}.eyJ{SECRET}.{SECRET}"
NOTES = "/api/v1/tried-notes"


class Strict(BaseModel):
    password: str = Field(max_length=3)


def _leaky_router() -> APIRouter:
    """Routes that fail with what was sent in the error."""
    router = APIRouter(prefix="/leaky")

    @router.post("/model")
    async def model(request: Request) -> None:
        Strict(**await request.json())

    @router.post("/sql")
    async def sql(request: Request) -> None:
        async with runtime_of(request).database.transaction() as session:
            await session.execute(text("INSERT INTO nowhere VALUES (:password)"), await request.json())

    @router.post("/url")
    async def url(request: Request) -> None:
        raise LookupError(f"no answer from https://app:{(await request.json())['password']}@example.com")

    @router.post("/headers")
    async def headers(request: Request) -> None:
        raise LookupError(f"{dict(request.headers)} {request.scope['headers']}")

    return router


async def _send_everywhere(service: Service) -> list[Response]:
    client, body = service.client, {"password": SECRET, "refresh_token": SECRET, "email": "nobody@acme.example"}
    headers = {
        "Cookie": f"session={SECRET}",
        "X-Api-Key": SECRET,
        "X-Request-ID": SECRET,
        "Idempotency-Key": SECRET,
        "If-Match": f'"{SECRET}"',
        "traceparent": SECRET,
        "User-Agent": f"curl Bearer {SECRET}",
    }
    return [
        await client.get(f"{NOTES}?password={SECRET}&cursor={SECRET}", headers=headers),
        await client.get(f"/{JWT}/x", headers=headers | {"User-Agent": JWT}),
        await client.get("/health/live", headers=headers | {"Authorization": f"Basic {SECRET}"}),
        await client.get(NOTES, headers=headers | {"Authorization": f"Bearer {SECRET}"}),
        await client.get(NOTES, headers=headers | {"Authorization": f"Bearer {JWT}"}),
        await client.post(NOTES, json=body, headers=headers),
        await client.post(NOTES, content=f'{{"password": "{SECRET}"', headers={"Content-Type": "application/json"}),
        await client.post(NOTES, content=SECRET, headers={"Content-Type": f"text/{SECRET}"}),
        await client.post("/api/v1/auth/login", json=body, headers=headers),
        await client.post("/api/v1/auth/register", json=body, headers=headers),
        await client.post("/api/v1/auth/refresh", json=body, headers=headers),
        await client.post("/api/v1/leaky/model", json=body, headers=headers),
        await client.post("/api/v1/leaky/sql", json=body, headers=headers),
        await client.post("/api/v1/leaky/url", json=body, headers=headers),
        # Those alone whose names say what they are.
        await client.post("/api/v1/leaky/headers", headers={n: headers[n] for n in ("Cookie", "X-Api-Key")}),
    ]


@pytest.mark.parametrize("log_format", ["json", "console"])
async def test_no_log_holds_what_was_secret(
    settings: SettingsOf, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, log_format: str
) -> None:
    # The test's own client, which shares the process, logs whole URLs.
    monkeypatch.setattr(logging.getLogger("httpx2"), "disabled", True)
    given = {"LOG_FORMAT": log_format, "LOG_LEVEL": "debug"}
    async with open_service(settings(**given), notes_router(), _leaky_router(), log_in_as=ADMIN) as service:
        answers = await _send_everywhere(service)

    assert [answer.status_code for answer in answers[-4:]] == [500, 500, 500, 500]
    assert 500 not in {answer.status_code for answer in answers[:-4]}
    out = capsys.readouterr().out
    # All four failures are told, none with what was sent.
    for told in ("validation error for Strict", "nowhere", "no answer from https://app:[redacted]@", "user-agent"):
        assert told in out
    assert SECRET not in out
    if log_format == "json":
        lines = [json.loads(line) for line in out.splitlines()]
        assert sum(line["message"] == "request answered" for line in lines) == len(answers)
