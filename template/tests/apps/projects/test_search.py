"""A project, from the request to what is found (owned by search and the sample)."""

import pytest
from tests.apps.people import log_in
from tests.apps.working import work_off

pytestmark = pytest.mark.usefixtures("seeded")


def test_a_project_is_found_as_it_is_now() -> None:
    client = log_in()
    made = client.post("/api/v1/projects", {"name": "Rocket <1>"}, format="json").json()
    one = f"/api/v1/projects/{made['id']}"
    renamed = client.patch(one, {"name": "Rocket <2>"}, format="json", headers={"If-Match": "*"})
    work_off()
    found = client.get("/api/v1/search", {"q": "rock"}).json()
    client.delete(one, headers={"If-Match": "*"})
    work_off()
    gone = client.get("/api/v1/search", {"q": "rock"}).json()
    health = client.get("/health").json()

    item = {"resource": "project", "id": made["id"], "title": "Rocket <2>", "highlights": ["<em>Rocket</em> &lt;2&gt;"]}
    assert renamed.status_code == 200
    assert found == {"items": [item], "next_cursor": None}
    assert gone == {"items": [], "next_cursor": None}
    assert health["checks"]["search"] == {"status": "ok", "backend": "embedded", "detail": "answers"}
