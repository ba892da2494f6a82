"""Undoes the effects of a message that is withdrawn. Source: features.md N14.

| what                                             | becomes                                              |
|--------------------------------------------------|------------------------------------------------------|
| status, last activity, and of each team its      | what the remaining events give (replay.py)           |
| turn, clock, answers, « c'est traité »,          |                                                      |
| « non pertinente »; a team that it called back   |                                                      |
| the reminder of an inactive case                 | sent again: no case closes on an earlier one         |
| emails                                           | those that wait are cancelled; one that was sent has |
|                                                  | only a link to the case                              |
| attachments                                      | deleted                                              |

An internal note has no other effects than its emails and its attachments.
"""

from dataclasses import replace
from datetime import datetime

from app.domain.cases.change import CaseChange
from app.domain.cases.lifecycle.late_notices import load_late_notices
from app.domain.cases.lifecycle.replay import replay_case
from app.domain.cases.permissions import CaseFacts
from app.domain.cases.progress.rows import write_progress
from app.domain.cases.progress.team import TeamProgress
from app.domain.email.queue_email import EmailKind, cancel_emails
from app.domain.files.removal import remove_with_message
from db.tables.cases import Case
from db.tables.thread import Message


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
    return await _restore_progress(case)


async def _restore_progress(case: CaseFacts) -> CaseChange:
    replayed = await replay_case(case)
    notices = await load_late_notices(case.id)
    teams = {
        team: _restore_team(known, replayed.progress.teams.get(team, known), notices.get(team, []))
        for team, known in case.teams.items()
    }
    restored = await write_progress(case, replace(replayed.progress, teams=teams))
    return {**restored, Case.active_at: replayed.active_at, Case.reminded_at: None}


def _restore_team(known: TeamProgress, replayed: TeamProgress, notices: list[datetime]) -> TeamProgress:
    """An opening is not undone, nor is « je m’en occupe ». notices: when each late notice was sent."""
    late_from = replayed.late_from
    return replace(
        replayed,
        joined_at=known.joined_at,
        seen_at=known.seen_at,
        taken_by=known.taken_by,
        late_notices_sent=sum(at >= late_from for at in notices) if late_from else 0,
    )
