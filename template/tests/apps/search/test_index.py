"""Search in PostgreSQL, Elasticsearch and OpenSearch: the same answers (template-owned)."""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from tests.environment import settings_of
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

from app.apps.search.elasticsearch import ElasticsearchIndex
from app.apps.search.index import Index, open_index
from app.apps.search.rows import document_now, searchable
from app.apps.users.models import User
from app.domain.search.bodies import MAPPINGS
from app.domain.search.index import Document
from app.domain.search.questions import Question
from app.kit.events import Event
from app.kit.metrics import DB_QUERY_SECONDS
from app.kit.resource import Resource
from app.site.search.reindex import reindex_all

REAL = pytest.param("real", marks=pytest.mark.integration("ELASTICSEARCH_URL"))
PERSON = Resource(name="person", plural="users", searchable=("name", "email"))
SEEDED = 10
pytestmark = pytest.mark.usefixtures("seeded")


class Shop:
    """An index, and what its server needs so that all that was written is found."""

    def __init__(self, index: Index, given: dict[str, str]) -> None:
        self.index, self.given = index, given

    def write(self, *documents: Document) -> None:
        for document in documents:
            self.index.write(document)
        self.show()

    def show(self) -> None:
        if self.given:
            show_all(self.given["ELASTICSEARCH_URL"], self.given["ELASTICSEARCH_PREFIX"])

    def find(self, q: str, **given: Any) -> list[int]:
        return numbers(self.index.find(looking_for(q, **given)))

    def indexes(self) -> dict[str, list[str]]:
        return indexes_at(self.given["ELASTICSEARCH_URL"], self.given["ELASTICSEARCH_PREFIX"])


def _open(backend: str) -> Iterator[Shop]:
    with ExitStack() as stack:
        given = stack.enter_context(own_indexes()) if backend == "real" else {}
        index = open_index(settings_of(**given))
        assert index.backend == backend
        yield Shop(index, given)
        if isinstance(index, ElasticsearchIndex):
            index.close()


@pytest.fixture(params=["embedded", REAL])
def shop(request: pytest.FixtureRequest, db: None) -> Iterator[Shop]:
    yield from _open(request.param)


@pytest.fixture
def real_shop(db: None) -> Iterator[Shop]:
    yield from _open("real")


def test_every_back_end_finds_the_same_in_the_same_order(shop: Shop) -> None:
    shop.write(*shelf())

    assert {q: shop.find(q) for q in QUERIES if not looking_for(q).is_vain} == {
        q: found for q, found in QUERIES.items() if not looking_for(q).is_vain
    }
    (hit,) = shop.index.find(looking_for("grosse"))
    assert (hit.resource, hit.title, hit.body) == ("book", SHELF[3][0], SHELF[3][1])


def test_pages_follow_each_other_whatever_their_size(shop: Shop) -> None:
    moment = a_book(1).created_at.isoformat()
    shop.write(
        *(
            a_book(number, title="the same" if number % 3 else "", description="the same", created_at=moment)
            for number in range(1, 14)
        )
    )
    whole = shop.find("same")
    for size in (1, 4, 100):
        seen: list[int] = []
        after = None
        while page := shop.index.find(looking_for("same", limit=size, after=after)):
            seen, after = seen + numbers(page), page[-1].place
        assert seen == whole
    assert whole == [13, 11, 10, 8, 7, 5, 4, 2, 1, 12, 9, 6, 3]


