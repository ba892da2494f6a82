"""Publishes uploaded files with a case or a message: its readers can then read them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from piccolo.columns.combination import And

from app.domain.accounts.actor import Actor
from app.domain.audience import Audience
from app.domain.errors import Invalid
from app.domain.files.limits import FILES_FIELD
from app.domain.files.removal import remove_attachments
from db.tables.attachments import Attachment

_INTERNAL_FILE = (
    "Une pièce jointe a été choisie entre référents : elle ne part pas vers l’agent. "
    "Retirez-la, ou envoyez ce message aux référents."
)
_FILE_MISSING = "Une pièce jointe n’est plus là. Joignez-la de nouveau, puis renvoyez le message."


async def publish_with_case(case_id: UUID, now: datetime, *, on_paper: bool) -> None:
    """Publishes the files of a draft and deletes its incomplete uploads. Call it in the transaction of submit().

    on_paper: the mandate is on paper; otherwise the photos of a paper mandate are deleted.
    """
    await remove_attachments(And(Attachment.case == case_id, Attachment.digest == ""))
    if not on_paper:
        await remove_attachments(And(Attachment.case == case_id, Attachment.mandate.eq(True)))
    await Attachment.update({Attachment.posted_at: now}).where(
        Attachment.case == case_id, Attachment.posted_at.is_null()
    )


async def publish_with_message(
    actor: Actor, case_id: UUID, message_id: int, attachments: Sequence[UUID], audience: Audience, now: datetime
) -> None:
    """attachments: complete uploads of the actor that are not sent yet. Call it in the message's transaction.

    Raises Invalid if one is missing, or if one was uploaded for an internal note and the message is for all.
    """
    wanted = set(attachments)
    if not wanted:
        return
    internal = Attachment.exists().where(
        Attachment.id.is_in(sorted(wanted)), Attachment.audience == Audience.INTERNAL, Attachment.posted_at.is_null()
    )
    if audience == Audience.ALL and await internal:
        raise Invalid(**{FILES_FIELD: _INTERNAL_FILE})
    posted = await (
        Attachment.update(
            {Attachment.message: message_id, Attachment.audience: audience, Attachment.posted_at: now},
        )
        .where(
            Attachment.id.is_in(sorted(wanted)),
            Attachment.case == case_id,
            Attachment.uploader == actor.id,
            Attachment.posted_at.is_null(),
            Attachment.mandate.eq(False),
            Attachment.digest != "",
        )
        .returning(Attachment.id)
    )
    if len(posted) != len(wanted):
        raise Invalid(**{FILES_FIELD: _FILE_MISSING})
