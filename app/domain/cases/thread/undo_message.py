"""Undoes the effects of a message that is withdrawn. Source: features.md N14.

| what                                             | becomes                                              |
|--------------------------------------------------|------------------------------------------------------|
| status, turn, deadline, handled, last activity   | what the remaining events give (replay.py)           |
| the reminder of an inactive case                 | sent again: no case closes on an earlier one         |
| « non pertinente »                               | the next answer that says so, or nothing             |
| emails                                           | those that wait are cancelled; one that was sent has |
|                                                  | only a link to the case                              |
| attachments                                      | deleted                                              |

An internal note has no other effects than its emails and its attachments.
"""

from datetime import datetime
from uuid import UUID

from piccolo.columns.combination import Or

from app.domain.cases.change import CaseChange
from app.domain.cases.events import EventKind
from app.domain.cases.lifecycle.late_notices import count_late_notices
from app.domain.cases.lifecycle.replay import list_replay_events, replay_events
from app.domain.cases.permissions import CaseFacts
from app.domain.email.queue_email import EmailKind, cancel_emails
from app.domain.files.removal import remove_with_message
from db.tables.cases import Case
from db.tables.members import Membership
from db.tables.participants import Recipient
from db.tables.thread import Event, Message


async def undo_message(case: CaseFacts, message_id: int, now: datetime, *, internal: bool) -> CaseChange:
    """Returns the change of the case's row. The message is already marked as withdrawn.

    Runs in the caller's transaction, with the case locked.
    """
    row = await Message.select(Message.posted_at).where(Message.id == message_id).first()
    assert row is not None
    await remove_with_message(message_id)
    await cancel_emails(EmailKind.INTERNAL if internal else EmailKind.MESSAGE, case.id, row["posted_at"], now)
    if internal:
        return {}
    await _restore_irrelevant_at(case.id, row["posted_at"])
    return await _restore_case(case)


async def _restore_case(case: CaseFacts) -> CaseChange:
    course = replay_events(await list_replay_events(case.id), case.area)
    return {
        Case.status: course.status,
        Case.next_side: course.next_side,
        Case.late_from: course.late_from,
        Case.late_notices_sent: await count_late_notices(case.id, course.late_from),
        Case.handled_at: course.handled_at,
        Case.active_at: course.active_at,
        Case.reminded_at: None,
    }


async def _restore_irrelevant_at(case_id: UUID, at: datetime) -> None:
    marked = Recipient.case == case_id, Recipient.irrelevant_at == at
    for row in await Recipient.select(Recipient.id, Recipient.team).where(*marked):
        following = await _find_irrelevant_at(case_id, row["team"])
        await Recipient.update({Recipient.irrelevant_at: following}).where(Recipient.id == row["id"])


async def _find_irrelevant_at(case_id: UUID, team_id: int) -> datetime | None:
    """A member of several teams answers for each of them, but the event names only one."""
    members = Membership.select(Membership.person).where(Membership.team == team_id)
    row = await (
        Event.select(Event.happened_at)
        .where(
            Event.case == case_id,
            Event.kind == EventKind.IRRELEVANT,
            Event.message.withdrawn_at.is_null(),
            Or(Event.team == team_id, Event.actor.is_in(members)),
        )
        .order_by(Event.id)
        .first()
    )
    return row["happened_at"] if row else None
