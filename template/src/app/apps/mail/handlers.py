"""The messages that events cause (template-owned)."""

from app.apps.mail.mailers import the_mailer
from app.apps.runtime import service_settings
from app.apps.users.services import find_user
from app.components.mail import MailSettings, compose
from app.kit.events import Event


def tell_maker_of_project(event: Event) -> None:
    """Tell the maker that the project is ready; a maker who has left is told nothing."""
    maker = find_user(event.actor_id) if event.actor_id else None
    if maker is not None:
        message = compose(
            event,
            template="project_created",
            recipient=(maker.name, maker.email),
            sender=service_settings().of(MailSettings).smtp_from,
        )
        the_mailer().send(message)
