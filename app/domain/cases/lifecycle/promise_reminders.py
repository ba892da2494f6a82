"""Reminds a team that took charge of a case or answered it, and announced no end, to say where it is. Source: W6.

progress/promise.py says when. Notified: the member who has the case; else the one who answered last; else every active
member of the team, and its shared address. An absent member's replacement is too (replacements.py). A person who set
the case aside, or whose team did, is not: it comes back to them with an email (set_aside.py). The reminders of one run
are one email for each reader, with a line a case.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from piccolo.columns.combination import Or

from app.domain.audience import Audience
from app.domain.calendar.working_days import is_working_time
from app.domain.cases.access import load_locked_case
from app.domain.cases.lifecycle.assignment import list_team_members
from app.domain.cases.permissions import CaseFacts
from app.domain.cases.progress.promise import PROMISE_DAYS, is_reminder_due
from app.domain.cases.replacements import list_replacements
from app.domain.cases.team_mailbox import list_teams_with_mailbox
from app.domain.email.queue_email import CaseAddress, EmailKind, queue_case_emails, queue_team_emails
from app.domain.email.release_emails import release_emails
from app.domain.email.shares import CaseReader, CaseShare, list_people
from db.engine import transaction
from db.tables.participants import Recipient, SetAside
from db.tables.thread import Message

_SHORTEST_WAIT = timedelta(days=PROMISE_DAYS)
"""Working days take at least as long; is_reminder_due counts them."""


async def send_promise_reminders(now: datetime) -> int:
    """Returns the number of cases reminded of. Once for each promise, in working hours, even by two processes."""
    count = 0
    for row in await _list_due_promises(now):
        if is_working_time(now, row["area"]):
            count += await _remind_team(row["case"], row["team"], now)
    if count:
        await release_emails(now, now)
    return count


async def _list_due_promises(now: datetime) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = await (
        Recipient.select(Recipient.case, Recipient.team, Recipient.case.area.as_alias("area"))
        .where(
            Recipient.promise_due.is_not_null(),
            Recipient.promise_due <= now,
            Or(Recipient.promise_reminded_at.is_null(), Recipient.promise_reminded_at <= now - _SHORTEST_WAIT),
        )
        .order_by(Recipient.id)
    )
    return rows


async def _remind_team(case_id: UUID, team_id: int, now: datetime) -> bool:
    async with transaction():
        case = await load_locked_case(case_id)
        team = case.teams.get(team_id) if case else None
        if case is None or team is None or not is_reminder_due(team, now, case.area):
            return False
        aside = await _list_set_aside(case_id, team_id)
        if None in aside or not await _notify_promise(case, team_id, aside, now):
            return False
        await Recipient.update({Recipient.promise_reminded_at: now}).where(
            Recipient.case == case_id, Recipient.team == team_id
        )
    return True


async def _list_set_aside(case_id: UUID, team_id: int) -> set[int | None]:
    """The people who set the case aside; None for the team."""
    rows = await SetAside.select(SetAside.person).where(SetAside.case == case_id, SetAside.team == team_id)
    return {row["person"] for row in rows}


async def _notify_promise(case: CaseFacts, team_id: int, aside: set[int | None], now: datetime) -> bool:
    """The team's address too when no person is named. False when all who would be notified set the case aside."""
    members = [colleague.id for colleague in await list_team_members(team_id)]
    holder = await _find_holder(case, team_id, members)
    named = {CaseReader(holder, CaseShare.MINE)} if holder else None
    readers = named or {CaseReader(one, CaseShare.UNASSIGNED, team_id) for one in members}
    notified = {reader for reader in readers if reader.person not in aside}
    replacing = await list_replacements(list_people(notified), case, now) - aside
    notified |= {CaseReader(one, CaseShare.MINE) for one in replacing}
    if members and not notified:
        return False
    await queue_case_emails(EmailKind.PROMISE, notified, CaseAddress(case.id, case.team_id), now=now)
    shared = await list_teams_with_mailbox([team_id], members) if holder is None else []
    await queue_team_emails(EmailKind.PROMISE, shared, case_id=case.id, now=now)
    return bool(notified or shared)


async def find_promise_maker(case: CaseFacts, team_id: int) -> int | None:
    """The member who has the case; else the one who answered last."""
    return await _find_holder(case, team_id, [colleague.id for colleague in await list_team_members(team_id)])


async def _find_holder(case: CaseFacts, team_id: int, members: list[int]) -> int | None:
    taker = case.teams[team_id].taken_by
    return taker if taker in members else await _find_last_answerer(case, members)


async def _find_last_answerer(case: CaseFacts, members: list[int]) -> int | None:
    """Among the members. A message that one of them wrote for the agents' side is no answer."""
    if not members:
        return None
    row = await (
        Message.select(Message.author)
        .where(
            Message.case == case.id,
            Message.audience == Audience.ALL,
            Message.withdrawn_at.is_null(),
            Message.author.is_in(members),
            Message.team != case.team_id,
        )
        .order_by(Message.id, ascending=False)
        .first()
    )
    return int(row["author"]) if row else None
