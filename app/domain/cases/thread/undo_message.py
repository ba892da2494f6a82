"""Undoes the effects of a message that is withdrawn. Source: features.md N14.

| what                                             | becomes                                              |
|--------------------------------------------------|------------------------------------------------------|
| last activity, and of each team its turn, clock, | what it would be without the message (replay.py);    |
| answers, « c'est traité », « non pertinente »;   | what the message did not change stays                |
| a team that it called back                       |                                                      |
| the turn of a team that took in another one      | stays: what either of them owes is not forgotten     |
| the reminder of an inactive case                 | sent again: no case closes on an earlier one         |
| emails                                           | those that wait are cancelled; one that was sent has |
|                                                  | only a link to the case                              |
| attachments                                      | deleted                                              |

An internal note has no other effects than its emails and its attachments.
"""

from dataclasses import fields, replace
from datetime import datetime

from app.domain.audience import Readership
from app.domain.cases.change import CaseChange
from app.domain.cases.lifecycle.late_notices import load_late_notices
from app.domain.cases.lifecycle.merged_teams import load_merged_teams
from app.domain.cases.lifecycle.replay import replay_message
from app.domain.cases.permissions import CaseFacts
from app.domain.cases.progress.rows import build_progress, write_progress
from app.domain.cases.progress.team import TeamProgress
from app.domain.email.message_emails import cancel_emails
from app.domain.email.queue_email import EmailKind
from app.domain.files.removal import remove_with_message
from db.tables.cases import Case
from db.tables.thread import Message


async def undo_message(case: CaseFacts, message_id: int, now: datetime, readership: Readership) -> CaseChange:
    """Returns the change of the case's row. The message is already marked as withdrawn.

    Runs in the caller's transaction, with the case locked.
    """
    await remove_message_traces(case, message_id, now, readership)
    if readership.is_apart:
        return {}
    return await _restore_progress(case, message_id)


async def remove_message_traces(case: CaseFacts, message_id: int, now: datetime, readership: Readership) -> None:
    """Its files, and its emails that wait. Runs in the caller's transaction."""
    row = await Message.select(Message.posted_at).where(Message.id == message_id).first()
    assert row is not None
    await remove_with_message(message_id)
    kind = EmailKind.INTERNAL if readership.is_apart else EmailKind.MESSAGE
    await cancel_emails(kind, case.id, message_id, row["posted_at"], now)


async def _restore_progress(case: CaseFacts, message_id: int) -> CaseChange:
    places = await load_merged_teams()
    replayed = await replay_message(case, message_id, places)
    notices = await load_late_notices(case.id, places)
    with_it, without = replayed.with_message.progress, replayed.without.progress
    teams = {
        team: _restore_team(known, with_it.teams[team], without.teams[team], notices[team])
        for team, known in case.teams.items()
        if team in with_it.teams and team in without.teams
    }
    teams |= {team: case.teams[team] for team in replayed.merged_teams & teams.keys() if case.teams[team].has_turn}
    side = without.next_side if with_it.next_side != without.next_side else case.next_side
    restored = await write_progress(case, replace(build_progress(case), teams={**case.teams, **teams}, next_side=side))
    return {**restored, Case.active_at: replayed.without.active_at, Case.reminded_at: None}


def _restore_team(
    known: TeamProgress, with_it: TeamProgress, without: TeamProgress, notices: list[datetime]
) -> TeamProgress:
    """Changes what the message had changed, and nothing else. notices: when each late notice was sent."""
    changed = {name: getattr(without, name) for name in _RESTORED if getattr(with_it, name) != getattr(without, name)}
    if "late_from" in changed:
        late_from = changed["late_from"]
        changed["late_notices_sent"] = sum(at >= late_from for at in notices) if late_from else 0
    return replace(known, **changed)


_KEPT = ("joined_at", "seen_at", "taken_by", "late_notices_sent", "promise_reminded_at")
"""An opening is not undone, nor is « je m’en occupe », nor a reminder that was sent."""
_RESTORED = tuple(field.name for field in fields(TeamProgress) if field.name not in _KEPT)
