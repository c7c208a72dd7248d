"""Settings: every fault at once, with its fix, and never a value (template-owned)."""

from datetime import timedelta
from pathlib import Path

import pytest
from tests.environment import core_settings, environment, service_environment

from app.components import load_settings
from app.kit.rates import Rate
from app.kit.service import this_service
from app.kit.settings import SettingsError

PRODUCTION = {
    "ENVIRONMENT": "production",
    "EMBEDDED_SERVERS": "",
    "ALLOWED_HOSTS": "api.example.net",
    "DATABASE_URL": "postgresql://service:hunter2@db.internal/app",
    "CLAMAV_HOST": "clamd.internal",
    "MINIO_ENDPOINT": "minio.internal",
    "MINIO_TLS": "true",
    "ELASTICSEARCH_URL": "http://search.internal:9200",
    "MONGODB_URL": "mongodb://mongo.internal/app",
    "SMTP_HOST": "smtp.internal",
    "SMTP_FROM": "service@example.net",
}


def _faults(**given: str) -> str:
    with environment(service_environment(**given)), pytest.raises(SettingsError) as caught:
        load_settings()
    return str(caught.value)


def test_two_servers_are_all_that_must_be_set() -> None:
    with environment({"DATABASE_URL": "postgresql://localhost/app", "REDIS_URL": "redis://localhost"}):
        core = load_settings().core

    assert (core.environment, core.port, core.log_level, core.host) == ("development", 3000, "info", "127.0.0.1")
    assert core.database_timeout.total_seconds() == 4
    assert core.request_timeout.total_seconds() == 10
    assert core.redis_timeout.total_seconds() == 0.1
    assert (core.body_limit, core.trusted_proxy_hops, core.drain_seconds) == (1_048_576, 0, 0)
    assert core.secret_key_path == Path("keys/secret.key")
    assert (core.jwt_private_key_path, core.jwt_public_key_path) == (Path("keys/private.pem"), Path("keys/public.pem"))
    assert (core.jwt_access_token_ttl, core.jwt_refresh_token_ttl) == (timedelta(minutes=15), timedelta(days=7))
    assert (core.issuer, core.audience) == (f"urn:service:{this_service().slug}", this_service().slug)
    limits = (core.rate_limit_api, core.rate_limit_register)
    log_in = (core.rate_limit_login_pair, core.rate_limit_login_address, core.rate_limit_login_account)
    assert limits == (Rate(300, 60), Rate(20, 60))
    assert log_in == (Rate(10, 900), Rate(30, 900), Rate(50, 900))
    assert (core.allowed_hosts, core.cors_allowed_origins, core.metrics_port) == ((), (), None)


def test_a_missing_server_is_named_with_the_fix() -> None:
    assert _faults(DATABASE_URL="", REDIS_URL="") == (
        f"{this_service().slug} can't start, 2 setting(s) to mend:\n"
        "  DATABASE_URL: is not set; `just dev` starts an embedded server, or copy .env.example to .env\n"
        "  REDIS_URL: is not set; `just dev` starts an embedded server, or copy .env.example to .env"
    )


def test_every_fault_is_listed_at_once_and_no_value_is_shown() -> None:
    text = _faults(
        DATABASE_URL="hunter2",
        REDIS_URL="redis://localhost/hunter2",
        PORT="hunter2",
        API_VERSION="hunter2",
        REQUEST_TIMEOUT="hunter2",
        LOG_LEVEL="hunter2",
        TRUSTED_PROXY_HOPS="11",
        ENVIRONMENT="hunter2",
    )

    assert [line.partition(":")[0].strip() for line in text.splitlines()[1:]] == [
        "API_VERSION",
        "DATABASE_URL",
        "ENVIRONMENT",
        "LOG_LEVEL",
        "PORT",
        "REDIS_URL",
        "REQUEST_TIMEOUT",
        "TRUSTED_PROXY_HOPS",
    ]
    assert "REQUEST_TIMEOUT: write a whole number and a unit: ms, s, m, h or d, as in 15m or 7d" in text
    assert "hunter2" not in text


