"""A mail server that is not well (template-owned)."""

import socket
from collections.abc import Callable
from smtplib import SMTPDataError, SMTPServerDisconnected
from threading import Thread
from typing import Any

import pytest
from tests.commands import free_port
from tests.environment import settings_of
from tests.mail.inbox import Inbox, StartSmtp, a_message

from app.apps.mail.mailers import Mailer
from app.kit.breaker import CircuitOpenError
from app.kit.problems import ProblemError

# The server of the tests leaves a stream to the garbage collector when a client goes away.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")


@pytest.fixture
def mailer_to() -> Callable[[int], Mailer]:
    """A mailer to a port."""
    return lambda port: Mailer(settings_of(SMTP_HOST="127.0.0.1", SMTP_PORT=str(port), SMTP_TIMEOUT="2s"))


def test_a_server_that_just_comes_up_gets_a_second_try(
    start_smtp: StartSmtp, mailer_to: Callable[[int], Mailer]
) -> None:
    started: list[tuple[Inbox, int]] = []
    refusing = socket.create_server(("127.0.0.1", 0))
    port = refusing.getsockname()[1]

    def refuse_once() -> None:
        client, _ = refusing.accept()
        refusing.close()
        started.append(start_smtp(port=port))
        client.close()

    refuses = Thread(target=refuse_once)
    refuses.start()
    mailer_to(port).send(a_message())
    refuses.join()

    assert [len(inbox.envelopes) for inbox, _ in started] == [1]


def test_a_server_that_breaks_off_is_not_sent_the_message_twice(
    start_smtp: StartSmtp, mailer_to: Callable[[int], Mailer]
) -> None:
    class Breaks(Inbox):
        """Takes a message and leaves without a word, as one that was killed does."""

        async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
            server.transport.abort()
            return await super().handle_DATA(server, session, envelope)

    inbox, port = start_smtp(Breaks())
    with pytest.raises(ProblemError) as caught:
        mailer_to(port).send(a_message())

    assert caught.value.kind.status == 503
    assert isinstance(caught.value.__cause__, (SMTPServerDisconnected, ConnectionResetError))
    assert len(inbox.envelopes) == 1


def test_a_message_that_is_refused_says_nothing_of_the_server(
    start_smtp: StartSmtp, mailer_to: Callable[[int], Mailer]
) -> None:
    class Refuses(Inbox):
        """Wants none of these."""

        async def handle_DATA(self, _server: Any, _session: Any, _envelope: Any) -> str:  # noqa: N802
            return "554 no"

    _, port = start_smtp(Refuses())
    used = mailer_to(port)
    for _ in range(4):
        with pytest.raises(SMTPDataError, match="no"):
            used.send(a_message())

    assert used.is_resting is False


def test_a_server_that_says_nothing_is_waited_for_no_longer_than_the_limit(
    mailer_to: Callable[[int], Mailer],
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(ProblemError) as caught:
        mailer_to(silent.getsockname()[1]).send(a_message())

    assert type(caught.value.__cause__) is TimeoutError


def test_a_server_that_is_down_is_left_alone(start_smtp: StartSmtp, mailer_to: Callable[[int], Mailer]) -> None:
    port = free_port()
    used = mailer_to(port)
    for _ in range(3):
        with pytest.raises(ProblemError):
            used.send(a_message())
    start_smtp(port=port)
    with pytest.raises(ProblemError) as caught:
        used.send(a_message())

    assert type(caught.value.__cause__) is CircuitOpenError
    assert used.is_resting is True
