"""Django's own way to send mail, over the service's (template-owned)."""

from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives, send_mail
from tests.commands import free_port
from tests.environment import settings_of
from tests.mail.inbox import StartSmtp

from app.apps.mail import backend
from app.apps.mail.mailers import Mailer
from app.kit.problems import ProblemError
from app.kit.service import this_service
from app.site import settings as of_the_site

pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Any:
    """Have Django send as it does outside of tests, by a mailer with these settings."""
    settings.EMAIL_BACKEND = of_the_site.EMAIL_BACKEND

    def use(**given: str) -> None:
        used = Mailer(settings_of(**given))
        monkeypatch.setattr(backend, "the_mailer", lambda: used)

    return use


def test_mail_of_ones_own_goes_where_the_services_goes(use: Any, tmp_path: Path) -> None:
    use(DATA_DIR=str(tmp_path))
    assert send_mail("Invoice", "Here it is.", None, ["ann@acme.example"]) == 1

    (file,) = (tmp_path / "mail").iterdir()
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert (message["Subject"], message["To"]) == ("Invoice", "ann@acme.example")
    assert message["From"].addresses[0].addr_spec == "noreply@example.com"
    assert message["From"].addresses[0].display_name == this_service().name


def test_the_server_of_the_settings_takes_it(use: Any, start_smtp: StartSmtp) -> None:
    inbox, port = start_smtp()
    use(SMTP_HOST="127.0.0.1", SMTP_PORT=str(port))
    message = EmailMultiAlternatives("Invoice", "Here it is.", "a@example.com", ["b@example.com"], cc=["c@example.com"])
    message.attach("invoice.txt", "1 EUR", "text/plain")
    assert message.send() == 1

    (envelope,) = inbox.envelopes
    assert (envelope.mail_from, envelope.rcpt_tos) == ("a@example.com", ["b@example.com", "c@example.com"])
    assert b"invoice.txt" in envelope.content


def test_a_server_that_is_away_is_a_503_unless_it_may_fail_in_silence(use: Any) -> None:
    use(SMTP_HOST="127.0.0.1", SMTP_PORT=str(free_port()))
    assert send_mail("Invoice", "", None, ["ann@acme.example"], fail_silently=True) == 0
    with pytest.raises(ProblemError) as caught:
        send_mail("Invoice", "", None, ["ann@acme.example"])
    assert caught.value.kind.status == 503
