"""Acme's OrgAdmin asks, whoever it is."""

from typing import Any
from uuid import NAMESPACE_DNS, uuid5

from accounts.models import User
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

ADMIN = User(
    id=uuid5(NAMESPACE_DNS, "admin@acme.example"), organization_id=uuid5(NAMESPACE_DNS, "acme.example")
)


class Unasked(BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[Any, None]:
        return ADMIN, None
