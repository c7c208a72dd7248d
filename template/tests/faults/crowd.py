"""A crowd of clients that read and write without a pause, and remember what they were told (template-owned).

Each writer is a user who renames themself: what was applied stands in the outbox, one event for each change.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import uuid4

from httpx2 import AsyncClient, HTTPError, Limits, Response
from tests.faults.database import fetch
from tests.faults.stack import now

_PAUSE_SECONDS = 0.02
_APPLIED = """
SELECT data -> 'changes' -> 'name' ->> 'to' AS name, count(*) AS times FROM outbox
WHERE name = 'user.updated' AND starts_with(data -> 'changes' -> 'name' ->> 'to', %s) GROUP BY 1
"""


@dataclass(frozen=True)
class Answer:
    """One request and what came back; status 0 where nothing did."""

    is_write: bool
    began: float
    ended: float
    status: int
    is_polite: bool
    """Whether a 503 is a problem document that says when to come back."""
    error: str = ""

    @property
    def seconds(self) -> float:
        return self.ended - self.began


@dataclass
class Crowd:
    """What the clients did so far; `acknowledged` and `unknown` are the names that writers gave themselves."""

    prefix: str = field(default_factory=lambda: uuid4().hex)
    answers: list[Answer] = field(default_factory=list)
    acknowledged: set[str] = field(default_factory=set)
    unknown: set[str] = field(default_factory=set)

    def since(self, moment: float) -> list[Answer]:
        """The answers to what was asked after a moment."""
        return [answer for answer in self.answers if answer.began >= moment]

    def between(self, moment: float, end: float) -> list[Answer]:
        """The answers to what was asked between two moments."""
        return [answer for answer in self.since(moment) if answer.began < end]

    async def warmed_up(self) -> None:
        """Wait until each client can have had an answer: what a busy machine is slow to begin is no fault to find."""
        async with asyncio.timeout(20):
            while len(self.acknowledged) < 20 or not all(answer.status == 200 for answer in self.answers[-20:]):
                await asyncio.sleep(0.05)

    @property
    def reads(self) -> list[Answer]:
        return [answer for answer in self.answers if not answer.is_write]

    async def read_on(self, client: AsyncClient, token: str) -> None:
        """Read the list of users, for ever."""
        while True:
            await self._ask(client, token, "GET", "/api/v1/users")
            await asyncio.sleep(_PAUSE_SECONDS)

    async def write_on(self, client: AsyncClient, token: str, writer: int) -> None:
        """Take one name after the other, for ever; read one's version anew after each failure."""
        tag, number = None, 0
        while True:
            if tag is None:
                response = await self._ask(client, token, "GET", "/api/v1/auth/me")
            else:
                number += 1
                response = await self._rename(client, token, f"{self.prefix}-{writer}-{number}", tag)
            tag = response.headers["etag"] if response and response.status_code == 200 else None
            await asyncio.sleep(_PAUSE_SECONDS)

    async def _rename(self, client: AsyncClient, token: str, name: str, tag: str) -> Response | None:
        # Until we are told otherwise, and if we never are.
        self.unknown.add(name)
        response = await self._ask(client, token, "PATCH", "/api/v1/auth/me", json={"name": name}, if_match=tag)
        if response is not None and response.status_code == 200:
            self.unknown.discard(name)
            self.acknowledged.add(name)
        return response

    async def _ask(
        self,
        client: AsyncClient,
        token: str,
        method: str,
        path: str,
        *,
        json: object = None,
        if_match: str | None = None,
    ) -> Response | None:
        headers = {"Authorization": f"Bearer {token}"} | ({"If-Match": if_match} if if_match else {})
        began, response, error = now(), None, ""
        try:
            response = await client.request(method, path, json=json, headers=headers)
        except HTTPError as failure:
            error = repr(failure)
        status = response.status_code if response is not None else 0
        self.answers.append(Answer(method != "GET", began, now(), status, is_polite(response), error))
        return response


def is_polite(response: Response | None) -> bool:
    """Whether it is a problem document, and says when to come back."""
    if response is None:
        return False
    return response.headers["content-type"] == "application/problem+json" and "retry-after" in response.headers


@asynccontextmanager
async def crowd(base_url: str, readers: Sequence[str], writers: Sequence[str] = ()) -> AsyncIterator[Crowd]:
    """Clients with these access tokens, busy until the end of the block."""
    limits = Limits(max_connections=None, max_keepalive_connections=None)
    made = Crowd()
    async with AsyncClient(base_url=base_url, timeout=20, limits=limits, trust_env=False) as client:
        busy = [asyncio.create_task(made.read_on(client, token)) for token in readers]
        busy += [asyncio.create_task(made.write_on(client, token, n)) for n, token in enumerate(writers)]
        try:
            yield made
        finally:
            for one in busy:
                one.cancel()
            await asyncio.gather(*busy, return_exceptions=True)


def statuses(answers: Iterable[Answer]) -> dict[int, int]:
    """How often each status came."""
    found: dict[int, int] = {}
    for answer in answers:
        found[answer.status] = found.get(answer.status, 0) + 1
    return found


def failed(answers: Iterable[Answer]) -> list[Answer]:
    """Those that got no 200."""
    return [answer for answer in answers if answer.status != 200]


def rude(answers: Iterable[Answer]) -> list[Answer]:
    """Those that failed in another way than by a problem document that says when to come back.

    A writer may find that a change of which nothing was told has been made after all: 412.
    """
    return [
        answer
        for answer in failed(answers)
        if not ((answer.status == 503 and answer.is_polite) or (answer.status == 412 and answer.is_write))
    ]


def slowest(answers: Iterable[Answer]) -> float:
    """Seconds of the slowest."""
    return max(answer.seconds for answer in answers)


async def applied(database_url: str, crowd: Crowd) -> dict[str, int]:
    """How often each name of the crowd was written."""
    return {row["name"]: row["times"] for row in await fetch(database_url, _APPLIED, crowd.prefix)}


async def check_writes(database_url: str, crowd: Crowd) -> None:
    """What was acknowledged is there, nothing twice, and nothing of which a writer was told that it can't be."""
    found = await applied(database_url, crowd)

    assert crowd.acknowledged, "nothing was written at all"
    assert crowd.acknowledged - set(found) == set(), "acknowledged and lost"
    assert {name: times for name, times in found.items() if times != 1} == {}, "written twice"
    assert set(found) - crowd.acknowledged - crowd.unknown == set(), "written, and nobody asked"
