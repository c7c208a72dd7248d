"""What Django and the service find of this folder (template-owned)."""

from app.apps import slices
from app.kit.resource import Resource


class UsersConfig(slices.Slice):
    """Users."""

    name = "app.apps.users"
    resources = (Resource(name="user", plural="users", also=("password_changed", "erased")),)
