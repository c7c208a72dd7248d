"""The messages that events cause (template-owned)."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.api.mail.mailers import mailer_of
from app.api.runtime import Runtime
from app.api.users.service import find_user
from app.components.mail import TOLD, MailSettings, compose
from app.kit.events import Event


async def tell(runtime: Runtime, session: AsyncSession, event: Event) -> None:
    """Tell whom the event concerns; a person who has left is told nothing."""
    user_id = TOLD[event.name](event)
    user = await find_user(session, user_id) if user_id else None
    if user is not None:
        sender = runtime.settings.of(MailSettings).smtp_from
        await mailer_of(runtime).send(compose(event, recipient=(user.name, user.email), sender=sender))
