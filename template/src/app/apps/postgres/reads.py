"""One retry of reads (template-owned)."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, TypeVar

from django.db import DatabaseError, InterfaceError, connection, transaction

from app.apps.postgres.connections import distrust_all
from app.apps.postgres.errors import is_lost

T = TypeVar("T")


def read(work: Callable[[], T]) -> T:
    """What `work` reads, in a transaction of its own.

    If the connection is lost meanwhile, `work` is done once more on another one: it must change nothing.
    """
    return _once_more_if_lost(lambda: _in_transaction(work))


def read_statement(text: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows of one statement, in a transaction of its own that takes no round trip more; done once more as above."""
    return _once_more_if_lost(lambda: _fetch(text, parameters))


def _once_more_if_lost(work: Callable[[], T]) -> T:
    try:
        return work()
    except (DatabaseError, InterfaceError) as error:
        if not is_lost(error) or connection.in_atomic_block:
            raise
    connection.close()
    distrust_all()
    return work()


def _in_transaction(work: Callable[[], T]) -> T:
    with transaction.atomic():
        return work()


def _fetch(text: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        if connection.in_atomic_block:
            cursor.execute(text, parameters)
        else:
            with connection.execute_wrapper(_as_transaction):
                cursor.execute(text, parameters)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def _as_transaction(execute: Callable[..., Any], sql: str, parameters: Any, many: bool, context: dict[str, Any]) -> Any:
    """Have the statement sent with what begins and ends its transaction, as one message."""
    try:
        result = execute(f"BEGIN;{sql};COMMIT", parameters, many, context)
    except (DatabaseError, InterfaceError):
        # The server is still in it, if it is there.
        with suppress(DatabaseError, InterfaceError):
            connection.rollback()
        raise
    # Of three results the second one.
    context["cursor"].nextset()
    return result
