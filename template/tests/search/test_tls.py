"""TLS to Elasticsearch: a right certificate is believed, a wrong one is not (template-owned)."""

import asyncio
import os
from pathlib import Path

import pytest
from opensearchpy import OpenSearch
from tests.forwarding import forwarding
from tests.tls import certificates_in

from app.domain.search.server import Indexes
from app.kit.search.calls import ServerNotWellError, measured
from app.kit.search.urls import parse_elasticsearch_url


def _ping(url: str) -> None:
    with OpenSearch(**parse_elasticsearch_url(url).client_arguments(5)) as client, measured("other", "health"):
        Indexes(client, "test").ping()


@pytest.mark.integration("ELASTICSEARCH_URL")
async def test_the_server_is_verified(tmp_path: Path) -> None:
    certificates = certificates_in(tmp_path)
    async with forwarding(lambda: os.environ["ELASTICSEARCH_URL"], tls=certificates.server) as secure:
        url = secure.url.replace("127.0.0.1", "localhost").replace("http:", "https:", 1)
        await asyncio.to_thread(_ping, f"{url}?ca_certs={certificates.right}")
        for asked in (f"{url}?ca_certs={certificates.wrong}", url):
            with pytest.raises(ServerNotWellError, match="SSLError"):
                await asyncio.to_thread(_ping, asked)
