"""Mail: its settings, and what the messages say (template-owned)."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from functools import cache
from typing import TYPE_CHECKING, Final, Literal
from uuid import UUID

from pydantic import Field, SecretStr

from app.kit.component import Component
from app.kit.durations import Duration
from app.kit.events import Event
from app.kit.service import this_service
from app.kit.settings import Backend, SettingsModel

if TYPE_CHECKING:
    from jinja2 import Environment

_UNPRINTABLE = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")


Encryption = Literal["none", "starttls", "tls"]


@dataclass(frozen=True)
class SmtpServer:
    """An SMTP server, how to speak with it, and the log-in there."""

    host: str
    port: int
    tls: Encryption
    username: str | None
    password: SecretStr | None


class MailSettings(SettingsModel):
    """Where mail goes: where no server is named into a folder of `.eml` files, which production refuses."""

    smtp_host: str | None = Field(None, description="SMTP server; unset: a folder of .eml files below DATA_DIR")
    smtp_port: int = Field(1025, ge=1, le=65535, description="Port of the SMTP server")
    smtp_from: str = Field("noreply@example.com", description="Sender's address of all mail")
    smtp_tls: Encryption = Field("none", description="How the connection is encrypted")
    smtp_username: str | None = Field(None, description="Log-in at the SMTP server; unset: none")
    smtp_password: SecretStr | None = Field(None, description="Password at the SMTP server")
    smtp_timeout: Duration = Field(timedelta(seconds=10), description="Longest wait for the SMTP server")
    sendgrid_api_key: SecretStr | None = Field(
        None, description="Sends by SendGrid's SMTP relay with this key, where SMTP_HOST is unset"
    )

    @property
    def server(self) -> SmtpServer | None:
        """The server that all mail goes to; none: the folder."""
        if self.smtp_host:
            return SmtpServer(self.smtp_host, self.smtp_port, self.smtp_tls, self.smtp_username, self.smtp_password)
        if self.sendgrid_api_key:
            return SmtpServer("smtp.sendgrid.net", 587, "starttls", "apikey", self.sendgrid_api_key)
        return None

    @property
    def backend(self) -> Backend:
        return "real" if self.server else "embedded"

    def production_faults(self) -> Iterator[tuple[str, str]]:
        if self.server is None:
            yield "SMTP_HOST", "is not set; mail in a folder is for development: give an SMTP server"
        elif self.smtp_host and self.sendgrid_api_key:
            yield "SENDGRID_API_KEY", "names a server, and so does SMTP_HOST: unset one of them"
        elif self.server.tls == "none" and self.server.password:
            yield "SMTP_TLS", "is none; the password would be sent readable: set starttls or tls"
        if self.smtp_from.endswith("@example.com"):
            yield "SMTP_FROM", "is the development default; give the address that your mail comes from"


# The id of the user who is told of an event by mail. The message's template has the event's name, as `project_created`.
TOLD: Final[Mapping[str, Callable[[Event], UUID | None]]] = {
    "project.created": lambda event: event.actor_id,
    "session.new_device": lambda event: UUID(str(event.data["user_id"])),
    "user.password_changed": lambda event: event.resource_id,
}
component = Component(name="mail", settings=MailSettings, handles=tuple(TOLD), queue="mail")


def compose(event: Event, *, recipient: tuple[str, str], sender: str) -> EmailMessage:
    """The message that tells `recipient` (name, address) of an event, as text and as HTML.

    The first line of the text template is the subject. `Message-ID` is made of the event's id, so that a double shows.
    """
    template = event.name.replace(".", "_")
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
