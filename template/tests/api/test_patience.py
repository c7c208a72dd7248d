"""Time limits under a busy event loop (template-owned)."""

import asyncio
import socket
import time

import pytest

from app.api.patience import within


async def test_what_takes_too_long_is_given_up() -> None:
    began = asyncio.get_running_loop().time()
    with pytest.raises(TimeoutError):
        await within(0.1, asyncio.sleep(30))

    assert 0.1 <= asyncio.get_running_loop().time() - began < 3


async def test_what_came_while_the_loop_was_busy_is_read_though_its_time_is_up() -> None:
    here, there = socket.socketpair()
    reader, writer = await asyncio.open_connection(sock=here)
    reading = asyncio.create_task(within(0.05, reader.readline()))
    await asyncio.sleep(0)
    there.sendall(b"answer\n")
    # As under a heavy load: nothing else runs meanwhile.
    time.sleep(0.3)

    assert await reading == b"answer\n"
    writer.close()
    there.close()
