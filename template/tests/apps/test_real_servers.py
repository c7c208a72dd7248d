"""What only real servers can show; DATABASE_URL and REDIS_URL must name such (template-owned)."""

import pytest
from django.db import connection
from tests.apps.application import application
from tests.environment import core_settings

from app.apps.redis.client import open_redis


@pytest.mark.integration("DATABASE_URL")
@pytest.mark.django_db
def test_postgres_is_new_enough() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int")
        (number,) = cursor.fetchone()

    assert number >= 150_000


@pytest.mark.integration("REDIS_URL")
def test_redis_is_new_enough() -> None:
    redis = open_redis(core_settings())
    information = redis.info("server")
    redis.close()

    assert int(str(information["redis_version"]).partition(".")[0]) >= 7


@pytest.mark.integration("DATABASE_URL", "REDIS_URL")
@pytest.mark.django_db(transaction=True)
def test_health_calls_both_real() -> None:
    with application() as client:
        checks = client.get("/health/ready").json()["checks"]

    expected = {"status": "ok", "backend": "real", "detail": "answers"}
    assert (checks["postgres"], checks["redis"]) == (expected, expected)
