"""Who is asking, and whether the request may come in (template-owned; contract, "Order": 429, 401, 403)."""

from typing import Annotated

from fastapi import Depends, Request

from app.api.runtime import Runtime, runtime_of
from app.domain.access import check_operation
from app.domain.caller import Caller
from app.domain.operations import Access
from app.kit.logs import current_request
from app.kit.problems import unauthenticated
from app.kit.tokens import AccessClaims, TokenError


async def admit(request: Request, access: Access) -> None:
    """Let a request in, before its body is read; `caller_of` then knows who asks.

    Raises:
        ProblemError: 429, 401, 403, or 503 where nobody can say whether the session still stands.
    """
    runtime = runtime_of(request)
    claims = None if access.is_public else _claims(request, runtime)
    known = await runtime.gate.enter(address_of(request), access.endpoint, access.rate(runtime.settings.core), claims)
    if access.is_public:
        return
    if claims is None or not await runtime.gate.is_current(claims, known):
        raise unauthenticated()
    caller = Caller(claims.user_id, claims.organization_id, claims.role, claims.session_id)
    request.scope["caller"] = caller
    runtime.active_users.note(caller.user_id)
    if record := current_request.get():
        record.user_id, record.org_id = str(caller.user_id), str(caller.organization_id)
    if access.permission:
        check_operation(caller, *access.permission)


async def caller_of(request: Request) -> Caller:
    """Who is asking, as `admit` found out."""
    caller: Caller = request.scope["caller"]
    return caller


CurrentCaller = Annotated[Caller, Depends(caller_of)]


def address_of(request: Request) -> str | None:
    """The client's address, as the outermost layer found it."""
    record = current_request.get()
    return record.ip if record else None


def _claims(request: Request, runtime: Runtime) -> AccessClaims | None:
    given = request.headers.getlist("authorization")
    scheme, _, token = given[0].partition(" ") if len(given) == 1 else ("", "", "")
    if scheme.lower() != "bearer":
        return None
    try:
        return runtime.verifier.verify(token.strip())
    except TokenError:
        return None
