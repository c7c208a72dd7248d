"""Mail of the service's own code: what Django's `send_mail` goes by (template-owned)."""

from collections.abc import Sequence
from smtplib import SMTPException

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from app.apps.mail.mailers import the_mailer
from app.kit.problems import ProblemError


class ServiceBackend(BaseEmailBackend):
    """Sends as the messages of events are sent: to the same server, with its encryption, log-in and time-out."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """How many were sent.

        Raises:
            ProblemError: 503 where the server is not well; not with `fail_silently`.
            SMTPException: it refused a message; not with `fail_silently`.
        """
        sent = 0
        for message in email_messages:
            try:
                sent += the_mailer().deliver(message)
            except (ProblemError, SMTPException, OSError):
                if not self.fail_silently:
                    raise
        return sent
