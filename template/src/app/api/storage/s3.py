"""The store in MinIO or any S3 (template-owned)."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Literal, TypeVar

import boto3
from botocore.exceptions import ClientError

from app.api.remote import Failures, Remote
from app.kit.storage import s3
from app.kit.storage.objects import PIECE_BYTES, Download, Kept, Link, Stored, Upload
from app.kit.storage.server import S3Server

T = TypeVar("T")
_FAILURES = Failures(unreached=s3.UNREACHED, broken=s3.BROKEN)


class S3Store:
    """The real back end. boto3 waits in threads of its own, so many at once; the client ends each call in time."""

    backend: Literal["real"] = "real"

    def __init__(self, server: S3Server, seconds: float, *, makes_bucket: bool, threads: ThreadPoolExecutor) -> None:
        self._server, self._bucket = server, server.bucket
        self._makes_bucket = makes_bucket
        self._threads = threads
        self._client = boto3.client(**s3.client_arguments(server, seconds))
        is_one = server.public_url == server.url
        self._public = self._client if is_one else boto3.client(**s3.client_arguments(server, seconds, is_public=True))
        # Longer than the client, which says better what was wrong.
        self._remote = Remote("The file store", _FAILURES, seconds=seconds * 2)

    @classmethod
    @asynccontextmanager
    async def opened(cls, server: S3Server, seconds: float, *, makes_bucket: bool) -> "AsyncIterator[S3Store]":
        """The store in this bucket; nothing is asked of the server yet."""
        threads = ThreadPoolExecutor(s3.MOST_AT_ONCE, thread_name_prefix="storage")
        store = cls(server, seconds, makes_bucket=makes_bucket, threads=threads)
        try:
            yield store
        finally:
            threads.shutdown(wait=False, cancel_futures=True)
            store._client.close()
            store._public.close()

    @property
    def is_resting(self) -> bool:
        return self._remote.is_resting

    async def ping(self) -> None:
        await self._in_thread(self._prepare)

    async def prepare(self) -> None:
        await self._call(self._prepare)

    async def upload_link(self, upload: Upload) -> Link:
        return await self._in_thread(lambda: s3.upload_link(self._public, self._bucket, upload))

    async def download_link(self, download: Download) -> Link:
        return await self._in_thread(lambda: s3.download_link(self._public, self._bucket, download))

    async def keep(self, key: str, *, at: str) -> Kept | None:
        source = {"Bucket": self._bucket, "Key": key}
        try:
            await self._call(lambda: self._client.copy_object(Bucket=self._bucket, Key=at, CopySource=source))
        except ClientError as error:
            if s3.is_absent(error):
                return None
            raise
        return await self._call(lambda: s3.start_of(self._client, self._bucket, at))

    async def read(self, key: str) -> AsyncIterator[bytes]:
        try:
            found = await self._call(lambda: self._client.get_object(Bucket=self._bucket, Key=key)["Body"])
        except ClientError as error:
            if s3.is_absent(error):
                raise LookupError(key) from None
            raise
        try:
            while piece := await self._call(lambda: found.read(PIECE_BYTES)):
                yield piece
        finally:
            found.close()

    async def remove(self, keys: Iterable[str]) -> list[str]:
        asked = list(keys)
        return await self._call(lambda: s3.remove(self._client, self._bucket, asked))

    async def page(self, after: str, limit: int, *, below: str) -> list[Stored]:
        wanted = {"Bucket": self._bucket, "Prefix": below, "StartAfter": after, "MaxKeys": limit}
        return s3.stored_in(await self._call(lambda: self._client.list_objects_v2(**wanted)))

    def _prepare(self) -> None:
        s3.prepare(self._client, self._server, makes_bucket=self._makes_bucket)

    async def _call(self, work: Callable[[], T]) -> T:
        return await self._remote.call(lambda: self._in_thread(lambda: s3.done(work)))

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)
