"""Free text comes back verbatim from the parser of the format that it was written into."""

import json
import tomllib

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from extensions import filters

# Any character but lone surrogates, which no UTF-8 file can hold.
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]))
ONE_LINE = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1)
MARKUP = st.text(alphabet="\\`*_{}[]()<>#+-.!|~&:;=@$'\"/ 1ahttps", min_size=1)


@given(ANY_TEXT)
def test_toml_gives_back_the_text(text: str) -> None:
    assert tomllib.loads(f"x = {filters.toml(text)}\n") == {"x": text}


@given(ANY_TEXT)
def test_yaml_gives_back_the_text(text: str) -> None:
    assert yaml.safe_load(f"x: {filters.yaml(text)}\n") == {"x": text}


@given(ANY_TEXT)
def test_json_gives_back_the_text(text: str) -> None:
    assert json.loads(f'{{"x": {filters.json(text)}}}') == {"x": text}


def plain_text(tokens: list[Token]) -> str:
    """What a reader sees; anything but text is markup that got through."""
    assert {token.type for token in tokens} <= {"text", "text_special"}
    return "".join(token.content for token in tokens)


@given(ONE_LINE | MARKUP)
def test_markdown_shows_the_text_inside_a_heading(text: str) -> None:
    heading = (
        MarkdownIt("commonmark").enable(["strikethrough", "table"]).parse(f"# x {filters.markdown(text)} y\n")
    )

    assert [token.type for token in heading] == ["heading_open", "inline", "heading_close"]
    assert plain_text(heading[1].children or []) == f"x {text} y"


@given(ONE_LINE | MARKUP)
def test_markdown_shows_the_text_as_a_paragraph(text: str) -> None:
    # Indented text is code: a reader sees a paragraph without its outer blanks anyway.
    shown = (
        MarkdownIt("commonmark")
        .enable(["strikethrough", "table"])
        .parse(f"{filters.markdown(text.strip())}\n")
    )
    if text.strip():
        assert [token.type for token in shown] == ["paragraph_open", "inline", "paragraph_close"]
        assert plain_text(shown[1].children or []).strip() == text.strip()


@pytest.mark.parametrize("text", ["Acme API", "Größe 2", "👩‍🚀 crew", "مشروع", "v2.1 (beta)"])
def test_everyday_names_stay_readable_in_every_format(text: str) -> None:
    assert filters.markdown(text) == text
    assert filters.toml(text) == filters.yaml(text) == filters.json(text) == f'"{text}"'
