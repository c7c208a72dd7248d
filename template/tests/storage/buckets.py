"""A bucket of a test's own on the server of MINIO_ENDPOINT, and what is sent to links (template-owned)."""

import os
import secrets
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import boto3
import httpx2
from tests.environment import settings_of

from app.components.storage import StorageSettings
from app.domain.caller import Caller
from app.domain.storage import Parent, new_key
from app.kit.service import this_service
from app.kit.storage.objects import INCOMING, Download, Link, Upload
from app.kit.storage.s3 import client_arguments

SERVER = tuple(f"MINIO_{name}" for name in ("ENDPOINT", "PORT", "ACCESS_KEY", "SECRET_KEY", "TLS", "TLS_CA"))
ACME = UUID(int=1)
NOTE = Parent("note", UUID(int=4))
TEXT = b"A file of the tests.\n"
# Of other services, and of releases that knew no prefix: a slug may begin as another does.
FOREIGN = ["other-production/", f"{this_service().slug}-test-2/", ""]


def server_settings() -> dict[str, str]:
    """The settings that name the real server."""
    return {name: os.environ[name] for name in SERVER if name in os.environ}


def client_of(given: dict[str, str]) -> Any:
    """A client of the server that these settings name."""
    server = settings_of(**given).of(StorageSettings).server
    assert server is not None
    return boto3.client(**client_arguments(server, 5))


@contextmanager
def own_bucket() -> Iterator[dict[str, str]]:
    """The settings of a bucket that is not there yet, and is removed at the end."""
    given = {**server_settings(), "MINIO_BUCKET": f"test-{secrets.token_hex(6)}"}
    yield given
    client, bucket = client_of(given), given["MINIO_BUCKET"]
    try:
        for each in client.list_objects_v2(Bucket=bucket).get("Contents", ()):
            client.delete_object(Bucket=bucket, Key=each["Key"])
        client.delete_bucket(Bucket=bucket)
    except client.exceptions.NoSuchBucket:
        pass
    finally:
        client.close()


def own_prefix() -> str:
    """What the keys of a service in tests begin with."""
    settings = settings_of()
    return settings.of(StorageSettings).prefix_in(settings.core.environment)


def an_upload(content: bytes = TEXT, kind: str = "text/plain", *, below: str | None = None) -> Upload:
    """One that is announced now, by this service or by who keeps files below another prefix."""
    expires_at = datetime.now(UTC) + timedelta(minutes=5)
    start = own_prefix() if below is None else below
    return Upload(new_key(start + INCOMING, ACME, datetime.now(UTC)), len(content), kind, expires_at)


def a_download(key: str, name: str = "notes.txt") -> Download:
    """A link to an object."""
    return Download(key, name, "text/plain", datetime.now(UTC) + timedelta(minutes=5))


def announcement(content: bytes = TEXT, **given: Any) -> dict[str, Any]:
    """What is said of a file before it is sent."""
    return {"filename": "notes.txt", "size": len(content), "content_type": "text/plain", **given}


def somebody(user_id: UUID, organization_id: UUID) -> Caller:
    """A caller whose session nobody asks about."""
    return Caller(user_id, organization_id, "OrgAdmin", uuid4())


def ask(link: Link, content: bytes | None = None) -> httpx2.Response:
    """Send the request of a link to a real server, as whoever has it."""
    with httpx2.Client(trust_env=False, timeout=20, verify=_verification()) as anybody:
        return anybody.request(link.method, link.url, content=content, headers=dict(link.headers))


def _verification() -> Any:
    authority = os.environ.get("MINIO_TLS_CA")
    return ssl.create_default_context(cafile=authority) if authority else True
