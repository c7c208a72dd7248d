"""Failed log-ins: which keys count them, and the scripts that do (template-owned; contract, "Rates").

A count is reserved before the password is checked, so that many at once can't pass, and given back on success.
"""

import hashlib
from collections.abc import Mapping

from app.kit.rates import Rate
from app.kit.redis_keys import rate_limit_key
from app.kit.settings import CoreSettings

# KEYS and, for each, its most attempts and the milliseconds of its window. Gives the milliseconds to wait, 0 for none.
RESERVE = """
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
GIVE_BACK = """
for _, key in ipairs(KEYS) do
    if tonumber(redis.call('GET', key) or '0') > 0 then redis.call('DECR', key) end
end
"""

Reservation = Mapping[str, Rate]


def reservation_of(settings: CoreSettings, email: str, address: str | None, *, is_usual_address: bool) -> Reservation:
    """What an attempt counts against.

    From an address that the account was used from lately, what others do to the account counts nothing: nobody can
    lock its owner out.
    """
    account = hashlib.sha256(email.encode()).hexdigest()[:32]
    found = {
        rate_limit_key(address, f"log_in/{account}"): settings.rate_limit_login_pair,
        rate_limit_key(address, "log_in/any"): settings.rate_limit_login_address,
    }
    if not is_usual_address:
        found[rate_limit_key("anywhere", f"log_in/{account}")] = settings.rate_limit_login_account
    return {key: rate for key, rate in found.items() if rate is not None}


def arguments_of(reservation: Reservation) -> list[int]:
    """The arguments of RESERVE."""
    return [number for rate in reservation.values() for number in (rate.count, rate.seconds * 1000)]
