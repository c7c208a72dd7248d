"""A new project and the message about it, from the request to the folder (owned by mail and the sample)."""

import time
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from tests.apps.application import bearer, log_in
from tests.commands import scratch_database, serving, working


@pytest.fixture
def database_url() -> Iterator[str]:
    with scratch_database("mail", "migrate", "seed") as url:
        yield url


def test_the_maker_of_a_project_is_told_by_mail(database_url: str, tmp_path: Path) -> None:
    given = {"DATABASE_URL": database_url, "DATA_DIR": str(tmp_path)}
    with serving(tmp_path / "log", **given) as service, working(tmp_path / "work.log", **given):
        token = bearer(log_in(service.client, "admin@acme.example", "correct horse battery staple").json())
        name = "Apollo\r\nBcc: x@y.example"
        made = service.client.post("/api/v1/projects", json={"name": name}, headers=token).json()
        deadline = time.monotonic() + 30
        while not (files := list((tmp_path / "mail").glob("*.eml"))):
            assert time.monotonic() < deadline
            time.sleep(0.1)
        health = service.client.get("/health").json()

    message = message_from_bytes(files[0].read_bytes(), policy=policy.default)
    assert message["To"] == "Acme Admin <admin@acme.example>"
    assert message["Subject"] == "Project Apollo Bcc: x@y.example is ready"
    assert message["Bcc"] is None
    body = message.get_body(("plain",))
    assert body is not None
    assert made["id"] in files[0].read_text() + body.get_content()
    assert health["checks"]["mail"] == {"status": "ok", "backend": "embedded", "detail": "answers"}
