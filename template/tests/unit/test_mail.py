"""What messages say, and that nobody's text can change their shape (template-owned)."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from uuid import UUID

import pytest
from tests.environment import environment, service_environment, settings_of

from app.components import load_settings
from app.components.mail import TOLD, MailSettings, compose
from app.kit.events import Event
from app.kit.service import this_service
from app.kit.settings import SettingsError

EVENT_ID = UUID("11111111-1111-4111-8111-111111111111")


def _message(name: str = "Apollo", *, recipient: str = "Ada", address: str = "ada@acme.example") -> EmailMessage:
    event = Event(
        "project.created", UUID(int=1), UUID(int=2), "project", UUID(int=3), 1, data={"name": name}, id=EVENT_ID
    )
    return compose(event, recipient=(recipient, address), sender="noreply@example.com")


def _sent(message: EmailMessage) -> EmailMessage:
    """The message as a receiver reads it."""
    read = message_from_bytes(message.as_bytes(), policy=policy.default)
    assert isinstance(read, EmailMessage)
    return read


def _body(message: EmailMessage, subtype: str) -> str:
    part = message.get_body((subtype,))
    assert part is not None
    text: str = part.get_content()
    return text


def test_a_message_is_text_and_html_with_the_same_content() -> None:
    message = _sent(_message())

    assert message["Subject"] == "Project Apollo is ready"
    assert message["To"].addresses[0].addr_spec == "ada@acme.example"
    assert message["To"].addresses[0].display_name == "Ada"
    assert message["From"].addresses[0].addr_spec == "noreply@example.com"
    assert message.get_content_type() == "multipart/alternative"
    assert _body(message, "plain").startswith('Hello Ada,\n\nyour project "Apollo" has been created in ')
    assert "<strong>Apollo</strong>" in _body(message, "html")
    assert "00000000-0000-0000-0000-000000000003" in _body(message, "plain")


def test_the_message_id_is_the_events_so_that_a_double_shows() -> None:
    expected = f"<11111111-1111-4111-8111-111111111111.project_created@{this_service().slug}.invalid>"

    assert _message()["Message-ID"] == _message()["Message-ID"] == expected


@pytest.mark.parametrize("trick", ["\r\nBcc: all@acme.example", "\nBcc: x", "\rBcc: x", "\x85Bcc: x", "\u2028Bcc: x"])
def test_a_line_break_in_a_name_adds_no_header(trick: str) -> None:
    message = _sent(_message(f"Apollo{trick}", recipient=f"Ada{trick}"))

    assert message["Bcc"] is None
    assert set(message.keys()) == {"Subject", "From", "To", "Message-ID", "MIME-Version", "Content-Type"}
    assert message["Subject"].startswith("Project Apollo Bcc: ")
    assert message["Subject"].endswith(" is ready")
    assert _body(message, "plain").startswith("Hello Ada")
    assert len(message["To"].addresses) == 1


@pytest.mark.parametrize(
    "name", ['"; x@acme.example', "<x@acme.example>", "a, b@acme.example", "ünï 😀", "=?utf-8?q?x?="]
)
def test_a_recipients_name_adds_no_recipient(name: str) -> None:
    message = _sent(_message(recipient=name))

    assert [address.addr_spec for address in message["To"].addresses] == ["ada@acme.example"]


def test_html_is_escaped_and_text_is_not() -> None:
    message = _sent(_message("<script>alert(1)</script> & {{ 7*7 }}"))

    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; {{ 7*7 }}" in _body(message, "html")
    assert '"<script>alert(1)</script> & {{ 7*7 }}"' in _body(message, "plain")


def test_a_long_name_in_any_script_survives_the_transport() -> None:
    name = "Ω😀" * 100

    message = _sent(_message(name))

    assert message["Subject"] == f"Project {name} is ready"
    assert name in _body(message, "plain")
    assert all(len(line) <= 998 for line in _message(name).as_bytes().splitlines())


def test_mail_goes_into_a_folder_unless_a_server_is_named() -> None:
    assert settings_of().of(MailSettings).backend == "embedded"
    assert settings_of(SMTP_HOST="smtp.internal").of(MailSettings).backend == "real"


@pytest.mark.parametrize("name", TOLD)
def test_each_event_that_people_are_told_of_has_its_message(name: str) -> None:
    data = {"name": "Apollo", "user_id": str(UUID(int=4)), "device": "<b>\r\nBcc: x@y.example", "ip": None}
    event = Event(name, UUID(int=1), UUID(int=2), name.partition(".")[0], UUID(int=3), 1, data)
    message = _sent(compose(event, recipient=("Ada", "ada@acme.example"), sender="noreply@example.com"))

    assert message["Bcc"] is None
    assert message["Subject"]
    assert _body(message, "plain").startswith("Hello Ada,\n\n")
    assert "<b>" not in _body(message, "html")
    assert TOLD[name](event) in (UUID(int=2), UUID(int=3), UUID(int=4))


def test_a_key_of_sendgrid_names_its_relay() -> None:
    server = settings_of(SMTP_HOST="", SENDGRID_API_KEY="SG.hunter2").of(MailSettings).server

    assert server is not None
    assert (server.host, server.port, server.tls, server.username) == ("smtp.sendgrid.net", 587, "starttls", "apikey")
    assert server.password is not None
    assert server.password.get_secret_value() == "SG.hunter2"
    assert "hunter2" not in repr(server)


def test_of_two_servers_development_takes_its_own_and_production_none() -> None:
    both = {"SMTP_HOST": "smtp.internal", "SENDGRID_API_KEY": "SG.hunter2"}
    server = settings_of(**both).of(MailSettings).server
    assert server is not None
    assert server.host == "smtp.internal"
    given = service_environment(ENVIRONMENT="production", **both)
    with environment(given), pytest.raises(SettingsError) as caught:
        load_settings()

    assert "SENDGRID_API_KEY: names a server, and so does SMTP_HOST: unset one of them" in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_production_sends_no_password_readable() -> None:
    given = {"ENVIRONMENT": "production", "SMTP_HOST": "smtp.internal", "SMTP_PASSWORD": "hunter2"}
    with environment(service_environment(**given)), pytest.raises(SettingsError) as caught:
        load_settings()

    assert "SMTP_TLS: is none; the password would be sent readable: set starttls or tls" in str(caught.value)


def test_production_needs_a_server_and_a_sender() -> None:
    with environment(service_environment(ENVIRONMENT="production")), pytest.raises(SettingsError) as caught:
        load_settings()

    text = str(caught.value)
    assert "SMTP_HOST: is not set; mail in a folder is for development: give an SMTP server" in text
    assert "SMTP_FROM: is the development default; give the address that your mail comes from" in text
