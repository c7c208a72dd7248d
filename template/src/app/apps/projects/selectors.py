"""What may be asked of projects (sample: yours after the first render)."""

from uuid import UUID

from app.apps.postgres.rows import Rows
from app.apps.projects.models import Project
from app.apps.projects.serializers import ProjectBody
from app.domain.access import may
from app.domain.caller import Caller
from app.domain.projects import project as resource

rows = Rows(Project, tuple(ProjectBody().fields), resource.plural)
# FOR SHARE, which the ORM has not: the lock that others share, and that a deletion waits for.
_SHARED = """
    SELECT id, created_by, visibility FROM projects
    WHERE id = %s AND organization_id = %s AND deleted_at IS NULL FOR SHARE
"""


def keep_project(caller: Caller, project_id: UUID) -> bool:
    """Whether it is a live project that the caller may read; if so, nobody deletes it before the transaction ends.

    Whoever changes rows that hang on it calls this before holding any of them: a deletion locks in the same order.
    """
    found = next(iter(Project.objects.raw(_SHARED, [project_id, caller.organization_id])), None)
    return found is not None and may(caller, resource.plural, "read", found.facts)
