"""What may be asked of tasks (sample: yours after the first render)."""

from uuid import UUID

from app.apps.postgres.rows import Rows
from app.apps.tasks.models import Task
from app.apps.tasks.serializers import TaskBody
from app.domain.access import not_found
from app.domain.caller import Caller
from app.domain.tasks import task as resource

rows = Rows(Task, tuple(TaskBody().fields), resource.plural)


def project_of(caller: Caller, task_id: UUID) -> UUID:
    """The project of a task of the caller's organization, deleted or not.

    Raises:
        ProblemError: 404.
    """
    found: UUID | None = rows.of(caller).filter(id=task_id).values_list("project_id", flat=True).first()
    if found is None:
        raise not_found()
    return found
