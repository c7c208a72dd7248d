"""Where mail goes, over real connections (template-owned)."""

import os
import ssl
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_DNS, UUID, uuid5

import pytest
import trustme
from aiosmtpd.smtp import AuthResult, LoginPassword
from aiosmtplib import SMTPAuthenticationError
from tests.api.conftest import SettingsOf
from tests.api.database import execute, fetch
from tests.api.working import work_off
from tests.commands import free_port
from tests.mail.inbox import StartSmtp, a_message

from app.api.mail.handlers import tell
from app.api.mail.mailers import FolderMailer, open_mailer
from app.api.outbox.publish import publish
from app.api.runtime import Runtime, make_runtime
from app.api.slices import Slice, find_slices
from app.kit.events import Event
from app.kit.problems import ProblemError

# The server of the tests leaves a stream to the garbage collector when a client goes away.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
ADMIN = uuid5(NAMESPACE_DNS, "admin@acme.example")


RuntimeOf = Callable[..., Runtime]


@pytest.fixture
async def runtime_of(settings: SettingsOf) -> AsyncIterator[RuntimeOf]:
    made: list[Runtime] = []

    def runtime_of(**given: str) -> Runtime:
        made.append(make_runtime(settings(**given)))
        return made[-1]

    yield runtime_of
    for runtime in made:
        await runtime.database.close()
        await runtime.store.redis.aclose()


def only_mail() -> list[Slice]:
    """Its slice, without those that hear of the same event."""
    return [one for one in find_slices() if one.name == "mail"]


def _event(actor: UUID | None = ADMIN) -> Event:
    return Event("project.created", UUID(int=1), actor, "project", UUID(int=3), 1, {"name": "Apollo"})


async def test_a_folder_keeps_one_file_for_each_message(tmp_path: Path) -> None:
    mailer = FolderMailer(tmp_path / "a" / "mail")
    await mailer.send(a_message())
    await mailer.send(a_message())

    (file,) = (tmp_path / "a" / "mail").iterdir()
    assert file.name == "id-1.test.eml"
    assert b"Message-ID: <id-1.test@x.invalid>" in file.read_bytes()


async def test_smtp_takes_what_is_sent(settings: SettingsOf, start_smtp: StartSmtp) -> None:
    inbox, port = start_smtp()
    async with open_mailer(settings(SMTP_HOST="127.0.0.1", SMTP_PORT=str(port))) as mailer:
        await mailer.ping()
        await mailer.send(a_message())

    assert mailer.backend == "real"
    (envelope,) = inbox.envelopes
    assert (envelope.mail_from, envelope.rcpt_tos) == ("a@example.com", ["b@example.com"])
    assert b"Hello" in envelope.content


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")
async def test_a_log_in_is_sent_when_it_is_set(settings: SettingsOf, start_smtp: StartSmtp) -> None:
    seen: list[tuple[bytes, bytes]] = []

    def authenticate(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: LoginPassword) -> AuthResult:
        seen.append((data.login, data.password))
        return AuthResult(success=data.password == b"right", handled=False)

    inbox, port = start_smtp(authenticator=authenticate, auth_required=True, auth_require_tls=False)
    log_in = {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(port), "SMTP_USERNAME": "mailer"}
    async with open_mailer(settings(**log_in, SMTP_PASSWORD="right")) as mailer:
        await mailer.send(a_message())
    async with open_mailer(settings(**log_in, SMTP_PASSWORD="wrong")) as mailer:
        with pytest.raises(SMTPAuthenticationError):
            await mailer.send(a_message())

    assert (len(inbox.envelopes), seen[0]) == (1, (b"mailer", b"right"))


async def test_tls_is_refused_without_the_right_root(
    settings: SettingsOf, start_smtp: StartSmtp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    inbox, port = start_smtp(tls_context=context, require_starttls=True)
    given = {"SMTP_HOST": "localhost", "SMTP_PORT": str(port), "SMTP_TLS": "starttls"}

    async with open_mailer(settings(**given)) as mailer:
        with pytest.raises(ProblemError) as caught:
            await mailer.send(a_message())
        assert type(caught.value.__cause__) is ssl.SSLCertVerificationError
        authority.cert_pem.write_to_path(tmp_path / "root.pem")
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "root.pem"))
        await mailer.send(a_message())

    assert len(inbox.envelopes) == 1


async def test_mail_that_cannot_be_sent_is_sent_later(
    runtime_of: RuntimeOf, start_smtp: StartSmtp, database_url: str
) -> None:
    wrong = runtime_of(SMTP_HOST="127.0.0.1", SMTP_PORT=str(free_port()))
    async with wrong.database.transaction() as session:
        await publish(session, _event())

    async with open_mailer(wrong.settings) as wrong.clients["mail"]:
        await work_off(wrong, only_mail())
    (row,) = await fetch(database_url, "SELECT attempts, finished_at, error FROM jobs")
    assert (row["attempts"], row["finished_at"]) == (0, None)
    assert row["error"].startswith("SMTP")

    inbox, port = start_smtp()
    right = runtime_of(SMTP_HOST="127.0.0.1", SMTP_PORT=str(port))
    await execute(database_url, "UPDATE jobs SET due_at = NOW()")
    async with open_mailer(right.settings) as right.clients["mail"]:
        await work_off(right, only_mail())

    assert [envelope.rcpt_tos for envelope in inbox.envelopes] == [["admin@acme.example"]]
    (row,) = await fetch(database_url, "SELECT name, queue, error, finished_at FROM jobs")
    assert (row["name"], row["queue"], row["error"]) == ("mail.project.created", "mail", None)
    assert row["finished_at"] is not None


@pytest.mark.parametrize("actor", [None, UUID(int=9)], ids=["nobody", "gone"])
async def test_a_maker_who_is_not_there_is_told_nothing(
    runtime_of: RuntimeOf, tmp_path: Path, actor: UUID | None
) -> None:
    runtime = runtime_of()
    async with open_mailer(runtime.settings) as runtime.clients["mail"], runtime.database.transaction() as session:
        await tell(runtime, session, _event(actor))

    assert not (tmp_path / "mail").exists()


@pytest.mark.integration("SMTP_HOST")
async def test_the_real_server_takes_a_message(settings: SettingsOf) -> None:
    given = {name: value for name, value in os.environ.items() if name.startswith("SMTP_")}
    async with open_mailer(settings(**given)) as mailer:
        await mailer.ping()
        await mailer.send(a_message())

    assert mailer.backend == "real"
