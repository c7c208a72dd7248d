"""How PostgreSQL finds a page of tasks: by an index, from the first row on (sample: yours after the first render)."""

from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from tests.apps.people import caller_as

from app.apps.postgres.keyset import page_after
from app.apps.tasks.models import Task
from app.apps.tasks.selectors import rows
from app.kit.pagination import Position, Sort

pytestmark = pytest.mark.usefixtures("seeded")
# On a busy machine they take longer than a request may.
MANY = """
    SET LOCAL statement_timeout = 0;
    INSERT INTO projects (organization_id, name) SELECT id, 'Apollo' FROM organizations, generate_series(1, 9);
    INSERT INTO tasks (organization_id, project_id, title, assignee_id, status, priority, created_at, due_at)
    SELECT organization_id, id, 'Land', (SELECT id FROM users ORDER BY md5(email || n) LIMIT 1),
        (ARRAY['todo', 'doing', 'done'])[1 + n % 3], (ARRAY['low', 'normal', 'high'])[1 + n / 9 % 3],
        '2026-01-01'::timestamptz + make_interval(mins => n),
        CASE WHEN n % 2 = 0 THEN '2026-01-01'::timestamptz + make_interval(mins => n * 7919 % 5000) END
    FROM projects, generate_series(1, 500) AS n;
    ANALYZE tasks;
"""
MIDDLE = "2026-01-02T00:00:00.000000Z"
START = None
AFTER_VALUE = Position(MIDDLE, UUID(int=2**127))
AFTER_NULL = Position(None, UUID(int=2**127))
PAGES: list[tuple[str, Position | None, str]] = [
    ("created_at", AFTER_VALUE, ""),
    ("-created_at", AFTER_VALUE, ""),
    ("-updated_at", AFTER_VALUE, ""),
    ("due_at", START, ""),
    ("due_at", AFTER_VALUE, ""),
    ("due_at", AFTER_NULL, ""),
    ("-due_at", START, ""),
    ("-due_at", AFTER_VALUE, ""),
    ("-due_at", AFTER_NULL, ""),
    ("-created_at", START, "project_id"),
    ("-created_at", AFTER_VALUE, "project_id"),
    ("-created_at", START, "status"),
    ("-created_at", START, "priority"),
    ("-created_at", START, "assignee_id"),
    ("due_at", START, "due_at__lt"),
]


def _filter(name: str) -> dict[str, Any]:
    some = Task.objects.first()
    assert some is not None
    ids = {"project_id": some.project_id, "assignee_id": some.assignee_id}
    known = {**ids, "status": "todo", "priority": "high", "due_at__lt": MIDDLE}
    return {name: known[name]} if name else {}


@pytest.mark.parametrize(("sort", "position", "filter_name"), PAGES)
def test_a_page_is_found_by_an_index_and_nothing_is_read_in_vain(
    sort: str, position: Position | None, filter_name: str
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(MANY)
    found = rows.seen_by(caller_as()).filter(**_filter(filter_name)).values(*rows.columns)

    plan = page_after(found, Sort.of(sort), position, 21).explain(analyze=True, costs=False, timing=False)

    assert "Index Scan" in plan, plan
    assert "Seq Scan" not in plan, plan
    assert "Rows Removed by Filter" not in plan, plan
