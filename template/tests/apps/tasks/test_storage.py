"""Files of tasks that are gone for good (sample: yours after the first render)."""

import pytest
from tests.storage.buckets import announcement

from app.apps.projects.models import Project
from app.apps.storage import cleaning, services
from app.apps.storage.models import Attachment
from app.apps.tasks.models import Task
from app.apps.tasks.services import create_task
from app.domain.caller import Caller
from app.domain.storage import Parent
from app.kit.jobs import Job


@pytest.mark.usefixtures("seeded")
def test_files_go_with_the_row_that_they_are_attached_to(caller: Caller, project: Project) -> None:
    gone, stays = (create_task(caller, {"project_id": project.id, "title": "Land"}) for _ in range(2))
    for task in (gone, stays):
        services.announce(caller, Parent("task", task.id), announcement())
    Task.objects.filter(id=gone.id).delete()
    cleaning.clean(Job("storage.clean"))

    assert [each.resource_id for each in Attachment.objects.live()] == [stays.id]
