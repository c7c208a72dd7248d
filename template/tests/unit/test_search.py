"""Words, highlights, documents, questions, and ELASTICSEARCH_URL (template-owned)."""

from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from uuid import UUID

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st
from tests.environment import SECRET_KEY, core_settings, environment, service_environment, settings_of
from tests.search.shelf import ACME, ADA, BOOK, MOMENT, PAGE, a_book, a_deleted_book, looking_for

from app.components import load_settings
from app.components.search import SearchSettings
from app.domain import access
from app.domain.access import PERMISSIONS, scopes_of
from app.domain.caller import Caller
from app.domain.search.bodies import MAPPINGS, deleted_query, exact_query, hit_of, near_query, source_of
from app.domain.search.index import document_after
from app.domain.search.questions import Hit, Place, Question, Wanted, ask, cursors_of, page_of
from app.domain.search.sql import FIND, asked, in_form
from app.kit.events import Event
from app.kit.problems import ProblemError
from app.kit.resource import Resource
from app.kit.search.highlights import SIZE, found_by, pieces
from app.kit.search.urls import parse_elasticsearch_url
from app.kit.search.words import LONGEST, words_of
from app.kit.service import this_service
from app.kit.settings import SettingsError

CALLER = Caller(ADA, ACME, "Manager", session_id=UUID(int=9))
CORE = core_settings(SECRET_KEY=SECRET_KEY)
PROJECT = Resource(name="project", plural="projects", searchable=("name",))
TASK = Resource(name="task", plural="tasks", searchable=("title",))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Ärger im Büro-Haus", ["arger", "im", "buro", "haus"]),
        ("cafe\u0301 CAFÉ", ["cafe", "cafe"]),
        ("Straße STRASSE", ["strasse", "strasse"]),
        ("İstanbul", ["istanbul"]),
        ("snake_case, O'Neill & x@y.z", ["snake", "case", "o", "neill", "x", "y", "z"]),
        ("½ m² ﬁn Ⅳ", ["1", "2", "m2", "fin", "iv"]),
        ("हिन्दी 東京 🚀", ["हिन्दी", "東京", "🚀"]),
        ("ＡＢＣ（ｄ）", ["abc", "d"]),
        ("  \x00\t\u200b…—«»", []),
        ("x" * 100, ["x" * LONGEST]),
    ],
)
def test_words_come_without_case_accents_and_what_parts_them(text: str, words: list[str]) -> None:
    assert words_of(text) == words


@given(st.text(max_size=50))
def test_words_hold_nothing_that_a_back_end_could_read_otherwise(text: str) -> None:
    words = words_of(text)

    assert all(word and not set(word) & set(" '\"\\<>&|!:*()\x00\n") for word in words)
    assert words_of(" ".join(words)) == words


@pytest.mark.parametrize(
    ("text", "words", "prefix", "shown"),
    [
        ("Rocket engines", [], "rock", ["<em>Rocket</em> engines"]),
        ("a <b>Büro</b> & more", [], "buro", ["a &lt;b&gt;<em>Büro</em>&lt;/b&gt; &amp; more"]),
        ("one two three", ["three"], "one", ["<em>one</em> two <em>three</em>"]),
        ("nothing here", [], "absent", []),
        ("e-mail me", ["e"], "mail", ["<em>e</em>-<em>mail</em> me"]),
        ("½ of it", [], "2", ["<em>½</em> of it"]),
    ],
)
def test_what_was_found_is_marked_and_all_else_is_escaped(
    text: str, words: list[str], prefix: str, shown: list[str]
) -> None:
    assert pieces(text, found_by(words, prefix), most=3) == shown


def test_of_a_long_text_pieces_around_the_words_are_shown() -> None:
    filler = "word " * 100
    text = f"{filler}first {filler}second third {filler}fourth {filler}fifth"

    shown = pieces(text, found_by(["first", "second", "third", "fourth"], "fifth"), most=3)

    assert [("first" in piece, "second" in piece, "fourth" in piece) for piece in shown] == [
        (True, False, False),
        (False, True, False),
        (False, False, True),
    ]
    assert "<em>second</em> <em>third</em>" in shown[1]
    assert all(len(piece) <= SIZE + 2 * len("<em></em>") for piece in shown)
    assert all(piece.startswith("word") and piece.endswith(("word", "</em>")) for piece in shown)


@given(st.text(max_size=700), st.text(min_size=1, max_size=5))
def test_pieces_are_parts_of_the_text_in_their_order(text: str, prefix: str) -> None:
    is_found = found_by([], (words_of(prefix) or ["a"])[0])
    unmarked = [piece.replace("<em>", "").replace("</em>", "") for piece in pieces(text, is_found, most=3)]

    at = 0
    for piece in unmarked:
        at = text.index(unescape(piece), at) + len(unescape(piece))