def test_nobody_sees_another_organization(shop: Shop) -> None:
    shop.write(a_book(1), a_book(2, organization_id=str(GLOBEX)))

    assert shop.find("rocket") == [1]
    assert shop.find("rocket", organization_id=GLOBEX) == [2]
    assert shop.find("rocket", organization_id=UUID(int=99)) == []


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
def test_each_scope_finds_its_own(shop: Shop, readable: dict[str, tuple[str, ...]], found: list[int]) -> None:
    other: dict[str, Any] = {"created_by": str(BOB), "title": "a map"}
    shop.write(
        a_book(11, created_by=str(ADA), title="a map"),
        a_book(12, assignee_id=str(ADA), **other),
        a_book(13, visibility="public", **other),
        a_book(14, resource=PAGE, visibility="organization", **other),
    )

    nothing: dict[str, tuple[str, ...]] = {"all": (), "own": (), "assigned": (), "public": ()}
    assert shop.find("map", readable=nothing | readable) == found


def test_what_is_late_or_comes_twice_changes_nothing(shop: Shop) -> None:
    newest = a_book(1, 3, title="Newest")
    shop.write(a_book(1, 1, title="Oldest"), newest, newest, a_book(1, 2, title="Older"))
    assert (shop.find("newest"), shop.find("older"), shop.find("oldest")) == ([1], [], [])

    shop.write(a_deleted_book(1, 5), a_book(1, 4, title="Late"))
    assert (shop.find("newest"), shop.find("late")) == ([], [])

    shop.write(a_book(1, 6, title="Restored"))
    assert shop.find("restored") == [1]


def test_marks_of_the_deleted_are_forgotten_once_they_are_old(shop: Shop) -> None:
    shop.write(a_book(1), a_deleted_book(2, 5), a_deleted_book(3, 5))
    now = datetime.now(UTC)

    assert shop.index.forget(["book"], now - timedelta(hours=1)) == 0
    assert shop.index.forget([], now + timedelta(hours=1)) == 0
    assert shop.index.forget(["book"], now + timedelta(hours=1)) == 2
    shop.write(a_book(2, 6), a_book(3, 6))
    assert shop.find("rocket") == [1, 2]


def test_an_event_is_answered_by_the_row_as_it_is_now(shop: Shop) -> None:
    user = User.objects.get(email="admin@acme.example")
    event = Event("person.updated", user.organization_id, None, "person", user.id, 1, {})
    document = document_now(PERSON, event)
    gone = document_now(PERSON, Event("person.updated", ACME, None, "person", uuid4(), 1, {}))

    assert (document.id, document.organization_id, document.version) == (user.id, user.organization_id, user.version)
    assert "example" in document.words
    assert (gone.is_deleted, gone.organization_id) == (True, ACME)


def _people(q: str, organization_id: UUID) -> Question:
    everyone: dict[str, tuple[str, ...]] = {"all": ("person",), "own": (), "assigned": (), "public": ()}
    return looking_for(q, organization_id=organization_id, readable=everyone)


def _acme() -> UUID:
    found: UUID = User.objects.get(email="admin@acme.example").organization_id
    return found


def test_each_searchable_field_is_a_column_of_its_resource() -> None:
    with connection.cursor() as cursor:
        for resource in searchable().values():
            columns = {
                column.name for column in connection.introspection.get_table_description(cursor, resource.plural)
            }
            assert {*resource.searchable, "organization_id", "version", "deleted_at"} <= columns, resource.name


