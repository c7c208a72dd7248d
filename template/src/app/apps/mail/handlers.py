"""The messages that events cause (template-owned)."""

from app.apps.mail.mailers import the_mailer
from app.apps.runtime import service_settings
from app.apps.users.services import find_user
from app.components.mail import TOLD, MailSettings, compose
from app.kit.events import Event


def tell(event: Event) -> None:
    """Tell whom the event concerns; a person who has left is told nothing."""
    user_id = TOLD[event.name](event)
    user = find_user(user_id) if user_id else None
    if user is not None:
        sender = service_settings().of(MailSettings).smtp_from
        the_mailer().send(compose(event, recipient=(user.name, user.email), sender=sender))
