"""The one seam that says who is asking (template-owned).

There is no log-in yet: outside production every request comes from the first seeded OrgAdmin; in production
nobody is known and every operation answers 401.
"""

from typing import Annotated

from fastapi import Depends, Request

from app.api.runtime import Runtime, runtime_of
from app.api.users.service import find_user_by_email
from app.domain.caller import Caller
from app.kit.logs import current_request
from app.kit.problems import UNAUTHENTICATED, ProblemError

DEMO_ADMIN = "admin@acme.example"


async def authenticate(request: Request) -> Caller:
    """Find who is asking, once a request, before its body is read.

    Raises:
        ProblemError: 401 where nobody is known.
    """
    caller = await _find_demo_admin(runtime_of(request))
    request.scope["caller"] = caller
    if record := current_request.get():
        record.user_id, record.org_id = str(caller.user_id), str(caller.organization_id)
    return caller


def caller_of(request: Request) -> Caller:
    """Who is asking, as `authenticate` found out."""
    caller: Caller = request.scope["caller"]
    return caller


CurrentCaller = Annotated[Caller, Depends(caller_of)]


async def _find_demo_admin(runtime: Runtime) -> Caller:
    if runtime.settings.core.is_production:
        raise _unauthenticated("This service has no log-in yet.")
    async with runtime.database.transaction() as session:
        user = await find_user_by_email(session, DEMO_ADMIN)
    if user is None:
        raise _unauthenticated("There are no demo users: run `just seed`.")
    return Caller(user.id, user.organization_id, user.role)


def _unauthenticated(detail: str) -> ProblemError:
    return ProblemError(UNAUTHENTICATED, detail, headers={"WWW-Authenticate": "Bearer"})
