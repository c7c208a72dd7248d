"""The operation of search (template-owned; contract, "GET /search")."""

from django.http import HttpResponse
from rest_framework.request import Request

from app.apps.rest.authentication import caller_of
from app.apps.rest.operations import OperationView, operation
from app.apps.rest.renderers import json_reply
from app.apps.runtime import core_settings
from app.apps.search.index import the_index
from app.apps.search.rows import searchable
from app.apps.search.serializers import SearchPage, SearchQuery
from app.domain.operations import open_to
from app.domain.search.questions import Wanted, ask, cursors_of, page_of


class Search(OperationView):
    """Full text."""

    @operation("search_resources", open_to("authenticated"), query=SearchQuery, reply=SearchPage)
    def get(self, request: Request) -> HttpResponse:
        """What the caller may read and holds all the words, a page at a time."""
        caller, query = caller_of(request), self.query
        wanted = Wanted(query["q"], query.get("resource"))
        codec = cursors_of(caller, wanted, core_settings())
        resources = searchable().values()
        question = ask(caller, wanted, resources, codec=codec, cursor=query.get("cursor"), limit=query["limit"])
        found = [] if question.is_vain else the_index().find(question)
        return json_reply(page_of(found, question, codec))
