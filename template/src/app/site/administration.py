"""What stands around /admin, and around that path alone (template-owned; contract, "Django's admin")."""

from collections.abc import Callable
from importlib.resources import files
from typing import Any

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from whitenoise import WhiteNoise
from whitenoise.responders import Headers

from app.apps.runtime import core_settings
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
    """Who is logged in."""


class Messages(_HereAlone, MessageMiddleware):
    """What a page says of the one before."""


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
