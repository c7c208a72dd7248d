"""Lists: pages by keyset, from statements made once (template-owned)."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from httpx2 import AsyncClient
from tests.api.conftest import SettingsOf
from tests.api.database import execute
from tests.api.notes import notes_router
from tests.api.service import ADMIN, open_service

ACME = "(SELECT id FROM organizations WHERE name = 'Acme')"
GLOBEX = "(SELECT id FROM organizations WHERE name = 'Globex')"


@pytest.fixture
async def client(settings: SettingsOf, database_url: str) -> AsyncIterator[AsyncClient]:
    """Notes a to e, of which c and d were made at one moment and b to d are done, and two that nobody may see here."""
    await execute(
        database_url,
        f"""
        INSERT INTO tried_notes (organization_id, title, kind, created_at, deleted_at, done_at) VALUES
          ({ACME}, 'a', 'bold', '2026-01-01T00:00:00.000001Z', NULL, NULL),
          ({ACME}, 'b', 'plain', '2026-01-02', NULL, '2026-02-01'),
          ({ACME}, 'c', 'plain', '2026-01-03', NULL, '2026-02-02'),
          ({ACME}, 'd', 'plain', '2026-01-03', NULL, '2026-02-02'),
          ({ACME}, 'e', 'bold', '2026-01-04', NULL, NULL),
          ({ACME}, 'gone', 'bold', '2026-01-05', NOW(), NULL),
          ({GLOBEX}, 'theirs', 'bold', '2026-01-06', NULL, '2026-02-02')
        """,
    )
    async with open_service(settings(), notes_router(), log_in_as=ADMIN) as service:
        yield service.client


async def _titles(client: AsyncClient, query: str) -> list[str]:
    """Follow the cursors to the end."""
    titles: list[str] = []
    cursor = ""
    while True:
        page = (await client.get(f"/api/v1/tried-notes?{query}{cursor}")).json()
        titles += [item["title"] for item in page["items"]]
        if page["next_cursor"] is None:
            return titles
        cursor = f"&cursor={page['next_cursor']}"


async def _page(client: AsyncClient, query: str) -> dict[str, Any]:
    response = await client.get(f"/api/v1/tried-notes?{query}")
    assert response.status_code == 200
    page: dict[str, Any] = response.json()
    return page


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 100])
async def test_every_row_comes_once_in_order_whatever_the_page_size(client: AsyncClient, limit: int) -> None:
    titles = await _titles(client, f"limit={limit}&sort=created_at")

    assert (titles[:2], set(titles[2:4]), titles[4:]) == (["a", "b"], {"c", "d"}, ["e"])


async def test_the_latest_comes_first_unless_asked_otherwise(client: AsyncClient) -> None:
    assert (await _page(client, "limit=1"))["items"][0]["title"] == "e"
    assert await _titles(client, "limit=2&sort=-title") == ["e", "d", "c", "b", "a"]


async def test_both_ways_are_each_others_reverse(client: AsyncClient) -> None:
    forth, back = await _titles(client, "limit=2&sort=created_at"), await _titles(client, "limit=2&sort=-created_at")

    assert forth == back[::-1]


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 100])
async def test_rows_without_a_value_come_last_whichever_way(client: AsyncClient, limit: int) -> None:
    up, down = [await _titles(client, f"limit={limit}&sort={sort}") for sort in ("done_at", "-done_at")]

    assert (up[0], sorted(up[1:3]), sorted(up[3:])) == ("b", ["c", "d"], ["a", "e"])
    assert (sorted(down[:2]), down[2], sorted(down[3:])) == (["c", "d"], "b", ["a", "e"])
    # What is equal stands the other way round too.
    assert (down[:2], down[3:]) == (up[2:0:-1], up[:2:-1])


async def test_a_filter_narrows_every_page(client: AsyncClient) -> None:
    assert await _titles(client, "limit=1&kind=bold&sort=title") == ["a", "e"]
    assert await _titles(client, "kind=none") == []


async def test_deleted_rows_are_listed_alone_when_asked(client: AsyncClient) -> None:
    assert await _titles(client, "deleted=true") == ["gone"]


async def test_a_full_last_page_has_no_cursor(client: AsyncClient) -> None:
    assert (await _page(client, "limit=5"))["next_cursor"] is None


async def test_a_row_made_meanwhile_moves_no_page(client: AsyncClient, database_url: str) -> None:
    first = await _page(client, "limit=2&sort=-created_at")
    await execute(database_url, f"INSERT INTO tried_notes (organization_id, title) VALUES ({ACME}, 'new')")

    second = await _page(client, f"limit=2&sort=-created_at&cursor={first['next_cursor']}")

    assert "b" not in {item["title"] for item in first["items"]}
    assert {item["title"] for item in first["items"] + second["items"]} == {"e", "c", "d", "b"}


@pytest.mark.parametrize("other", ["sort=title", "sort=created_at&kind=bold", "sort=created_at&deleted=true"])
async def test_a_cursor_belongs_to_its_list(client: AsyncClient, other: str) -> None:
    cursor = (await _page(client, "limit=1&sort=created_at"))["next_cursor"]

    response = await client.get(f"/api/v1/tried-notes?limit=1&{other}&cursor={cursor}")

    assert response.status_code == 422


async def test_times_have_microseconds_and_z(client: AsyncClient) -> None:
    (item,) = (await _page(client, "limit=1&sort=title"))["items"]

    assert item["created_at"] == "2026-01-01T00:00:00.000001Z"
    assert list(item) == ["id", "version", "created_at", "title", "kind", "done_at"]
