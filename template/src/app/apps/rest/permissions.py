"""Whether the caller's role has what the operation declares (template-owned; contract, "Roles")."""

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from app.apps.rest.authentication import caller_of
from app.domain.access import check_operation
from app.domain.operations import Access


class DeclaredAccess(BasePermission):
    """In some scope; which rows that are is for the operation to say."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """True, or the refusal.

        Raises:
            ProblemError: 403.
        """
        access: Access = view.access
        if not access.is_public:
            caller = caller_of(request)
            if access.permission:
                check_operation(caller, *access.permission)
        return True