def test_all_rows_are_indexed_anew(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    acme = _acme()
    lost = a_book(77, resource=PERSON, organization_id=str(acme), name="Lost", email="lost@acme.example")
    shop.write(lost)
    User.objects.filter(email="guest@acme.example").update(deleted_at=datetime.now(UTC))

    assert reindex_all(shop.index, [PERSON]) == SEEDED - 1
    assert "All indexes are new; they hold 9 rows." in capsys.readouterr().out
    shop.show()
    assert len(shop.index.find(_people("acme", acme))) == 4
    assert shop.index.find(_people("lost", acme)) == []
    assert len(shop.index.find(_people("member", acme))) == 1


def test_what_is_written_while_all_is_indexed_anew_is_not_lost(shop: Shop) -> None:
    before, meanwhile = [a_book(number, title="before") for number in (21, 22, 23)], "meanwhile"
    shop.write(*before)
    with shop.index.rebuilding("book") as fill:
        # Read before they were changed, kept after.
        shop.write(a_book(21, 2, title=meanwhile), a_deleted_book(22, 2), a_book(24, title=meanwhile))
        assert shop.find("before") == [23]
        assert shop.find(meanwhile) == [24, 21]
        fill(before)
        shop.write(a_book(25, title=meanwhile))
        assert shop.find(meanwhile) == [25, 24, 21]
    shop.show()

    assert shop.find("before") == [23]
    assert shop.find(meanwhile) == [25, 24, 21]
    shop.write(a_book(22, 1, title="late"), a_book(23, 2, title="after"))
    assert (shop.find("late"), shop.find("after")) == ([], [23])


def test_a_re_index_that_is_broken_off_changes_nothing(shop: Shop) -> None:
    shop.write(a_book(1))
    with pytest.raises(RuntimeError), shop.index.rebuilding("book") as fill:
        fill([a_book(2)])
        raise RuntimeError
    shop.write(a_book(4, title="rocket science"))
    assert set(shop.find("rocket")) - {2} == {4, 1}

    with shop.index.rebuilding("book") as fill:
        fill([a_book(1), a_book(6)])
    shop.show()
    assert shop.find("rocket") == [6, 1]


def test_of_two_re_indexes_at_once_one_is_told(shop: Shop) -> None:
    # Of the test's own database.
    other = connection.copy()
    with closing(other), other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext('search.reindex'))")
        with pytest.raises(SystemExit, match="Another re-index is running"):
            reindex_all(shop.index, [PERSON])
        cursor.execute("SELECT pg_advisory_unlock(hashtext('search.reindex'))")
    assert reindex_all(shop.index, [PERSON]) == SEEDED
    assert reindex_all(shop.index, [PERSON]) == SEEDED


@pytest.mark.integration("ELASTICSEARCH_URL")
def test_typos_are_forgiven_where_nothing_else_is_found(real_shop: Shop) -> None:
    real_shop.write(*shelf(), a_book(31, title="rockets"), a_book(32, title="packets"))

    assert {q: real_shop.find(q) for q in TYPOS} == TYPOS
    assert 32 not in real_shop.find("rocket")
    hits = real_shop.index.find(looking_for("rokcet engimes", limit=1))
    assert [(hit.id.int, set(hit.near)) for hit in hits] == [(6, {"rocket", "engines"})]
    assert numbers(real_shop.index.find(looking_for("rokcet engimes", after=hits[0].place))) == [2, 1]


@pytest.mark.integration("ELASTICSEARCH_URL")
def test_a_resource_has_an_index_behind_an_alias(real_shop: Shop) -> None:
    prefix, url = real_shop.given["ELASTICSEARCH_PREFIX"], real_shop.given["ELASTICSEARCH_URL"]
    assert real_shop.find("rocket") == []
    assert real_shop.indexes() == {}

    before = DB_QUERY_SECONDS.labels("insert")._sum.get()
    real_shop.write(a_book(1))
    assert DB_QUERY_SECONDS.labels("insert")._sum.get() > before
    assert real_shop.indexes() == {f"{prefix}-book-v1": [f"{prefix}-book"]}
    mapping = mapping_at(url, f"{prefix}-book-v1")
    assert (mapping["dynamic"], mapping["_meta"]) == ("strict", MAPPINGS["_meta"])

    with real_shop.index.rebuilding("book"):
        assert real_shop.indexes() == {
            f"{prefix}-book-v1": [f"{prefix}-book"],
            f"{prefix}-book-v2": [f"{prefix}-book-next"],
        }
    assert real_shop.indexes() == {f"{prefix}-book-v2": [f"{prefix}-book"]}


def test_what_can_be_found_is_what_says_so_of_itself() -> None:
    assert all(resource.searchable and name == resource.name for name, resource in searchable().items())
