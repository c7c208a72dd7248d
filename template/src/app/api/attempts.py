"""Failed log-ins, counted per account and per address (template-owned; contract, "Rates").

A count is reserved before the password is checked, so that many at once can't pass, and given back on success.
"""

import hashlib
from collections.abc import Mapping

from app.api.redis.store import Store, StoreError
from app.kit.attempts import LocalCounters
from app.kit.problems import too_many
from app.kit.rates import Rate
from app.kit.redis_keys import rate_limit_key
from app.kit.settings import CoreSettings

_RESERVE = """
for i, key in ipairs(KEYS) do
    if tonumber(redis.call('GET', key) or '0') >= tonumber(ARGV[2 * i - 1]) then
        return math.max(1, redis.call('PTTL', key))
    end
end
for i, key in ipairs(KEYS) do
    if redis.call('INCR', key) == 1 then redis.call('PEXPIRE', key, ARGV[2 * i]) end
end
return 0
"""
_GIVE_BACK = """
for _, key in ipairs(KEYS) do
    if tonumber(redis.call('GET', key) or '0') > 0 then redis.call('DECR', key) end
end
"""

Reservation = Mapping[str, Rate]


class LoginAttempts:
    """Counts attempts in Redis; in this process alone while that is down."""

    def __init__(self, store: Store, settings: CoreSettings) -> None:
        self._store = store
        self._settings = settings
        self._local = LocalCounters()
        self._reserve = store.redis.register_script(_RESERVE)
        self._give_back = store.redis.register_script(_GIVE_BACK)

    async def reserve(self, email: str, address: str | None, *, is_usual_address: bool) -> Reservation:
        """Count an attempt as failed, until `give_back` says that it wasn't.

        From an address that the account was used from lately, what others do to the account counts nothing: nobody
        can lock its owner out.

        Raises:
            ProblemError: 429.
        """
        rates = self._rates(email, address, is_usual_address=is_usual_address)
        if not rates:
            return rates
        arguments = [number for rate in rates.values() for number in (rate.count, rate.seconds * 1000)]
        try:
            wait = await self._store.run("reserve", lambda redis: self._reserve(list(rates), arguments, client=redis))
            seconds = -(-int(wait) // 1000)
        except StoreError:
            seconds = self._local.reserve(rates)
        if seconds:
            raise too_many(seconds)
        return rates

    async def give_back(self, reservation: Reservation) -> None:
        """The attempt was none that failed."""
        if not reservation:
            return
        try:
            await self._store.run("give_back", lambda redis: self._give_back(list(reservation), client=redis))
        except StoreError:
            self._local.give_back(reservation)

    def _rates(self, email: str, address: str | None, *, is_usual_address: bool) -> Reservation:
        account = hashlib.sha256(email.encode()).hexdigest()[:32]
        found = {
            rate_limit_key(address, f"log_in/{account}"): self._settings.rate_limit_login_pair,
            rate_limit_key(address, "log_in/any"): self._settings.rate_limit_login_address,
        }
        if not is_usual_address:
            found[rate_limit_key("anywhere", f"log_in/{account}")] = self._settings.rate_limit_login_account
        return {key: rate for key, rate in found.items() if rate is not None}
