"""Accounts as a slice (template-owned)."""

from app.api.auth.routes import router
from app.api.slices import Slice

slice_ = Slice(name="auth", routers=(router,))
