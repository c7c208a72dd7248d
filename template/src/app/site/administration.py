"""What stands around /admin, and around that path alone (template-owned; contract, "Django's admin")."""

from collections.abc import Callable
from datetime import timedelta
from importlib.resources import files
from typing import Any
from uuid import UUID

from django.contrib.auth import SESSION_KEY, user_logged_in, user_logged_out
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from whitenoise import WhiteNoise
from whitenoise.responders import Headers

from app.apps.administration.pages import HELD
from app.apps.rest.throttling import address_of
from app.apps.runtime import core_settings
from app.apps.sessions.selectors import is_standing
from app.apps.sessions.services import Client, SessionsOf, begin_session
from app.kit.bodies import too_large

ROOT = "/admin/"
STATIC = "/admin/static/"
_POLICY_HEADER = "Content-Security-Policy"
_POLICY = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
_A_DAY = 86_400
Application = Callable[..., Any]


class _HereAlone:
    """A middleware that the API does not pay for."""

    get_response: Any

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(ROOT):
            passed: HttpResponseBase = self.get_response(request)
            return passed
        answer: HttpResponseBase = super().__call__(request)  # type: ignore[misc]
        return answer


class Sessions(_HereAlone, SessionMiddleware):
    """Django's sessions, in signed cookies; the outermost of these, so it sets the policy and limits bodies too."""

    def process_request(self, request: HttpRequest) -> None:
        """Refuse a body that is too large before anything of it is read.

        Raises:
            ProblemError: 413.
        """
        limit = core_settings().body_limit
        if int(request.META.get("CONTENT_LENGTH") or 0) > limit:
            raise too_large(limit)
        super().process_request(request)

    def process_response(self, request: HttpRequest, response: Any) -> Any:
        response[_POLICY_HEADER] = _POLICY
        return super().process_response(request, response)


class Users(_HereAlone, AuthenticationMiddleware):
    """Who is logged in, in a session that stands: it is one of the service's, and ends as they do."""

    def process_request(self, request: HttpRequest) -> None:
        """Nobody is, where the session was ended or their role has changed."""
        if SESSION_KEY in request.session and not _stands(request.session.get(HELD)):
            request.session.flush()
        super().process_request(request)


class Messages(_HereAlone, MessageMiddleware):
    """What a page says of the one before."""


@receiver(user_logged_in)
def _begin(request: HttpRequest, user: Any, **_: Any) -> None:
    """Begin a session of the service, which its user sees among the others."""
    client = Client(address_of(), request.META.get("HTTP_USER_AGENT"))
    lifetime = timedelta(seconds=request.session.get_expiry_age())
    # With the session goes the word of a new device, or neither.
    with transaction.atomic():
        begun = begin_session(user.id, user.organization_id, client, core_settings(), lifetime=lifetime)
    request.session[HELD] = (str(begun.id), begun.version)


@receiver(user_logged_out)
def _end(request: HttpRequest, user: Any, **_: Any) -> None:
    """End it: a copy of the cookie is no good any more."""
    if user is not None:
        session_id, _version = request.session[HELD]
        with transaction.atomic():
            SessionsOf(user.id, user.organization_id).end(only=UUID(session_id))


def _stands(held: Any) -> bool:
    if held is None:
        return False
    session_id, version = held
    return is_standing(UUID(session_id), version)


def with_static_files(application: Application) -> Application:
    """The application and what its pages of administration load."""
    found: Any = WhiteNoise(
        application, max_age=_A_DAY, allow_all_origins=False, add_headers_function=_set_policy, immutable_file_test=None
    )
    found.add_files(str(files("django.contrib.admin").joinpath("static")), STATIC)
    served: Application = found
    return served


def _set_policy(headers: Headers, _path: str, _url: str) -> None:
    headers[_POLICY_HEADER] = _POLICY
