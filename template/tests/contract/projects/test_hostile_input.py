"""Whatever is sent, the service judges it and never breaks (sample: yours after the first render)."""

import json
from typing import Any

from httpx2 import Client, Response
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.contract.projects.steps import PROJECTS, create_project, path_of

EXAMPLES = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
TEXTS = st.text(st.characters(codec="utf-8"), max_size=30)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
BODIES = st.fixed_dictionaries({}, optional=dict.fromkeys(("name", "description", "visibility", "x"), VALUES))
QUERIES = st.dictionaries(
    st.sampled_from(["limit", "cursor", "sort", "deleted", "visibility", "created_by"]) | TEXTS,
    TEXTS,
    max_size=3,
)


def assert_judged(response: Response, *expected: int) -> None:
    assert response.status_code in expected, response.text
    if response.status_code >= 400:
        assert response.headers["content-type"] == "application/problem+json"


@EXAMPLES
@given(body=BODIES | VALUES)
def test_no_body_breaks_a_create(client: Client, body: Any) -> None:
    content = json.dumps(body, ensure_ascii=False).encode()
    assert_judged(client.post(PROJECTS, content=content, headers={"Content-Type": "application/json"}), 201, 400, 422)


@EXAMPLES
@given(content=st.binary(max_size=60))
def test_no_bytes_break_a_create(client: Client, content: bytes) -> None:
    assert_judged(client.post(PROJECTS, content=content, headers={"Content-Type": "application/json"}), 400, 422)


@EXAMPLES
@given(body=BODIES)
def test_no_body_breaks_a_change(client: Client, body: Any) -> None:
    project = create_project(client)
    content = json.dumps(body, ensure_ascii=False).encode()
    given = {"Content-Type": "application/merge-patch+json", "If-Match": "*"}
    assert_judged(client.patch(path_of(project), content=content, headers=given), 200, 400, 422)


@EXAMPLES
@given(query=QUERIES)
def test_no_query_breaks_a_list(client: Client, query: dict[str, str]) -> None:
    assert_judged(client.get(PROJECTS, params=query), 200, 422)


@EXAMPLES
@given(tag=st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_categories=["Cc"]), max_size=20))
def test_no_precondition_breaks_a_change(client: Client, tag: str) -> None:
    project = create_project(client)
    response = client.patch(path_of(project), json={}, headers={b"If-Match": tag.strip().encode("latin-1")})
    assert_judged(response, 200, 412)
