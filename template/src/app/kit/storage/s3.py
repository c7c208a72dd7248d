"""How the service speaks with MinIO or any S3, whoever waits for the answer (template-owned; guide, "File Storage").

No request asks for encryption: a MinIO without a key server refuses that. A bucket encrypts by its own default.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

import structlog
from botocore import exceptions
from botocore.config import Config

from app.kit.storage.names import attachment_disposition
from app.kit.storage.objects import OWN, START_BYTES, Download, Kept, Link, Stored, Upload
from app.kit.storage.server import S3Server

T = TypeVar("T")
_log = structlog.stdlib.get_logger(__name__)
# A server that takes no connection in time has had its time; where nobody listens nothing was sent.
UNREACHED: Final = (exceptions.EndpointConnectionError,)
MOST_AT_ONCE: Final = 10
_UNNAMED: Final = "us-east-1"
_ABSENT: Final = frozenset({"404", "NoSuchKey", "NoSuchBucket", "NotFound"})


class S3NotWellError(OSError):
    """The server answered that it can't, which says nothing of what was asked for."""


# Without a log-in nothing is asked: the machine's role is away, or MINIO_ACCESS_KEY was forgotten.
_NO_LOG_IN: Final = (exceptions.NoCredentialsError, exceptions.PartialCredentialsError)
BROKEN: Final = (OSError, exceptions.ConnectionError, exceptions.HTTPClientError, *_NO_LOG_IN)


def client_arguments(server: S3Server, seconds: float, *, is_public: bool = False) -> dict[str, Any]:
    """What boto3's `client` wants, so that a call ends in about `seconds`; a public one only makes links."""
    config = Config(
        signature_version="s3v4",
        # The one way that every server knows.
        s3={"addressing_style": "path"},
        connect_timeout=seconds,
        read_timeout=seconds,
        # What is tried again is for `Remote` to say.
        retries={"total_max_attempts": 1},
        # Else an upload by a link would need a header that few clients send.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        max_pool_connections=MOST_AT_ONCE,
    )
    return {
        "service_name": "s3",
        "endpoint_url": server.public_url if is_public else server.url,
        "region_name": server.region,
        "aws_access_key_id": server.access_key,
        "aws_secret_access_key": server.secret_key,
        "verify": str(server.authority) if server.authority else None,
        "config": config,
    }


def upload_link(client: Any, bucket: str, upload: Upload) -> Link:
    """A presigned `PUT`: size and kind are signed, so that the server takes no other bytes than were announced."""
    parameters = {
        "Bucket": bucket,
        "Key": upload.key,
        "ContentLength": upload.size,
        "ContentType": upload.content_type,
    }
    url = client.generate_presigned_url("put_object", parameters, _seconds_until(upload.expires_at))
    return Link("PUT", url, upload.expires_at, {"Content-Type": upload.content_type})


def download_link(client: Any, bucket: str, download: Download) -> Link:
    """A presigned `GET` whose answer is kept, not shown, whatever the file holds."""
    parameters = {
        "Bucket": bucket,
        "Key": download.key,
        "ResponseContentDisposition": attachment_disposition(download.name),
        "ResponseContentType": download.content_type,
    }
    url = client.generate_presigned_url("get_object", parameters, _seconds_until(download.expires_at))
    return Link("GET", url, download.expires_at)


def prepare(client: Any, server: S3Server, *, makes_bucket: bool) -> None:
    """See that the bucket is there; where it isn't and `makes_bucket`, make it."""
    try:
        client.head_bucket(Bucket=server.bucket)
    except exceptions.ClientError as error:
        if not (makes_bucket and is_absent(error)):
            raise
        _make_bucket(client, server)


def start_of(client: Any, bucket: str, key: str) -> Kept:
    """The size of an object, and the bytes that it begins with."""
    found = client.get_object(Bucket=bucket, Key=key, Range=f"bytes=0-{START_BYTES - 1}")
    return Kept(_size_of(found), found["Body"].read())


def remove(client: Any, bucket: str, keys: Sequence[str]) -> list[str]:
    """Remove objects, 1000 at most, by one request; those that are gone. Why others are not is in the log."""
    if not keys:
        return []
    wanted = {"Objects": [{"Key": key} for key in keys], "Quiet": True}
    told = client.delete_objects(Bucket=bucket, Delete=wanted).get("Errors", ())
    refused = {each["Key"]: each.get("Code", "") for each in told if each.get("Code") not in _ABSENT}
    if refused:
        _log.error("objects can't be removed", count=len(refused), codes=sorted(set(refused.values())))
    return [key for key in keys if key not in refused]


def is_absent(error: exceptions.ClientError) -> bool:
    """Whether the server said that what was asked for isn't there."""
    return error.response.get("Error", {}).get("Code") in _ABSENT


def done(work: Callable[[], T]) -> T:
    """What a call gives; a server that says of itself that it can't is one that is not well.

    Raises:
        S3NotWellError: that.
    """
    try:
        return work()
    except exceptions.ClientError as error:
        if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) >= 500:
            raise S3NotWellError(str(error)) from error
        raise


def stored_in(page: Mapping[str, Any]) -> list[Stored]:
    """What a page of `list_objects_v2` tells of, but for what is no attachment."""
    found = [Stored(each["Key"], each["LastModified"]) for each in page.get("Contents", ())]
    return [each for each in found if not each.key.startswith(OWN)]


def _make_bucket(client: Any, server: S3Server) -> None:
    place = {"CreateBucketConfiguration": {"LocationConstraint": server.region}}
    if server.region == _UNNAMED:  # the first region of AWS may not be named
        place = {}
    try:
        client.create_bucket(Bucket=server.bucket, **place)
    except exceptions.ClientError as error:
        # Somebody else has just made it.
        if error.response.get("Error", {}).get("Code") not in ("BucketAlreadyOwnedByYou", "BucketAlreadyExists"):
            raise


def _size_of(found: Mapping[str, Any]) -> int:
    """The size of the whole object of which a part was asked for (RFC 9110, "Content-Range")."""
    return int(found["ContentRange"].rpartition("/")[2])


def _seconds_until(moment: datetime) -> int:
    return max(1, round((moment - datetime.now(UTC)).total_seconds()))
