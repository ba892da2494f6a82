"""Which event is told to whom by letter. Decides; sends nothing.

| event            | told to                                                         |
|------------------|-----------------------------------------------------------------|
| new case         | every active member of the teams that received it               |
| referent's message | the author and the guests                                     |
| agent's message  | every active member of the teams that received it, the guests   |
| message apart    | the other members of the teams that received it who may read it |
| transferred, team invited | every active member of the team that joins             |
| colleague, expert invited | that person                                            |
| closed, reopened | everyone on the case                                            |
| consent taken back by text, given again | everyone on the case                    |
| silent           | everyone on the case                                            |
| late             | every active member of the teams waited for, then their managers |

A team's shared address is told with its members, at once (teams/mailbox.py). Never the person who did it.
Once the author has left their team, every active member of it stands for them.
A letter carries a link and no personal data. When it leaves, each person chose (schedule.py), lateness included.
Source: features.md S10, S13.
"""

from datetime import datetime
from uuid import UUID

from app.domain.accounts.actor import Actor, Side, load_actors
from app.domain.audience import Audience
from app.domain.cases.access import facts_of
from app.domain.cases.permissions import CaseFacts, may_read
from app.domain.cases.team_mailbox import mailbox_of, mailboxes
from app.domain.email.queue_email import LetterKind, write_letters, write_team_letters
from db.tables import Membership, Recipient


async def tell_new_case(actor: Actor, case: CaseFacts, now: datetime) -> None:
    await _tell(LetterKind.NEW_CASE, await _referents(case), actor, case, now, case.recipient_teams)


async def tell_message(actor: Actor, case: CaseFacts, side: Side, now: datetime) -> None:
    people = await _authors(case) if side == Side.REFERENT else await _referents(case)
    teams = frozenset({case.team_id}) if side == Side.REFERENT else case.recipient_teams
    await _tell(LetterKind.MESSAGE, people | case.guests, actor, case, now, teams)


async def tell_apart(actor: Actor, case: CaseFacts, now: datetime) -> None:
    """A member who stands on the agents' side too gets no letter. Neither does a shared address that is theirs, or that
    people or teams have who may not read it (teams/mailbox.py).
    """
    members = await _referents(case)
    people = {one.id for one in await load_actors(members) if may_read(one, case, Audience.OPERATORS)} - {actor.id}
    await write_letters(LetterKind.APART, sorted(people), case_id=case.id, now=now)
    shared = await mailboxes(case.recipient_teams, members | {actor.id})
    teams = [team_id for team_id in shared if await mailbox_of(team_id, case.id, Audience.OPERATORS)]
    await write_team_letters(LetterKind.APART, teams, case_id=case.id, now=now)


async def tell_joining(actor: Actor, case: CaseFacts, teams: frozenset[int], kind: LetterKind, now: datetime) -> None:
    """kind is TRANSFERRED or INVITED."""
    await _tell(kind, await _members(teams), actor, case, now, teams)


async def tell_guests(actor: Actor, case: CaseFacts, people: set[int], now: datetime) -> None:
    await _tell(LetterKind.INVITED, people, actor, case, now)


async def tell_closed(actor: Actor | None, case: CaseFacts, now: datetime) -> None:
    await _tell(LetterKind.CLOSED, await _everyone(case), actor, case, now, _teams(case))


async def tell_reopened(actor: Actor, case: CaseFacts, now: datetime) -> None:
    await _tell(LetterKind.REOPENED, await _everyone(case), actor, case, now, _teams(case))


async def tell_consent(kind: LetterKind, case: CaseFacts, actor: Actor | None, now: datetime) -> None:
    """kind is SUSPENDED, which the citizen did, or RESUMED, by an agent or by the citizen."""
    await _tell(kind, await _everyone(case), actor, case, now, _teams(case))


async def tell_late(case_id: UUID, now: datetime) -> None:
    """Nobody did it: it happened by itself."""
    teams = await _awaited(case_id)
    people = await _members(teams)
    await write_letters(LetterKind.LATE, sorted(people), case_id=case_id, now=now)
    await write_team_letters(LetterKind.LATE, await mailboxes(teams, people), case_id=case_id, now=now)


async def tell_managers_late(case_id: UUID, now: datetime) -> None:
    people = await _members(await _awaited(case_id), managers=True)
    await write_letters(LetterKind.LATE_MANAGER, sorted(people), case_id=case_id, now=now)


async def tell_silence(case_id: UUID, now: datetime) -> None:
    case = await facts_of(case_id)
    if case is not None:
        await _tell(LetterKind.SILENT, await _everyone(case), None, case, now, _teams(case))


async def _awaited(case_id: UUID) -> frozenset[int]:
    """The teams that received the case and have not said that it does not concern them."""
    rows = await Recipient.select(Recipient.team).where(Recipient.case == case_id, Recipient.irrelevant_at.is_null())
    return frozenset(row["team"] for row in rows)


def _teams(case: CaseFacts) -> frozenset[int]:
    return case.recipient_teams | {case.team_id}


async def _everyone(case: CaseFacts) -> set[int]:
    return await _authors(case) | await _referents(case) | case.guests


async def _authors(case: CaseFacts) -> set[int]:
    """The author; once they have left the team, every active member of it."""
    return await _members(frozenset({case.team_id})) if case.author_left else {case.author_id}


async def _referents(case: CaseFacts) -> set[int]:
    return await _members(case.recipient_teams)


async def _members(teams: frozenset[int], *, managers: bool = False) -> set[int]:
    if not teams:
        return set()
    query = Membership.select(Membership.person).where(
        Membership.team.is_in(sorted(teams)), Membership.person.active.eq(True)
    )
    rows = await (query.where(Membership.manager.eq(True)) if managers else query)
    return {row["person"] for row in rows}


async def _tell(
    kind: LetterKind,
    people: set[int],
    actor: Actor | None,
    case: CaseFacts,
    now: datetime,
    teams: frozenset[int] = frozenset(),
) -> None:
    """teams: those whose shared address is told too, unless it is already somebody's own."""
    doer = {actor.id} if actor else set[int]()
    await write_letters(kind, sorted(people - doer), case_id=case.id, now=now)
    await write_team_letters(kind, await mailboxes(teams, people | doer), case_id=case.id, now=now)
