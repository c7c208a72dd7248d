"""The store in MinIO or any S3 (template-owned)."""

from collections.abc import Callable, Iterable, Iterator
from mimetypes import guess_type
from typing import IO, Any, Literal, TypeVar

import boto3
from botocore.exceptions import ClientError
from django.core.files.storage import Storage

from app.apps.remote import Failures, Remote
from app.kit.storage import s3
from app.kit.storage.objects import PIECE_BYTES, Download, Kept, Link, Stored, Upload
from app.kit.storage.server import S3Server

T = TypeVar("T")
_NAME = "The file store"
_FAILURES = Failures(unreached=s3.UNREACHED, broken=s3.BROKEN)
_PUT_SECONDS = 60.0


class S3Storage(Storage):
    """The real back end; each call ends within the time limit."""

    backend: Literal["real"] = "real"

    def __init__(self, server: S3Server, seconds: float, *, makes_bucket: bool) -> None:
        self._server, self._bucket = server, server.bucket
        self._makes_bucket = makes_bucket
        self._client: Any = boto3.client(**s3.client_arguments(server, seconds))
        is_one = server.public_url == server.url
        self._public = self._client if is_one else boto3.client(**s3.client_arguments(server, seconds, is_public=True))
        self._remote = Remote(_NAME, _FAILURES, seconds=seconds)
        # All bytes of a file pass through this process, which takes as long as it is large.
        self._patient = Remote(_NAME, _FAILURES, seconds=_PUT_SECONDS)

    @property
    def is_resting(self) -> bool:
        return self._remote.is_resting

    def ping(self) -> None:
        self._prepare()

    def prepare(self) -> None:
        self._call(self._prepare)

    def upload_link(self, upload: Upload) -> Link:
        return s3.upload_link(self._public, self._bucket, upload)

    def download_link(self, download: Download) -> Link:
        return s3.download_link(self._public, self._bucket, download)

    def keep(self, key: str, *, at: str) -> Kept | None:
        source = {"Bucket": self._bucket, "Key": key}
        try:
            self._call(lambda: self._client.copy_object(Bucket=self._bucket, Key=at, CopySource=source))
        except ClientError as error:
            if s3.is_absent(error):
                return None
            raise
        return self._call(lambda: s3.start_of(self._client, self._bucket, at))

    def put(self, key: str, content: IO[bytes]) -> str:
        kind = guess_type(key)[0] or "application/octet-stream"

        def send() -> None:
            content.seek(0)
            self._client.put_object(Bucket=self._bucket, Key=key, Body=content, ContentType=kind)

        self._patient.call(lambda: s3.done(send))
        return key

    def size_of(self, key: str) -> int | None:
        try:
            return int(self._call(lambda: self._client.head_object(Bucket=self._bucket, Key=key)["ContentLength"]))
        except ClientError as error:
            if s3.is_absent(error):
                return None
            raise

    def pieces(self, key: str) -> Iterator[bytes]:
        try:
            found = self._call(lambda: self._client.get_object(Bucket=self._bucket, Key=key)["Body"])
        except ClientError as error:
            if s3.is_absent(error):
                raise LookupError(key) from None
            raise
        try:
            while piece := self._call(lambda: found.read(PIECE_BYTES)):
                yield piece
        finally:
            found.close()

    def delete(self, name: str) -> None:
        self._call(lambda: self._client.delete_object(Bucket=self._bucket, Key=name))

    def remove(self, keys: Iterable[str]) -> list[str]:
        asked = list(keys)
        return self._call(lambda: s3.remove(self._client, self._bucket, asked))

    def page(self, after: str, limit: int, *, below: str) -> list[Stored]:
        wanted = {"Bucket": self._bucket, "Prefix": below, "StartAfter": after, "MaxKeys": limit}
        return s3.stored_in(self._call(lambda: self._client.list_objects_v2(**wanted)))

    def close(self) -> None:
        """End the connections."""
        self._client.close()
        self._public.close()

    def _prepare(self) -> None:
        s3.prepare(self._client, self._server, makes_bucket=self._makes_bucket)

    def _call(self, work: Callable[[], T]) -> T:
        return self._remote.call(lambda: s3.done(work))
