"""Mail as a slice (template-owned)."""

from app.api.mail.handlers import tell_maker_of_project
from app.api.mail.mailers import open_mailer
from app.api.slices import Slice

slice_ = Slice(name="mail", handlers={"project.created": tell_maker_of_project}, open=open_mailer)
