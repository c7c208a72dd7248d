"""Whatever is sent, the service judges it and never breaks (template-owned)."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from httpx2 import Response
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.contract.hostile.bodies import WITH_BODY
from tests.contract.operations import Call, known_calls
from tests.contract.people import People, Person, secrets_in

EXAMPLES = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
# Hypothesis draws from this suite's own literals too. A parameter that is refused is named in the reply: what no reply
# may hold must not be sent as a name.
TEXTS = st.text(st.characters(codec="utf-8"), max_size=30).filter(lambda text: not secrets_in(text.encode()))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
WORDS = [
    "email",
    "password",
    "name",
    "organization_name",
    "refresh_token",
    "current_password",
    "new_password",
    "role",
    "is_active",
    "title",
    "description",
    "visibility",
    "status",
    "priority",
    "project_id",
    "assignee_id",
    "due_at",
    "x",
]
BODIES = st.dictionaries(st.sampled_from(WORDS), VALUES, max_size=4)
QUERIES = st.dictionaries(
    st.sampled_from(["limit", "cursor", "sort", "deleted", "status", "created_by", "due_before"]) | TEXTS,
    TEXTS,
    max_size=3,
)
TAGS = st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_categories=["Cc"]), max_size=20)
READS = [call for call in known_calls() if call.method == "GET"]


@pytest.fixture(scope="module")
def somebody(base_url: str) -> Iterator[Person]:
    """The OrgAdmin of an organization where nothing matters."""
    people = People(base_url)
    yield people.register()
    people.close()


def assert_judged(response: Response) -> None:
    assert response.status_code < 500, response.text
    if response.status_code >= 400:
        assert response.headers["content-type"] == "application/problem+json"
        assert len(response.content) <= 16_384


def send(somebody: Person, call: Call, content: bytes, if_match: bytes = b"*") -> Response:
    given = {b"Content-Type": call.media_type.encode(), b"If-Match": if_match}
    return somebody.client.request(call.method, call.at(str(uuid4())), content=content, headers=given)


@pytest.mark.parametrize("call", WITH_BODY, ids=str)
@EXAMPLES
@given(body=BODIES | VALUES)
def test_no_json_breaks_an_operation(somebody: Person, call: Call, body: Any) -> None:
    assert_judged(send(somebody, call, json.dumps(body, ensure_ascii=False).encode()))


@pytest.mark.parametrize("call", WITH_BODY, ids=str)
@EXAMPLES
@given(content=st.binary(max_size=60))
def test_no_bytes_break_an_operation(somebody: Person, call: Call, content: bytes) -> None:
    assert_judged(send(somebody, call, content))


@pytest.mark.parametrize("call", READS, ids=str)
@EXAMPLES
@given(query=QUERIES)
def test_no_query_breaks_a_read(somebody: Person, call: Call, query: dict[str, str]) -> None:
    assert_judged(somebody.client.get(call.at(str(uuid4())), params=query))


@pytest.mark.parametrize("call", [call for call in known_calls() if call.needs_version], ids=str)
@EXAMPLES
@given(tag=TAGS)
def test_no_precondition_breaks_a_change(somebody: Person, call: Call, tag: str) -> None:
    assert_judged(send(somebody, call, b"{}", tag.strip().encode("latin-1")))
