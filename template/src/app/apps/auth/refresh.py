"""Refresh tokens: rotated, given again, or found in two hands (template-owned; contract, "Tokens"; RFC 9700)."""

from collections.abc import Sequence
from datetime import UTC, datetime

from app.apps.sessions.models import RefreshToken, Session
from app.apps.sessions.services import SessionsOf
from app.domain.sessions import Refresh, RefreshState, decide_refresh
from app.kit.refresh_tokens import child_of, hash_of, id_of
from app.kit.secret_keys import derived_keys
from app.kit.settings import CoreSettings


def use_refresh_token(token: str, settings: CoreSettings) -> tuple[Session, str] | None:
    """The session, with its user, and the token that follows; nothing where it is refused.

    The caller answers 401 only after the commit: a token in two hands has ended the session by then.
    """
    held = _hold_session(token)
    if held is None:
        return None
    given, *children = _token_and_child(held, token)
    now = datetime.now(UTC)
    decision = _decide(given, children, held, now)
    key = _key_of(held, settings)
    if decision == "reuse":
        SessionsOf(held.user_id, held.user.organization_id).end(only=held.id)
    if decision in ("reuse", "refuse") or key is None:
        return None
    child = child_of(token, family=held.id, generation=given.generation + 1, key=key)
    if decision == "rotate":
        _rotate(held, given, child, now)
    return held, child


def _hold_session(token: str) -> Session | None:
    """The session of a refresh token, held, and its user: of several uses at once each sees what the one before did."""
    # Its user is read apart, when first asked for: a joined row would be as old as the wait for the session, and with
    # it the role in the new token.
    sessions = Session.objects.select_for_update(of=("self",))
    return sessions.filter(tokens__hash=hash_of(token)).first()


def _token_and_child(held: Session, token: str) -> Sequence[RefreshToken]:
    """The token, and its child if there is one; read once the session is held."""
    given = RefreshToken.objects.get(hash=hash_of(token))
    return [given, *RefreshToken.objects.filter(session=held, generation=given.generation + 1)]


def _decide(given: RefreshToken, children: Sequence[RefreshToken], held: Session, now: datetime) -> Refresh:
    state = RefreshState(
        used_at=given.used_at,
        is_last_parent=bool(children) and children[0].used_at is None,
        session_ends_at=held.expires_at,
        is_session_revoked=held.revoked_at is not None,
        is_user_active=held.user.is_active and held.user.deleted_at is None,
    )
    return decide_refresh(state, now)


def _rotate(held: Session, given: RefreshToken, child: str, now: datetime) -> None:
    RefreshToken.objects.filter(hash=given.hash).update(used_at=now)
    Session.objects.filter(id=held.id).update(last_used_at=now)
    RefreshToken.objects.create(hash=hash_of(child), session=held, generation=given.generation + 1, parent=given.hash)


def _key_of(held: Session, settings: CoreSettings) -> bytes | None:
    """The family's derivation key; none once it was removed, which ends what it made."""
    keys = {id_of(key): key for key in derived_keys(settings, "refresh tokens")}
    return keys.get(held.key_id)
