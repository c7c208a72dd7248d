"""What may be asked of projects (sample: yours after the first render)."""

from uuid import UUID

from django.db import connection

from app.apps.postgres.models import Facts
from app.apps.postgres.rows import Rows
from app.apps.projects.models import Project
from app.apps.projects.serializers import ProjectBody
from app.domain.access import may
from app.domain.caller import Caller
from app.domain.projects import project as resource

rows = Rows(Project, tuple(ProjectBody().fields), resource.plural)
# FOR SHARE, which the ORM has not: the lock that others share, and that a deletion waits for.
_SHARED = """
    SELECT created_by, visibility FROM projects
    WHERE id = %s AND organization_id = %s AND deleted_at IS NULL FOR SHARE
"""


def keep_project(caller: Caller, project_id: UUID) -> bool:
    """Whether it is a live project that the caller may read; if so, nobody deletes it before the transaction ends.

    Whoever changes rows that hang on it calls this before holding any of them: a deletion locks in the same order.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SHARED, [project_id, caller.organization_id])
        found = cursor.fetchone()
    if found is None:
        return False
    created_by, visibility = found
    return may(caller, resource.plural, "read", Facts(created_by, None, visibility))
