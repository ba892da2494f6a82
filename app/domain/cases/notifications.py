"""Who is notified of which event by email. Source: features.md S10, S13, W1, W2.

| event                               | notified                                                         |
|-------------------------------------|------------------------------------------------------------------|
| new case                            | every active member of the teams that received it                |
| referent's message                  | the author and the guests                                        |
| agent's message                     | every active member of the teams it is addressed to, the guests  |
| file completed by the agents' side  | every active member of the teams that get the turn back by it    |
| internal note                       | the other referents who may read it, of the teams that get email |
| note of one team                    | the other members of that team who may read it                   |
| a colleague's name in a message     | that person, at once unless they chose no email                  |
| transferred, team invited           | every active member of the team that joins                       |
| transferred, stepped out            | the author and the guests                                        |
| colleague, expert invited           | that person                                                      |
| closed, reopened                    | everyone on the case                                             |
| « à rouvrir ? »                     | the person who closed it; the author if they do not read it      |
| suspended, resumed, inactive        | everyone on the case                                             |
| continued in another case, or apart | everyone on both cases; the teams that join, as invited          |
| late                                | the team that owes an answer; then those of late_notices.py      |

« Everyone on the case »: the author, the guests, and the teams that are there and did not say « non pertinente »; the
only team that is there, even so. A team's shared address is notified with its members, at once (team_mailbox.py). The
person who acts is never notified. Once the author has left their team, every active member of it takes their place.
While the author, or the member who takes care of the case, is absent, the colleague who replaces them is notified too
(replacements.py). An email has a link and no personal data. It leaves when its recipient chose for what the case is to
them, lateness included (app/domain/email/shares.py, recipients.py).
"""

from datetime import datetime
from uuid import UUID

from app.domain.accounts.actor import Actor, load_actor
from app.domain.cases.access import load_locked_case
from app.domain.cases.email_shares import find_member_share, list_guest_readers
from app.domain.cases.permissions import Action, CaseFacts, list_allowed_actions
from app.domain.cases.progress.team import find_only_team
from app.domain.cases.replacements import list_replacing_readers
from app.domain.cases.team_mailbox import list_teams_with_mailbox
from app.domain.email.queue_email import CaseAddress, EmailKind, queue_case_emails, queue_team_emails
from app.domain.email.queue_unanswered import queue_unanswered_emails
from app.domain.email.recipients import list_emailed_people
from app.domain.email.shares import CaseReader, CaseShare, list_people
from app.domain.teams.supervision import list_supervisors
from db.tables.members import Membership


async def notify_new_case(actor: Actor, case: CaseFacts, now: datetime) -> None:
    await _queue_emails(EmailKind.NEW_CASE, await _list_referents(case), actor, case, now, case.recipient_teams)


async def notify_agents(kind: EmailKind, actor: Actor, case: CaseFacts, now: datetime) -> None:
    """kind: MESSAGE of a referent, MOVED or STEPPED_OUT of their team."""
    people = await _list_author_side(case) | list_guest_readers(case)
    await _queue_emails(kind, people, actor, case, now, frozenset({case.team_id}))


async def notify_question(
    actor: Actor, case: CaseFacts, teams: frozenset[int], now: datetime, called: frozenset[int]
) -> None:
    """A message of the agents' side, to the teams that it is addressed to. called: by name (thread/mentions.py)."""
    people = await list_members(case, teams) | list_guest_readers(case)
    by_name = await list_emailed_people(called, CaseShare.MINE)
    people = {one for one in people if one.person not in by_name}
    await _queue_emails(EmailKind.MESSAGE, people, actor, case, now, teams)


async def notify_completed(actor: Actor, case: CaseFacts, teams: frozenset[int], now: datetime) -> None:
    """teams: those that asked."""
    await _queue_emails(EmailKind.COMPLETED, await list_members(case, teams), actor, case, now, teams)


async def notify_joining_teams(
    actor: Actor, case: CaseFacts, teams: frozenset[int], kind: EmailKind, now: datetime
) -> None:
    """kind is TRANSFERRED or INVITED."""
    await _queue_emails(kind, await list_members(case, teams), actor, case, now, teams)


async def notify_guests(actor: Actor, case: CaseFacts, people: set[int], now: datetime) -> None:
    """Each is invited by name: an answer to them is theirs to read."""
    await _queue_emails(EmailKind.INVITED, {CaseReader(one, CaseShare.MINE) for one in people}, actor, case, now)


async def notify_closed(actor: Actor | None, case: CaseFacts, now: datetime) -> None:
    await _queue_emails(EmailKind.CLOSED, await _list_participants(case), actor, case, now, _list_case_teams(case))


