"""The relay: makes jobs of events, and sends the messages of jobs that are due (template-owned).

Any number may run, since each takes rows that no other holds. Where Redis or PostgreSQL is away it waits; nothing is
lost meanwhile, since all that Redis holds is ids of rows.
"""

import time
from collections.abc import Callable, Sequence
from threading import Event as Flag
from uuid import UUID

import structlog
from django.db import connection, transaction
from django.db.models import Count
from django.db.models.functions import Now

from app.apps.outbox.functions import Functions, event_of
from app.apps.outbox.models import OutboxEvent, WrittenJob
from app.apps.outbox.publish import enqueue
from app.apps.redis.pubsub import announce
from app.apps.redis.store import the_store
from app.kit.jobs import DOWN_SECONDS, IDLE_SECONDS, MOST_AT_ONCE, MOST_SENT, QUEUES, SENT_AGAIN, Queue
from app.kit.metrics import QUEUE_DEPTH
from app.kit.queue_settings import queue_key

_log = structlog.stdlib.get_logger(__name__)
_MEASURED_SECONDS = 5.0

# Sends messages with these ids, or raises.
Send = Callable[[Queue, Sequence[UUID]], None]


class Relay:
    """Carries what was committed to the queues, oldest first, a hundred at once."""

    def __init__(self, functions: Functions, send: Send) -> None:
        self._functions = functions
        self._send = send
        self._measured = float("-inf")

    def run(self, stop: Flag) -> None:
        """Relay until told to stop; servers that are down are waited for."""
        while not stop.is_set():
            try:
                self._measure()
                if not self.turn():
                    # Back to the pool: jobs need it more.
                    connection.close()
                    stop.wait(IDLE_SECONDS)
            except Exception as error:  # noqa: BLE001 - the loop must outlive whatever happens
                _log.warning("jobs can't be relayed", error=type(error).__name__)
                connection.close()
                stop.wait(DOWN_SECONDS)
        connection.close()

    def turn(self) -> int:
        """Do once what there is to do; how many events and jobs that were."""
        return self.make_jobs() + sum(self.send_due(queue) for queue in QUEUES)

    def make_jobs(self) -> int:
        """Make jobs of events that are new, and tell the listeners on Redis, who may miss it; how many that were."""
        new = OutboxEvent.objects.filter(relayed_at__isnull=True).order_by("at").select_for_update(skip_locked=True)
        with transaction.atomic():
            events = list(new[:MOST_AT_ONCE])
            for event in events:
                if jobs := self._functions.jobs_of(event):
                    enqueue(*jobs, traceparent=event.traceparent)
            if events:
                OutboxEvent.objects.filter(id__in=[event.id for event in events]).update(relayed_at=Now())
        announce(*(event_of(event) for event in events))
        return len(events)

    def send_due(self, queue: Queue) -> int:
        """Send the jobs of a queue that are due, as far as it has room; how many that were."""
        ids = _take(queue, min(MOST_AT_ONCE, _room(queue)))
        try:
            if ids:
                self._send(queue, ids)
        except Exception:
            WrittenJob.objects.filter(id__in=ids).update(due_at=Now())
            raise
        return len(ids)

    def _measure(self) -> None:
        now = time.monotonic()
        if now - self._measured < _MEASURED_SECONDS:
            return
        self._measured = now
        waiting = WrittenJob.objects.filter(finished_at__isnull=True).values_list("queue")
        depths = dict(waiting.annotate(number=Count("id")).order_by())
        for queue in QUEUES:
            QUEUE_DEPTH.labels(queue).set(depths.get(queue, 0))


def _room(queue: Queue) -> int:
    store = the_store()
    return max(0, MOST_SENT - store.run("queue.length", lambda: store.redis.llen(queue_key(queue))))


def _take(queue: Queue, most: int) -> list[UUID]:
    # Taken first, sent then: whoever gets a message must find the job free. Killed in between, it is sent again.
    due = WrittenJob.objects.filter(queue=queue, finished_at__isnull=True, due_at__lte=Now()).order_by("due_at")
    with transaction.atomic():
        ids = list(due.select_for_update(skip_locked=True).values_list("id", flat=True)[:most])
        if ids:
            WrittenJob.objects.filter(id__in=ids).update(due_at=Now() + SENT_AGAIN)
    return ids
