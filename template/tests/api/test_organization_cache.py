"""The caller's organization comes from the cache (template-owned; guide, "Cache")."""

from prometheus_client import REGISTRY
from tests.api.conftest import SettingsOf
from tests.api.database import execute
from tests.api.service import ADMIN, Service, open_service
from tests.commands import free_port

CURRENT = "/api/v1/organizations/current"


def _counted(what: str) -> float:
    return REGISTRY.get_sample_value(f"cache_{what}_total", {"cache_name": "organization"}) or 0


async def _name(service: Service) -> str:
    response = await service.client.get(CURRENT)
    assert response.status_code == 200
    assert response.headers["etag"] == f'"{response.json()["version"]}"'
    return str(response.json()["name"])


async def test_a_second_read_asks_postgresql_nothing(settings: SettingsOf, database_url: str) -> None:
    async with open_service(settings(), log_in_as=ADMIN) as service:
        await service.runtime.store.redis.flushdb()
        hits, misses = _counted("hits"), _counted("misses")
        assert await _name(service) == "Acme"
        await execute(database_url, "ALTER TABLE organizations RENAME COLUMN name TO hidden")
        try:
            assert await _name(service) == "Acme"
        finally:
            await execute(database_url, "ALTER TABLE organizations RENAME COLUMN hidden TO name")
        assert (_counted("hits") - hits, _counted("misses") - misses) == (1, 1)


async def test_a_change_is_read_at_once_by_every_process(settings: SettingsOf) -> None:
    async with (
        open_service(settings(), log_in_as=ADMIN) as service,
        open_service(settings(), log_in_as=ADMIN) as other,
    ):
        await service.runtime.store.redis.flushdb()
        assert await _name(other) == "Acme"
        changed = await service.client.patch(CURRENT, json={"name": "Acme Ltd"}, headers={"If-Match": '"1"'})
        assert changed.status_code == 200

        assert [await _name(other), await _name(service)] == ["Acme Ltd", "Acme Ltd"]
        # Other tests have the same organization under its first name, on a database of their own.
        await service.runtime.store.redis.flushdb()


async def test_without_redis_it_is_read_from_postgresql(settings: SettingsOf) -> None:
    async with open_service(settings(REDIS_URL=f"redis://127.0.0.1:{free_port()}"), log_in_as=ADMIN) as service:
        assert [await _name(service), await _name(service)] == ["Acme", "Acme"]
