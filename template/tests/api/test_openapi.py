"""`openapi`, and the document that it writes (template-owned)."""

import json
from pathlib import Path

import pytest
from httpx2 import Response
from tests.api.conftest import SettingsOf
from tests.api.notes import notes_router
from tests.api.service import open_service
from tests.commands import run


async def _document(settings: SettingsOf) -> Response:
    async with open_service(settings(), notes_router()) as service:
        return await service.client.get("/openapi.json")


def test_the_command_writes_the_document_without_any_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    nowhere = {"DATABASE_URL": "postgresql://127.0.0.1:1/app", "REDIS_URL": "redis://127.0.0.1:1"}

    done = run("openapi", **nowhere)

    assert (done.returncode, done.stdout, done.stderr) == (0, "openapi.json has been written.\n", "")
    document = json.loads((tmp_path / "openapi.json").read_text())
    assert document["openapi"].startswith("3.1")
    assert "/health/ready" in document["paths"]


async def test_each_operation_documents_the_problems_that_all_share(settings: SettingsOf) -> None:
    paths = (await _document(settings)).json()["paths"]

    assert list(paths["/api/v1/tried-notes"]["get"]["responses"]) == [
        "200",
        "401",
        "403",
        "422",
        "429",
        "500",
        "503",
    ]
    assert list(paths["/api/v1/tried-notes"]["post"]["responses"]) == [
        "200",
        "400",
        "401",
        "403",
        "408",
        "413",
        "415",
        "422",
        "429",
        "500",
        "503",
    ]
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    assert paths["/api/v1/tried-notes"]["get"]["responses"]["503"]["content"] == problem


async def test_answers_that_ask_for_something_name_the_header_that_says_it(settings: SettingsOf) -> None:
    responses = (await _document(settings)).json()["paths"]["/api/v1/tried-notes"]["get"]["responses"]

    assert {status: list(answer.get("headers", {})) for status, answer in responses.items()} == {
        "200": [],
        "401": ["WWW-Authenticate"],
        "403": [],
        "422": [],
        "429": ["Retry-After"],
        "500": [],
        "503": ["Retry-After"],
    }


async def test_a_patch_may_be_sent_as_a_merge_patch(settings: SettingsOf) -> None:
    patch = (await _document(settings)).json()["paths"]["/api/v1/tried-notes/{id}"]["patch"]

    assert sorted(patch["requestBody"]["content"]) == ["application/json", "application/merge-patch+json"]


async def test_a_patch_names_no_defaults_since_what_it_leaves_out_stays(settings: SettingsOf) -> None:
    schemas = (await _document(settings)).json()["components"]["schemas"]

    assert schemas["NotePatch"]["properties"] == {"title": {"title": "Title", "type": "string"}}
    assert schemas["NoteInput"]["properties"]["kind"]["default"] == "plain"


async def test_no_parameter_is_ever_null_and_if_match_is_never_left_out(settings: SettingsOf) -> None:
    paths = (await _document(settings)).json()["paths"]
    listed = {one["name"]: one for one in paths["/api/v1/tried-notes"]["get"]["parameters"]}
    changed = {one["name"]: one for one in paths["/api/v1/tried-notes/{id}"]["patch"]["parameters"]}
    created = {one["name"]: one for one in paths["/api/v1/tried-notes"]["post"]["parameters"]}

    assert (listed["kind"]["required"], listed["kind"]["schema"]) == (False, {"title": "Kind", "type": "string"})
    assert (changed["If-Match"]["required"], changed["If-Match"]["schema"]["type"]) == (True, "string")
    assert created["Idempotency-Key"]["required"] is False
    assert created["Idempotency-Key"]["schema"]["pattern"] == "^[!-~]+$"


async def test_the_frameworks_own_errors_are_not_in_it(settings: SettingsOf) -> None:
    schemas = (await _document(settings)).json()["components"]["schemas"]

    assert {"Problem", "ProblemField"} <= set(schemas)
    assert not {"HTTPValidationError", "ValidationError"} & set(schemas)


async def test_the_page_loads_nothing_from_elsewhere(settings: SettingsOf) -> None:
    async with open_service(settings()) as service:
        page = await service.client.get("/docs")
        script = await service.client.get("/docs/swagger-ui-bundle.js")

    nonce = page.headers["content-security-policy"].partition("'nonce-")[2].partition("'")[0]
    assert f'<script nonce="{nonce}">' in page.text
    assert "http://" not in page.text.replace("http://www.w3.org", "")
    assert "https://" not in page.text
    assert (script.status_code, script.headers["content-type"]) == (200, "text/javascript; charset=utf-8")


async def test_documentation_can_be_turned_off(settings: SettingsOf) -> None:
    async with open_service(settings(DOCS_ENABLED="false")) as service:
        answers = [await service.client.get(path) for path in ("/docs", "/openapi.json", "/docs/swagger-ui.css")]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
