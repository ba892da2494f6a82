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

_NARROWER_FILE = {
    Audience.INTERNAL: (
        "Une pièce jointe a été choisie entre référents : elle ne part pas vers l’agent. "
        "Retirez-la, ou envoyez ce message aux référents."
    ),
    Audience.TEAM: (
        "Une pièce jointe a été choisie pour votre équipe seule : elle ne part pas vers d’autres lecteurs. "
        "Retirez-la, ou envoyez ce message à votre équipe."
    ),
}
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


async def apply_audience(actor: Actor, attachment_id: UUID, audience: Audience) -> None:
    """An unsent file keeps the fewest readers for whom it was chosen."""
    wider = [one for one in Audience if one != audience and audience.is_within(one)]
    if wider:
        await Attachment.update({Attachment.audience: audience}).where(
            Attachment.id == attachment_id,
            Attachment.uploader == actor.id,
            Attachment.posted_at.is_null(),
            Attachment.audience.is_in(wider),
        )


async def publish_with_message(
    actor: Actor, case_id: UUID, message_id: int, attachments: Sequence[UUID], audience: Audience, now: datetime
) -> None:
    """attachments: complete uploads of the actor that are not sent yet. Call it in the message's transaction.

    Raises Invalid if one is missing, or if one was uploaded for fewer readers than those of the message.
    """
    wanted = set(attachments)
    if not wanted:
        return
    waiting = await Attachment.select(Attachment.audience).where(
        Attachment.id.is_in(sorted(wanted)), Attachment.posted_at.is_null()
    )
    narrower = {Audience(row["audience"]) for row in waiting if not audience.is_within(Audience(row["audience"]))}
    if narrower:
        raise Invalid(**{FILES_FIELD: _NARROWER_FILE[max(narrower, key=list(Audience).index)]})
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
