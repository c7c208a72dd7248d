"""Where mail goes: a folder of `.eml` files, or an SMTP server (template-owned)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Literal, Protocol, cast

import structlog
from aiosmtplib import SMTP, SMTPConnectError, send

from app.api.remote import Failures, Remote
from app.api.runtime import Runtime
from app.components import Settings
from app.components.mail import MailSettings, SmtpServer
from app.kit.settings import Backend

_FAILURES = Failures(unreached=(SMTPConnectError,))
_log = structlog.stdlib.get_logger(__name__)


class Mailer(Protocol):
    """Sends a message, or raises; sending one twice is the receiver's to notice, by Message-ID."""

    @property
    def backend(self) -> Backend: ...

    @property
    def is_resting(self) -> bool: ...

    async def ping(self) -> None: ...

    async def send(self, message: EmailMessage) -> None: ...


class FolderMailer:
    """The embedded back end: a file for each message, named by its Message-ID."""

    backend: Literal["embedded"] = "embedded"
    is_resting = False

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def ping(self) -> None:
        await asyncio.to_thread(self._folder.mkdir, parents=True, exist_ok=True)

    async def send(self, message: EmailMessage) -> None:
        name = message["Message-ID"].strip("<>").partition("@")[0]
        path = self._folder / f"{name}.eml"
        await self.ping()
        await asyncio.to_thread(path.write_bytes, message.as_bytes())
        _log.info("mail written", path=str(path))


class SmtpMailer:
    """The real back end: one connection a message, since mail is rare and servers drop idle ones."""

    backend: Literal["real"] = "real"

    def __init__(self, server: SmtpServer, *, seconds: float) -> None:
        self._connection: dict[str, Any] = {
            "hostname": server.host,
            "port": server.port,
            "use_tls": server.tls == "tls",
            "start_tls": server.tls == "starttls",
            "username": server.username,
            "password": server.password.get_secret_value() if server.password else None,
            "timeout": seconds,
        }
        self._remote = Remote("The mail server", _FAILURES, seconds=seconds)

    @property
    def is_resting(self) -> bool:
        return self._remote.is_resting

    async def ping(self) -> None:
        async with SMTP(**self._connection) as client:
            await client.noop()

    async def send(self, message: EmailMessage) -> None:
        await self._remote.call(lambda: send(message, **self._connection))


@asynccontextmanager
async def open_mailer(settings: Settings) -> AsyncIterator[Mailer]:
    """The mailer that the settings ask for."""
    mail = settings.of(MailSettings)
    if mail.server:
        yield SmtpMailer(mail.server, seconds=mail.smtp_timeout.total_seconds())
    else:
        yield FolderMailer(settings.core.data_dir / "mail")


def mailer_of(runtime: Runtime) -> Mailer:
    """The open mailer of this process."""
    return cast("Mailer", runtime.clients["mail"])