async def notify_reopened(actor: Actor, case: CaseFacts, now: datetime) -> None:
    await _queue_emails(EmailKind.REOPENED, await _list_participants(case), actor, case, now, _list_case_teams(case))


async def notify_reopening_asked(actor: Actor, case: CaseFacts, now: datetime) -> None:
    closer = await load_actor(case.closed_by) if case.closed_by else None
    reads = closer is not None and Action.READ in list_allowed_actions(closer, case)
    to_closer = {CaseReader(closer.id, CaseShare.MINE, case.team_id)} if closer and reads else None
    people = to_closer or await _list_author_side(case)
    await _queue_emails(EmailKind.REOPENING_ASKED, people, actor, case, now)


async def notify_everyone(kind: EmailKind, case: CaseFacts, actor: Actor | None, now: datetime) -> None:
    """kind: SUSPENDED, RESUMED, and what says that the case continues in another one, or another one in it."""
    await _queue_emails(kind, await _list_participants(case), actor, case, now, _list_case_teams(case))


async def notify_late(case: CaseFacts, team_id: int, now: datetime) -> None:
    team = frozenset({team_id})
    await _queue_emails(EmailKind.LATE, await list_members(case, team), None, case, now, team)


async def notify_managers_late(case: CaseFacts, team_id: int, now: datetime) -> None:
    people = await list_members(case, frozenset({team_id}), managers=True)
    await _queue_emails(EmailKind.LATE_MANAGER, people, None, case, now)


async def notify_supervisors_unanswered(case: CaseFacts, team_id: int, now: datetime) -> None:
    """They read no case: their email names the team. One a day for each team."""
    await queue_unanswered_emails(await list_supervisors(team_id, case.area), team_id, now=now)


async def notify_all_unanswered(case: CaseFacts, team_id: int, now: datetime) -> None:
    """The author and the guests, the managers of the team, and the supervisors."""
    people = await _list_author_side(case) | list_guest_readers(case)
    await _queue_emails(EmailKind.UNANSWERED, people, None, case, now, frozenset({case.team_id}))
    await notify_managers_late(case, team_id, now)
    await notify_supervisors_unanswered(case, team_id, now)


async def notify_inactivity(case_id: UUID, now: datetime) -> None:
    case = await load_locked_case(case_id)
    if case is not None:
        await _queue_emails(EmailKind.INACTIVE, await _list_participants(case), None, case, now, _list_case_teams(case))


def list_emailed_teams(case: CaseFacts) -> frozenset[int]:
    """The teams that are there and did not say « non pertinente »; the only team that is there, even so."""
    following = frozenset(team for team in case.recipient_teams if case.teams[team].irrelevant_at is None)
    return following or find_only_team(case.teams)


def _list_case_teams(case: CaseFacts) -> frozenset[int]:
    return list_emailed_teams(case) | {case.team_id}


async def _list_participants(case: CaseFacts) -> set[CaseReader]:
    return await _list_author_side(case) | await _list_referents(case) | list_guest_readers(case)


async def _list_author_side(case: CaseFacts) -> set[CaseReader]:
    """The author; every active member of their team once they have left it."""
    if case.author_left:
        return await list_members(case, frozenset({case.team_id}))
    return {CaseReader(case.author_id, CaseShare.MINE, case.team_id)}


async def _list_referents(case: CaseFacts) -> set[CaseReader]:
    return await list_members(case, list_emailed_teams(case))


async def list_members(case: CaseFacts, teams: frozenset[int], *, managers: bool = False) -> set[CaseReader]:
    if not teams:
        return set()
    query = Membership.select(Membership.person, Membership.team).where(
        Membership.team.is_in(sorted(teams)), Membership.person.active.eq(True)
    )
    rows = await (query.where(Membership.manager.eq(True)) if managers else query)
    found = [(row["person"], row["team"]) for row in rows]
    return {CaseReader(person, find_member_share(case, team, person), team) for person, team in found}


async def _queue_emails(
    kind: EmailKind,
    readers: set[CaseReader],
    actor: Actor | None,
    case: CaseFacts,
    now: datetime,
    teams: frozenset[int] = frozenset(),
) -> None:
    """teams are notified at their shared address, unless it is the own address of a notified person."""
    doer = actor.id if actor else None
    readers = readers | await list_replacing_readers(readers, case, now, doer=doer)
    await queue_case_emails(kind, readers, CaseAddress(case.id, case.team_id), now=now, doer=doer)
    notified = list_people(readers) | ({doer} if doer else set())
    await queue_team_emails(kind, await list_teams_with_mailbox(teams, notified), case_id=case.id, now=now)
