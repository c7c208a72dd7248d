"""A made-up resource, so that what every slice uses is tested in a service without any (template-owned)."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from importlib.resources import files
from typing import Annotated, Any, ClassVar, Literal, cast
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import TIMESTAMP, Table, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from starlette.responses import StreamingResponse

from app.api.caller import CurrentCaller
from app.api.idempotency.service import OnlyOnce
from app.api.layers.conditional import IfMatch
from app.api.layers.operation import Operation
from app.api.lists import ListQuery, read_page
from app.api.outbox.publish import publish_change
from app.api.rows import Rows, insert_row, reply
from app.api.runtime import runtime_of
from app.domain.operations import needs
from app.kit.versions import check_if_match

MAKE_TABLE = """
CREATE TABLE tried_notes (
    LIKE standard_columns INCLUDING ALL,
    organization_id UUID NOT NULL REFERENCES organizations (id),
    title TEXT NOT NULL,
    kind TEXT NOT NULL DEFAULT 'plain',
    done_at TIMESTAMPTZ NULL
);
SELECT finish_standard_table('tried_notes');
"""


class Other(DeclarativeBase):
    """Apart from the service's tables, which migrations are held against."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: TIMESTAMP(timezone=True)}


class Note(Other):
    __tablename__ = "tried_notes"

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))
    version: Mapped[int] = mapped_column(server_default=text("1"))
    created_at: Mapped[datetime] = mapped_column(server_default=text("NOW()"))
    deleted_at: Mapped[datetime | None]
    organization_id: Mapped[UUID]
    created_by: Mapped[UUID | None]
    updated_by: Mapped[UUID | None]
    title: Mapped[str]
    kind: Mapped[str]
    done_at: Mapped[datetime | None]


table = cast("Table", Note.__table__)
SHOWN = ("id", "version", "created_at", "title", "kind", "done_at")
rows = Rows(table, tuple(table.c[name] for name in SHOWN), "projects")


def table_sql() -> str:
    """What makes the table in a migrated database."""
    return files("app.kit.schema").joinpath("standard.sql").read_text(encoding="utf-8") + MAKE_TABLE


class NoteInput(BaseModel):
    model_config = ConfigDict(extra="forbid")

    title: str = Field(max_length=10)
    kind: Literal["plain", "bold"] = "plain"


class NotePatch(BaseModel):
    title: str = ""


class NoteQuery(ListQuery):
    sort: Literal["created_at", "-created_at", "title", "-title", "done_at", "-done_at"] = "-created_at"
    kind: str | None = None


def notes_router(gate: asyncio.Event | None = None) -> APIRouter:
    """Operations on notes; creating one waits for `gate` with its row written and not committed."""
    router = APIRouter(prefix="/tried-notes", route_class=Operation)

    @router.get("", openapi_extra=needs("projects:read"))
    async def list_notes(request: Request, caller: CurrentCaller, query: Annotated[NoteQuery, Query()]) -> Response:
        runtime = runtime_of(request)
        return await read_page(runtime.database, rows, query, caller=caller, settings=runtime.settings.core)

    @router.post("", openapi_extra=needs("projects:create"))
    async def create_note(request: Request, caller: CurrentCaller, body: NoteInput, once: OnlyOnce) -> Response:
        async with runtime_of(request).database.transaction() as session:

            async def work() -> Response:
                made = await insert_row(session, rows, caller, body.model_dump())
                await publish_change(session, caller, "note.created", made, {"x": 1})
                if gate is not None:
                    await gate.wait()
                answer = reply(made, rows.columns, status=201, location=f"{request.url.path}/{made.id}")
                answer.headers["X-Other"] = "1"
                return answer

            return await once.run(session, work)

    @router.get("/{id:uuid}", openapi_extra=needs("projects:read"))
    async def read_note(request: Request, id: UUID) -> dict[str, str]:
        return {"id": str(id)}

    @router.patch("/{id:uuid}", openapi_extra=needs("projects:update"))
    async def change_note(request: Request, id: UUID, body: NotePatch, if_match: IfMatch) -> Any:
        check_if_match(if_match, 3)
        return body.model_dump(exclude_unset=True)

    return router


def trouble_router() -> APIRouter:
    """Routes that go wrong in each way that one can."""
    router = APIRouter(prefix="/trouble")

    @router.get("/slow")
    async def slow() -> None:
        await asyncio.sleep(30)

    @router.get("/broken")
    async def broken() -> None:
        raise LookupError("hunter2")

    @router.get("/time-out-of-its-own")
    async def time_out_of_its_own() -> None:
        raise TimeoutError("hunter2")

    @router.get("/breaks-off")
    async def breaks_off() -> StreamingResponse:
        async def parts() -> AsyncIterator[bytes]:
            yield b"first part"
            raise LookupError("hunter2")

        return StreamingResponse(parts())

    @router.get("/address")
    async def address(request: Request) -> dict[str, str | None]:
        return {"scheme": request.url.scheme}

    return router
