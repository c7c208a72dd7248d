"""What a session and its refresh tokens allow (template-owned; contract, "Tokens and sessions"; RFC 9700)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from app.kit.events import Event

REPEATABLE = timedelta(seconds=10)
LONGEST_DEVICE = 200
# So many of a user's newest sessions say which devices are known.
KNOWN_SESSIONS = 100
_VERSIONS = re.compile(r"[\d._]+")

Refresh = Literal["rotate", "repeat", "reuse", "refuse"]


@dataclass(frozen=True)
class RefreshState:
    """A refresh token that was presented, and its family.

    `is_last_parent`: its child is the newest of the family, and unused.
    """

    used_at: datetime | None
    is_last_parent: bool
    session_ends_at: datetime
    is_session_revoked: bool
    is_user_active: bool


def decide_refresh(state: RefreshState, now: datetime) -> Refresh:
    """What to do with the token.

    `rotate`: mark it used and give its child. `repeat`: give the same child again. `reuse`: somebody else has it,
    so the family ends. `refuse`: it is of no more use, and nothing follows from that.
    """
    if state.is_session_revoked or state.session_ends_at <= now or not state.is_user_active:
        return "refuse"
    if state.used_at is None:
        return "rotate"
    if state.is_last_parent and now - state.used_at <= REPEATABLE:
        return "repeat"
    return "reuse"


def device_name(user_agent: str | None) -> str:
    """What a session shows of a User-Agent header: printable, and not too long."""
    given = user_agent or "unknown"
    return "".join(character if character.isprintable() else " " for character in given)[:LONGEST_DEVICE]


def is_new_device(device: str, known: Sequence[str]) -> bool:
    """Whether none of the devices that a user has used is this one; another version of a browser is no other device.

    The first device of all is not new: nobody need be warned of it.
    """
    return bool(known) and _VERSIONS.sub("", device) not in {_VERSIONS.sub("", one) for one in known}


def new_device_event(session: Any, organization_id: UUID) -> Event:
    """Tells of a session, a row whatever class it has, that was opened on a new device."""
    return Event(
        name="session.new_device",
        organization_id=organization_id,
        actor_id=session.user_id,
        resource="session",
        resource_id=session.id,
        version=1,
        data={"user_id": str(session.user_id), "device": session.device, "ip": session.ip},
    )
