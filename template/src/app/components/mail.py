"""Mail: its settings, and what the messages say (template-owned)."""

import re
from collections.abc import Iterator
from datetime import timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from functools import cache
from typing import TYPE_CHECKING, Literal

from pydantic import Field, SecretStr

from app.kit.component import Component
from app.kit.durations import Duration
from app.kit.events import Event
from app.kit.service import this_service
from app.kit.settings import Backend, SettingsModel

if TYPE_CHECKING:
    from jinja2 import Environment

_UNPRINTABLE = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")


class MailSettings(SettingsModel):
    """Where mail goes: without SMTP_HOST into a folder of `.eml` files, which production refuses."""

    smtp_host: str | None = Field(None, description="SMTP server; unset: a folder of .eml files below DATA_DIR")
    smtp_port: int = Field(1025, ge=1, le=65535, description="Port of the SMTP server")
    smtp_from: str = Field("noreply@example.com", description="Sender's address of all mail")
    smtp_tls: Literal["none", "starttls", "tls"] = Field("none", description="How the connection is encrypted")
    smtp_username: str | None = Field(None, description="Log-in at the SMTP server; unset: none")
    smtp_password: SecretStr | None = Field(None, description="Password at the SMTP server")
    smtp_timeout: Duration = Field(timedelta(seconds=10), description="Longest wait for the SMTP server")

    @property
    def backend(self) -> Backend:
        return "real" if self.smtp_host else "embedded"

    def production_faults(self) -> Iterator[tuple[str, str]]:
        if not self.smtp_host:
            yield "SMTP_HOST", "is not set; mail in a folder is for development: give an SMTP server"
        if self.smtp_from.endswith("@example.com"):
            yield "SMTP_FROM", "is the development default; give the address that your mail comes from"


component = Component(name="mail", settings=MailSettings, handles=("project.created",), queue="mail")


def compose(event: Event, *, template: str, recipient: tuple[str, str], sender: str) -> EmailMessage:
    """The message that tells `recipient` (name, address) of an event, as text and as HTML.

    The first line of the text template is the subject. `Message-ID` is made of the event's id, so that a double shows.
    """
    values = {"event": event, "name": recipient[0], "service": this_service().name}
    # Parted before it is filled in: a line break in someone's text ends no subject.
    subject, text = (_templates().from_string(part).render(values) for part in _subject_and_text(f"{template}.txt"))
    message = EmailMessage()
    message["Subject"] = _one_line(subject)
    message["From"] = Address(this_service().name, addr_spec=sender)
    message["To"] = Address(_one_line(recipient[0]), addr_spec=recipient[1])
    message["Message-ID"] = f"<{event.id}.{template}@{this_service().slug}.invalid>"
    message.set_content(text.lstrip("\n"))
    message.add_alternative(_templates().get_template(f"{template}.html").render(values), subtype="html")
    return message


def _subject_and_text(name: str) -> tuple[str, str]:
    loader = _templates().loader
    assert loader is not None
    subject, _, text = loader.get_source(_templates(), name)[0].partition("\n")
    return subject, text


def _one_line(text: str) -> str:
    # A header can't hold a line break, whatever a user called the project.
    return _UNPRINTABLE.sub(" ", text).strip()


@cache
def _templates() -> "Environment":
    # Only now: a process that composes no message starts without it.
    from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

    return Environment(
        loader=PackageLoader("app", "templates/mail"),
        autoescape=select_autoescape(["html"], default_for_string=False),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
