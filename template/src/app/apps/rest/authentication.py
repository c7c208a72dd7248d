"""Who is asking: the bearer of an access token, in a session that stands (template-owned; contract, "Tokens")."""

from functools import cache

from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from app.apps.redis.activity import the_active_users
from app.apps.redis.gate import the_gate
from app.apps.runtime import core_settings
from app.domain.caller import Caller
from app.kit.logs import current_request
from app.kit.problems import unauthenticated
from app.kit.tokens import AccessClaims, TokenError, TokenVerifier

# What the throttle, which comes first, leaves at Django's request for the authentication.
CLAIMS, KNOWN = "service.claims", "service.known"


class TokenAuthentication(BaseAuthentication):
    """`request.user` is then the `Caller`. The token is read, and the session asked about, by `RouteThrottle`."""

    def authenticate(self, request: Request) -> tuple[Caller, AccessClaims]:
        """The caller.

        Raises:
            ProblemError: 401, or 503 where nobody can say whether the session still stands.
        """
        claims: AccessClaims | None = request.META.get(CLAIMS)
        if claims is None or not the_gate().is_current(claims, request.META[KNOWN]):
            raise unauthenticated()
        the_active_users().note(claims.user_id)
        if record := current_request.get():
            record.user_id, record.org_id = str(claims.user_id), str(claims.organization_id)
        return Caller(claims.user_id, claims.organization_id, claims.role, claims.session_id), claims

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


def claims_of(request: Request) -> AccessClaims | None:
    """What the request's token says, if it is one of ours and in time."""
    scheme, _, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    if scheme.lower() != "bearer":
        return None
    try:
        return the_verifier().verify(token.strip())
    except TokenError:
        return None


def caller_of(request: Request) -> Caller:
    """Who is asking, as the authentication found out."""
    caller: Caller = request.user  # type: ignore[assignment]
    return caller


@cache
def the_verifier() -> TokenVerifier:
    """The process's one."""
    return TokenVerifier(core_settings())
