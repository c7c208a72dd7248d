"""Password hashes beside the event loop, few at once (template-owned; contract, "Rates")."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from app.kit.passwords import (
    HASHES_AT_ONCE,
    LONGEST_WAIT,
    NOBODYS_HASH,
    hash_password,
    is_password,
    too_many_at_once,
)

T = TypeVar("T")


class PasswordHashing:
    """Four hashes at once in a process; more of them wait in order, three seconds at most."""

    def __init__(self) -> None:
        self._turns = asyncio.Semaphore(HASHES_AT_ONCE)
        self._threads = ThreadPoolExecutor(HASHES_AT_ONCE, thread_name_prefix="password")

    async def hash(self, password: str) -> str:
        """The PHC string of a new password.

        Raises:
            ProblemError: 503 where too many wait.
        """
        return await self.run(lambda: hash_password(password))

    async def is_password(self, password: str, phc: str | None) -> bool:
        """Whether the password is the one; without a hash, no, after the same time.

        Raises:
            ProblemError: 503 where too many wait.
        """
        return await self.run(lambda: is_password(password, phc or NOBODYS_HASH) and phc is not None)

    async def run(self, work: Callable[[], T]) -> T:
        """Do a costly piece of work on passwords in one of the threads.

        Raises:
            ProblemError: 503 where too many wait.
        """
        try:
            async with asyncio.timeout(LONGEST_WAIT):
                await self._turns.acquire()
        except TimeoutError:
            raise too_many_at_once() from None
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._turns.release()

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
