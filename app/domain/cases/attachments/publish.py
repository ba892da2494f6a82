"""A file leaves with what it was joined to: from then on, whoever may read that may read it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from piccolo.columns.combination import And

from app.domain.accounts.actor import Actor
from app.domain.audience import Audience
from app.domain.errors import Invalid
from app.domain.files.limits import FILES_FIELD
from app.domain.files.removal import remove_attachments
from db.tables import Attachment

_INTERNAL_FILE = (
    "Une pièce jointe a été choisie entre référents : elle ne part pas vers l’agent. "
    "Retirez-la, ou envoyez ce message aux référents."
)
_FILE_MISSING = "Une pièce jointe n’est plus là. Joignez-la de nouveau, puis renvoyez le message."


async def publish_with_case(case_id: UUID, now: datetime, *, on_paper: bool) -> None:
    """The draft's files and its mandate's, when it is sent; half of a file is no file. In submit()'s transaction.

    on_paper: the mandate is; the photo of one that is not is removed.
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
    """The actor's own, received whole and not sent yet. In the verb's transaction.

    Raises Invalid if one is missing, or was joined for referents and the message is for everyone.
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
