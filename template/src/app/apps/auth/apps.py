"""What Django and the service find of this folder (template-owned)."""

from app.apps import slices


class AuthConfig(slices.Slice):
    """Accounts and who is logged in; their tables are those of users and sessions."""

    name = "app.apps.auth"
    # `auth` is the label of Django's own.
    label = "accounts"
