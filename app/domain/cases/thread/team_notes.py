"""The lines of a note that one team alone reads. They leave the case's row as it is: only its recipient changes.

Other teams' lists, searches and streams are thus the same with it and without it. Source: features.md W7.
"""

from datetime import datetime
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.audience import Readership
from app.domain.cases.events import EventKind, record_event
from app.domain.cases.permissions import CaseFacts
from db.search import fold_text
from db.tables.participants import Recipient
from db.tables.thread import Message


async def record_note_event(
    case: CaseFacts,
    kind: EventKind,
    actor: Actor,
    team_id: int | None,
    readership: Readership,
    message_id: int | None,
    now: datetime,
    *,
    about: str = "",
    other_person: int | None = None,
) -> None:
    """Adds the line, then the team's last event and the text by which the team alone finds the case."""
    event_id = await record_event(
        case,
        kind,
        actor=actor,
        team_id=team_id,
        now=now,
        message_id=message_id,
        readership=readership,
        about=about,
        other_person=other_person,
        writes_row=False,
    )
    assert readership.team is not None
    await Recipient.update(
        {
            Recipient.last_note_event: event_id,
            Recipient.last_event: event_id,
            Recipient.search_notes: await _build_note_text(case.id, readership.team),
        }
    ).where(Recipient.case == case.id, Recipient.team == readership.team)


async def _build_note_text(case_id: UUID, team_id: int) -> str:
    """Without withdrawn notes."""
    notes = await (
        Message.select(Message.body)
        .where(Message.case == case_id, Message.reader_team == team_id, Message.withdrawn_at.is_null())
        .order_by(Message.id)
    )
    return " ".join(fold_text(note["body"]) for note in notes)
