"""The If-Match header of a request (template-owned; RFC 9110, section 13.1.1)."""

from typing import Annotated

from fastapi import Depends, Header, Request


# Dependencies are coroutines though they wait for nothing: FastAPI sends plain functions to a thread, which costs more
# than the rest of a short request.
async def _if_match(
    request: Request,
    _documented: Annotated[str | None, Header(alias="If-Match", description="The ETag that you read, or *")] = None,
) -> str | None:
    # A list may come in several lines, of which the framework gives but one.
    return ", ".join(request.headers.getlist("if-match")) if "if-match" in request.headers else None


IfMatch = Annotated[str | None, Depends(_if_match)]
