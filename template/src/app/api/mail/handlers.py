"""The messages that events cause (template-owned)."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.api.mail.mailers import mailer_of
from app.api.runtime import Runtime
from app.api.users.service import find_user
from app.components.mail import MailSettings, compose
from app.kit.events import Event


async def tell_maker_of_project(runtime: Runtime, session: AsyncSession, event: Event) -> None:
    """Tell the maker that the project is ready; a maker who has left is told nothing."""
    if event.actor_id is None:
        return
    maker = await find_user(session, event.actor_id)
    if maker is not None:
        message = compose(
            event,
            template="project_created",
            recipient=(maker.name, maker.email),
            sender=runtime.settings.of(MailSettings).smtp_from,
        )
        await mailer_of(runtime).send(message)
