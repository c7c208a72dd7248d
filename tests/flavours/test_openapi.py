"""The OpenAPI documents of the flavours describe the same operations, parameters, statuses and schemas."""

import json
import urllib.request
from typing import Any

from extensions.answers import FRAMEWORKS
from tests.flavours.documents import differences, operations, schemas
from tests.services import Service

# Place in the document, and why the two may differ there.
ALLOWED: dict[str, str] = {}


def _documents(running: dict[str, Service]) -> list[dict[str, Any]]:
    found = []
    for framework in FRAMEWORKS:
        with urllib.request.urlopen(f"{running[framework].base_url}/openapi.json", timeout=10) as reply:
            found.append(json.load(reply))
    return found


def test_they_differ_in_nothing_that_has_no_reason(running: dict[str, Service]) -> None:
    first, second = _documents(running)
    found = [
        *differences(operations(first), operations(second)),
        *differences(schemas(first), schemas(second)),
    ]

    assert len(operations(first)) > 30
    assert [one for one in found if one[0] not in ALLOWED] == []
    assert {place for place, _, _ in found} == ALLOWED.keys()


def test_they_have_the_same_version_and_the_same_name(running: dict[str, Service]) -> None:
    first, second = _documents(running)

    assert (first["openapi"], first["info"]["title"], first["info"]["version"]) == (
        *(second["openapi"], second["info"]["title"], second["info"]["version"]),
    )
