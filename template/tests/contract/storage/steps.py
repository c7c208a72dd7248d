"""Uploading and downloading by the links that the service gives (template-owned)."""

import time
from typing import Any

import httpx2
from httpx2 import Client, Response
from tests.contract.people import trusted

TEXT = b"A file of the tests.\n"
SECONDS = 30

Attachment = dict[str, Any]


def announcement(content: bytes, *, name: str = "notes.txt", kind: str = "text/plain") -> dict[str, Any]:
    """What is said of a file before it is sent."""
    return {"filename": name, "size": len(content), "content_type": kind}


def announce(client: Client, path: str, content: bytes = TEXT, **said: str) -> Attachment:
    """An attachment whose file is yet to come, with the link that takes it."""
    response = client.post(path, json=announcement(content, **said))
    assert response.status_code == 201, response.text
    made: Attachment = response.json()
    return made


def send(made: Attachment, content: bytes, **headers: str) -> Response:
    """Send a file to the link of its upload, as whoever has the link: without a log-in."""
    upload = made["upload"]
    with httpx2.Client(trust_env=False, timeout=SECONDS, verify=trusted()) as anybody:
        return anybody.request(
            upload["method"], upload["url"], content=content, headers={**upload["headers"], **headers}
        )


def fetch(url: str) -> Response:
    """What a link gives to whoever has it."""
    with httpx2.Client(trust_env=False, timeout=SECONDS, verify=trusted()) as anybody:
        return anybody.get(url)


def uploaded(client: Client, path: str, content: bytes = TEXT, **said: str) -> Attachment:
    """An attachment whose file is there, and not yet said to be complete."""
    made = announce(client, path, content, **said)
    response = send(made, content)
    assert response.status_code == 200, response.text
    return made


def complete(client: Client, path: str, made: Attachment) -> Attachment:
    """Say that the file is there."""
    response = client.post(f"{path}/{made['id']}/complete")
    assert response.status_code == 200, response.text
    row: Attachment = response.json()
    return row


def settled(client: Client, path: str, made: Attachment) -> Attachment:
    """The attachment, once nobody scans its file any more."""
    deadline = time.monotonic() + SECONDS
    while True:
        response = client.get(f"{path}/{made['id']}")
        assert response.status_code == 200, response.text
        row: Attachment = response.json()
        if row["status"] != "scanning":
            return row
        assert time.monotonic() < deadline, row
        time.sleep(0.1)


def attach(client: Client, path: str, content: bytes = TEXT, **said: str) -> Attachment:
    """An attachment whose file can be downloaded."""
    made = uploaded(client, path, content, **said)
    complete(client, path, made)
    row = settled(client, path, made)
    assert row["status"] in ("clean", "not_scanned"), row
    return row


def download(client: Client, path: str, row: Attachment) -> Response:
    """The file, by a new link."""
    response = client.get(f"{path}/{row['id']}/download")
    assert response.status_code == 200, response.text
    return fetch(response.json()["url"])
