"""Changing a user's role and activity: who may, and what follows (template-owned; contract, "Roles")."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from httpx2 import Client
from tests.contract.people import People, Person, SeededPeople
from tests.contract.problems import assert_problem
from tests.contract.users.calls import USERS
from tests.contract.users.steps import FIELDS, change, read


@pytest.mark.parametrize("role", ["Guest", "Member", "Manager", "OrgAdmin"])
def test_an_org_admin_gives_any_role_but_the_greatest(globex: People, role: str) -> None:
    boss = globex.log_in("admin@globex.example")
    member = globex.log_in("member@globex.example")
    before = read(boss.client, member.id)
    changed = change(boss.client, member.id, {"role": role}, f'"{before["version"]}"')
    assert changed.status_code == 200
    user = changed.json()
    assert user["role"] == role
    assert changed.headers["etag"] == f'"{user["version"]}"'
    assert read(boss.client, member.id) == user
    kept = ("id", "email", "name", "is_active", "organization_id", "created_at", "created_by")
    assert {name: user[name] for name in kept} == {name: before[name] for name in kept}


def test_a_change_says_who_made_it_and_raises_the_version(globex: People) -> None:
    boss, guest = globex.log_in("admin@globex.example"), globex.log_in("guest@globex.example")
    before = read(boss.client, guest.id)
    user = change(boss.client, guest.id, {"role": "Manager"}).json()
    assert user["version"] == before["version"] + 1
    assert user["updated_by"] == boss.id
    assert user["updated_at"] > before["updated_at"]


def test_a_change_that_changes_nothing_ends_no_session(globex: People) -> None:
    boss, member = globex.log_in("admin@globex.example").client, globex.log_in("member@globex.example")
    for fields in ({}, {"role": "Member"}, {"is_active": True}, {"role": "Member", "is_active": True}):
        response = change(boss, member.id, fields)
        assert (response.status_code, response.json()["role"]) == (200, "Member")
    assert member.is_let_in()


def test_role_and_activity_can_change_together(globex: People) -> None:
    boss, guest = globex.log_in("admin@globex.example").client, globex.log_in("guest@globex.example")
    user = change(boss, guest.id, {"role": "Manager", "is_active": False}).json()
    assert (user["role"], user["is_active"]) == ("Manager", False)
    assert not guest.is_let_in()


def test_a_change_needs_the_current_version(globex: People) -> None:
    boss, member = globex.log_in("admin@globex.example").client, globex.log_in("member@globex.example")
    version = read(boss, member.id)["version"]
    assert_problem(boss.patch(f"{USERS}/{member.id}", json={"role": "Guest"}), 428)
    assert_problem(change(boss, member.id, {"role": "Guest"}, f'"{version - 1}"'), 412)
    assert_problem(change(boss, member.id, {"role": "Guest"}, f'"{version + 1}"'), 412)
    assert read(boss, member.id)["role"] == "Member"
    assert change(boss, member.id, {"role": "Guest"}, f'W/"{version}"').status_code == 200


@pytest.mark.parametrize("role", ["SuperAdmin", "guest", "Owner", "", "Guest ", None, 7, ["Guest"], {"$ne": ""}])
def test_another_role_is_refused(client: Client, acting_as: SeededPeople, role: Any) -> None:
    member = acting_as("member@acme.example")
    assert_problem(change(client, member.id, {"role": role}), 422, "/body/role")
    assert read(client, member.id)["role"] == "Member"


@pytest.mark.parametrize("value", [None, 0, 1, "false", "yes", "", []])
def test_activity_is_true_or_false(client: Client, acting_as: SeededPeople, value: Any) -> None:
    member = acting_as("member@acme.example")
    assert_problem(change(client, member.id, {"is_active": value}), 422, "/body/is_active")


@pytest.mark.parametrize("field", [*sorted(FIELDS - {"role", "is_active"}), "password", "password_hash", "permissions"])
def test_nothing_else_can_be_changed(client: Client, acting_as: SeededPeople, field: str) -> None:
    member = acting_as("member@acme.example")
    before = read(client, member.id)
    assert_problem(change(client, member.id, {field: before.get(field, "x")}), 422, f"/body/{field}")
    assert read(client, member.id) == before


@pytest.mark.parametrize(
    "fields", [{"role": "Member"}, {"role": "OrgAdmin"}, {"is_active": False}, {"is_active": True}]
)
def test_nobody_changes_their_own_role_or_activity(registered: Person, acting_as: SeededPeople, fields: Any) -> None:
    for person in (registered, acting_as("superadmin@acme.example")):
        assert_problem(change(person.client, person.id, fields), 403)
        assert_problem(person.client.patch(f"{USERS}/{person.id}", json=fields), 403)
        assert person.is_let_in()


@pytest.mark.parametrize("fields", [{"role": "Guest"}, {"is_active": False}])
def test_nobody_changes_a_super_admin(client: Client, acting_as: SeededPeople, fields: Any) -> None:
    greatest = acting_as("superadmin@acme.example")
    assert_problem(change(client, greatest.id, fields), 403)
    assert greatest.is_let_in()
    assert read(client, greatest.id)["role"] == "SuperAdmin"


@pytest.mark.parametrize("fields", [{"role": "Manager"}, {"is_active": False}, {"role": "Guest", "is_active": False}])
def test_the_last_org_admin_stays_one(globex: People, fields: dict[str, Any]) -> None:
    boss, admin = globex.log_in("superadmin@globex.example").client, globex.log_in("admin@globex.example")
    assert_problem(change(boss, admin.id, fields), 409)
    assert admin.is_let_in()
    assert read(boss, admin.id)["role"] == "OrgAdmin"


def test_one_of_two_org_admins_may_go(globex: People) -> None:
    boss, admin = globex.log_in("superadmin@globex.example").client, globex.log_in("admin@globex.example")
    manager = globex.log_in("manager@globex.example")
    assert change(boss, manager.id, {"role": "OrgAdmin"}).status_code == 200
    assert change(boss, admin.id, {"role": "Guest"}).status_code == 200
    assert_problem(change(boss, manager.id, {"is_active": False}), 409)


def test_an_org_admin_who_is_not_active_is_not_the_last(globex: People) -> None:
    boss, admin = globex.log_in("superadmin@globex.example").client, globex.log_in("admin@globex.example")
    manager = globex.log_in("manager@globex.example")
    change(boss, manager.id, {"role": "OrgAdmin", "is_active": False})
    assert_problem(change(boss, admin.id, {"role": "Guest"}), 409)
    assert change(boss, manager.id, {"role": "Guest"}).status_code == 200


@pytest.mark.parametrize("fields", [{"role": "Guest"}, {"is_active": False}])
def test_of_two_org_admins_who_take_away_each_other_one_is_left(globex: People, fields: dict[str, Any]) -> None:
    admin, manager = globex.log_in("admin@globex.example"), globex.log_in("manager@globex.example")
    change(admin.client, manager.id, {"role": "OrgAdmin"})
    assert manager.refresh().status_code == 200

    def take_away(pair: tuple[Person, Person]) -> int:
        return change(pair[0].client, pair[1].id, fields).status_code

    with ThreadPoolExecutor(2) as callers:
        statuses = sorted(callers.map(take_away, [(admin, manager), (manager, admin)]))
    assert statuses in ([200, 401], [200, 409])
    boss = globex.log_in("superadmin@globex.example").client
    left = [user for user in boss.get(USERS).json()["items"] if user["role"] == "OrgAdmin" and user["is_active"]]
    assert len(left) == 1


def test_of_many_changes_at_once_that_take_all_org_admins_one_is_refused(globex: People) -> None:
    boss = globex.log_in("superadmin@globex.example").client
    everybody = [user["id"] for user in boss.get(USERS).json()["items"] if user["role"] != "SuperAdmin"]
    for user_id in everybody:
        assert change(boss, user_id, {"role": "OrgAdmin"}).status_code == 200
    with ThreadPoolExecutor(4) as callers:
        statuses = sorted(callers.map(lambda one: change(boss, one, {"role": "Guest"}).status_code, everybody))
    assert statuses == [200, 200, 200, 409]


@pytest.mark.parametrize("local", ["guest", "member", "manager"])
def test_only_admins_change_anybody(acting_as: SeededPeople, local: str) -> None:
    person, other = acting_as(f"{local}@acme.example"), acting_as("admin@acme.example")
    assert_problem(change(person.client, other.id, {"role": "Guest"}), 403)
    assert_problem(change(person.client, person.id, {"role": "OrgAdmin"}), 403)
