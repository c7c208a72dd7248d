"""Users on the pages of administration: role and activity (template-owned)."""

from django.contrib import admin

from app.apps.administration.forms import RowForm
from app.apps.administration.rows import RowAdmin
from app.apps.users.models import User
from app.apps.users.serializers import UserPatch
from app.apps.users.services import update_user


class UserForm(RowForm):
    """What may be changed of a user."""

    patch = UserPatch

    class Meta:
        model = User
        fields = ("role", "is_active")


@admin.register(User)
class UserAdmin(RowAdmin):
    """Users register themselves and are deactivated, not deleted."""

    resource = "users"
    form = UserForm
    fields = ("email", "name", "role", "is_active", "row_version", *RowAdmin.readonly_fields)
    readonly_fields = ("email", "name", *RowAdmin.readonly_fields)
    list_display = ("email", "name", "role", "is_active", "created_at", "deleted_at")
    search_fields = ("email", "name")
    change = update_user
