"""Storage: files that are attached to rows, in a folder, in MinIO or in any S3 (template-owned)."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Final

from pydantic import BeforeValidator, Field, HttpUrl, SecretStr, ValidationInfo, field_validator

from app.kit.component import Component
from app.kit.durations import Duration
from app.kit.service import this_service
from app.kit.settings import Backend, Environment, SettingsModel
from app.kit.storage.server import S3Server

# Upon this event whoever judges files looks at one: a component whose jobs are in the queue `scan`.
COMPLETED: Final = "attachment.completed"
_MIB: Final = 1_048_576
_DEVELOPMENT_KEY: Final = "minioadmin"


def _host(value: object) -> object:
    if isinstance(value, str) and ("/" in value or ":" in value):
        raise ValueError("must be a host name alone, as in localhost; MINIO_PORT and MINIO_TLS say the rest")
    return value


class StorageSettings(SettingsModel):
    """Where files are: where no server is named in a folder below DATA_DIR, which production refuses."""

    minio_endpoint: Annotated[str, BeforeValidator(_host)] | None = Field(
        None, description="Host name of MinIO or any S3; unset: a folder below DATA_DIR"
    )
    minio_port: int = Field(9000, ge=1, le=65535, description="Port of MinIO or S3; 443 for AWS")
    minio_access_key: str | None = Field(None, description="Log-in there; unset: the machine's role at AWS")
    minio_secret_key: SecretStr | None = Field(None, description="Secret of that log-in")
    minio_bucket: str = Field("uploads", description="Bucket; outside production it is made where it is missing")
    minio_region: str = Field("us-east-1", description="Region of the bucket")
    minio_tls: bool = Field(False, description="Whether the server speaks TLS")
    minio_tls_ca: Path | None = Field(None, description="Certificate of a private authority, with MINIO_TLS")
    minio_public_url: HttpUrl | None = Field(
        None, description="Where browsers reach the server, for links; unset: where the service does"
    )
    minio_timeout: Duration = Field(timedelta(seconds=3), description="Longest wait for one operation of the server")
    storage_prefix: str | None = Field(
        None,
        pattern=r"^[a-z0-9][a-z0-9-]*$",
        max_length=100,
        description="What the keys of new files begin with; unset: the service's slug and ENVIRONMENT",
    )
    storage_max_bytes: int = Field(25 * _MIB, ge=1, le=5 * 1024 * _MIB, description="Largest file, bytes")
    storage_quota_bytes: int = Field(10 * 1024 * _MIB, ge=1, description="All files of an organization, bytes")
    storage_link_ttl: Duration = Field(timedelta(minutes=15), description="How long a link to a file is good")
    storage_pending_retention: Duration = Field(
        timedelta(hours=1), description="How long a file that was announced is waited for; longer than STORAGE_LINK_TTL"
    )
    storage_refused_retention: Duration = Field(
        timedelta(days=30), description="How long quarantined files, and the entries of rejected ones, are kept"
    )

    @field_validator("storage_pending_retention")
    @classmethod
    def _outlives_links(cls, value: timedelta, info: ValidationInfo) -> timedelta:
        # Not there where it is wrong itself.
        longest = info.data.get("storage_link_ttl")
        if longest is not None and value <= longest:
            raise ValueError("must be longer than STORAGE_LINK_TTL: while its link is good a file may still come")
        return value

    @property
    def backend(self) -> Backend:
        return "real" if self.minio_endpoint else "embedded"

    @property
    def server(self) -> S3Server | None:
        """The server that holds the files; none: the folder."""
        if not self.minio_endpoint:
            return None
        url = f"{'https' if self.minio_tls else 'http'}://{self.minio_endpoint}:{self.minio_port}"
        return S3Server(
            url=url,
            public_url=str(self.minio_public_url or url).rstrip("/"),
            bucket=self.minio_bucket,
            region=self.minio_region,
            access_key=self.minio_access_key,
            secret_key=self.minio_secret_key.get_secret_value() if self.minio_secret_key else None,
            authority=self.minio_tls_ca,
        )

    def prefix_in(self, environment: Environment) -> str:
        """What keys begin with, to the slash: what lies elsewhere in the bucket may be another service's."""
        return f"{self.storage_prefix or f'{this_service().slug}-{environment}'}/"

    def production_faults(self) -> Iterator[tuple[str, str]]:
        if self.server is None:
            yield "MINIO_ENDPOINT", "is not set; files in a folder are for development: give a MinIO or any S3"
            return
        if not self.server.public_url.startswith("https:"):
            yield "MINIO_PUBLIC_URL", "is not HTTPS: links, and the files behind them, could be read on their way"
        if _DEVELOPMENT_KEY in (self.server.access_key, self.server.secret_key):
            yield "MINIO_ACCESS_KEY", "is the development log-in; give the service a key of its own"


component = Component(name="storage", settings=StorageSettings, extends="attachable")


def holds_back(components: Iterable[Component]) -> bool:
    """Whether a file is judged before anybody gets it: some component scans what was completed."""
    return any(each.queue == "scan" and COMPLETED in each.handles for each in components)
