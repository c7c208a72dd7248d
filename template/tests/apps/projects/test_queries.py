"""How many statements the operations on projects cost (sample: yours after the first render)."""

from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.apps.people import caller_as, log_in, statements

from app.apps.projects.selectors import rows
from app.apps.projects.serializers import ProjectBody
from app.apps.projects.services import create_project

pytestmark = pytest.mark.usefixtures("seeded")
PROJECTS = "/api/v1/projects"


def test_a_list_of_many_is_one_statement() -> None:
    client, caller = log_in(), caller_as()
    for number in range(30):
        create_project(caller, {"name": f"{number}"})
    client.get(PROJECTS)

    with CaptureQueriesContext(
        connection,
    ) as queries:
        page = client.get(PROJECTS, {"limit": "25", "visibility": "organization"})

    assert len(page.json()["items"]) == 25
    assert statements(queries.captured_queries) == ["SELECT"]


@pytest.mark.parametrize(
    ("method", "below", "body", "sent"),
    [
        ("POST", "", '{"name": "Gemini"}', ["INSERT", "INSERT"]),
        ("GET", "/{}", "", ["SELECT"]),
        ("PUT", "/{}", '{"name": "Vostok"}', ["SELECT", "UPDATE", "INSERT"]),
        ("PATCH", "/{}", '{"name": "Vostok"}', ["SELECT", "UPDATE", "INSERT"]),
        ("PATCH", "/{}", '{"name": "Apollo"}', ["SELECT"]),
        ("POST", "/{}/restore", "", ["SELECT"]),
    ],
)
def test_an_operation_costs_what_it_must(method: str, below: str, body: str, sent: list[str]) -> None:
    client, made = log_in(), create_project(caller_as(), {"name": "Apollo"})
    client.get(PROJECTS)

    with CaptureQueriesContext(connection) as queries:
        answer = client.generic(
            method, PROJECTS + below.format(made.id), body, "application/json", headers={"If-Match": "*"}
        )

    assert answer.status_code in (200, 201)
    assert statements(queries.captured_queries) == sent


def test_replies_show_exactly_the_columns_of_the_declared_body() -> None:
    made = create_project(caller_as(), {"name": "Apollo"})
    shown = rows.shown(made)

    assert list(shown) == list(ProjectBody().fields)
    assert shown == rows.one(caller_as(), UUID(str(made.id)))
