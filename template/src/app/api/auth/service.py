"""Accounts: made, logged in, continued, changed (template-owned; contract, "Tokens and sessions")."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from sqlalchemy import Row, exists, func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.api.auth.refresh import use_refresh_token
from app.api.organizations.tables import Organization
from app.api.outbox.publish import publish, publish_change
from app.api.runtime import Runtime
from app.api.sessions.service import Client, SessionsOf, open_session
from app.api.sessions.tables import Session
from app.api.users.tables import User
from app.domain.caller import Caller
from app.domain.events import registration_events
from app.domain.log_in import REFUSED_LOG_IN, REFUSED_REFRESH, USUAL, known_words, make_tokens
from app.kit.passwords import is_outdated, password_fault
from app.kit.problems import CONFLICT, ProblemError, invalid, unauthenticated


async def register(runtime: Runtime, values: Mapping[str, Any]) -> User:
    """Make an account and its organization, of which it is the OrgAdmin.

    Publishes `organization.created` and `user.created`.

    Raises:
        ProblemError: 422 for a password that is too easy, 409 for an address that is taken.
    """
    known = known_words(values["email"], values["name"], values["organization_name"])
    password_hash = await _hash_new(runtime, values["password"], known, pointer="/body/password")
    user_id, organization_id = uuid4(), uuid4()
    made_by = {"created_by": user_id, "updated_by": user_id}
    person = {"id": user_id, "organization_id": organization_id, "email": values["email"], "name": values["name"]}
    tenant = {"id": organization_id, "name": values["organization_name"] or values["name"], **made_by}
    # Each of the two rows names the other: one statement makes both.
    statement = (
        insert(User)
        .values(**person, **made_by, role="OrgAdmin", password_hash=password_hash)
        .add_cte(insert(Organization).values(tenant).cte("organization"))
        .returning(User)
    )
    async with runtime.database.transaction() as session:
        try:
            user = (await session.scalars(statement)).one()
        except IntegrityError:
            raise ProblemError(CONFLICT, "This e-mail address is taken.") from None
        caller = Caller(user_id, organization_id, user.role, session_id=user_id)
        await publish(session, *registration_events(caller, user, tenant["name"]))
    return user


async def log_in(runtime: Runtime, email: str, password: str, client: Client) -> dict[str, Any]:
    """Open a session where the password is right.

    Neither the reply nor its time tells whether there is such an account.

    Raises:
        ProblemError: 429, 401.
    """
    found = await runtime.database.read(lambda connection: _find_account(connection, email, client.address))
    is_usual = found is not None and found.is_usual_address
    reservation = await runtime.attempts.reserve(email, client.address, is_usual_address=is_usual)
    known_hash = found.password_hash if found else None
    if not await runtime.hashing.is_password(password, known_hash) or found is None or not found.is_active:
        raise unauthenticated(REFUSED_LOG_IN)
    await runtime.attempts.give_back(reservation)
    fresh_hash = await runtime.hashing.hash(password) if is_outdated(found.password_hash) else found.password_hash
    async with runtime.database.transaction() as session:
        user = await session.get(User, found.id, with_for_update={"key_share": True})
        # It may have been changed or deactivated while the hash was computed.
        if user is None or not user.is_active or user.password_hash != found.password_hash:
            raise unauthenticated(REFUSED_LOG_IN)
        if fresh_hash != user.password_hash:
            user.password_hash = fresh_hash
        opened, token = await open_session(session, user.id, user.organization_id, client, runtime.settings.core)
        return make_tokens(opened, user, token, runtime.settings.core)


async def refresh(runtime: Runtime, token: str) -> dict[str, Any]:
    """New tokens for a refresh token.

    Raises:
        ProblemError: 401.
    """
    core = runtime.settings.core
    async with runtime.database.transaction() as session:
        found = await use_refresh_token(session, runtime.gate, token, core)
    if found is None:
        raise unauthenticated(REFUSED_REFRESH)
    held, user, child = found
    return make_tokens(held, user, child, core)


async def change_password(runtime: Runtime, caller: Caller, change: "PasswordWords", address: str | None) -> None:
    """Replace the caller's password and end the caller's other sessions; publishes `user.password_changed`.

    Raises:
        ProblemError: 422 for a wrong current or a too easy new password, 429 after too many wrong ones.
    """
    async with runtime.database.transaction() as session:
        user = await _own(session, caller)
    reservation = await runtime.attempts.reserve(user.email, address, is_usual_address=True)
    if not await runtime.hashing.is_password(change.current, user.password_hash):
        raise invalid("/body/current_password", "is not your password")
    await runtime.attempts.give_back(reservation)
    known = known_words(user.email, user.name)
    fresh_hash = await _hash_new(runtime, change.new, known, pointer="/body/new_password")
    async with runtime.database.transaction() as session:
        held = await _own(session, caller, is_held=True)
        if held.password_hash != user.password_hash:
            raise invalid("/body/current_password", "is not your password")
        held.password_hash, held.updated_by = fresh_hash, caller.user_id
        await session.flush()
        await publish_change(session, caller, "user.password_changed", held)
        await sessions_of(runtime, session, caller).end(but=caller.session_id)


@dataclass(frozen=True)
class PasswordWords:
    """Two passwords that no representation shows."""

    current: str
    new: str

    def __repr__(self) -> str:
        return "PasswordWords(…)"


def sessions_of(runtime: Runtime, session: AsyncSession, caller: Caller) -> SessionsOf:
    """The caller's own sessions, inside a transaction."""
    return SessionsOf(session, runtime.gate, caller.user_id, caller.organization_id)


async def _find_account(connection: AsyncConnection, email: str, address: str | None) -> Row[Any] | None:
    is_usual = exists().where(
        Session.user_id == User.id, Session.ip == address, Session.created_at > func.now() - USUAL
    )
    statement = select(User.id, User.password_hash, User.is_active, is_usual.label("is_usual_address")).where(
        User.email == email, User.deleted_at.is_(None)
    )
    return (await connection.execute(statement)).first()


async def _hash_new(runtime: Runtime, password: str, known: tuple[str, ...], *, pointer: str) -> str:
    fault = await runtime.hashing.run(lambda: password_fault(password, known))
    if fault:
        raise invalid(pointer, fault)
    return await runtime.hashing.hash(password)


async def _own(session: AsyncSession, caller: Caller, *, is_held: bool = False) -> User:
    user = await session.get(User, caller.user_id, with_for_update={"key_share": True} if is_held else None)
    if user is None:
        raise unauthenticated()
    return user
