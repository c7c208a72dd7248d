"""Users of one's organization: listed and read (template-owned; contract, "HTTP", "Roles")."""

import pytest
from httpx2 import Client
from tests.contract.people import SeededPeople
from tests.contract.problems import assert_problem
from tests.contract.users.calls import USERS
from tests.contract.users.steps import FIELDS, change

SEEDED = {"guest": "Guest", "member": "Member", "manager": "Manager", "admin": "OrgAdmin", "superadmin": "SuperAdmin"}


def test_the_list_holds_everybody_of_the_organization(client: Client) -> None:
    response = client.get(USERS, params={"limit": 100})
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert "etag" not in response.headers
    body = response.json()
    assert set(body) == {"items", "next_cursor"}
    assert {user["email"]: user["role"] for user in body["items"]} == {
        f"{local}@acme.example": role for local, role in SEEDED.items()
    }


def test_a_user_is_in_the_list_as_alone(client: Client) -> None:
    for user in client.get(USERS).json()["items"]:
        assert set(user) == FIELDS
        response = client.get(f"{USERS}/{user['id']}")
        assert response.json() == user
        assert response.headers["etag"] == f'"{user["version"]}"'


def test_pages_follow_each_other_without_a_double_or_a_gap(client: Client) -> None:
    for sort in ("created_at", "-created_at"):
        whole = [user["id"] for user in client.get(USERS, params={"sort": sort}).json()["items"]]
        seen: list[str] = []
        cursor: dict[str, str] = {}
        for _ in range(3):
            body = client.get(USERS, params={"limit": "2", "sort": sort, **cursor}).json()
            seen += [user["id"] for user in body["items"]]
            cursor = {"cursor": body["next_cursor"]}
        assert seen == whole
        assert (len(seen), body["next_cursor"]) == (5, None)


def test_the_two_sorts_are_each_others_opposite(client: Client) -> None:
    first, second = (
        [user["id"] for user in client.get(USERS, params={"sort": sort}).json()["items"]]
        for sort in ("created_at", "-created_at")
    )
    assert first == second[::-1]
    assert [user["id"] for user in client.get(USERS).json()["items"]] == second


def test_nobody_is_deleted(client: Client) -> None:
    assert client.get(USERS, params={"deleted": "true"}).json() == {"items": [], "next_cursor": None}


@pytest.mark.parametrize("sort", ["name", "email", "updated_at", "role", "password_hash", "-"])
def test_another_sort_is_refused(client: Client, sort: str) -> None:
    assert_problem(client.get(USERS, params={"sort": sort}), 422, "/query/sort")


@pytest.mark.parametrize("name", ["email", "role", "organization_id", "is_active", "password_hash", "q"])
def test_another_filter_is_refused(client: Client, name: str) -> None:
    assert_problem(client.get(USERS, params={name: "x"}), 422, f"/query/{name}")


def test_a_user_of_another_organization_is_not_found(client: Client, acting_as: SeededPeople) -> None:
    for local in SEEDED:
        stranger = acting_as(f"{local}@globex.example")
        assert_problem(client.get(f"{USERS}/{stranger.id}"), 404)
        assert_problem(change(client, stranger.id, {"role": "Guest"}), 404)
        assert stranger.is_let_in()


@pytest.mark.parametrize(
    "bad", ["3f1c2b1a-0d4e-4c55-9a61-0a1b2c3d4e5f", "me", "1", "not-a-uuid", "%00", "%ff", "*", "..%2fusers"]
)
def test_a_user_that_there_is_not_is_not_found(client: Client, bad: str) -> None:
    assert_problem(client.get(f"{USERS}/{bad}"), 404)
    assert_problem(change(client, bad, {"role": "Guest"}), 404)


@pytest.mark.parametrize(("local", "status"), [("guest", 403), ("member", 200), ("manager", 200), ("superadmin", 200)])
def test_whoever_is_no_guest_sees_who_is_there(acting_as: SeededPeople, local: str, status: int) -> None:
    person = acting_as(f"{local}@acme.example")
    assert person.client.get(USERS).status_code == status
    assert person.client.get(f"{USERS}/{person.id}").status_code == status


def test_users_are_made_by_registration_and_never_deleted(client: Client, acting_as: SeededPeople) -> None:
    member = acting_as("member@acme.example")
    assert_problem(client.post(USERS, json={"email": "x@example.org"}), 405)
    assert_problem(client.delete(f"{USERS}/{member.id}", headers={"If-Match": "*"}), 405)
    assert_problem(client.put(f"{USERS}/{member.id}", json={"role": "Guest"}, headers={"If-Match": "*"}), 405)
    assert_problem(client.post(f"{USERS}/{member.id}/restore"), 404)
