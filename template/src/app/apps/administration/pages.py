"""The site of administration: who may come in (template-owned; contract, "Django's admin")."""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.forms import AuthenticationForm
from django.http import Http404, HttpRequest
from django.template.response import TemplateResponse

from app.kit.logs import current_request
from app.kit.service import this_service

ROLES = ("OrgAdmin", "SuperAdmin")
# Where a cookie holds the id and the version of the service's session that it is for.
HELD = "service_session"


class LogInForm(AuthenticationForm):
    """E-mail address and password of somebody who may administer."""

    def confirm_login_allowed(self, user: Any) -> None:
        """Refuse others as if the password were wrong.

        Raises:
            ValidationError: the role is none that administers.
        """
        if not may_administer(user):
            raise self.get_invalid_login_error()


class Administration(AdminSite):
    """For OrgAdmin and SuperAdmin, each in their own organization."""

    site_header = site_title = this_service().name
    index_title = "Administration"
    site_url = None
    login_form = LogInForm

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Take the pages of the service's apps; Django's own groups mean nothing here."""
        if not admin_class.__module__.startswith("django."):
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        user: Any = request.user
        if not may_administer(user):
            return False
        if record := current_request.get():
            record.user_id, record.org_id = str(user.id), str(user.organization_id)
        return True

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """What there is; for whoever isn't logged in, nothing."""
        return super().get_app_list(request, app_label) if self.has_permission(request) else []

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> TemplateResponse:
        """There is no such page: `POST /auth/password/change` ends the other sessions too."""
        raise Http404


def may_administer(user: Any) -> bool:
    """Whether somebody who is logged in has a role that administers; as it is now, not as it was at the log-in."""
    return getattr(user, "role", None) in ROLES and user.is_active
