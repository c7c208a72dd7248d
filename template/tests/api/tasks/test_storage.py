"""Files of tasks that are gone for good (sample: yours after the first render)."""

from typing import Any

from httpx2 import AsyncClient
from sqlalchemy import text
from tests.api.conftest import SettingsOf
from tests.api.service import ADMIN, open_service
from tests.api.tasks.steps import make_project, make_task
from tests.storage.buckets import TEXT, announcement

from app.api.storage.cleaning import clean
from app.api.storage.stores import store_of
from app.kit.jobs import Job


async def attach(client: AsyncClient, task: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = (await client.post(f"/api/v1/tasks/{task['id']}/attachments", json=announcement())).json()
    upload = made["upload"]
    assert (await client.put(upload["url"], content=TEXT, headers=upload["headers"])).status_code == 200
    return made


async def test_files_go_with_the_row_that_they_are_attached_to(settings: SettingsOf) -> None:
    async with open_service(settings(), log_in_as=ADMIN) as service:
        project = await make_project(service.client)
        gone, stays = [await make_task(service.client, project) for _ in range(2)]
        for task in (gone, stays):
            await attach(service.client, task)
        async with service.runtime.database.transaction() as session:
            await session.execute(text("DELETE FROM tasks WHERE id = :id"), {"id": gone["id"]})
            await clean(service.runtime, session, Job("storage.clean"))
            left = await session.scalars(text("SELECT resource_id FROM attachments WHERE deleted_at IS NULL"))
            assert [str(each) for each in left] == [stays["id"]]
        assert len(await store_of(service.runtime).page("", 10, below="")) == 1
