"""What ends a session: it is over at once, and no other is (template-owned; contract, "Tokens and sessions")."""

import pytest
from httpx2 import Client
from tests.contract.people import AUTH, PASSWORD, People, Person, unique_email
from tests.contract.problems import assert_problem

NEW_PASSWORD = "eleven otters argue about marmalade"


def change_password(person: Person, current: str, new: str) -> int:
    given = {"current_password": current, "new_password": new}
    return person.client.post(f"{AUTH}/password/change", json=given).status_code


def assert_over(person: Person) -> None:
    """The access token is refused at once, and the refresh token too."""
    assert_problem(person.client.get(f"{AUTH}/me"), 401)
    assert_problem(person.refresh(), 401)


def assert_alive(person: Person) -> None:
    assert person.is_let_in()
    assert person.refresh().status_code == 200
    assert person.is_let_in()


def test_log_out_ends_this_session_alone(registered: Person, people: People) -> None:
    other = people.log_in(registered.email, PASSWORD)
    response = registered.client.post(f"{AUTH}/logout")
    assert response.status_code == 204
    assert response.content == b""
    assert_over(registered)
    assert_alive(other)


def test_whoever_has_logged_out_cannot_log_out_again(registered: Person) -> None:
    registered.client.post(f"{AUTH}/logout")
    assert_problem(registered.client.post(f"{AUTH}/logout"), 401)
    assert_problem(registered.client.post(f"{AUTH}/logout-all"), 401)


def test_log_out_ends_every_access_token_of_the_session(registered: Person, people: People) -> None:
    older = people.anonymous(Authorization=registered.client.headers["Authorization"])
    registered.refresh()
    assert older.get(f"{AUTH}/me").status_code == 200
    registered.client.post(f"{AUTH}/logout")
    assert_problem(older.get(f"{AUTH}/me"), 401)
    assert_over(registered)


def test_log_out_everywhere_ends_all_sessions(registered: Person, people: People) -> None:
    others = [people.log_in(registered.email, PASSWORD) for _ in range(2)]
    stranger = people.register()
    response = others[0].client.post(f"{AUTH}/logout-all")
    assert response.status_code == 204
    assert response.content == b""
    for person in (registered, *others):
        assert_over(person)
    assert_alive(stranger)
    assert_alive(people.log_in(registered.email, PASSWORD))


def test_a_password_change_ends_the_other_sessions_and_keeps_this(registered: Person, people: People) -> None:
    others = [people.log_in(registered.email, PASSWORD) for _ in range(2)]
    assert change_password(registered, PASSWORD, NEW_PASSWORD) == 204
    for person in others:
        assert_over(person)
    assert_alive(registered)


def test_after_a_password_change_only_the_new_one_is_good(
    registered: Person, people: People, anonymous: Client
) -> None:
    assert change_password(registered, PASSWORD, NEW_PASSWORD) == 204
    assert_problem(anonymous.post(f"{AUTH}/login", json={"email": registered.email, "password": PASSWORD}), 401)
    again = people.log_in(registered.email, NEW_PASSWORD)
    assert change_password(again, NEW_PASSWORD, PASSWORD) == 204
    assert people.log_in(registered.email, PASSWORD).is_let_in()


def test_a_wrong_current_password_changes_nothing(registered: Person, people: People) -> None:
    other = people.log_in(registered.email, PASSWORD)
    given = {"current_password": f"{PASSWORD}!", "new_password": NEW_PASSWORD}
    response = registered.client.post(f"{AUTH}/password/change", json=given)
    assert_problem(response, 422, "/body/current_password")
    assert PASSWORD not in response.text
    assert NEW_PASSWORD not in response.text
    assert_alive(other)
    assert people.log_in(registered.email, PASSWORD).is_let_in()


@pytest.mark.parametrize("new", ["", "fourteen chars", "a" * 20, "passwordpassword", "x y " * 40])
def test_a_new_password_is_held_to_the_same_rules(registered: Person, new: str) -> None:
    given = {"current_password": PASSWORD, "new_password": new}
    assert_problem(registered.client.post(f"{AUTH}/password/change", json=given), 422, "/body/new_password")
    assert registered.is_let_in()


def test_a_new_password_must_not_be_the_address(people: People) -> None:
    person = people.register(email=unique_email("augusta.byron.king"))
    given = {"current_password": PASSWORD, "new_password": person.email}
    assert_problem(person.client.post(f"{AUTH}/password/change", json=given), 422, "/body/new_password")


def test_all_that_is_missing_is_named_at_once(registered: Person) -> None:
    response = registered.client.post(f"{AUTH}/password/change", json={})
    assert_problem(response, 422, "/body/current_password", "/body/new_password")


def test_a_change_of_role_makes_the_token_stale_and_refresh_gives_the_new_claims(globex: People) -> None:
    boss, member = globex.log_in("admin@globex.example"), globex.log_in("member@globex.example")
    before = member.claims
    change = boss.client.patch(f"/api/v1/users/{member.id}", json={"role": "Manager"}, headers={"If-Match": "*"})
    assert change.status_code == 200
    assert_problem(member.client.get(f"{AUTH}/me"), 401)
    assert member.refresh().status_code == 200
    after = member.claims
    assert (before["roles"], after["roles"]) == (["Member"], ["Manager"])
    assert "reports:read" in set(after["permissions"]) - set(before["permissions"])
    assert after["sid"] == before["sid"]
    assert after["sv"] > before["sv"]
    assert member.client.get(f"{AUTH}/me").json()["roles"] == ["Manager"]


def test_a_change_of_role_concerns_every_session_of_that_user_alone(globex: People) -> None:
    boss, manager = globex.log_in("admin@globex.example"), globex.log_in("manager@globex.example")
    first, second = (globex.log_in("guest@globex.example") for _ in range(2))
    boss.client.patch(f"/api/v1/users/{first.id}", json={"role": "Member"}, headers={"If-Match": "*"})
    for guest in (first, second):
        assert not guest.is_let_in()
        assert guest.refresh().status_code == 200
        assert guest.claims["roles"] == ["Member"]
    assert boss.is_let_in()
    assert manager.is_let_in()


def test_deactivation_ends_all_sessions_and_the_log_in(globex: People, anonymous: Client) -> None:
    boss = globex.log_in("admin@globex.example").client
    first, second = (globex.log_in("manager@globex.example") for _ in range(2))
    path, any_version = f"/api/v1/users/{first.id}", {"If-Match": "*"}
    assert boss.patch(path, json={"is_active": False}, headers=any_version).status_code == 200
    assert_over(first)
    assert_over(second)
    given = {"email": first.email, "password": first.password}
    assert_problem(anonymous.post(f"{AUTH}/login", json=given), 401)

    assert boss.patch(path, json={"is_active": True}, headers=any_version).status_code == 200
    assert_over(first)
    assert_alive(globex.log_in("manager@globex.example"))
