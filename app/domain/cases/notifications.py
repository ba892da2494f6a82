"""Who is notified of which event by email. Source: features.md S10, S13.

| event                               | notified                                                         |
|-------------------------------------|------------------------------------------------------------------|
| new case                            | every active member of the teams that received it                |
| referent's message                  | the author and the guests                                        |
| agent's message                     | every active member of the teams that received it, the guests    |
| internal note                       | the other members of the teams that received it who may read it  |
| transferred, team invited           | every active member of the team that joins                       |
| colleague, expert invited           | that person                                                      |
| closed, reopened                    | everyone on the case                                             |
| suspended, resumed                  | everyone on the case                                             |
| inactive                            | everyone on the case                                             |
| late                                | active members of the teams that owe an answer; then managers    |

A team's shared address is notified with its members, at once (team_mailbox.py). The person who acts is never notified.
Once the author has left their team, every active member of it takes their place. An email has a link and no personal
data. It leaves when its recipient's preferences say (app/domain/email/schedule.py), lateness included.
"""

from datetime import datetime
from uuid import UUID

from app.domain.accounts.actor import Actor, Side, load_actors
from app.domain.audience import Audience
from app.domain.cases.access import load_locked_case
from app.domain.cases.permissions import CaseFacts, may_read
from app.domain.cases.team_mailbox import find_team_mailbox, list_teams_with_mailbox
from app.domain.email.queue_email import EmailKind, queue_emails, queue_team_emails
from db.tables.members import Membership
from db.tables.participants import Recipient


async def notify_new_case(actor: Actor, case: CaseFacts, now: datetime) -> None:
    await _queue_emails(EmailKind.NEW_CASE, await _list_referents(case), actor, case, now, case.recipient_teams)


async def notify_message(actor: Actor, case: CaseFacts, side: Side, now: datetime) -> None:
    people = await _list_author_side(case) if side == Side.REFERENT else await _list_referents(case)
    teams = frozenset({case.team_id}) if side == Side.REFERENT else case.recipient_teams
    await _queue_emails(EmailKind.MESSAGE, people | case.guests, actor, case, now, teams)


async def notify_internal_note(actor: Actor, case: CaseFacts, now: datetime) -> None:
    """A member who is also on the agents' side gets no email; nor does an address that other people read."""
    members = await _list_referents(case)
    people = {one.id for one in await load_actors(members) if may_read(one, case, Audience.INTERNAL)} - {actor.id}
    await queue_emails(EmailKind.INTERNAL, sorted(people), case_id=case.id, now=now)
    shared = await list_teams_with_mailbox(case.recipient_teams, members | {actor.id})
    teams = [team_id for team_id in shared if await find_team_mailbox(team_id, case.id, Audience.INTERNAL)]
    await queue_team_emails(EmailKind.INTERNAL, teams, case_id=case.id, now=now)


async def notify_joining_teams(
    actor: Actor, case: CaseFacts, teams: frozenset[int], kind: EmailKind, now: datetime
) -> None:
    """kind is TRANSFERRED or INVITED."""
    await _queue_emails(kind, await _list_members(teams), actor, case, now, teams)


async def notify_guests(actor: Actor, case: CaseFacts, people: set[int], now: datetime) -> None:
    await _queue_emails(EmailKind.INVITED, people, actor, case, now)


async def notify_closed(actor: Actor | None, case: CaseFacts, now: datetime) -> None:
    await _queue_emails(EmailKind.CLOSED, await _list_participants(case), actor, case, now, _list_case_teams(case))


async def notify_reopened(actor: Actor, case: CaseFacts, now: datetime) -> None:
    await _queue_emails(EmailKind.REOPENED, await _list_participants(case), actor, case, now, _list_case_teams(case))


async def notify_consent_change(kind: EmailKind, case: CaseFacts, actor: Actor | None, now: datetime) -> None:
    """kind is SUSPENDED (by the citizen) or RESUMED (by an agent or the citizen)."""
    await _queue_emails(kind, await _list_participants(case), actor, case, now, _list_case_teams(case))


async def notify_late(case_id: UUID, now: datetime) -> None:
    teams = await _list_awaited_teams(case_id)
    people = await _list_members(teams)
    await queue_emails(EmailKind.LATE, sorted(people), case_id=case_id, now=now)
    await queue_team_emails(EmailKind.LATE, await list_teams_with_mailbox(teams, people), case_id=case_id, now=now)


async def notify_managers_late(case_id: UUID, now: datetime) -> None:
    people = await _list_members(await _list_awaited_teams(case_id), managers=True)
    await queue_emails(EmailKind.LATE_MANAGER, sorted(people), case_id=case_id, now=now)


async def notify_inactivity(case_id: UUID, now: datetime) -> None:
    case = await load_locked_case(case_id)
    if case is not None:
        await _queue_emails(EmailKind.INACTIVE, await _list_participants(case), None, case, now, _list_case_teams(case))


async def _list_awaited_teams(case_id: UUID) -> frozenset[int]:
    """The teams that received the case and did not answer « non pertinente »."""
    rows = await Recipient.select(Recipient.team).where(Recipient.case == case_id, Recipient.irrelevant_at.is_null())
    return frozenset(row["team"] for row in rows)


def _list_case_teams(case: CaseFacts) -> frozenset[int]:
    return case.recipient_teams | {case.team_id}


async def _list_participants(case: CaseFacts) -> set[int]:
    return await _list_author_side(case) | await _list_referents(case) | case.guests


async def _list_author_side(case: CaseFacts) -> set[int]:
    """The author; every active member of their team once they have left it."""
    return await _list_members(frozenset({case.team_id})) if case.author_left else {case.author_id}


async def _list_referents(case: CaseFacts) -> set[int]:
    return await _list_members(case.recipient_teams)


async def _list_members(teams: frozenset[int], *, managers: bool = False) -> set[int]:
    if not teams:
        return set()
    query = Membership.select(Membership.person).where(
        Membership.team.is_in(sorted(teams)), Membership.person.active.eq(True)
    )
    rows = await (query.where(Membership.manager.eq(True)) if managers else query)
    return {row["person"] for row in rows}


async def _queue_emails(
    kind: EmailKind,
    people: set[int],
    actor: Actor | None,
    case: CaseFacts,
    now: datetime,
    teams: frozenset[int] = frozenset(),
) -> None:
    """teams are notified at their shared address, unless it is the own address of a notified person."""
    doer = {actor.id} if actor else set[int]()
    await queue_emails(kind, sorted(people - doer), case_id=case.id, now=now)
    await queue_team_emails(kind, await list_teams_with_mailbox(teams, people | doer), case_id=case.id, now=now)
