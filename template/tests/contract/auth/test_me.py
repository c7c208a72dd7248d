"""One's own account (template-owned; contract, "HTTP", "Roles")."""

from typing import Any

import pytest
from tests.contract.people import AUTH, People, Person, SeededPeople
from tests.contract.problems import assert_problem
from tests.contract.roles import PERMISSIONS

ME = f"{AUTH}/me"
LOCALS = [
    ("guest", "Guest"),
    ("member", "Member"),
    ("manager", "Manager"),
    ("admin", "OrgAdmin"),
    ("superadmin", "SuperAdmin"),
]


def me_of(person: Person) -> dict[str, Any]:
    response = person.client.get(ME)
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.json()
    return body


def test_me_is_the_user_and_what_the_user_may_do(registered: Person) -> None:
    response = registered.client.get(ME)
    assert response.headers["content-type"] == "application/json"
    assert response.headers["etag"] == '"1"'
    me = response.json()
    user = registered.client.get(f"/api/v1/users/{me['id']}").json()
    assert {name: me[name] for name in user} == user
    assert set(me) - set(user) == {"roles", "permissions", "organization"}
    assert me["organization"] == {"id": user["organization_id"], "name": "Ada Lovelace"}


@pytest.mark.parametrize(("local", "role"), LOCALS)
def test_me_has_one_role_and_its_permissions_sorted(acting_as: SeededPeople, local: str, role: str) -> None:
    me = me_of(acting_as(f"{local}@acme.example"))
    assert me["roles"] == [role]
    assert me["permissions"] == PERMISSIONS[role]
    assert me["organization"]["name"] == "Acme"


def test_the_token_says_the_same(registered: Person) -> None:
    me = me_of(registered)
    claims = registered.claims
    assert (claims["sub"], claims["org"]) == (me["id"], me["organization"]["id"])
    assert (claims["roles"], claims["permissions"]) == (me["roles"], me["permissions"])


@pytest.mark.parametrize("media_type", ["application/json", "application/merge-patch+json"])
def test_a_name_can_be_changed(registered: Person, media_type: str) -> None:
    given = {"Content-Type": media_type, "If-Match": '"1"'}
    response = registered.client.patch(ME, content='{"name": "Countess"}', headers=given)
    assert response.status_code == 200
    assert response.headers["etag"] == '"2"'
    me = response.json()
    assert (me["name"], me["version"], me["updated_by"]) == ("Countess", 2, me["id"])
    assert me == me_of(registered)
    assert registered.client.get(f"/api/v1/users/{me['id']}").json()["name"] == "Countess"


def test_another_name_ends_no_session_and_renames_no_organization(registered: Person) -> None:
    registered.client.patch(ME, json={"name": "Countess"}, headers={"If-Match": '"1"'})
    assert registered.is_let_in()
    assert me_of(registered)["organization"]["name"] == "Ada Lovelace"


def test_an_empty_patch_changes_no_field(registered: Person) -> None:
    before = me_of(registered)
    response = registered.client.patch(ME, json={}, headers={"If-Match": '"1"'})
    assert response.status_code == 200
    assert {**response.json(), "version": 1, "updated_at": ""} == {**before, "updated_at": ""}


def test_a_change_needs_the_current_version(registered: Person) -> None:
    assert_problem(registered.client.patch(ME, json={"name": "Countess"}), 428)
    for tag, status in (('"2"', 412), ('W/"1"', 200), ('"1"', 412), ("*", 200)):
        response = registered.client.patch(ME, json={"name": f"After {tag}"}, headers={"If-Match": tag})
        assert response.status_code == status, tag


@pytest.mark.parametrize("name", ["", "n" * 201, "nul\x00", None, 7, ["Ada"]])
def test_another_name_than_a_text_of_1_to_200_characters_is_refused(registered: Person, name: Any) -> None:
    response = registered.client.patch(ME, json={"name": name}, headers={"If-Match": "*"})
    assert_problem(response, 422, "/body/name")


@pytest.mark.parametrize(
    "field", ["email", "role", "roles", "permissions", "is_active", "organization_id", "organization", "id", "password"]
)
def test_nothing_else_can_be_changed(registered: Person, field: str) -> None:
    before = me_of(registered)
    response = registered.client.patch(ME, json={"name": "Eve", field: "x"}, headers={"If-Match": "*"})
    assert_problem(response, 422, f"/body/{field}")
    assert me_of(registered) == before


def test_everybody_may_change_their_own_name(globex: People) -> None:
    for local, _ in LOCALS:
        person = globex.log_in(f"{local}@globex.example")
        old = me_of(person)["name"]
        for name in ("Somebody", old):
            response = person.client.patch(ME, json={"name": name}, headers={"If-Match": "*"})
            assert response.json()["name"] == name
