"""How PostgreSQL finds a page of tasks: by an index, from the first row on (sample: yours after the first render)."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from tests.api.database import execute, fetch
from tests.environment import core_settings

from app.api.lists import Shape, Start, page_statement
from app.api.postgres.database import open_database
from app.api.tasks.service import rows

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
SHAPES: list[tuple[str, Start, str]] = [
    ("created_at", "after value", ""),
    ("-created_at", "after value", ""),
    ("-updated_at", "after value", ""),
    ("due_at", "start", ""),
    ("due_at", "after value", ""),
    ("due_at", "after null", ""),
    ("-due_at", "start", ""),
    ("-due_at", "after value", ""),
    ("-due_at", "after null", ""),
    ("-created_at", "start", "project_id"),
    ("-created_at", "after value", "project_id"),
    ("-created_at", "start", "status"),
    ("-created_at", "start", "priority"),
    ("-created_at", "start", "assignee_id"),
    ("due_at", "start", "due_before"),
]


async def _values(url: str) -> dict[str, Any]:
    (one,) = await fetch(url, "SELECT organization_id, project_id, assignee_id FROM tasks LIMIT 1")
    middle = datetime(2026, 1, 2, tzinfo=UTC)
    fixed = {"status": "todo", "priority": "high", "due_before": middle, "after": middle}
    return {**one, **fixed, "after_id": UUID(int=2**127), "limit": 21}


@pytest.mark.parametrize(("sort", "start", "filter_name"), SHAPES)
async def test_a_page_is_found_by_an_index_and_nothing_is_read_in_vain(
    database_url: str, sort: str, start: Start, filter_name: str
) -> None:
    await execute(database_url, MANY)
    filters = (filter_name,) if filter_name else ()
    statement = page_statement(rows, Shape(sort, filters, frozenset({"all"}), deleted=False, start=start))
    dialect = open_database(core_settings()).engine.dialect
    compiled = statement.compile(dialect=dialect)
    known = await _values(database_url)
    values = [known[name] for name in compiled.positiontup or ()]

    lines = await fetch(database_url, f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) {compiled}", *values)

    plan = "\n".join(line["QUERY PLAN"] for line in lines)
    assert "Index Scan" in plan, plan
    assert "Seq Scan" not in plan, plan
    assert "Rows Removed by Filter" not in plan, plan
