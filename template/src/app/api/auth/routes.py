"""The operations on accounts and sessions (template-owned)."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from app.api.auth import me, schemas, service
from app.api.caller import CurrentCaller, address_of
from app.api.layers.conditional import IfMatch
from app.api.layers.operation import Operation
from app.api.lists import PageQuery
from app.api.rows import reply
from app.api.runtime import runtime_of
from app.api.sessions.listing import list_sessions as list_sessions_of
from app.api.sessions.service import Client
from app.api.users.schemas import UserBody
from app.api.users.service import rows as users
from app.domain.access import not_found
from app.domain.operations import open_to
from app.kit import problems as kinds
from app.kit.problem_schema import documented
from app.kit.strict_json import write_json

router = APIRouter(prefix="/auth", tags=["auth"], route_class=Operation)

_LOGGED_IN = open_to("authenticated")
_CHANGE = documented(kinds.VERSION_MISMATCH, kinds.VERSION_REQUIRED)
_REFUSED = documented(kinds.UNAUTHENTICATED)


@router.post(
    "/register",
    status_code=201,
    response_model=UserBody,
    responses=documented(kinds.CONFLICT),
    openapi_extra=open_to("public", limit="register"),
)
async def register(request: Request, body: schemas.Registration) -> Response:
    """Make an account and an organization with it as OrgAdmin."""
    runtime = runtime_of(request)
    made = await service.register(runtime, body.model_dump())
    location = f"/api/{runtime.settings.core.api_version}/users/{made.id}"
    return reply(made, users.columns, status=201, location=location)


@router.post("/login", response_model=schemas.Tokens, responses=_REFUSED, openapi_extra=open_to("public"))
async def log_in(request: Request, body: schemas.LogIn) -> Response:
    """Log in: a session and its first tokens."""
    client = Client(address_of(request), request.headers.get("user-agent"))
    return _json(await service.log_in(runtime_of(request), body.email, body.password, client))


@router.post("/refresh", response_model=schemas.Tokens, responses=_REFUSED, openapi_extra=open_to("public"))
async def refresh_tokens(request: Request, body: schemas.Refresh) -> Response:
    """Exchange a refresh token for new tokens; a repeat within ten seconds gets the same refresh token."""
    return _json(await service.refresh(runtime_of(request), body.refresh_token))


@router.post("/logout", status_code=204, response_class=Response, openapi_extra=_LOGGED_IN)
async def log_out(request: Request, caller: CurrentCaller) -> Response:
    """End this session."""
    runtime = runtime_of(request)
    async with runtime.database.transaction() as session:
        await service.sessions_of(runtime, session, caller).end(only=caller.session_id)
    return Response(status_code=204)


@router.post("/logout-all", status_code=204, response_class=Response, openapi_extra=_LOGGED_IN)
async def log_out_everywhere(request: Request, caller: CurrentCaller) -> Response:
    """End all of the caller's sessions."""
    runtime = runtime_of(request)
    async with runtime.database.transaction() as session:
        await service.sessions_of(runtime, session, caller).end()
    return Response(status_code=204)


@router.get("/me", response_model=schemas.Me, openapi_extra=_LOGGED_IN)
async def read_me(request: Request, caller: CurrentCaller) -> Response:
    """The caller, what the caller may do, and where."""
    return await me.read_me(runtime_of(request), caller)


@router.patch("/me", response_model=schemas.Me, responses=_CHANGE, openapi_extra=_LOGGED_IN)
async def update_me(request: Request, caller: CurrentCaller, body: schemas.MePatch, if_match: IfMatch) -> Response:
    """Change the caller's own fields (JSON merge patch)."""
    return await me.change_me(runtime_of(request), caller, if_match, body.model_dump(exclude_unset=True))


@router.post("/password/change", status_code=204, response_class=Response, openapi_extra=_LOGGED_IN)
async def change_password(request: Request, caller: CurrentCaller, body: schemas.PasswordChange) -> Response:
    """Replace the caller's password; ends the caller's other sessions."""
    words = service.PasswordWords(body.current_password, body.new_password)
    await service.change_password(runtime_of(request), caller, words, address_of(request))
    return Response(status_code=204)


@router.get("/sessions", response_model=schemas.SessionPage, openapi_extra=_LOGGED_IN)
async def list_sessions(request: Request, caller: CurrentCaller, query: Annotated[PageQuery, Query()]) -> Response:
    """The caller's own sessions, a page at a time."""
    runtime = runtime_of(request)
    return await list_sessions_of(runtime.database, query, caller, runtime.settings.core)


@router.delete(
    "/sessions/{id:uuid}",
    status_code=204,
    response_class=Response,
    responses=documented(kinds.NOT_FOUND),
    openapi_extra=_LOGGED_IN,
)
async def end_session(request: Request, caller: CurrentCaller, id: UUID) -> Response:
    """End one of the caller's own sessions."""
    runtime = runtime_of(request)
    async with runtime.database.transaction() as session:
        if not await service.sessions_of(runtime, session, caller).end(only=id):
            raise not_found()
    return Response(status_code=204)


def _json(value: object) -> Response:
    return Response(write_json(value), media_type="application/json")
