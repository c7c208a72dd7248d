"""The statements that are written once find what their querysets find (sample: yours after the first render)."""

from typing import Any

import pytest
from django.db import connection
from tests.apps.people import caller_as, log_in

from app.apps.postgres.keyset import page_after
from app.apps.postgres.prebuilt import Given, Prebuilt
from app.apps.tasks.models import Task
from app.apps.tasks.selectors import rows
from app.kit.pagination import Position, Sort

pytestmark = pytest.mark.usefixtures("seeded")
TASKS = "/api/v1/tasks"
MANY = """
    INSERT INTO projects (organization_id, name) SELECT id, 'Apollo' FROM organizations;
    INSERT INTO tasks (organization_id, project_id, title, assignee_id, created_by, status, created_at, due_at)
    SELECT organization_id, id, 'Land', (SELECT id FROM users ORDER BY md5(email || n) LIMIT 1),
        (SELECT id FROM users ORDER BY md5(n || email) LIMIT 1), (ARRAY['todo', 'doing', 'done'])[1 + n % 3],
        '2026-01-01'::timestamptz + make_interval(mins => n),
        CASE WHEN n % 2 = 0 THEN '2026-01-01'::timestamptz + make_interval(mins => n * 7919 % 50) END
    FROM projects, generate_series(1, 60) AS n;
"""


@pytest.mark.parametrize("email", ["admin@acme.example", "member@acme.example", "guest@acme.example"])
@pytest.mark.parametrize("sort", ["created_at", "-created_at", "due_at", "-due_at"])
@pytest.mark.parametrize("filters", [{}, {"status": "todo"}, {"due_before": "2026-01-01T00:30:00Z"}])
def test_a_list_shows_page_by_page_what_the_queryset_finds(email: str, sort: str, filters: dict[str, str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(MANY)
    names = {"status": "status", "due_before": "due_at__lt"}
    seen = rows.seen_by(caller_as(email)).filter(**{names[name]: value for name, value in filters.items()})
    found = page_after(seen.values("id", sort.removeprefix("-")), Sort.of(sort), None, 999)
    expected = [str(row["id"]) for row in found]

    client, shown = log_in(email), []
    cursors: list[dict[str, str]] = [{}]
    for cursor_of in cursors:
        page = client.get(TASKS, {"sort": sort, "limit": "7", **filters, **cursor_of}).json()
        shown += [item["id"] for item in page["items"]]
        cursors += [{"cursor": page["next_cursor"]}] if page["next_cursor"] else []

    assert shown == expected
    assert expected or email.startswith("guest")


def test_a_statement_is_sent_with_other_values_each_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute(MANY)
    statement = Prebuilt.of(Task.objects.filter(status=Given("status")).values("id", "status"))

    for status in ("todo", "done"):
        assert {row["status"] for row in statement.read({"status": status})} == {status}
    with pytest.raises(KeyError, match="status"):
        statement.read({})


def test_a_statement_that_can_find_nothing_is_not_sent() -> None:
    assert Prebuilt.of(Task.objects.none().values("id")).read({}) == []


def test_the_place_of_a_page_may_be_given() -> None:
    position: Any = Position(Given("value"), Given("id"))  # type: ignore[arg-type]
    found: Any = Task.objects.values("id")
    made = Prebuilt.of(page_after(found, Sort.of("-created_at"), position, 21))

    assert [each.name for each in made.parameters] == ["value", "id"]
