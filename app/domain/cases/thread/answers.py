"""A referent's answers other than a plain message. Source: fiche-referent.md; features.md S4."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.cases.events import EventKind
from app.domain.cases.thread.posting import post_message
from app.domain.errors import Invalid
from db.tables.cases import Case
from db.tables.catalogue import Subject

HANDLED_DEFAULT_MESSAGE = "Le blocage est levé de notre côté."


async def announce_handled(
    actor: Actor, case_id: UUID, body: str, *, key: str, now: datetime, attachments: Sequence[UUID] = ()
) -> None:
    """« C’est traité »: a message notifies the agent, who then closes the case. Raises as post_message does."""
    await post_message(
        actor,
        case_id,
        body or HANDLED_DEFAULT_MESSAGE,
        key=key,
        now=now,
        kind=EventKind.HANDLED,
        attachments=attachments,
    )


async def dismiss(
    actor: Actor, case_id: UUID, procedure: str, *, key: str, now: datetime, attachments: Sequence[UUID] = ()
) -> None:
    """« Non pertinente »: the case is no inextricable blockage, and the message gives the standard procedure.

    The actor's team has no turn and no email of the case until it is addressed by name. Raises Invalid without the
    procedure; otherwise as post_message does.
    """
    check_procedure(procedure)
    await post_message(actor, case_id, procedure, key=key, now=now, kind=EventKind.IRRELEVANT, attachments=attachments)


def check_procedure(words: str) -> None:
    """Raises Invalid if it is empty."""
    if not words:
        raise Invalid(message="Indiquez à l’agent la procédure à suivre, puis envoyez.")


async def find_standard_procedure(case_id: UUID) -> str:
    """The catalogue's procedure for the case's subject; empty if it has none."""
    row = await (
        Subject.select(Subject.procedure)
        .where(Subject.id.is_in(Case.select(Case.guided_subject).where(Case.id == case_id)))
        .first()
    )
    return str(row["procedure"]) if row else ""
