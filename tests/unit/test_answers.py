"""What each question accepts, and that a derived slug is always one of them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extensions.answers import fault, slug, truth


@pytest.mark.parametrize(
    ("name", "derived"),
    [
        ("Acme API", "acme-api"),
        ("Billing Service", "billing"),
        ("service", "service"),
        ("🚀🚀", "service"),
        ("", "service"),
        ("مشروع", "service"),
        ("Größe 2", "grosse-2"),
        ("2nd Try", "nd-try"),
        ("a" * 300, "a" * 20),
        ("Nineteen characters x", "nineteen-characters"),
        ("--x--", "x"),
        ("../..", "service"),
        ("Redis", "my-redis"),
        ("Prometheus Client", "my-prometheus-client"[:20]),
        ("CON", "my-con"),
        ("class", "class"),
    ],
)
def test_a_slug_is_derived_from_the_project_name(name: str, derived: str) -> None:
    assert slug(name) == derived


@given(st.text(max_size=60))
def test_every_derived_slug_is_valid(name: str) -> None:
    assert fault("service_slug", slug(name), {}) == ""


@pytest.mark.parametrize("value", ["a", "x1", "acme-api-2", "a" * 20, "json", "class"])
def test_a_good_slug_is_accepted(value: str) -> None:
    assert fault("service_slug", value, {}) == ""


@pytest.mark.parametrize(
    "value",
    [
        "",
        " ",
        "A",
        "1a",
        "-a",
        "a-",
        "a--b",
        "a_b",
        "a.b",
        "..",
        ".git",
        "-x",
        "/etc",
        "a/b",
        "a" * 21,
        "é",
        "a\n",
    ],
)
def test_a_bad_slug_is_refused_with_an_example(value: str) -> None:
    assert fault("service_slug", value, {}).startswith(
        "use at most 20 small letters, digits and single hyphens"
    )


@pytest.mark.parametrize("value", ["app", "redis", "fastapi", "con"])
def test_a_slug_that_stands_for_something_else_is_refused(value: str) -> None:
    assert fault("service_slug", value, {}) == (
        f"`{value}` is the name of something the service uses; take another, as in `my-{value}`"
    )


@pytest.mark.parametrize("value", ["a@b.co", "first.last+tag@sub.acme.example", "o'brien@acme.example"])
def test_a_good_address_is_accepted(value: str) -> None:
    assert fault("author_email", value, {}) == ""


@pytest.mark.parametrize(
    "value",
    [
        "",
        "a",
        "a@b",
        "@b.co",
        "a@",
        "a b@c.de",
        "a@b..co",
        "a..b@c.de",
        "é@b.co",
        "a@é.co",
        '"a"@b.co',
        "a@-b.co",
    ],
)
def test_a_bad_address_is_refused(value: str) -> None:
    assert fault("author_email", value, {}) == "give an e-mail address in ASCII, as in `team@acme.example`"


@pytest.mark.parametrize(
    ("character", "code"),
    [
        ("\n", "000A"),
        ("\r", "000D"),
        ("\t", "0009"),
        ("\0", "0000"),
        ("\x1b", "001B"),
        ("\x7f", "007F"),
        ("\x85", "0085"),
        ("\u2028", "2028"),
        ("\u2029", "2029"),
        ("\ud800", "D800"),
    ],
)
@pytest.mark.parametrize("question", ["project_name", "description", "organization", "author_name"])
def test_line_breaks_and_control_characters_are_refused(question: str, character: str, code: str) -> None:
    assert fault(question, f"a{character}b", {}) == (
        f"line breaks and control characters can't be used: remove U+{code}"
    )


@pytest.mark.parametrize(
    ("question", "limit"),
    [("project_name", 100), ("organization", 100), ("author_name", 100), ("description", 300)],
)
def test_text_has_a_limit(question: str, limit: int) -> None:
    assert fault(question, "x" * limit, {}) == ""
    assert fault(question, "x" * (limit + 1), {}) == f"use at most {limit} characters, not {limit + 1}"


def test_only_the_description_may_be_empty() -> None:
    texts = ["project_name", "description", "organization", "author_name"]

    assert [name for name in texts if fault(name, "", {}) == ""] == ["description"]


@pytest.mark.parametrize("value", [None, [], {}, ["a"]])
def test_text_is_no_list_and_no_table(value: Any) -> None:
    assert fault("project_name", value, {}) == "give text"


@pytest.mark.parametrize(
    ("value", "read"),
    [(True, True), ("true", True), ("Yes", True), (False, False), ("off", False), ("maybe", None), (1, None)],
)
def test_a_switch_is_true_or_false(value: Any, read: bool | None) -> None:
    assert truth(value) is read
    assert fault("mail", value, {}) == ("" if read is not None else "answer true or false")


def test_an_unknown_preset_is_refused_with_the_choices() -> None:
    assert fault("preset", "ful", {}) == "choose one of standard, full, minimal, custom"


def test_the_framework_is_held_against_what_the_service_was_made_as() -> None:
    assert fault("framework", "fastapi", {"made_as": "fastapi"}) == ""
    assert fault("framework", "fastapi", {"made_as": "django"}) == (
        "the service was made as django, which no update can change; render a new service"
    )


def test_the_sample_is_held_against_how_the_service_was_made() -> None:
    assert fault("sample", "false", {"made_with_sample": False}) == ""
    assert fault("sample", False, {"made_with_sample": True}) == (
        "the service was made with the sample, which no update can change; its files are yours"
    )


@pytest.mark.parametrize("name", ["made_as", "made_with_sample"])
def test_what_is_recorded_is_no_answer(name: str) -> None:
    assert fault(name, "x", {name: "x"}) == "is recorded, not answered; leave it out"
