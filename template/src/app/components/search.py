"""Search: what can be found of the rows of resources, in Elasticsearch or OpenSearch (template-owned)."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator, Field
from pydantic_settings import NoDecode

from app.kit.component import Component
from app.kit.durations import Duration
from app.kit.search.urls import SearchServer, parse_elasticsearch_url
from app.kit.service import this_service
from app.kit.settings import Backend, SettingsModel


class SearchSettings(SettingsModel):
    """Where the indexes are: without ELASTICSEARCH_URL in PostgreSQL, which production refuses."""

    elasticsearch_url: Annotated[SearchServer, NoDecode, BeforeValidator(parse_elasticsearch_url)] | None = Field(
        None,
        description="Elasticsearch 8 or OpenSearch; `https://` for TLS, with `?ca_certs=FILE` for a private authority;"
        " unset: a table in PostgreSQL",
    )
    elasticsearch_timeout: Duration = Field(
        timedelta(seconds=2), description="Longest wait for one request to Elasticsearch"
    )
    elasticsearch_prefix: str | None = Field(
        None,
        pattern=r"^[a-z0-9][a-z0-9-]*$",
        max_length=100,
        description="What the names of all indexes begin with; unset: the service's slug",
    )
    search_deleted_retention: Duration = Field(
        timedelta(days=1), description="How long it is remembered of a deleted row that it was found once"
    )

    @property
    def backend(self) -> Backend:
        return "real" if self.elasticsearch_url else "embedded"

    @property
    def prefix(self) -> str:
        """What the names of all indexes begin with."""
        return self.elasticsearch_prefix or this_service().slug

    def production_faults(self) -> Iterator[tuple[str, str]]:
        if not self.elasticsearch_url:
            yield (
                "ELASTICSEARCH_URL",
                "is not set; search in PostgreSQL is for development: give an Elasticsearch or OpenSearch",
            )
        elif self.elasticsearch_url.password and not self.elasticsearch_url.tls:
            yield "ELASTICSEARCH_URL", "has no TLS; the password would be sent readable: begin it with https://"


component = Component(name="search", settings=SearchSettings, follows="searchable", queue="search")
