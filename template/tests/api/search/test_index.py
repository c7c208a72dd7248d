"""Search in PostgreSQL, Elasticsearch and OpenSearch: the same answers (template-owned)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from tests.api.conftest import SettingsOf
from tests.api.database import connected
from tests.search.shelf import (
    ACME,
    ADA,
    BOB,
    GLOBEX,
    PAGE,
    QUERIES,
    SHELF,
    TYPOS,
    a_book,
    a_deleted_book,
    indexes_at,
    looking_for,
    mapping_at,
    numbers,
    own_indexes,
    shelf,
    show_all,
)

from app.api.runtime import Runtime, make_runtime, open_runtime
from app.api.search.index import Index, index_of, open_index
from app.api.search.reindex import reindex_all
from app.api.search.rows import document_now, searchable
from app.domain.search.bodies import MAPPINGS
from app.domain.search.index import Document
from app.domain.search.questions import Question
from app.kit.events import Event
from app.kit.metrics import DB_QUERY_SECONDS
from app.kit.resource import Resource

REAL = pytest.param("real", marks=pytest.mark.integration("ELASTICSEARCH_URL"))
PERSON = Resource(name="person", plural="users", searchable=("name", "email"))
SEEDED = 10


class Shop:
    """An index, and what its server needs so that all that was written is found."""

    def __init__(self, runtime: Runtime, given: dict[str, str]) -> None:
        self.runtime, self.given = runtime, given
        self.index: Index = index_of(runtime)

    async def write(self, *documents: Document) -> None:
        async with self.runtime.database.transaction() as session:
            for document in documents:
                await self.index.write(session, document)
        await self.show()

    async def show(self) -> None:
        if self.given:
            await asyncio.to_thread(show_all, self.given["ELASTICSEARCH_URL"], self.given["ELASTICSEARCH_PREFIX"])

    async def find(self, q: str, **given: Any) -> list[int]:
        return numbers(await self.index.find(looking_for(q, **given)))

    def indexes(self) -> dict[str, list[str]]:
        return indexes_at(self.given["ELASTICSEARCH_URL"], self.given["ELASTICSEARCH_PREFIX"])


async def _open(settings: SettingsOf, backend: str) -> AsyncIterator[Shop]:
    with ExitStack() as stack:
        given = stack.enter_context(own_indexes()) if backend == "real" else {}
        runtime = make_runtime(settings(**given))
        async with open_runtime(runtime, {"search": open_index}):
            assert runtime.clients["search"].backend == backend
            yield Shop(runtime, given)


@pytest.fixture(params=["embedded", REAL])
async def shop(request: pytest.FixtureRequest, settings: SettingsOf) -> AsyncIterator[Shop]:
    async for opened in _open(settings, request.param):
        yield opened


@pytest.fixture
async def real_shop(settings: SettingsOf) -> AsyncIterator[Shop]:
    async for opened in _open(settings, "real"):
        yield opened


async def test_every_back_end_finds_the_same_in_the_same_order(shop: Shop) -> None:
    await shop.write(*shelf())

    assert {q: await shop.find(q) for q in QUERIES if not looking_for(q).is_vain} == {
        q: found for q, found in QUERIES.items() if not looking_for(q).is_vain
    }
    (hit,) = await shop.index.find(looking_for("grosse"))
    assert (hit.resource, hit.title, hit.body) == ("book", SHELF[3][0], SHELF[3][1])


async def test_pages_follow_each_other_whatever_their_size(shop: Shop) -> None:
    moment = a_book(1).created_at.isoformat()
    await shop.write(
        *(
            a_book(number, title="the same" if number % 3 else "", description="the same", created_at=moment)
            for number in range(1, 14)
        )
    )
    whole = await shop.find("same")
    for size in (1, 4, 100):
        seen: list[int] = []
        after = None
        while page := await shop.index.find(looking_for("same", limit=size, after=after)):
            seen, after = seen + numbers(page), page[-1].place
        assert seen == whole
    assert whole == [13, 11, 10, 8, 7, 5, 4, 2, 1, 12, 9, 6, 3]


async def test_nobody_sees_another_organization(shop: Shop) -> None:
    await shop.write(a_book(1), a_book(2, organization_id=str(GLOBEX)))

    assert await shop.find("rocket") == [1]
    assert await shop.find("rocket", organization_id=GLOBEX) == [2]
    assert await shop.find("rocket", organization_id=UUID(int=99)) == []


@pytest.mark.parametrize(
    ("readable", "found"),
    [
        ({"all": ("book", "page")}, [14, 13, 12, 11]),
        ({"all": ("page",)}, [14]),
        ({"own": ("book",)}, [11]),
        ({"assigned": ("book",)}, [12]),
        ({"public": ("book",)}, [13]),
        ({"own": ("book",), "assigned": ("book",), "public": ("book",), "all": ("page",)}, [14, 13, 12, 11]),
        ({"own": ("page",), "assigned": ("page",), "public": ("page",)}, []),
    ],
)
async def test_each_scope_finds_its_own(shop: Shop, readable: dict[str, tuple[str, ...]], found: list[int]) -> None:
    other: dict[str, Any] = {"created_by": str(BOB), "title": "a map"}
    await shop.write(
        a_book(11, created_by=str(ADA), title="a map"),
        a_book(12, assignee_id=str(ADA), **other),
        a_book(13, visibility="public", **other),
        a_book(14, resource=PAGE, visibility="organization", **other),
    )

    nothing: dict[str, tuple[str, ...]] = {"all": (), "own": (), "assigned": (), "public": ()}
    assert await shop.find("map", readable=nothing | readable) == found


async def test_what_is_late_or_comes_twice_changes_nothing(shop: Shop) -> None:
    newest = a_book(1, 3, title="Newest")
    await shop.write(a_book(1, 1, title="Oldest"), newest, newest, a_book(1, 2, title="Older"))
    assert (await shop.find("newest"), await shop.find("older"), await shop.find("oldest")) == ([1], [], [])

    await shop.write(a_deleted_book(1, 5), a_book(1, 4, title="Late"))
    assert (await shop.find("newest"), await shop.find("late")) == ([], [])

    await shop.write(a_book(1, 6, title="Restored"))
    assert await shop.find("restored") == [1]


async def test_marks_of_the_deleted_are_forgotten_once_they_are_old(shop: Shop) -> None:
    await shop.write(a_book(1), a_deleted_book(2, 5), a_deleted_book(3, 5))
    now = datetime.now(UTC)

    assert await shop.index.forget(["book"], now - timedelta(hours=1)) == 0
    assert await shop.index.forget([], now + timedelta(hours=1)) == 0
    assert await shop.index.forget(["book"], now + timedelta(hours=1)) == 2
    await shop.write(a_book(2, 6), a_book(3, 6))
    assert await shop.find("rocket") == [1, 2]


async def test_an_event_is_answered_by_the_row_as_it_is_now(shop: Shop) -> None:
    async with shop.runtime.database.transaction() as session:
        user = (await session.execute(text("SELECT id, organization_id, version FROM users LIMIT 1"))).one()
        event = Event("person.updated", user.organization_id, None, "person", user.id, 1, {})
        document = await document_now(session, PERSON, event)
        gone = await document_now(session, PERSON, Event("person.updated", ACME, None, "person", uuid4(), 1, {}))

    assert (document.id, document.organization_id, document.version) == tuple(user)
    assert "example" in document.words
    assert (gone.is_deleted, gone.organization_id) == (True, ACME)


def _people(q: str, organization_id: UUID) -> Question:
    everyone: dict[str, tuple[str, ...]] = {"all": ("person",), "own": (), "assigned": (), "public": ()}
    return looking_for(q, organization_id=organization_id, readable=everyone)


async def _acme(shop: Shop) -> UUID:
    async with shop.runtime.database.transaction() as session:
        found: UUID = await session.scalar(text("SELECT organization_id FROM users WHERE email LIKE 'admin@acme%'"))
    return found


async def test_each_searchable_field_is_a_column_of_its_resource(database_url: str) -> None:
    listed = "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = $1"
    async with connected(database_url) as connection:
        for resource in searchable().values():
            columns = {row["column_name"] for row in await connection.fetch(listed, resource.plural)}
            assert {*resource.searchable, "organization_id", "version", "deleted_at"} <= columns, resource.name


async def test_all_rows_are_indexed_anew(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    acme = await _acme(shop)
    lost = a_book(77, resource=PERSON, organization_id=str(acme), name="Lost", email="lost@acme.example")
    await shop.write(lost)
    async with shop.runtime.database.transaction() as session:
        await session.execute(text("UPDATE users SET deleted_at = NOW() WHERE email = 'guest@acme.example'"))

    assert await reindex_all(shop.runtime, [PERSON]) == SEEDED - 1
    assert "All indexes are new; they hold 9 rows." in capsys.readouterr().out
    await shop.show()
    assert len(await shop.index.find(_people("acme", acme))) == 4
    assert await shop.index.find(_people("lost", acme)) == []
    assert len(await shop.index.find(_people("member", acme))) == 1


async def test_what_is_written_while_all_is_indexed_anew_is_not_lost(shop: Shop) -> None:
    before, meanwhile = [a_book(number, title="before") for number in (21, 22, 23)], "meanwhile"
    await shop.write(*before)
    async with shop.index.rebuilding("book") as fill:
        # Read before they were changed, kept after.
        await shop.write(a_book(21, 2, title=meanwhile), a_deleted_book(22, 2), a_book(24, title=meanwhile))
        assert await shop.find("before") == [23]
        assert await shop.find(meanwhile) == [24, 21]
        await fill(before)
        await shop.write(a_book(25, title=meanwhile))
        assert await shop.find(meanwhile) == [25, 24, 21]
    await shop.show()

    assert await shop.find("before") == [23]
    assert await shop.find(meanwhile) == [25, 24, 21]
    await shop.write(a_book(22, 1, title="late"), a_book(23, 2, title="after"))
    assert (await shop.find("late"), await shop.find("after")) == ([], [23])


async def test_nothing_is_lost_and_searches_go_on_while_all_is_indexed_anew_again_and_again(shop: Shop) -> None:
    rows = {number: a_book(number, title="moving") for number in range(100, 120)}
    still = [a_book(number, title="still") for number in range(200, 210)]
    await shop.write(*rows.values(), *still)
    is_over = asyncio.Event()

    async def write() -> None:
        version = 1
        while not is_over.is_set():
            version += 1
            for number in rows:
                is_deleted = (number + version) % 5 == 0
                title = f"moving {version}"
                rows[number] = a_deleted_book(number, version) if is_deleted else a_book(number, version, title=title)
                async with shop.runtime.database.transaction() as session:
                    await shop.index.write(session, rows[number])

    async def search() -> None:
        while not is_over.is_set():
            assert len(await shop.find("still")) == len(still)
            await asyncio.sleep(0.01)

    async with asyncio.TaskGroup() as meanwhile:
        meanwhile.create_task(write())
        meanwhile.create_task(search())
        for _ in range(2):
            async with shop.index.rebuilding("book") as fill:
                for some in (range(100, 107), range(107, 114), range(114, 120)):
                    await fill([rows[number] for number in some if not rows[number].is_deleted])
                await fill(still)
        is_over.set()
    await shop.show()

    found = {hit.id: hit.title for hit in await shop.index.find(looking_for("moving"))}
    assert found == {row.id: row.title for row in rows.values() if not row.is_deleted}


async def test_a_re_index_that_is_broken_off_changes_nothing(shop: Shop) -> None:
    await shop.write(a_book(1))
    with pytest.raises(RuntimeError):
        async with shop.index.rebuilding("book") as fill:
            await fill([a_book(2)])
            raise RuntimeError
    await shop.write(a_book(4, title="rocket science"))
    assert set(await shop.find("rocket")) - {2} == {4, 1}

    async with shop.index.rebuilding("book") as fill:
        await fill([a_book(1), a_book(6)])
    await shop.show()
    assert await shop.find("rocket") == [6, 1]


async def test_of_two_re_indexes_at_once_one_is_told(shop: Shop) -> None:
    async with shop.runtime.database.engine.connect() as other:
        await other.execute(text("SELECT pg_advisory_lock(hashtext('search.reindex'))"))
        with pytest.raises(SystemExit, match="Another re-index is running"):
            await reindex_all(shop.runtime, [PERSON])
        await other.execute(text("SELECT pg_advisory_unlock(hashtext('search.reindex'))"))
    assert await reindex_all(shop.runtime, [PERSON]) == SEEDED
    assert await reindex_all(shop.runtime, [PERSON]) == SEEDED


@pytest.mark.integration("ELASTICSEARCH_URL")
async def test_typos_are_forgiven_where_nothing_else_is_found(real_shop: Shop) -> None:
    await real_shop.write(*shelf(), a_book(31, title="rockets"), a_book(32, title="packets"))

    assert {q: await real_shop.find(q) for q in TYPOS} == TYPOS
    assert 32 not in await real_shop.find("rocket")
    hits = await real_shop.index.find(looking_for("rokcet engimes", limit=1))
    assert [(hit.id.int, set(hit.near)) for hit in hits] == [(6, {"rocket", "engines"})]
    assert numbers(await real_shop.index.find(looking_for("rokcet engimes", after=hits[0].place))) == [2, 1]


@pytest.mark.integration("ELASTICSEARCH_URL")
async def test_a_resource_has_an_index_behind_an_alias(real_shop: Shop) -> None:
    prefix, url = real_shop.given["ELASTICSEARCH_PREFIX"], real_shop.given["ELASTICSEARCH_URL"]
    assert await real_shop.find("rocket") == []
    assert real_shop.indexes() == {}

    before = DB_QUERY_SECONDS.labels("insert")._sum.get()
    await real_shop.write(a_book(1))
    assert DB_QUERY_SECONDS.labels("insert")._sum.get() > before
    assert real_shop.indexes() == {f"{prefix}-book-v1": [f"{prefix}-book"]}
    mapping = await asyncio.to_thread(mapping_at, url, f"{prefix}-book-v1")
    assert (mapping["dynamic"], mapping["_meta"]) == ("strict", MAPPINGS["_meta"])

    async with real_shop.index.rebuilding("book"):
        assert real_shop.indexes() == {
            f"{prefix}-book-v1": [f"{prefix}-book"],
            f"{prefix}-book-v2": [f"{prefix}-book-next"],
        }
    assert real_shop.indexes() == {f"{prefix}-book-v2": [f"{prefix}-book"]}


def test_what_can_be_found_is_what_says_so_of_itself() -> None:
    assert all(resource.searchable and name == resource.name for name, resource in searchable().items())