def test_an_empty_variable_counts_as_unset() -> None:
    assert core_settings(PORT="", LOG_LEVEL="", METRICS_PORT="").port == 3000


def test_lists_are_split_at_commas() -> None:
    assert core_settings(ALLOWED_HOSTS=" a.example, ,b.example,").allowed_hosts == ("a.example", "b.example")


def test_production_refuses_every_development_default_at_once(tmp_path: Path) -> None:
    text = _faults(
        ENVIRONMENT="production",
        EMBEDDED_SERVERS="postgres,redis",
        DATABASE_URL="postgresql://dev:dev@localhost/app",
        LOG_FORMAT="console",
        RATE_LIMIT_API="off",
        RATE_LIMIT_LOGIN_PAIR="off",
        **dict.fromkeys(("SECRET_KEY", "JWT_PRIVATE_KEY", "JWT_PUBLIC_KEY"), ""),
        **{f"{name}_PATH": str(tmp_path / "none") for name in ("SECRET_KEY", "JWT_PRIVATE_KEY", "JWT_PUBLIC_KEY")},
    )

    found = [line.partition(":")[0].strip() for line in text.splitlines()[1:]]
    core = [
        "ALLOWED_HOSTS",
        "DATABASE_URL",
        "EMBEDDED_SERVERS",
        "JWT_PRIVATE_KEY_PATH",
        "JWT_PUBLIC_KEY_PATH",
        "LOG_FORMAT",
        "RATE_LIMIT_API",
        "RATE_LIMIT_LOGIN_PAIR",
        "SECRET_KEY_PATH",
    ]
    of_components = ("CLAMAV_", "ELASTICSEARCH_", "MINIO_", "MONGODB_", "SMTP_")
    assert [name for name in found if not name.startswith(of_components)] == core


def test_production_starts_with_values_of_its_own() -> None:
    core = core_settings(**PRODUCTION)

    assert (core.is_production, core.serves_docs, core.drain_seconds, core.writes_json_logs) == (True, False, 15, True)


def test_production_takes_a_key_file_that_is_there(tmp_path: Path) -> None:
    file = tmp_path / "secret.key"
    file.write_text("k" * 32)

    assert core_settings(**PRODUCTION, SECRET_KEY="", SECRET_KEY_PATH=str(file)).secret_key_path == file


@pytest.mark.parametrize("log_in", ["dev:other", "app:dev", "app:postgres"])
def test_production_refuses_a_development_log_in(log_in: str) -> None:
    text = _faults(**PRODUCTION | {"DATABASE_URL": f"postgresql://{log_in}@db/app"})

    assert "DATABASE_URL: holds the development log-in" in text
    assert "dev:other" not in text


def test_docs_and_drain_can_be_set_in_production() -> None:
    core = core_settings(**PRODUCTION, DOCS_ENABLED="true", SHUTDOWN_DRAIN_SECONDS="3")

    assert (core.serves_docs, core.drain_seconds) == (True, 3)


@pytest.mark.parametrize(
    ("where", "form", "is_json"),
    [
        ("development", "", False),
        ("development", "json", True),
        ("test", "", True),
        ("staging", "console", False),
    ],
)
def test_logs_are_json_except_for_people(where: str, form: str, is_json: bool) -> None:
    assert core_settings(ENVIRONMENT=where, LOG_FORMAT=form).writes_json_logs is is_json


def test_a_server_is_real_unless_it_is_named_as_embedded() -> None:
    core = core_settings(EMBEDDED_SERVERS="redis")

    assert (core.backend_of("postgres"), core.backend_of("redis")) == ("real", "embedded")


def test_secrets_are_in_no_representation() -> None:
    core = core_settings(
        DATABASE_URL="postgresql://a:hunter2@localhost/app",
        REDIS_URL="redis://:hunter2@localhost",
        SECRET_KEY="hunter2" * 8,
        SEED_PASSWORD="hunter2 hunter2",
    )

    assert "hunter2" not in repr(core)
