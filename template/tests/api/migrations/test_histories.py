"""What the tables in Python say, and what the database has (template-owned)."""

from tests.api.database import execute

from app.kit.urls import parse_postgres_url
from app.migrations.run import has_differences, upgrade


async def test_the_tables_in_python_are_those_of_the_database(empty_database: str) -> None:
    server = parse_postgres_url(empty_database)
    await upgrade(server)
    assert not await has_differences(server)
    await execute(empty_database, "ALTER TABLE users DROP COLUMN name")
    assert await has_differences(server)
