"""What the tests of users do again and again, over HTTP (template-owned)."""

from typing import Any

from httpx2 import Client, Response
from tests.contract.users.calls import USERS

FIELDS = {
    "id",
    "version",
    "created_at",
    "updated_at",
    "deleted_at",
    "created_by",
    "updated_by",
    "email",
    "name",
    "role",
    "is_active",
    "organization_id",
}


def read(client: Client, user_id: str) -> dict[str, Any]:
    response = client.get(f"{USERS}/{user_id}")
    assert response.status_code == 200, response.text
    user: dict[str, Any] = response.json()
    return user


def change(client: Client, user_id: str, fields: dict[str, Any], if_match: str = "*") -> Response:
    return client.patch(f"{USERS}/{user_id}", json=fields, headers={"If-Match": if_match})
