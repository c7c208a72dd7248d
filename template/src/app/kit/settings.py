"""The settings of every service, read from the environment alone (template-owned; guide, "Environment Variables").

A component adds a class of its own in `app/components/`; `app.components.load_settings` reads them all together.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import BeforeValidator, Field, HttpUrl, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from app.kit.durations import Duration
from app.kit.rates import Rate, parse_rate
from app.kit.service import this_service
from app.kit.urls import PostgresServer, RedisServer, parse_postgres_url, parse_redis_url

S = TypeVar("S", bound="SettingsModel")
Environment = Literal["development", "test", "staging", "production"]
Backend = Literal["embedded", "real"]
DEVELOPMENT_SEED_PASSWORD = "correct horse battery staple"  # noqa: S105 - the published development default


class SettingsError(Exception):
    """The environment can't be used; its text lists every fault with the variable and the fix."""


def _split_list(value: object) -> object:
    if isinstance(value, str):
        return tuple(item.strip() for item in value.split(",") if item.strip())
    return value


TextList = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split_list)]
# `off` is None: no limit.
Limit = Annotated[Rate | None, NoDecode, BeforeValidator(parse_rate)]


class SettingsModel(BaseSettings):
    """Base of all settings: the field's name in capitals is the variable; an empty variable counts as unset."""

    model_config = SettingsConfigDict(
        frozen=True, extra="ignore", env_ignore_empty=True, hide_input_in_errors=True, arbitrary_types_allowed=True
    )

    def production_faults(self) -> Iterator[tuple[str, str]]:
        """Yield (VARIABLE, what is wrong and how to mend it) for what production must not run with."""
        yield from ()


