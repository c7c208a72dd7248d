"""`openapi`, and the document that it writes (template-owned)."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.commands import run, serving

from app.site.docs import openapi_document


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return openapi_document()


def test_the_command_writes_the_document_without_any_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    nowhere = {"DATABASE_URL": "postgresql://127.0.0.1:1/app", "REDIS_URL": "redis://127.0.0.1:1"}

    done = run("openapi", **nowhere)

    assert (done.returncode, done.stdout, done.stderr) == (0, "openapi.json has been written.\n", "")
    document = json.loads((tmp_path / "openapi.json").read_text())
    assert document["openapi"].startswith("3.1")
    assert "/health/ready" in document["paths"]


def test_each_operation_documents_the_problems_that_all_share(document: dict[str, Any]) -> None:
    responses = document["paths"]["/api/v1/users"]["get"]["responses"]
    assert list(responses) == ["200", "401", "403", "422", "429", "500", "503"]
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    assert responses["503"]["content"] == problem
    assert {status: list(answer.get("headers", {})) for status, answer in responses.items()} == {
        "200": [],
        "401": ["WWW-Authenticate"],
        "403": [],
        "422": [],
        "429": ["Retry-After"],
        "500": [],
        "503": ["Retry-After"],
    }


def test_a_patch_may_be_sent_as_a_merge_patch_and_names_no_defaults(document: dict[str, Any]) -> None:
    patch = document["paths"]["/api/v1/users/{id}"]["patch"]
    assert sorted(patch["requestBody"]["content"]) == ["application/json", "application/merge-patch+json"]
    assert patch["requestBody"]["required"] is True
    fields = document["components"]["schemas"]["UserPatch"]["properties"]
    assert fields == {
        "role": {"enum": ["Guest", "Member", "Manager", "OrgAdmin"], "type": "string"},
        "is_active": {"type": "boolean"},
    }


def test_no_parameter_is_ever_null_and_if_match_is_never_left_out(document: dict[str, Any]) -> None:
    paths = document["paths"]
    listed = {one["name"]: one for one in paths["/api/v1/users"]["get"]["parameters"]}
    changed = {one["name"]: one for one in paths["/api/v1/users/{id}"]["patch"]["parameters"]}
    assert listed["cursor"]["schema"] == {"type": "string"}
    assert listed["limit"]["schema"] == {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}
    assert (changed["If-Match"]["required"], changed["If-Match"]["schema"]["type"]) == (True, "string")
    assert changed["id"]["schema"] == {"type": "string", "format": "uuid"}


def test_the_page_loads_nothing_from_elsewhere(tmp_path: Path) -> None:
    with serving(tmp_path / "log") as service:
        page = service.client.get("/docs")
        script = service.client.get("/docs/swagger-ui-bundle.js")
    nonce = page.headers["content-security-policy"].partition("'nonce-")[2].partition("'")[0]
    assert f'<script nonce="{nonce}">' in page.text
    assert "http://" not in page.text.replace("http://www.w3.org", "")
    assert "https://" not in page.text
    assert (script.status_code, script.headers["content-type"]) == (200, "text/javascript; charset=utf-8")


def test_documentation_can_be_turned_off(tmp_path: Path) -> None:
    with serving(tmp_path / "log", DOCS_ENABLED="false") as service:
        paths = ("/docs", "/openapi.json", "/docs/swagger-ui.css")
        assert [service.client.get(path).status_code for path in paths] == [404, 404, 404]
