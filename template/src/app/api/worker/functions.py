"""Which function does which job: those of the slices that are on (template-owned)."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import fields

from sqlalchemy.ext.asyncio import AsyncSession

from app.api.outbox.tables import OutboxEvent
from app.api.runtime import Runtime
from app.api.slices import Handler, JobFunction, Slice, queue_of
from app.kit.events import Event
from app.kit.jobs import Job, Queue, UnknownJobError, job_of_event

_COLUMNS = tuple(field.name for field in fields(Event))


class Functions:
    """All functions by the names of their jobs, `<slice>.<function>` or `<slice>.<event>`."""

    def __init__(self, slices: Iterable[Slice]) -> None:
        self._by_name: dict[str, JobFunction] = {}
        self._of_events: dict[str, list[tuple[str, Queue]]] = {}
        for one in slices:
            for function, work in one.jobs.items():
                self._by_name[f"{one.name}.{function}"] = work
            for event, handler in one.handlers.items():
                self._by_name[f"{one.name}.{event}"] = _on_event(handler)
                self._of_events.setdefault(event, []).append((f"{one.name}.{event}", queue_of(one.name)))

    def jobs_of(self, event: OutboxEvent) -> list[Job]:
        """What is to be done about an event, by everyone who acts on it."""
        return [job_of_event(event.id, name, queue) for name, queue in self._of_events.get(event.name, ())]

    def named(self, name: str) -> JobFunction:
        """The function of this name.

        Raises:
            UnknownJobError: there is none.
        """
        try:
            return self._by_name[name]
        except KeyError:
            raise UnknownJobError(name) from None


def event_of(row: OutboxEvent) -> Event:
    """The event that a row holds."""
    return Event(**{name: getattr(row, name) for name in _COLUMNS})


def _on_event(handler: Handler) -> Callable[[Runtime, AsyncSession, Job], Awaitable[None]]:
    async def handle(runtime: Runtime, session: AsyncSession, job: Job) -> None:
        row = await session.get_one(OutboxEvent, job.event_id)
        await handler(runtime, session, event_of(row))

    return handle
