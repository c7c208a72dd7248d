"""Which function does which job: those of the slices that are on (template-owned)."""

from collections.abc import Callable, Mapping
from dataclasses import fields

from app.apps.outbox.models import OutboxEvent
from app.apps.slices import Handler, JobFunction, find_handlers, find_slices, queue_of
from app.kit.events import Event
from app.kit.jobs import Job, UnknownJobError, job_of_event

_COLUMNS = tuple(field.name for field in fields(Event))


class Functions:
    """All functions by the names of their jobs, `<slice>.<function>` or `<slice>.<event>`.

    `handlers` are by the event's name, then by that of their slice; `jobs` by the slice's, then by their own.
    """

    def __init__(
        self, *, handlers: Mapping[str, Mapping[str, Handler]], jobs: Mapping[str, Mapping[str, JobFunction]]
    ) -> None:
        self._handlers = handlers
        self._by_name = {f"{one}.{name}": work for one, works in jobs.items() for name, work in works.items()}
        for event, by_slice in handlers.items():
            self._by_name |= {f"{one}.{event}": _on_event(handler) for one, handler in by_slice.items()}

    def jobs_of(self, event: OutboxEvent) -> list[Job]:
        """What is to be done about an event, by everyone who acts on it."""
        return [
            job_of_event(event.id, f"{one}.{event.name}", queue_of(one)) for one in self._handlers.get(event.name, ())
        ]

    def named(self, name: str) -> JobFunction:
        """The function of this name.

        Raises:
            UnknownJobError: there is none.
        """
        try:
            return self._by_name[name]
        except KeyError:
            raise UnknownJobError(name) from None


def find_functions() -> Functions:
    """Those of all slices."""
    jobs = {one.short_name: {name: one.find(path) for name, path in one.jobs.items()} for one in find_slices()}
    return Functions(handlers=find_handlers(), jobs=jobs)


def event_of(row: OutboxEvent) -> Event:
    """The event that a row holds."""
    return Event(**{name: getattr(row, name) for name in _COLUMNS})


def _on_event(handler: Handler) -> Callable[[Job], None]:
    return lambda job: handler(event_of(OutboxEvent.objects.get(writtenjob=job.id)))
