"""The service's own links, as a server that runs serves them: slow clients, and many of them (template-owned)."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import pytest
from tests.commands import Serving, serving
from tests.environment import core_settings

from app.kit.secret_keys import derived_keys
from app.kit.storage.links import PURPOSE, Grant, sign

KIND = "application/octet-stream"
MANY = 30


def link_to(key: str, size: int) -> str:
    """The path of a link that takes an upload."""
    grant = Grant("PUT", key, size, KIND, time.time() + 600)
    return f"/api/v1/storage/object?token={sign(grant, derived_keys(core_settings(), PURPOSE))}"


def slowly(content: bytes) -> Iterator[bytes]:
    third = len(content) // 3
    for start in range(0, len(content), third):
        time.sleep(0.6)
        yield content[start : start + third]


@pytest.mark.parametrize("headers", [{"Content-Length": ""}, {}], ids=["with its length", "in chunks"])
@pytest.mark.parametrize("size", [3_000, 3_000_000])
def test_an_upload_may_take_longer_than_a_request(tmp_path: Path, size: int, headers: dict[str, str]) -> None:
    key, content = f"incoming/{uuid4()}", bytes(range(250)) * (size // 250)
    given = {name: str(size) for name in headers} | {"Content-Type": KIND}
    with serving(tmp_path / "log", REQUEST_TIMEOUT="1s", DATA_DIR=str(tmp_path)) as service:
        response = service.client.put(link_to(key, size), content=slowly(content), headers=given)

    assert response.status_code == 200, response.text
    assert (tmp_path / "storage" / key).read_bytes() == content


def test_what_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    key = f"incoming/{uuid4()}"
    with serving(tmp_path / "log", DATA_DIR=str(tmp_path)) as service:
        begin(service, key).close()
        wait_until_served(service)
    assert [path.name for path in (tmp_path / "storage").rglob("*") if path.is_file()] == []


def test_many_slow_uploads_leave_the_service_to_the_others(tmp_path: Path) -> None:
    with serving(tmp_path / "log", DATA_DIR=str(tmp_path)) as service, ExitStack() as stack:
        for _ in range(MANY):
            stack.enter_context(begin(service, f"incoming/{uuid4()}"))
        for _ in range(10):
            assert service.client.get("/api/v1/auth/me").status_code == 401
        assert service.client.get("/health/ready").status_code == 200


def begin(service: Serving, key: str) -> socket.socket:
    """A client that sends the head and a part of a large upload, and then nothing more."""
    client = socket.create_connection(("127.0.0.1", service.port), 10)
    head = f"PUT {link_to(key, 3_000_000)} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {KIND}\r\n"
    client.sendall(head.encode() + b"Content-Length: 3000000\r\n\r\n" + b"x" * 100_000)
    return client


def wait_until_served(service: Serving) -> None:
    """The line of the upload that broke off is in the log."""
    deadline = time.monotonic() + 20
    while not any((line["request"] or {}).get("method") == "PUT" for line in service.lines()):
        assert time.monotonic() < deadline
        time.sleep(0.1)