class CoreSettings(SettingsModel):
    """What every service reads."""

    environment: Environment = Field("development", description="Where the service runs")
    service_version: str = Field("0.0.0+local", description="Version shown in logs; the image sets it")
    host: str = Field("127.0.0.1", description="Address to listen on; the image sets 0.0.0.0")
    port: int = Field(3000, ge=1, le=65535, description="Port of the HTTP API")
    api_version: Literal["v1"] = Field("v1", description="Version of the API in its paths; this release serves v1")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least severe level logged")
    log_format: Literal["json", "console"] | None = Field(
        None, description="json, or console for people; unset: console in development, else json"
    )
    database_url: Annotated[PostgresServer, NoDecode, BeforeValidator(parse_postgres_url)] = Field(
        description="PostgreSQL 15 or later; `sslmode` and `sslrootcert` as in libpq"
    )
    database_timeout: Duration = Field(
        timedelta(seconds=4), description="Longest wait for a connection or one statement"
    )
    database_pool_size: int = Field(10, ge=1, le=500, description="Most connections of one process")
    redis_url: Annotated[RedisServer, NoDecode, BeforeValidator(parse_redis_url)] = Field(
        description="Redis 7 or Valkey; `rediss://` for TLS, with `?ssl_ca_certs=FILE` for a private authority"
    )
    redis_timeout: Duration = Field(timedelta(milliseconds=100), description="Longest wait for one Redis command")
    worker_concurrency: int = Field(
        4, ge=1, le=100, description="Jobs that one worker does at once; each may take two connections of its pool"
    )
    secret_key_path: Path = Field(
        Path("keys/secret.key"), description="File of secret keys, one a line, newest first; made by `just keys`"
    )
    secret_key: SecretStr | None = Field(None, description="The content itself, instead of SECRET_KEY_PATH")
    jwt_private_key_path: Path = Field(
        Path("keys/private.pem"), description="RSA key that access tokens are signed with; made by `just keys`"
    )
    jwt_private_key: SecretStr | None = Field(None, description="The content itself, instead of JWT_PRIVATE_KEY_PATH")
    jwt_public_key_path: Path = Field(
        Path("keys/public.pem"), description="RSA keys that access tokens are checked with, newest first"
    )
    jwt_public_key: SecretStr | None = Field(None, description="The content itself, instead of JWT_PUBLIC_KEY_PATH")
    jwt_access_token_ttl: Duration = Field(timedelta(minutes=15), description="Life of an access token")
    jwt_refresh_token_ttl: Duration = Field(timedelta(days=7), description="Life of a session, from its log-in on")
    jwt_issuer: str | None = Field(None, description="Issuer of access tokens; unset: urn:service:SLUG")
    jwt_audience: str | None = Field(None, description="Audience of access tokens; unset: the service's slug")
    rate_limit_api: Limit = Field(Rate(300, 60), description="Requests per address and operation; off: no limit")
    rate_limit_register: Limit = Field(Rate(20, 60), description="Registrations per address; off: no limit")
    rate_limit_login_pair: Limit = Field(
        Rate(10, 900), description="Failed log-ins per account and address; off: no limit"
    )
    rate_limit_login_address: Limit = Field(Rate(30, 900), description="Failed log-ins per address; off: no limit")
    rate_limit_login_account: Limit = Field(
        Rate(50, 900),
        description="Failed log-ins per account from addresses that it was not used from in 30 days; off: no limit",
    )
    job_retention: Duration = Field(timedelta(days=7), description="How long jobs that are done are kept")
    outbox_retention: Duration = Field(timedelta(days=7), description="How long events that were relayed are kept")
    idempotency_retention: Duration = Field(
        timedelta(hours=24), description="How long first answers are kept; they are repeated for 24 hours at most"
    )
    token_retention: Duration = Field(
        timedelta(days=1), description="How long refresh tokens are kept after the end of their session"
    )
    session_retention: Duration = Field(
        timedelta(days=30),
        description="How long sessions are kept after their end; they tell usual addresses from new ones",
    )
    deleted_retention: Duration = Field(
        timedelta(days=90), description="How long deleted rows of resources can be restored, before they are removed"
    )
    allowed_hosts: TextList = Field(
        (), description="Host names served, comma-separated; empty: any (not in production)"
    )
    cors_allowed_origins: TextList = Field((), description="Origins that browsers may call from, comma-separated")
    trusted_proxy_hops: int = Field(0, ge=0, le=10, description="Proxies in front whose X-Forwarded-For is believed")
    body_limit: int = Field(1_048_576, ge=1024, description="Largest request body, bytes")
    request_timeout: Duration = Field(timedelta(seconds=10), description="Every request ends within this")
    shutdown_drain_seconds: int | None = Field(
        None, ge=0, le=300, description="Seconds to go on serving after SIGTERM; unset: 15 in production, else 0"
    )
    metrics_port: int | None = Field(
        None, ge=1, le=65535, description="Port of /metrics; unset: only on the API outside production"
    )
    otel_exporter_otlp_endpoint: HttpUrl | None = Field(
        None, description="Collector that gets traces by OTLP over HTTP; unset: none are exported"
    )
    otel_traces_sampler_arg: float = Field(
        0.1, ge=0, le=1, description="Share of traces that are recorded where the caller has not decided"
    )
    listen_fd: int | None = Field(
        None, description="Inherited listening socket, instead of HOST and PORT; `just dev` sets it"
    )
    docs_enabled: bool | None = Field(None, description="Serve /docs and /openapi.json; unset: not in production")
    embedded_servers: TextList = Field(
        (), description="Servers that are embedded ones (`just dev` and tests set it); refused in production"
    )
    data_dir: Path = Field(Path(".dev"), description="Folder of the embedded servers' data; development only")
    seed_password: SecretStr = Field(
        SecretStr(DEVELOPMENT_SEED_PASSWORD), description="Password of the demo users that `seed` makes"
    )

    @property
    def is_production(self) -> bool:
        return self.environment == "production"

    @property
    def serves_docs(self) -> bool:
        return not self.is_production if self.docs_enabled is None else self.docs_enabled

    @property
    def issuer(self) -> str:
        return self.jwt_issuer or f"urn:service:{this_service().slug}"

    @property
    def audience(self) -> str:
        return self.jwt_audience or this_service().slug

    @property
    def drain_seconds(self) -> int:
        if self.shutdown_drain_seconds is None:
            return 15 if self.is_production else 0
        return self.shutdown_drain_seconds

    @property
    def writes_json_logs(self) -> bool:
        return (self.log_format or ("console" if self.environment == "development" else "json")) == "json"

    def backend_of(self, server: str) -> Backend:
        """Whether `server` ("postgres", "redis") is an embedded one or a real one."""
        return "embedded" if server in self.embedded_servers else "real"

    def production_faults(self) -> Iterator[tuple[str, str]]:
        if self.embedded_servers:
            yield "EMBEDDED_SERVERS", "embedded servers are for development; unset it and give the real servers' URLs"
        if not self.allowed_hosts:
            yield "ALLOWED_HOSTS", "is not set; give the host names this service answers to"
        if self.log_format == "console":
            yield "LOG_FORMAT", "console is for development; unset it or set json"
        if self.database_url.password in ("dev", "postgres") or self.database_url.user == "dev":
            yield "DATABASE_URL", "holds the development log-in; give the server a user and password of its own"
        for name in ("secret_key", "jwt_private_key", "jwt_public_key"):
            if getattr(self, name) is None and not getattr(self, f"{name}_path").is_file():
                variable = name.upper()
                yield f"{variable}_PATH", f"names no file; run `just keys`, or give the content as {variable}"
        for name in type(self).model_fields:
            if name.startswith("rate_limit_") and getattr(self, name) is None:
                yield name.upper(), "off is for development; give a limit, as in 300/1m"


def load(*classes: type[SettingsModel]) -> dict[type[SettingsModel], SettingsModel]:
    """Read all the classes from the environment at once.

    Raises:
        SettingsError: with every fault of every class, so that one start shows them all.
    """
    loaded: dict[type[SettingsModel], SettingsModel] = {}
    faults: dict[str, str] = {}
    for cls in classes:
        try:
            loaded[cls] = cls()
        except ValidationError as error:
            faults |= dict(_faults(error))
    core = loaded.get(CoreSettings)
    if isinstance(core, CoreSettings) and core.is_production:
        faults |= {name: text for settings in loaded.values() for name, text in settings.production_faults()}
    if faults:
        raise SettingsError(_report(faults.items()))
    return loaded


def _faults(error: ValidationError) -> Iterator[tuple[str, str]]:
    for fault in error.errors(include_input=False, include_url=False, include_context=False):
        name = str(fault["loc"][0]).upper()
        if fault["type"] == "missing":
            yield name, "is not set; `just dev` starts an embedded server, or copy .env.example to .env"
        else:
            yield name, fault["msg"].removeprefix("Value error, ")


def _report(faults: Iterable[tuple[str, str]]) -> str:
    lines = [f"  {name}: {text}" for name, text in sorted(faults)]
    return f"{this_service().slug} can't start, {len(lines)} setting(s) to mend:\n" + "\n".join(lines)
