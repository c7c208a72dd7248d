"""What a session and its refresh tokens allow (template-owned; contract, "Tokens and sessions"; RFC 9700)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

REPEATABLE = timedelta(seconds=10)

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
