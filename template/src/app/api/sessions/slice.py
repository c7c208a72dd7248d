"""Sessions as a slice: no routes of their own, they are part of `auth` (template-owned)."""

from app.api.sessions.service import BUMPED, REVOKED, remember_change
from app.api.slices import Slice

slice_ = Slice(name="sessions", handlers={REVOKED: remember_change, BUMPED: remember_change})
