"""The operations on accounts and sessions (template-owned)."""

from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from rest_framework.request import Request

from app.apps.auth import selectors, serializers, services
from app.apps.rest.authentication import caller_of
from app.apps.rest.conditional import IfMatchMixin
from app.apps.rest.operations import OperationView, operation
from app.apps.rest.pagination import KeysetPagination, PageQuery
from app.apps.rest.renderers import json_reply, row_reply
from app.apps.rest.throttling import address_of
from app.apps.runtime import core_settings
from app.apps.sessions.selectors import sessions_of
from app.apps.sessions.services import Client
from app.apps.users.selectors import rows as users
from app.apps.users.serializers import UserBody
from app.domain.access import not_found
from app.domain.operations import open_to
from app.kit import problems as kinds
from app.kit.problem_schema import documented

_PUBLIC, _LOGGED_IN = open_to("public"), open_to("authenticated")
_REFUSED = documented(kinds.UNAUTHENTICATED)


class Registration(OperationView):
    """New accounts."""

    @operation(
        "register",
        open_to("public", limit="register"),
        body=serializers.Registration,
        reply=UserBody,
        status=201,
        answers=documented(kinds.CONFLICT),
    )
    def post(self, request: Request) -> HttpResponse:
        """Make an account and an organization with it as OrgAdmin."""
        made = services.register(self.body)
        location = f"/api/{core_settings().api_version}/users/{made.id}"
        return row_reply(users.shown(made), status=201, location=location)


class LogIn(OperationView):
    """Sessions begin."""

    @operation("log_in", _PUBLIC, body=serializers.LogIn, reply=serializers.Tokens, answers=_REFUSED)
    def post(self, request: Request) -> HttpResponse:
        """Log in: a session and its first tokens."""
        client = Client(address_of(), request.META.get("HTTP_USER_AGENT"))
        return json_reply(services.log_in(self.body["email"], self.body["password"], client))


class Refresh(OperationView):
    """Sessions go on."""

    @operation("refresh_tokens", _PUBLIC, body=serializers.Refresh, reply=serializers.Tokens, answers=_REFUSED)
    def post(self, request: Request) -> HttpResponse:
        """Exchange a refresh token for new tokens; a repeat within ten seconds gets the same refresh token."""
        return json_reply(services.refresh(self.body["refresh_token"]))


class LogOut(OperationView):
    """A session ends."""

    @operation("log_out", _LOGGED_IN, status=204)
    def post(self, request: Request) -> HttpResponse:
        """End this session."""
        caller = caller_of(request)
        with transaction.atomic():
            services.sessions_of(caller).end(only=caller.session_id)
        return HttpResponse(status=204)


class LogOutEverywhere(OperationView):
    """All sessions end."""

    @operation("log_out_everywhere", _LOGGED_IN, status=204)
    def post(self, request: Request) -> HttpResponse:
        """End all of the caller's sessions."""
        with transaction.atomic():
            services.sessions_of(caller_of(request)).end()
        return HttpResponse(status=204)


class Me(IfMatchMixin, OperationView):
    """The caller's own account."""

    @operation("read_me", _LOGGED_IN, reply=serializers.Me)
    def get(self, request: Request) -> HttpResponse:
        """The caller, what the caller may do, and where."""
        return row_reply(selectors.read_me(caller_of(request)))

    @operation(
        "update_me",
        _LOGGED_IN,
        body=serializers.MePatch,
        reply=serializers.Me,
        answers=documented(kinds.VERSION_MISMATCH, kinds.VERSION_REQUIRED),
        headers=("If-Match",),
    )
    def patch(self, request: Request) -> HttpResponse:
        """Change the caller's own fields (JSON merge patch)."""
        changed = services.change_me(caller_of(request), self.if_match, self.body)
        return row_reply(selectors.describe_me(users.shown(changed)))


class Password(OperationView):
    """The caller's password."""

    @operation("change_password", _LOGGED_IN, body=serializers.PasswordChange, status=204)
    def post(self, request: Request) -> HttpResponse:
        """Replace the caller's password; ends the caller's other sessions."""
        words = {"current": self.body["current_password"], "new": self.body["new_password"]}
        services.change_password(caller_of(request), **words, address=address_of())
        return HttpResponse(status=204)


class Sessions(OperationView):
    """The caller's sessions."""

    @operation("list_sessions", _LOGGED_IN, query=PageQuery, reply=serializers.SessionPage)
    def get(self, request: Request) -> HttpResponse:
        """The caller's own sessions, a page at a time."""
        caller = caller_of(request)
        pages = KeysetPagination(f"sessions of {caller.user_id}")
        return pages.get_paginated_response(pages.paginate_queryset(sessions_of(caller), request, self))


class OneSession(OperationView):
    """One of the caller's sessions."""

    @operation("end_session", _LOGGED_IN, status=204, answers=documented(kinds.NOT_FOUND))
    def delete(self, request: Request, id: UUID) -> HttpResponse:
        """End one of the caller's own sessions."""
        with transaction.atomic():
            if not services.sessions_of(caller_of(request)).end(only=id):
                raise not_found()
        return HttpResponse(status=204)
