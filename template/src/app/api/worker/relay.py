"""The relay: makes jobs of events, and sends the messages of jobs that are due (template-owned).

Any number may run, since each takes rows that no other holds. Where Redis or PostgreSQL is away it waits; nothing is
lost meanwhile, since all that Redis holds is ids of rows.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, cast
from uuid import UUID

import structlog
from redis.asyncio import Redis
from sqlalchemy import Table, func, select, update

from app.api.outbox.publish import write_jobs
from app.api.outbox.tables import OutboxEvent, WrittenJob
from app.api.redis.pubsub import announce
from app.api.runtime import Runtime
from app.api.worker.functions import Functions, event_of
from app.kit.jobs import DOWN_SECONDS, IDLE_SECONDS, MOST_AT_ONCE, MOST_SENT, QUEUES, SENT_AGAIN, Queue
from app.kit.metrics import QUEUE_DEPTH
from app.kit.queue_settings import queue_key

_log = structlog.stdlib.get_logger(__name__)
_MEASURED_SECONDS = 5.0
_jobs = cast("Table", WrittenJob.__table__).c

# Sends messages with these ids, or raises.
Send = Callable[[Queue, Sequence[UUID]], Awaitable[None]]


class Relay:
    """Carries what was committed to the queues, oldest first, a hundred at once."""

    def __init__(self, runtime: Runtime, functions: Functions, send: Send) -> None:
        self._runtime = runtime
        self._functions = functions
        self._send = send
        self._measured = float("-inf")

    async def run(self) -> None:
        """Relay for ever; servers that are down are waited for."""
        while True:
            try:
                await self._measure()
                if not await self.turn():
                    await asyncio.sleep(IDLE_SECONDS)
            except Exception as error:  # noqa: BLE001 - the loop must outlive whatever happens
                _log.warning("jobs can't be relayed", error=type(error).__name__)
                await asyncio.sleep(DOWN_SECONDS)

    async def turn(self) -> int:
        """Do once what there is to do; how many events and jobs that were."""
        return await self.make_jobs() + sum([await self.send_due(queue) for queue in QUEUES])

    async def make_jobs(self) -> int:
        """Make jobs of events that are new, and tell the listeners on Redis, who may miss it; how many that were."""
        new = select(OutboxEvent).where(OutboxEvent.relayed_at.is_(None)).order_by(OutboxEvent.at)
        async with self._runtime.database.transaction() as session:
            found = await session.scalars(new.limit(MOST_AT_ONCE).with_for_update(skip_locked=True))
            events = found.all()
            await write_jobs(session, [row for event in events for row in self._rows(event)])
            for event in events:
                event.relayed_at = func.now()
            told = [event_of(event) for event in events]
        await announce(self._runtime.store, *told)
        return len(told)

    async def send_due(self, queue: Queue) -> int:
        """Send the jobs of a queue that are due, as far as it has room; how many that were."""
        ids = await self._take(queue, min(MOST_AT_ONCE, await self._room(queue)))
        try:
            if ids:
                await self._send(queue, ids)
        except Exception:
            await self._put_back(ids)
            raise
        return len(ids)

    def _rows(self, event: OutboxEvent) -> list[dict[str, Any]]:
        of_event: dict[str, Any] = {"event_id": event.id, "traceparent": event.traceparent, "data": {}}
        jobs = self._functions.jobs_of(event)
        return [of_event | {"id": job.id, "name": job.name, "queue": job.queue} for job in jobs]

    async def _room(self, queue: Queue) -> int:
        async def length(redis: Redis) -> int:
            return int(await redis.llen(queue_key(queue)))

        return max(0, MOST_SENT - await self._runtime.store.run("queue.length", length))

    async def _take(self, queue: Queue, most: int) -> list[UUID]:
        # Taken first, sent then: whoever gets a message must find the job free. Killed in between, it is sent again.
        due = select(_jobs.id).where(_jobs.queue == queue, _jobs.finished_at.is_(None), _jobs.due_at <= func.now())
        due = due.order_by(_jobs.due_at).limit(most).with_for_update(skip_locked=True)
        taken = update(WrittenJob).where(WrittenJob.id.in_(due)).values(due_at=func.now() + SENT_AGAIN)
        async with self._runtime.database.transaction() as session:
            return list(await session.scalars(taken.returning(WrittenJob.id)))

    async def _put_back(self, ids: Sequence[UUID]) -> None:
        async with self._runtime.database.transaction() as session:
            await session.execute(update(WrittenJob).where(WrittenJob.id.in_(ids)).values(due_at=func.now()))

    async def _measure(self) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._measured < _MEASURED_SECONDS:
            return
        self._measured = now
        counted = select(_jobs.queue, func.count()).where(_jobs.finished_at.is_(None)).group_by(_jobs.queue)
        async with self._runtime.database.transaction() as session:
            depths = dict((await session.execute(counted)).tuples().all())
        for queue in QUEUES:
            QUEUE_DEPTH.labels(queue).set(depths.get(queue, 0))
