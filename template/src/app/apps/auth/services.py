"""Accounts: made, logged in, continued, changed (template-owned; contract, "Tokens and sessions")."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

from django.contrib.auth.hashers import make_password, verify_password
from django.db import IntegrityError, transaction

from app.apps.auth.refresh import use_refresh_token
from app.apps.auth.selectors import find_account
from app.apps.outbox.publish import publish, publish_change
from app.apps.postgres.reads import read
from app.apps.redis.attempts import the_attempts
from app.apps.runtime import core_settings
from app.apps.sessions.services import Client, SessionsOf, open_session
from app.apps.users.fields import PasswordField
from app.apps.users.hashing import in_turn
from app.apps.users.models import User
from app.domain.caller import Caller
from app.domain.events import registration_events
from app.domain.log_in import REFUSED_LOG_IN, REFUSED_REFRESH, known_words, make_tokens
from app.kit.passwords import NOBODYS_HASH, password_fault
from app.kit.problems import CONFLICT, ProblemError, invalid, unauthenticated
from app.kit.versions import check_if_match

# Each of the two rows names the other: one statement makes both.
_REGISTER = """
WITH organization AS (
    INSERT INTO organizations (id, name, created_by, updated_by)
    VALUES (%(organization_id)s, %(organization_name)s, %(id)s, %(id)s)
)
INSERT INTO users (id, organization_id, email, name, role, password_hash, created_by, updated_by)
VALUES (%(id)s, %(organization_id)s, %(email)s, %(name)s, 'OrgAdmin', %(password_hash)s, %(id)s, %(id)s)
RETURNING *
"""
_NOBODYS = f"argon2{NOBODYS_HASH}"


def register(values: Mapping[str, Any]) -> User:
    """Make an account and its organization, of which it is the OrgAdmin.

    Publishes `organization.created` and `user.created`.

    Raises:
        ProblemError: 422 for a password that is too easy, 409 for an address that is taken.
    """
    known = known_words(values["email"], values["name"], values["organization_name"])
    row = {
        "id": uuid4(),
        "organization_id": uuid4(),
        "organization_name": values["organization_name"] or values["name"],
        "email": values["email"],
        "name": values["name"],
        "password_hash": PasswordField.stored(_new_hash(values["password"], known, pointer="/body/password")),
    }
    with transaction.atomic():
        user = _insert(row)
        caller = Caller(user.id, user.organization_id, user.role, session_id=user.id)
        publish(*registration_events(caller, user, row["organization_name"]))
    return user


def log_in(email: str, password: str, client: Client) -> dict[str, Any]:
    """Open a session where the password is right.

    Neither the reply nor its time tells whether there is such an account.

    Raises:
        ProblemError: 429, 401.
    """
    with _checked(email, password, client.address) as user:
        opened, token = open_session(user.id, user.organization_id, client, core_settings())
        return make_tokens(opened, user, token, core_settings())


def check_log_in(email: str, password: str, address: str | None) -> User:
    """The user whose password this is, by the same limits; no session is opened.

    Raises:
        ProblemError: 429, 401.
    """
    with _checked(email, password, address) as user:
        return user


@contextmanager
def _checked(email: str, password: str, address: str | None) -> Iterator[User]:
    """The user of a right password, held until the transaction of the block ends."""
    found = find_account(email, address)
    attempts = the_attempts()
    reservation = attempts.reserve(email, address, is_usual_address=bool(found and found["is_usual_address"]))
    is_right, is_outdated = _verify(password, found["password"] if found else None)
    if not is_right or found is None or not found["is_active"]:
        raise unauthenticated(REFUSED_LOG_IN)
    attempts.give_back(reservation)
    fresh = make_password(password) if is_outdated else found["password"]
    with transaction.atomic():
        user = User.objects.held().filter(id=found["id"]).first()
        # It may have been changed or deactivated while the hash was computed.
        if user is None or not user.is_active or user.password != found["password"]:
            raise unauthenticated(REFUSED_LOG_IN)
        if fresh != user.password:
            user.write({"password": fresh})
        yield user


def refresh(token: str) -> dict[str, Any]:
    """New tokens for a refresh token.

    Raises:
        ProblemError: 401.
    """
    with transaction.atomic():
        found = use_refresh_token(token, core_settings())
    if found is None:
        raise unauthenticated(REFUSED_REFRESH)
    held, child = found
    return make_tokens(held, held.user, child, core_settings())


def change_password(caller: Caller, *, current: str, new: str, address: str | None) -> None:
    """Replace the caller's password and end the caller's other sessions; publishes `user.password_changed`.

    Raises:
        ProblemError: 422 for a wrong current or a too easy new password, 429 after too many wrong ones.
    """
    user = read(lambda: _own(caller.user_id))
    attempts = the_attempts()
    reservation = attempts.reserve(user.email, address, is_usual_address=True)
    is_right, _ = _verify(current, user.password)
    if not is_right:
        raise _not_your_password()
    attempts.give_back(reservation)
    fresh = _new_hash(new, known_words(user.email, user.name), pointer="/body/new_password")
    with transaction.atomic():
        held = _own(caller.user_id, is_held=True)
        if held.password != user.password:
            raise _not_your_password()
        held.write({"password": fresh, "updated_by_id": caller.user_id})
        publish_change(caller, "user.password_changed", held)
        sessions_of(caller).end(but=caller.session_id)


def change_me(caller: Caller, if_match: str | None, values: Mapping[str, Any]) -> User:
    """Set the caller's own fields; publishes `user.updated`.

    Raises:
        ProblemError: 428, 412.
    """
    with transaction.atomic():
        held = _own(caller.user_id, is_held=True)
        check_if_match(if_match, held.version)
        changes = held.change(caller, values)
        if changes:
            publish_change(caller, "user.updated", held, {"changes": changes})
    return held


def sessions_of(caller: Caller) -> SessionsOf:
    """The caller's own sessions, inside a transaction."""
    return SessionsOf(caller.user_id, caller.organization_id)


def _insert(row: Mapping[str, Any]) -> User:
    try:
        made: User = User.objects.raw(_REGISTER, row)[0]
    except IntegrityError:
        raise ProblemError(CONFLICT, "This e-mail address is taken.") from None
    return made


def _verify(password: str, shown: str | None) -> tuple[bool, bool]:
    """Whether the password is the one, and whether its hash should be made anew; no hash takes the same time."""
    is_right, is_outdated = verify_password(password, shown or _NOBODYS)
    return is_right and shown is not None, is_outdated


def _new_hash(password: str, known: tuple[str, ...], *, pointer: str) -> str:
    fault = in_turn(lambda: password_fault(password, known))
    if fault:
        raise invalid(pointer, fault)
    return make_password(password)


def _own(user_id: UUID, *, is_held: bool = False) -> User:
    users = User.objects.held() if is_held else User.objects.all()
    user: User | None = users.filter(id=user_id).first()
    if user is None:
        raise unauthenticated()
    return user


def _not_your_password() -> ProblemError:
    return invalid("/body/current_password", "is not your password")
