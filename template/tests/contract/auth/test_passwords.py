"""Which passwords are taken (template-owned; contract, "HTTP"; NIST SP 800-63B-4)."""

import pytest
from httpx2 import Client
from tests.contract.people import AUTH, PASSWORD, People, Person, registration
from tests.contract.problems import assert_problem

REGISTER = f"{AUTH}/register"
# No sequence and no repetition; every one outside the Basic Multilingual Plane, so that UTF-16 would count two.
PICTURES = "\U0001f680\U0001f40d\U0001f9ca\U0001f30b\U0001f427\U0001f511\U0001f3b2\U0001f955\U0001f6f0\U0001f987"
LONG = "sharp lanterns drift over quiet harbours while eleven otters argue about marmalade, tram fares & jazz; "


def _refused(anonymous: Client, password: str, **fields: str) -> None:
    given = registration(password=password, **fields)
    problem = assert_problem(anonymous.post(REGISTER, json=given), 422, "/body/password")
    assert len(password) < 8 or password not in str(problem)


@pytest.mark.parametrize("length", [15, 64, 128])
def test_a_password_has_15_to_128_characters(people: People, length: int) -> None:
    password = (LONG * 2)[:length]
    person = people.register(password=password)
    assert people.log_in(person.email, password).id == person.id


@pytest.mark.parametrize("length", [0, 1, 8, 14, 129, 1000, 100_000])
def test_a_shorter_and_a_longer_one_are_refused(anonymous: Client, length: int) -> None:
    _refused(anonymous, (LONG * (length // 100 + 1))[:length])


def test_characters_are_counted_and_not_bytes_or_halves(people: People, anonymous: Client) -> None:
    fourteen, fifteen = PICTURES + "brew", PICTURES + "brews"
    _refused(anonymous, fourteen)
    assert people.register(password=fifteen).is_let_in()
    assert people.register(password=f"{PICTURES}{LONG}{PICTURES}"[:128]).is_let_in()
    _refused(anonymous, f"{PICTURES}{LONG}{PICTURES * 2}"[:129])


@pytest.mark.parametrize(
    "password",
    [
        "aaaaaaaaaaaaaaaa",
        "a" * 128,
        "abcabcabcabcabcabc",
        "               ",
        "abcdefghijklmnopq",
        "zyxwvutsrqponmlkj",
        "123456789012345",
        "qwertyuiopasdfgh",
        "passwordpassword",
        "password123456789",
        "PASSWORDpassword",
        "iloveyouiloveyou",
        "letmeinletmeinletmein",
    ],
)
def test_a_repeated_a_sequential_and_a_common_password_are_refused(anonymous: Client, password: str) -> None:
    _refused(anonymous, password)


def test_a_password_made_of_the_address_is_refused(anonymous: Client) -> None:
    email = "augusta.byron.king.lovelace@analytical-engines.example"
    _refused(anonymous, email, email=email)
    _refused(anonymous, email.upper(), email=email)
    _refused(anonymous, "augusta.byron.king.lovelace", email=email)


def test_a_password_made_of_a_name_is_refused(anonymous: Client) -> None:
    _refused(anonymous, "Wolfeschlegelsteinhausen", name="Wolfeschlegelsteinhausen")
    _refused(anonymous, "Wolfeschlegelsteinhausen", organization_name="Wolfeschlegelsteinhausen")


@pytest.mark.parametrize(
    "password", ["lanterns drift over", "  lanterns drift  ", "LANTERNS-DRIFT!", "gleiße über Öl 9"]
)
def test_no_kind_of_character_is_asked_for(people: People, password: str) -> None:
    assert people.register(password=password).is_let_in()


@pytest.mark.parametrize("other", [PASSWORD.upper(), f" {PASSWORD}", f"{PASSWORD} ", PASSWORD[:-1], f"{PASSWORD}\t"])
def test_a_password_is_taken_as_it_stands(registered: Person, anonymous: Client, other: str) -> None:
    given = {"email": registered.email, "password": other}
    assert_problem(anonymous.post(f"{AUTH}/login", json=given), 401)


def test_a_long_password_counts_to_its_end(people: People, anonymous: Client) -> None:
    password = (LONG * 2)[:127]
    person = people.register(password=f"{password}x")
    for other in (password, f"{password}y"):
        given = {"email": person.email, "password": other}
        assert_problem(anonymous.post(f"{AUTH}/login", json=given), 401)


@pytest.mark.parametrize(
    "password", ["lanterns \x00 drift over harbours", 123456789012345678, None, ["lanterns drift over"]]
)
def test_what_is_no_text_is_refused(anonymous: Client, password: object) -> None:
    given = registration(password=password)
    assert_problem(anonymous.post(REGISTER, json=given), 422, "/body/password")
