"""The operation of search (template-owned; contract, "GET /search")."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.api.caller import CurrentCaller
from app.api.layers.operation import Operation
from app.api.runtime import runtime_of
from app.api.search.index import index_of
from app.api.search.rows import searchable
from app.api.search.schemas import SearchPage, SearchQuery
from app.domain.operations import open_to
from app.domain.search.questions import Wanted, ask, cursors_of, page_of
from app.kit.strict_json import write_json

router = APIRouter(prefix="/search", tags=["search"], route_class=Operation)


@router.get("", response_model=SearchPage, openapi_extra=open_to("authenticated"))
async def search_resources(request: Request, caller: CurrentCaller, query: Annotated[SearchQuery, Query()]) -> Response:
    """What the caller may read and holds all the words, a page at a time."""
    runtime = runtime_of(request)
    wanted = Wanted(query.q, query.resource)
    codec = cursors_of(caller, wanted, runtime.settings.core)
    question = ask(caller, wanted, searchable().values(), codec=codec, cursor=query.cursor, limit=query.limit)
    found = [] if question.is_vain else await index_of(runtime).find(question)
    return Response(write_json(page_of(found, question, codec)), media_type="application/json")
