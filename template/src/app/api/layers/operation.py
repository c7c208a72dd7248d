"""The route class of every operation: who asks, then how the body reads, in the contract's order (template-owned)."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

from app.api.caller import admit
from app.api.runtime import runtime_of
from app.domain.operations import declared_access
from app.kit.bodies import JSON_TYPES, PATCH_TYPES, SHARE_OF_TIME, check_media_type, parse_body, too_large, too_late
from app.kit.settings import CoreSettings

Endpoint = Callable[[Request], Coroutine[Any, Any, Response]]


class Operation(APIRoute):
    """Answers 429, 401, 403, 413, 415 and 400 in this order before FastAPI looks at anything (422).

    Raises:
        AccessError: when made without `openapi_extra=needs(…)` or `open_to(…)`.
    """

    def get_route_handler(self) -> Endpoint:
        endpoint = super().get_route_handler()
        access = declared_access(self.name, self.openapi_extra)
        has_body = self.body_field is not None
        has_query = bool(self.dependant.query_params)
        media_types = PATCH_TYPES if self.methods == {"PATCH"} else JSON_TYPES

        async def answer(request: Request) -> Response:
            await admit(request, access)
            if has_body:
                request = await _read(request, media_types)
            if not has_query and request.query_params:
                raise RequestValidationError([_unknown_parameter(name) for name in dict.fromkeys(request.query_params)])
            return await endpoint(request)

        return answer


class ReadRequest(Request):
    """A request whose body has been read and parsed."""

    document: Any

    async def json(self) -> Any:
        return self.document


async def _read(request: Request, media_types: tuple[str, ...]) -> ReadRequest:
    body = await _read_in_time(request, runtime_of(request).settings.core)
    check_media_type(request.headers.get("content-type", ""), media_types)
    read = ReadRequest(request.scope, request.receive)
    read._body = body
    read.document = parse_body(body)
    return read


async def _read_in_time(request: Request, settings: CoreSettings) -> bytes:
    try:
        async with asyncio.timeout(settings.request_timeout.total_seconds() * SHARE_OF_TIME):
            return await _read_bytes(request, settings.body_limit)
    except TimeoutError:
        raise too_late() from None


async def _read_bytes(request: Request, limit: int) -> bytes:
    declared = request.headers.get("content-length", "0")
    chunks, size = [], int(declared) if declared.isdigit() else 0
    if size <= limit:
        size = 0
        async for chunk in request.stream():
            size += len(chunk)
            if size > limit:
                break
            chunks.append(chunk)
    if size > limit:
        raise too_large(limit)
    return b"".join(chunks)


def _unknown_parameter(name: str) -> dict[str, Any]:
    return {"type": "extra_forbidden", "loc": ("query", name), "msg": "Extra inputs are not permitted"}
