"""Failed log-ins, counted per account and per address (template-owned; contract, "Rates").

A count is reserved before the password is checked, so that many at once can't pass, and given back on success.
"""

from functools import cache
from typing import Any

from app.apps.redis.store import Store, StoreError, the_store
from app.apps.runtime import core_settings
from app.kit.attempts import LocalCounters
from app.kit.log_in_attempts import GIVE_BACK, RESERVE, Reservation, arguments_of, reservation_of
from app.kit.problems import too_many


class LogInAttempts:
    """Counts attempts in Redis; in this process alone while that is down."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._local = LocalCounters()
        self._reserve = store.redis.register_script(RESERVE)
        self._give_back = store.redis.register_script(GIVE_BACK)

    def reserve(self, email: str, address: str | None, *, is_usual_address: bool) -> Reservation:
        """Count an attempt as failed, until `give_back` says that it wasn't.

        From an address that the account was used from lately, what others do to the account counts nothing: nobody
        can lock its owner out.

        Raises:
            ProblemError: 429.
        """
        rates = reservation_of(core_settings(), email, address, is_usual_address=is_usual_address)
        if not rates:
            return rates
        arguments = arguments_of(rates)
        try:
            wait: Any = self._store.run("reserve", lambda: self._reserve(list(rates), arguments))
            seconds = -(-int(wait) // 1000)
        except StoreError:
            seconds = self._local.reserve(rates)
        if seconds:
            raise too_many(seconds)
        return rates

    def give_back(self, reservation: Reservation) -> None:
        """The attempt was none that failed."""
        if not reservation:
            return
        try:
            self._store.run("give_back", lambda: self._give_back(list(reservation)))
        except StoreError:
            self._local.give_back(reservation)


@cache
def the_attempts() -> LogInAttempts:
    """The process's one."""
    return LogInAttempts(the_store())
