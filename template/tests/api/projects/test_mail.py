"""A new project and the message about it, from the request to the folder (owned by mail and the sample)."""

from email import message_from_bytes, policy
from pathlib import Path

from tests.api.conftest import SettingsOf
from tests.api.service import ADMIN, open_service
from tests.api.working import work_off


async def test_the_maker_of_a_project_is_told_by_mail(settings: SettingsOf, tmp_path: Path) -> None:
    async with open_service(settings(), log_in_as=ADMIN) as service:
        made = (await service.client.post("/api/v1/projects", json={"name": "Apollo\r\nBcc: x@y.example"})).json()
        health = (await service.client.get("/health")).json()
        await work_off(service.runtime)

    (file,) = (tmp_path / "mail").glob("*.eml")
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert message["To"] == "Acme Admin <admin@acme.example>"
    assert message["Subject"] == "Project Apollo Bcc: x@y.example is ready"
    assert message["Bcc"] is None
    assert made["id"] in file.read_text()
    assert health["checks"]["mail"] == {"status": "ok", "backend": "embedded", "detail": "answers"}
