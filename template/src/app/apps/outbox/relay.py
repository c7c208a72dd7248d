"""The relay: carries events from the outbox to their handlers, at least once (template-owned).

Before its first attempt it also tells the listeners on Redis, who may miss it.
It runs in a thread of `serve`; any number may run, since each takes rows that no other holds.
"""

from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, datetime
from threading import Event as Flag

import structlog
from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from app.apps.outbox.models import OutboxEvent
from app.apps.redis.pubsub import announce
from app.apps.slices import Handler
from app.kit.deliveries import DOWN_SECONDS, IDLE_SECONDS, MOST_AT_ONCE, reason_of, settlement
from app.kit.events import Event

_log = structlog.stdlib.get_logger(__name__)


class Relay:
    """Delivers events one by one, oldest first; those that nobody handles are told and finished many at once.

    `handlers` are by the event's name, then by that of their slice (`find_handlers()`). Each runs in a savepoint of
    the transaction that holds the event, and has no time limit but those of the clients that it uses.
    """

    def __init__(self, handlers: Mapping[str, Mapping[str, Handler]]) -> None:
        self._handlers = handlers

    def run(self, stop: Flag) -> None:
        """Deliver until told to stop; a database that is down is waited for."""
        while not stop.is_set():
            try:
                finished, delivered = self.finish_unhandled(), self.deliver_next()
                if not delivered and finished < MOST_AT_ONCE:
                    # That was all: what comes meanwhile is finished together. Back to the pool: requests need it more.
                    connection.close()
                    stop.wait(IDLE_SECONDS)
            except Exception as error:  # noqa: BLE001 - the loop must outlive whatever happens
                _log.warning("the outbox can't be read", error=type(error).__name__)
                connection.close()
                stop.wait(DOWN_SECONDS)
        connection.close()

    def finish_unhandled(self) -> int:
        """Finish events that are due and have no handler, a hundred at most; how many that were."""
        with transaction.atomic():
            rows = list(_due().exclude(name__in=self._handlers)[:MOST_AT_ONCE])
            if rows:
                OutboxEvent.objects.filter(id__in=[row.id for row in rows]).update(finished_at=Now())
        announce(*sorted((_event(row) for row in rows), key=lambda event: event.at))
        return len(rows)

    def deliver_next(self) -> bool:
        """Deliver the oldest event that is due; false where there is none."""
        with transaction.atomic():
            row = _due().first()
            if row is not None:
                self._deliver(row)
        return row is not None

    def _deliver(self, row: OutboxEvent) -> None:
        event = _event(row)
        failures: list[str] = []
        if row.attempts == 0:
            announce(event)
        for name, handler in self._handlers.get(row.name, {}).items():
            if name in row.handled_by:
                continue
            try:
                with transaction.atomic():
                    handler(event)
            except Exception as error:  # noqa: BLE001 - one handler's failure must not keep the others from the event
                _log.exception("handler failed", handler=name, event_name=row.name, event_id=str(row.id))
                failures.append(f"{name}: {reason_of(error)}")
            else:
                row.handled_by = [*row.handled_by, name]
        _settle(row, failures)


def _due() -> "QuerySet[OutboxEvent]":
    due = OutboxEvent.objects.filter(finished_at__isnull=True, next_attempt_at__lte=datetime.now(UTC))
    return due.order_by("next_attempt_at", "at").select_for_update(skip_locked=True)


def _event(row: OutboxEvent) -> Event:
    return Event(**{field.name: getattr(row, field.name) for field in fields(Event)})


def _settle(row: OutboxEvent, failures: list[str]) -> None:
    values = settlement(row.attempts, failures, datetime.now(UTC))
    OutboxEvent.objects.filter(id=row.id).update(handled_by=row.handled_by, **values)
    if failures and "finished_at" in values:
        _log.error("event given up", event_name=row.name, event_id=str(row.id), error=values["error"])
