"""Where mail goes, by Django's backends: a folder of `.eml` files, or an SMTP server (template-owned)."""

from collections.abc import Sequence
from email.message import EmailMessage as Composed
from functools import cache
from pathlib import Path
from smtplib import (
    SMTPConnectError,
    SMTPException,
    SMTPNotSupportedError,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPServerDisconnected,
)
from ssl import SSLError

import structlog
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend

from app.apps.remote import Failures, Remote
from app.apps.runtime import service_settings
from app.components import Settings
from app.components.mail import MailSettings
from app.kit.settings import Backend

# Those of the client are errors of the operating system to Python, also where the server is well and says no.
_FAILURES = Failures(
    unreached=(SMTPConnectError,),
    refusals=(SMTPResponseException, SMTPRecipientsRefused, SMTPNotSupportedError),
)
_log = structlog.stdlib.get_logger(__name__)


class FolderBackend(BaseEmailBackend):
    """The embedded back end: a file for each message, named by its Message-ID."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def open(self) -> bool:
        self._folder.mkdir(parents=True, exist_ok=True)
        return True

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        self.open()
        for message in email_messages:
            made = message.message()
            name = str(made["Message-ID"]).strip("<>").partition("@")[0]
            path = self._folder / f"{name.replace('/', '_')}.eml"
            path.write_bytes(made.as_bytes())
            _log.info("mail written", path=str(path))
        return len(email_messages)


class SmtpBackend(EmailBackend):
    """The real back end: one connection a message, since mail is rare and servers drop idle ones."""

    def open(self) -> bool | None:
        """Connect.

        Raises:
            SMTPConnectError: nobody answered as a mail server does; nothing was sent.
        """
        try:
            return super().open()
        except (SSLError, TimeoutError):
            raise
        except OSError as error:
            if isinstance(error, SMTPException) and not isinstance(error, SMTPServerDisconnected):
                raise
            if isinstance(error.__context__, TimeoutError):
                # It was reached, and waited for as long as may be.
                raise error.__context__ from None
            raise SMTPConnectError(421, str(error)) from error


class Mailer:
    """Sends a message, or raises; sending one twice is the receiver's to notice, by Message-ID."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings.of(MailSettings)
        self._folder = settings.core.data_dir / "mail"
        self._remote = Remote("The mail server", _FAILURES, seconds=self._settings.smtp_timeout.total_seconds())

    @property
    def backend(self) -> Backend:
        """Whether it is the folder or a server."""
        return self._settings.backend

    @property
    def is_resting(self) -> bool:
        """Whether the server is left alone at this moment, because calls kept failing."""
        return self._remote.is_resting

    def ping(self) -> None:
        """Raise unless mail could be sent."""
        connection = self._connection()
        connection.open()
        connection.close()

    def send(self, message: Composed) -> None:
        """Send it.

        Raises:
            ProblemError: 503 where the server is not well.
            SMTPException: it refused the message.
        """
        self.deliver(as_django(message))

    def deliver(self, message: EmailMessage) -> bool:
        """The same with one of Django's; false where it has no recipient.

        Raises:
            ProblemError: 503 where the server is not well.
            SMTPException: it refused the message.
        """
        return bool(self._remote.call(lambda: self._connection().send_messages([message])))

    def _connection(self) -> BaseEmailBackend:
        server = self._settings.server
        if server is None:
            return FolderBackend(self._folder)
        return SmtpBackend(
            host=server.host,
            port=server.port,
            username=server.username or "",
            password=server.password.get_secret_value() if server.password else "",
            use_tls=server.tls == "starttls",
            use_ssl=server.tls == "tls",
            timeout=self._settings.smtp_timeout.total_seconds(),
        )


def as_django(message: Composed) -> EmailMessage:
    """The message as Django's backends take it: its text, its HTML, its Message-ID."""
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    made = EmailMultiAlternatives(
        subject=str(message["Subject"] or ""),
        body=text.get_content() if text else "",
        from_email=str(message["From"]),
        to=[str(message["To"])],
        headers={"Message-ID": str(message["Message-ID"])},
    )
    if html:
        made.attach_alternative(html.get_content(), "text/html")
    return made


@cache
def the_mailer() -> Mailer:
    """The process's one; it connects when first used."""
    return Mailer(service_settings())
