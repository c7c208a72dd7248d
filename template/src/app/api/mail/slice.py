"""Mail as a slice (template-owned)."""

from app.api.mail.handlers import tell
from app.api.mail.mailers import open_mailer
from app.api.slices import Slice
from app.components.mail import TOLD

slice_ = Slice(name="mail", handlers=dict.fromkeys(TOLD, tell), open=open_mailer)
