"""A mail server that is not well (template-owned)."""

import asyncio
from typing import Any

import pytest
from aiosmtplib import SMTPException, SMTPServerDisconnected
from tests.api.conftest import SettingsOf
from tests.api.service import open_service
from tests.commands import free_port
from tests.mail.inbox import Inbox, StartSmtp, a_message

from app.api.mail.mailers import mailer_of, open_mailer
from app.kit.breaker import CircuitOpenError
from app.kit.problems import ProblemError

# The server of the tests leaves a stream to the garbage collector when a client goes away.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")


async def test_a_server_that_just_comes_up_gets_a_second_try(settings: SettingsOf, start_smtp: StartSmtp) -> None:
    started: list[tuple[Inbox, int]] = []
    port = free_port()

    async def refuse_once(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.abort()
        refusing.close()
        started.append(await asyncio.to_thread(start_smtp, port=port))

    refusing = await asyncio.start_server(refuse_once, "127.0.0.1", port)
    async with open_mailer(settings(SMTP_HOST="127.0.0.1", SMTP_PORT=str(port))) as mailer:
        await mailer.send(a_message())

    assert [len(inbox.envelopes) for inbox, _ in started] == [1]


async def test_a_server_that_breaks_off_is_not_sent_the_message_twice(
    settings: SettingsOf, start_smtp: StartSmtp
) -> None:
    class Breaks(Inbox):
        """Takes a message and leaves without a word, as one that was killed does."""

        async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
            server.transport.abort()
            return await super().handle_DATA(server, session, envelope)

    inbox, port = start_smtp(Breaks())
    async with open_mailer(settings(SMTP_HOST="127.0.0.1", SMTP_PORT=str(port))) as mailer:
        with pytest.raises(ProblemError) as caught:
            await mailer.send(a_message())

    assert (caught.value.kind.status, type(caught.value.__cause__)) == (503, SMTPServerDisconnected)
    assert len(inbox.envelopes) == 1


async def test_a_message_that_is_refused_says_nothing_of_the_server(
    settings: SettingsOf, start_smtp: StartSmtp
) -> None:
    class Refuses(Inbox):
        """Wants none of these."""

        async def handle_DATA(self, _server: Any, _session: Any, _envelope: Any) -> str:  # noqa: N802
            return "554 no"

    _, port = start_smtp(Refuses())
    async with open_mailer(settings(SMTP_HOST="127.0.0.1", SMTP_PORT=str(port))) as mailer:
        for _ in range(4):
            with pytest.raises(SMTPException, match="no"):
                await mailer.send(a_message())

        assert mailer.is_resting is False


async def test_a_server_that_is_down_is_left_alone_and_shown_as_degraded(
    settings: SettingsOf, start_smtp: StartSmtp
) -> None:
    port = free_port()
    async with open_service(settings(SMTP_HOST="127.0.0.1", SMTP_PORT=str(port))) as service:
        mailer = mailer_of(service.runtime)
        for _ in range(3):
            with pytest.raises(ProblemError):
                await mailer.send(a_message())
        start_smtp(port=port)
        with pytest.raises(ProblemError) as caught:
            await mailer.send(a_message())
        ready = await service.client.get("/health/ready")

    assert type(caught.value.__cause__) is CircuitOpenError
    assert (ready.status_code, ready.json()["checks"]["mail"]) == (
        200,
        {"status": "degraded", "backend": "real", "detail": "left alone, since calls kept failing"},
    )
