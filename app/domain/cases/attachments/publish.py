"""Publishes uploaded files with a case or a message: its readers can then read them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from piccolo.columns.combination import And

from app.domain.accounts.actor import Actor
from app.domain.audience import Audience, Readership
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
_OTHER_TEAM_FILE = (
    "Une pièce jointe a été choisie pour une autre de vos équipes seule : elle ne part pas vers celle-ci. "
    "Retirez-la, ou envoyez ce message à l’autre équipe."
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


async def apply_readership(actor: Actor, attachment_id: UUID, readership: Readership) -> None:
    """An unsent file keeps the fewest readers for whom it was chosen; of a team, the first one that was chosen."""
    of_more_readers = {
        Audience.INTERNAL: Attachment.audience == Audience.ALL,
        Audience.TEAM: Attachment.reader_team.is_null(),
    }
    if readership.is_apart:
        await Attachment.update(
            {Attachment.audience: readership.audience, Attachment.reader_team: readership.team}
        ).where(
            Attachment.id == attachment_id,
            Attachment.uploader == actor.id,
            Attachment.posted_at.is_null(),
            of_more_readers[readership.audience],
        )


async def publish_with_message(
    actor: Actor, case_id: UUID, message_id: int, attachments: Sequence[UUID], readership: Readership, now: datetime
) -> None:
    """attachments: complete uploads of the actor that are not sent yet. Call it in the message's transaction.

    Raises Invalid if one is missing, or if the message has readers for whom one was not chosen.
    """
    wanted = set(attachments)
    if not wanted:
        return
    await _check_readers(wanted, readership)
    posted = await (
        Attachment.update(
            {
                Attachment.message: message_id,
                Attachment.audience: readership.audience,
                Attachment.reader_team: None,
                Attachment.posted_at: now,
            },
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


async def _check_readers(attachments: set[UUID], readership: Readership) -> None:
    waiting = await Attachment.select(Attachment.audience, Attachment.reader_team).where(
        Attachment.id.is_in(sorted(attachments)), Attachment.posted_at.is_null()
    )
    chosen = [Readership(Audience(row["audience"]), row["reader_team"]) for row in waiting]
    narrower = [one.audience for one in chosen if not readership.is_within(one)]
    if narrower:
        narrowest = max(narrower, key=list(Audience).index)
        raise Invalid(
            **{FILES_FIELD: _OTHER_TEAM_FILE if narrowest == readership.audience else _NARROWER_FILE[narrowest]}
        )
