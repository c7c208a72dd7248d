"""One retry of reads (template-owned)."""

from collections.abc import Callable
from typing import TypeVar

from django.db import DatabaseError, InterfaceError, connection, transaction

from app.apps.postgres.connections import distrust_all
from app.apps.postgres.errors import is_lost

T = TypeVar("T")


def read(work: Callable[[], T]) -> T:
    """What `work` reads, in a transaction of its own.

    If the connection is lost meanwhile, `work` is done once more on another one: it must change nothing.
    """
    try:
        return _read(work)
    except (DatabaseError, InterfaceError) as error:
        if not is_lost(error) or connection.in_atomic_block:
            raise
    connection.close()
    distrust_all()
    return _read(work)


def _read(work: Callable[[], T]) -> T:
    with transaction.atomic():
        return work()
