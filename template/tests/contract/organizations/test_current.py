"""The caller's organization (template-owned; contract, "HTTP", "Roles")."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from tests.contract.people import AUTH, People, Person, SeededPeople
from tests.contract.problems import assert_problem

CURRENT = "/api/v1/organizations/current"
FIELDS = {"id", "version", "created_at", "updated_at", "deleted_at", "created_by", "updated_by", "name"}
LOCALS = ["guest", "member", "manager", "admin", "superadmin"]


def read(person: Person) -> dict[str, Any]:
    response = person.client.get(CURRENT)
    assert response.status_code == 200, response.text
    organization: dict[str, Any] = response.json()
    return organization


def test_an_organization_carries_the_common_fields(registered: Person) -> None:
    response = registered.client.get(CURRENT)
    assert response.headers["content-type"] == "application/json"
    assert response.headers["etag"] == '"1"'
    organization = response.json()
    assert set(organization) == FIELDS
    assert (organization["id"], organization["version"]) == (registered.claims["org"], 1)
    assert organization["deleted_at"] is None
    assert organization["created_by"] == organization["updated_by"] == registered.id


@pytest.mark.parametrize("local", LOCALS)
def test_every_role_reads_its_own_organization(acting_as: SeededPeople, local: str) -> None:
    acme, globex = (read(acting_as(f"{local}@{domain}")) for domain in ("acme.example", "globex.example"))
    assert (acme["name"], globex["name"]) == ("Acme", "Globex")
    assert acme["id"] != globex["id"]


@pytest.mark.parametrize("media_type", ["application/json", "application/merge-patch+json"])
def test_an_org_admin_renames_it(registered: Person, media_type: str) -> None:
    before = read(registered)
    given = {"Content-Type": media_type, "If-Match": '"1"'}
    response = registered.client.patch(CURRENT, content='{"name": "Engines"}', headers=given)
    assert response.status_code == 200
    assert response.headers["etag"] == '"2"'
    organization = response.json()
    assert organization == read(registered)
    assert (organization["name"], organization["version"]) == ("Engines", 2)
    assert organization["updated_by"] == registered.id
    assert organization["updated_at"] > before["updated_at"]
    assert organization["created_at"] == before["created_at"]
    assert registered.client.get(f"{AUTH}/me").json()["organization"]["name"] == "Engines"


def test_a_new_name_ends_no_session(registered: Person) -> None:
    registered.client.patch(CURRENT, json={"name": "Engines"}, headers={"If-Match": "*"})
    assert registered.is_let_in()


@pytest.mark.parametrize("local", ["guest", "member", "manager"])
def test_a_lesser_role_does_not(acting_as: SeededPeople, local: str) -> None:
    person = acting_as(f"{local}@acme.example")
    assert_problem(person.client.patch(CURRENT, json={"name": "Mine"}, headers={"If-Match": "*"}), 403)
    assert read(person)["name"] == "Acme"


def test_an_empty_patch_changes_no_field(registered: Person) -> None:
    before = read(registered)
    response = registered.client.patch(CURRENT, json={}, headers={"If-Match": '"1"'})
    assert response.status_code == 200
    assert {**response.json(), "version": 1, "updated_at": ""} == {**before, "updated_at": ""}


def test_a_change_needs_the_current_version(registered: Person) -> None:
    assert_problem(registered.client.patch(CURRENT, json={"name": "Engines"}), 428)
    for tag, status in (('"2"', 412), ('W/"1"', 200), ('"1"', 412), ('"7", "2"', 200), ("*", 200)):
        response = registered.client.patch(CURRENT, json={"name": f"After {tag}"}, headers={"If-Match": tag})
        assert response.status_code == status, tag


def test_of_writers_with_one_version_one_wins(registered: Person) -> None:
    def write(number: int) -> int:
        fields, headers = {"name": f"Number {number}"}, {"If-Match": '"1"'}
        return registered.client.patch(CURRENT, json=fields, headers=headers).status_code

    with ThreadPoolExecutor(10) as writers:
        assert sorted(writers.map(write, range(10))) == [200] + [412] * 9
    assert read(registered)["version"] == 2


@pytest.mark.parametrize("name", ["x", "n" * 200, "\U0001f680" * 200, "  spaced  ", "<b>bold</b>", "Größe & Söhne"])
def test_a_name_is_any_text_of_1_to_200_characters(registered: Person, name: str) -> None:
    response = registered.client.patch(CURRENT, json={"name": name}, headers={"If-Match": "*"})
    assert response.json()["name"] == name


@pytest.mark.parametrize("name", ["", "n" * 201, "nul\x00", None, 7, ["Acme"]])
def test_another_name_is_refused(registered: Person, name: Any) -> None:
    response = registered.client.patch(CURRENT, json={"name": name}, headers={"If-Match": "*"})
    assert_problem(response, 422, "/body/name")


@pytest.mark.parametrize("field", [*sorted(FIELDS - {"name"}), "organization_id", "plan", "members"])
def test_nothing_else_can_be_changed(registered: Person, field: str) -> None:
    before = read(registered)
    response = registered.client.patch(CURRENT, json={"name": "Eve", field: 1}, headers={"If-Match": "*"})
    assert_problem(response, 422, f"/body/{field}")
    assert read(registered) == before


def test_a_change_stays_in_its_organization(people: People) -> None:
    ours, theirs = people.register(), people.register()
    ours.client.patch(CURRENT, json={"name": "Ours"}, headers={"If-Match": "*"})
    assert read(theirs)["name"] == "Ada Lovelace"


def test_there_is_no_other_organization_to_ask_for(registered: Person) -> None:
    for path in ("/api/v1/organizations", f"/api/v1/organizations/{registered.claims['org']}"):
        assert_problem(registered.client.get(path), 404)
    assert_problem(registered.client.delete(CURRENT, headers={"If-Match": "*"}), 405)
    assert_problem(registered.client.put(CURRENT, json={"name": "x"}, headers={"If-Match": "*"}), 405)
