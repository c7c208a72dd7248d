"""Documents: the audit trail of every write, in MongoDB or DocumentDB (template-owned)."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator, Field
from pydantic_settings import NoDecode

from app.kit.component import Component
from app.kit.documents.urls import MongoServer, parse_mongodb_url
from app.kit.durations import Duration
from app.kit.settings import Backend, SettingsModel


class DocumentsSettings(SettingsModel):
    """Where documents are kept: without MONGODB_URL in PostgreSQL, which production refuses."""

    mongodb_url: Annotated[MongoServer, NoDecode, BeforeValidator(parse_mongodb_url)] | None = Field(
        None,
        description="MongoDB 7 or DocumentDB, with `?tls=true&tlsCAFile=FILE` for TLS; unset: a table in PostgreSQL",
    )
    mongodb_timeout: Duration = Field(timedelta(seconds=2), description="Longest wait for one operation of MongoDB")

    @property
    def backend(self) -> Backend:
        return "real" if self.mongodb_url else "embedded"

    def production_faults(self) -> Iterator[tuple[str, str]]:
        if not self.mongodb_url:
            yield "MONGODB_URL", "is not set; documents in PostgreSQL are for development: give a MongoDB or DocumentDB"


component = Component(name="documents", settings=DocumentsSettings, follows="audited")