def test_a_document_is_what_the_row_holds() -> None:
    document = a_book(3, 7, notes="Anmerkung", assignee_id=str(ACME), visibility="public")

    assert (document.id, document.version, document.created_at) == (UUID(int=3), 7, MOMENT.replace(microsecond=678_904))
    assert document.title == "Größe und Ärger im Büro"
    assert document.body == "Über Straßen, façades & naïve <b>people</b>\nAnmerkung"
    assert document.title_words == ("arger", "buro", "grosse", "im", "und")
    assert set(document.title_words) < set(document.words)
    assert "anmerkung" in document.words
    assert (document.created_by, document.assignee_id, document.visibility) == (ADA, ACME, "public")


def test_of_a_deleted_row_nothing_but_its_version_is_kept() -> None:
    deleted = a_deleted_book(3, 8)

    assert (deleted.is_deleted, deleted.version, deleted.title, deleted.words) == (True, 8, "", ())
    assert (deleted.created_by, deleted.visibility) == (None, None)


def test_after_a_row_that_is_gone_nothing_comes() -> None:
    event = Event("book.updated", ACME, ADA, "book", UUID(int=3), 4, {})

    gone = document_after(event, BOOK, None)

    assert (gone.id, gone.organization_id, gone.is_deleted, gone.version) == (UUID(int=3), ACME, True, 2**31 - 1)


def _ask(caller: Caller, q: str = "rocket", resource: str | None = None, cursor: str | None = None) -> Question:
    wanted = Wanted(q, resource)
    codec = cursors_of(caller, wanted, CORE)
    return ask(caller, wanted, [PROJECT, TASK], codec=codec, cursor=cursor, limit=20)


@pytest.mark.parametrize(
    ("role", "readable"),
    [
        ("Guest", {"all": (), "own": (), "assigned": ("task",), "public": ("project",)}),
        ("Member", {"all": ("project", "task"), "own": (), "assigned": (), "public": ()}),
        ("SuperAdmin", {"all": ("project", "task"), "own": (), "assigned": (), "public": ()}),
        ("Nobody", {"all": (), "own": (), "assigned": (), "public": ()}),
    ],
)
def test_a_question_is_about_what_the_caller_may_read(role: str, readable: dict[str, tuple[str, ...]]) -> None:
    question = _ask(replace(CALLER, role=role))

    assert question.readable == readable
    assert question.is_vain == (role == "Nobody")
    assert (question.organization_id, question.user_id, question.limit) == (ACME, ADA, 21)


def test_a_resource_that_may_not_be_read_is_left_out_and_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "PERMISSIONS", {**PERMISSIONS, "Guest": ("projects:read:own",)})
    scopes_of.cache_clear()
    guest = replace(CALLER, role="Guest")

    assert _ask(guest).resources == ("project",)
    with pytest.raises(ProblemError) as refused:
        _ask(guest, resource="task")
    scopes_of.cache_clear()
    assert refused.value.kind.status == 403


def test_a_resource_that_is_not_there_is_looked_for_in_vain() -> None:
    assert _ask(CALLER, resource="nothing").is_vain
    assert _ask(CALLER, q="...").is_vain
    assert _ask(CALLER, resource="task").resources == ("task",)


def test_the_last_word_is_a_beginning() -> None:
    question = _ask(CALLER, q="b a b c a")

    assert (question.words, question.prefix) == (("a", "b", "c"), "a")


def _hit(number: int, **given: object) -> Hit:
    fields: dict[str, object] = {"resource": "book", "id": UUID(int=number), "rank": 3, "created_at": MOMENT}
    return Hit(**{**fields, "title": "A Rocket", "body": "for <all>\nand rockets", **given})  # type: ignore[arg-type]


def test_a_page_shows_what_was_found_and_ends_with_a_cursor() -> None:
    wanted = Wanted("rocket", None)
    codec = cursors_of(CALLER, wanted, CORE)
    question = replace(_ask(CALLER), limit=2)

    page = page_of([_hit(1), _hit(2)], question, codec)

    assert page["items"] == [
        {
            "resource": "book",
            "id": UUID(int=1),
            "title": "A Rocket",
            "highlights": ["A <em>Rocket</em>", "for &lt;all&gt;\nand <em>rockets</em>"],
        }
    ]
    assert _ask(CALLER, cursor=page["next_cursor"]).after == Place(3, MOMENT, UUID(int=1))
    assert page_of([_hit(1)], question, codec)["next_cursor"] is None
    with pytest.raises(ProblemError):
        _ask(CALLER, q="rockets", cursor=page["next_cursor"])


def test_words_that_were_nearly_found_are_marked() -> None:
    question = replace(_ask(CALLER, q="rokcet"), limit=2)

    (item,) = page_of([_hit(1, near=("rocket",))], question, cursors_of(CALLER, Wanted("rokcet", None), CORE))["items"]

    assert item["highlights"] == ["A <em>Rocket</em>"]


@pytest.mark.parametrize("body", [exact_query(looking_for("a b")), near_query(looking_for("a b"))])
def test_a_server_is_asked_about_one_organization_and_live_rows_alone(body: dict[str, object]) -> None:
    filters = body["query"]["bool"]["filter"]  # type: ignore[index]

    assert filters[:2] == [{"term": {"organization_id": str(ACME)}}, {"term": {"is_deleted": False}}]
    assert filters[2]["bool"]["should"] == [{"bool": {"filter": [{"terms": {"resource": ["book"]}}]}}]


