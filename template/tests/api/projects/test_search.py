"""A project, from the request to what is found (owned by search and the sample)."""

from tests.api.conftest import SettingsOf
from tests.api.service import ADMIN, open_service
from tests.api.working import work_off


async def test_a_project_is_found_as_it_is_now(settings: SettingsOf) -> None:
    async with open_service(settings(), log_in_as=ADMIN) as service:
        made = (await service.client.post("/api/v1/projects", json={"name": "Rocket <1>"})).json()
        one = f"/api/v1/projects/{made['id']}"
        renamed = await service.client.patch(one, json={"name": "Rocket <2>"}, headers={"If-Match": "*"})
        await work_off(service.runtime)
        found = (await service.client.get("/api/v1/search", params={"q": "rock"})).json()
        await service.client.delete(one, headers={"If-Match": "*"})
        await work_off(service.runtime)
        gone = (await service.client.get("/api/v1/search", params={"q": "rock"})).json()
        health = (await service.client.get("/health")).json()

    item = {"resource": "project", "id": made["id"], "title": "Rocket <2>", "highlights": ["<em>Rocket</em> &lt;2&gt;"]}
    assert renamed.status_code == 200
    assert found == {"items": [item], "next_cursor": None}
    assert gone == {"items": [], "next_cursor": None}
    assert health["checks"]["search"] == {"status": "ok", "backend": "embedded", "detail": "answers"}
