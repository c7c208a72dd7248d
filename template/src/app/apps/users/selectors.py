"""What may be asked of users (template-owned)."""

from app.apps.postgres.rows import Rows
from app.apps.users.models import User
from app.apps.users.serializers import UserBody

rows = Rows(User, tuple(UserBody().fields), "users")
