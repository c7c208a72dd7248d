"""The operation on the audit trail (template-owned; contract, "GET /audit")."""

from django.http import HttpResponse
from rest_framework.request import Request

from app.apps.documents.serializers import AuditPage, AuditQuery
from app.apps.documents.trails import the_trail
from app.apps.rest.authentication import caller_of
from app.apps.rest.operations import OperationView, operation
from app.apps.rest.renderers import json_reply
from app.apps.runtime import core_settings
from app.domain.documents import Wanted, cursors_of, page_of, select_entries
from app.domain.operations import needs


class Audit(OperationView):
    """Who did what."""

    @operation("list_audit_entries", needs("audit:read"), query=AuditQuery, reply=AuditPage)
    def get(self, request: Request) -> HttpResponse:
        """Who changed what in the caller's organization, newest first, a page at a time."""
        caller, limit = caller_of(request), self.query["limit"]
        wanted = Wanted(self.query.get("resource"), self.query.get("id"))
        codec = cursors_of(caller, wanted, core_settings())
        selection = select_entries(caller, wanted, codec, cursor=self.query.get("cursor"), limit=limit)
        return json_reply(page_of(the_trail().read(selection), limit, codec))
