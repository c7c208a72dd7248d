"""Connections of clients that send too much, too slowly, or what means one thing here and another to a proxy
(template-owned)."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
import uvicorn

from app.api.layers.connection import connection_class
from app.kit.requests import LARGEST_HEAD

SECONDS = 0.4
GET = b"GET /one HTTP/1.1\r\nHost: here\r\n\r\n"
POST = b"POST /one HTTP/1.1\r\nHost: here\r\n"
TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
UPGRADE = GET[:-2] + b"Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"


class Client:
    """One connection, and the paths and headers that the application behind it was asked with."""

    def __init__(self, port: int, asked: list[dict[str, Any]]) -> None:
        self._port = port
        self.asked = asked

    async def connect(self) -> None:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)

    async def send(self, *pieces: bytes, pause: float = 0.05) -> None:
        for piece in pieces:
            with contextlib.suppress(ConnectionError):
                self._writer.write(piece)
                await self._writer.drain()
            await asyncio.sleep(pause)

    async def answers(self, within: float = 5.0) -> bytes:
        """All that comes until the server ends the connection."""
        received = b""
        async with asyncio.timeout(within):
            with contextlib.suppress(ConnectionError):
                while piece := await self._reader.read(65_536):
                    received += piece
        return received


async def _start(asked: list[dict[str, Any]], keep_alive: int = 5) -> tuple[uvicorn.Server, "asyncio.Task[None]"]:
    async def application(scope: Any, receive: Any, send: Any) -> None:
        asked.append({"path": scope["path"], "headers": scope["headers"]})
        if scope["path"] == "/one":
            while (await receive()).get("more_body"):
                pass
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})

    config = uvicorn.Config(
        application,
        port=0,
        http=connection_class(SECONDS),
        ws="none",
        lifespan="off",
        log_config=None,
        timeout_keep_alive=keep_alive,
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server._serve())
    while not server.started:
        await asyncio.sleep(0.01)
    return server, task


@contextlib.asynccontextmanager
async def connected(keep_alive: int = 5) -> AsyncIterator[Client]:
    asked: list[dict[str, Any]] = []
    server, task = await _start(asked, keep_alive)
    client = Client(server.servers[0].sockets[0].getsockname()[1], asked)
    await client.connect()
    try:
        yield client
    finally:
        client._writer.close()
        server.should_exit = True
        await task


async def test_requests_follow_one_another_on_a_connection_in_whatever_pieces_they_come() -> None:
    async with connected() as client:
        await client.send(GET + GET, GET[:20], GET[20:], CHUNKED + b"3\r\n", b"abc\r\n0\r\n\r\n")
        await client.send(GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))

        assert (await client.answers()).count(b"HTTP/1.1 204") == 5


@pytest.mark.parametrize("head", [b"\r\n", b"GET /", b"GET /one HTTP/1.1\r\nHost: here\r\nX-A: "])
async def test_a_head_that_never_ends_is_waited_for_so_long_and_no_longer(head: bytes) -> None:
    async with connected() as client:
        await client.send(GET + head)

        async def drip() -> None:
            while True:
                await client.send(b"\r\n" if head == b"\r\n" else b"a")

        dripping = asyncio.create_task(drip())
        began = asyncio.get_running_loop().time()
        received = await client.answers()
        dripping.cancel()

        assert asyncio.get_running_loop().time() - began < SECONDS + 1
        assert received.count(b"HTTP/1.1 ") == 2
        assert received.endswith(b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")


async def test_a_connection_that_says_nothing_ends_as_an_idle_one_does() -> None:
    async with connected(keep_alive=1) as client:
        assert await client.answers() == b""


@pytest.mark.parametrize(
    "sent",
    [
        b"GET /" + b"a" * LARGEST_HEAD,
        GET[:-2] + b"X-A: " + b"a" * LARGEST_HEAD,
        GET[:-2] + b"X-A: a\r\n" * (LARGEST_HEAD // 4),
        CHUNKED + b"0\r\nX-Trailer: " + b"a" * LARGEST_HEAD,
        CHUNKED + b"3;" + b"a" * LARGEST_HEAD,
    ],
    ids=["path", "header", "many headers", "trailer", "chunk extension"],
)
async def test_what_is_no_request_yet_has_a_largest_size(sent: bytes) -> None:
    async with connected() as client:
        await client.send(sent, *(b"b" * 65_536 for _ in range(20)), pause=0.01)

        received = await client.answers()
        assert received in (
            b"",
            b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
        )
        assert [one["path"] for one in client.asked] in ([], ["/one"])


@pytest.mark.parametrize("extra", [b"Content-Length: %d\r\n", b"Transfer-Encoding: chunked\r\n"])
@pytest.mark.parametrize("upgrade", [b"websocket", b"h2c"])
async def test_the_body_of_a_request_that_asks_for_an_upgrade_is_never_a_request(extra: bytes, upgrade: bytes) -> None:
    body = GET.replace(b"/one", b"/smuggled")
    length = extra % len(body) if b"%d" in extra else extra
    async with connected() as client:
        await client.send(POST + length + b"Connection: Upgrade\r\nUpgrade: " + upgrade + b"\r\n\r\n", body)

        assert (await client.answers()).startswith(b"HTTP/1.1 400 ")
        assert client.asked == []


@pytest.mark.parametrize(
    "first", [GET[:-2] + b"Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n", b"CONNECT here:80 HTTP/1.1\r\n\r\n"]
)
async def test_after_a_request_for_an_upgrade_nothing_more_is_read(first: bytes) -> None:
    async with connected() as client:
        await client.send(first, GET.replace(b"/one", b"/smuggled"))

        assert (await client.answers()).count(b"HTTP/1.1 ") == 1
        assert "/smuggled" not in [one["path"] for one in client.asked]


async def test_trailers_are_no_headers() -> None:
    async with connected() as client:
        await client.send(CHUNKED + b"0\r\nAuthorization: Bearer me\r\n\r\n")
        await client.send(GET)

        assert [name for name, _ in client.asked[0]["headers"]] == [b"host", b"transfer-encoding"]
        assert [one["path"] for one in client.asked] == ["/one", "/one"]


async def test_the_rest_of_a_body_that_nobody_wants_any_more_is_read_for_a_while_only() -> None:
    async with connected() as client:
        await client.send(CHUNKED.replace(b"/one", b"/answers-at-once"))
        async with asyncio.TaskGroup() as group:
            dripping = group.create_task(client.send(*(b"1\r\na\r\n" for _ in range(100))))
            received = await client.answers(within=SECONDS + 1)
            dripping.cancel()

        assert received.startswith(b"HTTP/1.1 204 ")


async def test_a_body_that_ends_after_its_answer_leaves_the_connection_usable() -> None:
    async with connected(keep_alive=1) as client:
        await client.send(CHUNKED.replace(b"/one", b"/answers-at-once"), b"1\r\na\r\n0\r\n\r\n")
        await asyncio.sleep(SECONDS + 0.1)
        await client.send(GET)

        assert (await client.answers()).count(b"HTTP/1.1 204") == 2
