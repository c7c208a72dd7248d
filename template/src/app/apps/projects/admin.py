"""Projects on the pages of administration (sample: yours after the first render)."""

from django.contrib import admin

from app.apps.administration.forms import RowForm
from app.apps.administration.rows import RowAdmin
from app.apps.projects.models import Project
from app.apps.projects.serializers import ProjectInput, ProjectPatch
from app.apps.projects.services import change_project, create_project, delete_project, restore_project


class ProjectForm(RowForm):
    """What may be said of a project."""

    input = ProjectInput
    patch = ProjectPatch

    class Meta:
        model = Project
        fields = ("name", "description", "visibility")


@admin.register(Project)
class ProjectAdmin(RowAdmin):
    """A deletion takes the tasks along, and a restoration brings them back."""

    resource = "projects"
    form = ProjectForm
    fields = ("name", "description", "visibility", "row_version", *RowAdmin.readonly_fields)
    list_display = ("name", "visibility", "created_at", "deleted_at")
    search_fields = ("name",)
    create, change, remove, restore = create_project, change_project, delete_project, restore_project
