"""How often an address may use an operation (template-owned; contract, "Rates")."""

from typing import Any

from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from app.apps.redis.gate import the_gate
from app.apps.rest.authentication import CLAIMS, KNOWN, claims_of
from app.apps.runtime import core_settings
from app.domain.operations import Access
from app.kit.logs import current_request


class RouteThrottle(BaseThrottle):
    """Counts the request, and asks for the session's version in the same round trip."""

    def allow_request(self, request: Request, view: Any) -> bool:
        """Always true: a request too many is refused with how long to wait.

        Raises:
            ProblemError: 429.
        """
        access: Access = view.access
        claims = None if access.is_public else claims_of(request)
        rate = access.rate(core_settings())
        request.META[KNOWN] = the_gate().enter(address_of(), access.endpoint, rate, claims)
        request.META[CLAIMS] = claims
        return True


def address_of() -> str | None:
    """The client's address, as the outermost layer found it."""
    record = current_request.get()
    return record.ip if record else None
