"""How the span of an SQL statement is named: by its table, never by what somebody sent (template-owned)."""

import pytest

from app.kit.statements import describe


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("SELECT id FROM users WHERE id = %s", "SELECT users"),
        ('SELECT "users"."id" AS "id", "users"."name" FROM "users" WHERE "users"."id" = %s', "SELECT users"),
        ("SELECT 'x FROM hunter2' FROM users", "SELECT"),
        ("SELECT (SELECT 1 FROM a) FROM b", "SELECT"),
        ("SELECT count(*)\nFROM users", "SELECT users"),
        ('INSERT INTO "users" ("id") VALUES (%s)', "INSERT users"),
        ("UPDATE public.users SET name = 'hunter2'", "UPDATE public.users"),
        ("DELETE FROM users", "DELETE users"),
        ("BEGIN", "BEGIN"),
        ("", "SQL"),
    ],
)
def test_a_statement_is_named_by_its_table(statement: str, name: str) -> None:
    found, attributes = describe(statement)
    assert found == name
    assert attributes.get("db.query.summary", name) == name
    assert "hunter2" not in str(attributes)
