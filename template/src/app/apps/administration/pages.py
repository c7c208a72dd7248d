"""The site of administration: who may come in (template-owned; contract, "Django's admin")."""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest

from app.kit.logs import current_request
from app.kit.service import this_service

ROLES = ("OrgAdmin", "SuperAdmin")
# Where a cookie holds the id and the version of the service's session that it is for.
HELD = "service_session"
# `POST /auth/password/change` ends the other sessions too; rows have no page outside of here.
_ABSENT = ("password_change", "password_change_done", "view_on_site")


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

    def get_urls(self) -> list[Any]:
        """The pages there are, but for those that would tell what is in another organization, or change a password."""
        return [one for one in super().get_urls() if getattr(one, "name", None) not in _ABSENT]


def may_administer(user: Any) -> bool:
    """Whether somebody who is logged in has a role that administers; as it is now, not as it was at the log-in."""
    return getattr(user, "role", None) in ROLES and user.is_active
