"""Where mail goes, over real connections (template-owned)."""

import os
import ssl
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path
from smtplib import SMTPAuthenticationError
from typing import Any
from uuid import NAMESPACE_DNS, UUID, uuid5

import pytest
import trustme
from aiosmtpd.smtp import AuthResult, LoginPassword
from django.db.models.functions import Now
from tests.apps.working import work_off
from tests.commands import free_port
from tests.environment import settings_of
from tests.mail.inbox import StartSmtp, a_message

from app.apps.mail import handlers
from app.apps.mail.mailers import Mailer
from app.apps.outbox.functions import Functions
from app.apps.outbox.models import WrittenJob
from app.apps.outbox.publish import publish
from app.apps.slices import Handler, find_handlers
from app.kit.events import Event
from app.kit.problems import ProblemError

# The server of the tests leaves a stream to the garbage collector when a client goes away.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
ADMIN = uuid5(NAMESPACE_DNS, "admin@acme.example")


def mailer(**given: str) -> Mailer:
    return Mailer(settings_of(**given))


def to_port(port: int) -> dict[str, str]:
    return {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(port)}


def only_mail() -> dict[str, dict[str, Handler]]:
    """Its handlers, without those that hear of the same event."""
    return {event: {"mail": by["mail"]} for event, by in find_handlers().items() if "mail" in by}


def an_event(actor: UUID | None = ADMIN) -> Event:
    return Event("project.created", UUID(int=1), actor, "project", UUID(int=3), 1, {"name": "Apollo"})


def test_a_folder_keeps_one_file_for_each_message(tmp_path: Path) -> None:
    used = mailer(DATA_DIR=str(tmp_path / "a"))
    used.send(a_message())
    used.send(a_message())

    (file,) = (tmp_path / "a" / "mail").iterdir()
    assert (used.backend, file.name) == ("embedded", "id-1.test.eml")
    assert b"Message-ID: <id-1.test@x.invalid>" in file.read_bytes()


def test_smtp_takes_what_is_sent(start_smtp: StartSmtp) -> None:
    inbox, port = start_smtp()
    used = mailer(**to_port(port))
    used.ping()
    used.send(a_message())

    assert used.backend == "real"
    (envelope,) = inbox.envelopes
    assert (envelope.mail_from, envelope.rcpt_tos) == ("a@example.com", ["b@example.com"])
    assert b"Hello" in envelope.content


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")
def test_a_log_in_is_sent_when_it_is_set(start_smtp: StartSmtp) -> None:
    seen: list[tuple[bytes, bytes]] = []

    def authenticate(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: LoginPassword) -> AuthResult:
        seen.append((data.login, data.password))
        return AuthResult(success=data.password == b"right", handled=False)

    inbox, port = start_smtp(authenticator=authenticate, auth_required=True, auth_require_tls=False)
    log_in = {**to_port(port), "SMTP_USERNAME": "mailer"}
    mailer(**log_in, SMTP_PASSWORD="right").send(a_message())
    with pytest.raises(SMTPAuthenticationError):
        mailer(**log_in, SMTP_PASSWORD="wrong").send(a_message())

    assert (len(inbox.envelopes), seen[0]) == (1, (b"mailer", b"right"))


def test_tls_is_refused_without_the_right_root(
    start_smtp: StartSmtp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    inbox, port = start_smtp(tls_context=context, require_starttls=True)
    used = mailer(SMTP_HOST="localhost", SMTP_PORT=str(port), SMTP_TLS="starttls")

    with pytest.raises(ProblemError) as caught:
        used.send(a_message())
    assert type(caught.value.__cause__) is ssl.SSLCertVerificationError
    authority.cert_pem.write_to_path(tmp_path / "root.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "root.pem"))
    used.send(a_message())

    assert len(inbox.envelopes) == 1


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Have handlers send by a mailer of the test's own."""

    def use(used: Mailer) -> None:
        monkeypatch.setattr(handlers, "the_mailer", lambda: used)

    yield use


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("seeded")
def test_mail_that_cannot_be_sent_is_sent_later(start_smtp: StartSmtp, use: Any) -> None:
    use(mailer(**to_port(free_port())))
    publish(an_event())
    work_off(Functions(handlers=only_mail(), jobs={}))
    job = WrittenJob.objects.get()
    assert (job.attempts, job.finished_at, job.error) == (0, None, "SMTPConnectError")

    inbox, port = start_smtp()
    use(mailer(**to_port(port)))
    WrittenJob.objects.update(due_at=Now())
    work_off(Functions(handlers=only_mail(), jobs={}))

    assert [envelope.rcpt_tos for envelope in inbox.envelopes] == [["admin@acme.example"]]
    job = WrittenJob.objects.get()
    assert (job.name, job.queue, job.error) == ("mail.project.created", "mail", None)
    assert job.finished_at is not None


@pytest.mark.parametrize("actor", [None, UUID(int=9)], ids=["nobody", "gone"])
@pytest.mark.usefixtures("db")
def test_a_maker_who_is_not_there_is_told_nothing(use: Any, tmp_path: Path, actor: UUID | None) -> None:
    use(mailer(DATA_DIR=str(tmp_path)))
    handlers.tell(an_event(actor))

    assert not (tmp_path / "mail").exists()


@pytest.mark.usefixtures("seeded")
def test_a_maker_is_told_in_text_and_in_html(use: Any, tmp_path: Path) -> None:
    use(mailer(DATA_DIR=str(tmp_path)))
    handlers.tell(an_event())

    (file,) = (tmp_path / "mail").glob("*.eml")
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert (message["To"], message["Subject"]) == ("Acme Admin <admin@acme.example>", "Project Apollo is ready")
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    assert "Apollo" in text.get_content()
    assert "Apollo" in html.get_content()


@pytest.mark.integration("SMTP_HOST")
def test_the_real_server_takes_a_message() -> None:
    used = mailer(**{name: value for name, value in os.environ.items() if name.startswith("SMTP_")})
    used.ping()
    used.send(a_message())

    assert used.backend == "real"