def test_a_server_is_asked_for_rows_of_the_caller_where_the_scope_says_so() -> None:
    readable = {"all": (), "own": ("book",), "assigned": ("page",), "public": ("note",)}
    (_, _, conditions) = exact_query(looking_for("a", readable=readable))["query"]["bool"]["filter"]

    assert conditions["bool"]["should"] == [
        {"bool": {"filter": [{"terms": {"resource": ["book"]}}, {"term": {"created_by": str(ADA)}}]}},
        {"bool": {"filter": [{"terms": {"resource": ["page"]}}, {"term": {"assignee_id": str(ADA)}}]}},
        {"bool": {"filter": [{"terms": {"resource": ["note"]}}, {"term": {"visibility": "public"}}]}},
    ]


def test_a_document_has_the_fields_of_the_mapping_and_gives_the_hit_back() -> None:
    source = source_of(a_book(3), datetime.now(UTC))
    found = {"_source": source, "_score": 2.0, "highlight": {"words": ["a <rocket> b <moon>"]}}

    assert source.keys() == MAPPINGS["properties"].keys()
    assert MAPPINGS["dynamic"] == "strict"
    assert hit_of(found) == Hit(
        "book",
        UUID(int=3),
        2,
        MOMENT.replace(microsecond=678_904),
        "Größe und Ärger im Büro",
        "Über Straßen, façades & naïve <b>people</b>",
        ("rocket", "moon"),
    )


def test_only_deleted_documents_are_ever_looked_for_to_be_removed() -> None:
    assert {"term": {"is_deleted": True}} in deleted_query(MOMENT)["query"]["bool"]["filter"]


def test_statements_stand_in_a_drivers_form_with_all_their_values() -> None:
    values = asked(looking_for("o'neill rock"))

    assert values["words"] == "'o' & 'neill' & 'rock':*"
    assert in_form(FIND, "%({})s") % dict.fromkeys(values, "")
    assert PAGE.searchable == ("title",)


@pytest.mark.parametrize(
    ("url", "where", "user"),
    [
        ("http://localhost", ("localhost", 9200, False, ""), None),
        ("https://us%40er:p%3Ass@search.internal/a/b/", ("search.internal", 443, True, "a/b"), ("us@er", "p:ss")),
        ("https://search.internal:9243", ("search.internal", 9243, True, ""), None),
    ],
)
def test_a_url_says_where_and_as_whom(url: str, where: tuple[object, ...], user: tuple[str, str] | None) -> None:
    server = parse_elasticsearch_url(url)

    assert (server.host, server.port, server.tls, server.path) == where
    assert server.client_arguments(1.5).get("http_auth") == user
    assert "p:ss" not in repr(server)


def test_a_private_authority_is_believed(tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("tls") / "authority.pem"
    trustme.CA().cert_pem.write_to_path(str(file))

    server = parse_elasticsearch_url(f"https://localhost:9200?ca_certs={file}")

    assert server.client_arguments(1)["ssl_context"].cert_store_stats()["x509_ca"] == 1


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("mongodb://hunter2", "it must look like http://localhost:9200"),
        ("http://", "it must look like http://localhost:9200"),
        ("http://[hunter2", "it must look like http://localhost:9200"),
        ("http://a:hunter2", "its port is no number from 1 to 65535"),
        ("http://a?b=hunter2", "it has parameters that are not known: b"),
        ("http://a?ca_certs=x", "begin it with https://"),
        ("https://a?ca_certs=/hunter2", "can't be read, or holds no certificate"),
        (f"https://a?ca_certs={__file__}", "can't be read, or holds no certificate"),
    ],
)
def test_a_wrong_url_is_said_without_showing_it(url: str, why: str) -> None:
    with pytest.raises(SettingsError) as refused:
        settings_of(ELASTICSEARCH_URL=url)

    assert "ELASTICSEARCH_URL" in str(refused.value)
    assert why in str(refused.value)
    assert "hunter2" not in str(refused.value)


def test_indexes_are_called_after_the_service_unless_told() -> None:
    assert settings_of().of(SearchSettings).prefix == this_service().slug
    assert settings_of(ELASTICSEARCH_PREFIX="staging-books").of(SearchSettings).prefix == "staging-books"
    with pytest.raises(SettingsError, match="ELASTICSEARCH_PREFIX"):
        settings_of(ELASTICSEARCH_PREFIX="Ab*")


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("", "ELASTICSEARCH_URL: is not set; search in PostgreSQL is for development"),
        ("http://user:hunter2@search.internal", "ELASTICSEARCH_URL: has no TLS"),
    ],
)
def test_production_refuses_what_is_for_development(url: str, why: str) -> None:
    production = service_environment(ENVIRONMENT="production", EMBEDDED_SERVERS="", ELASTICSEARCH_URL=url)
    with environment(production), pytest.raises(SettingsError) as refused:
        load_settings()

    assert why in " ".join(str(refused.value).split())
    assert "hunter2" not in str(refused.value)
