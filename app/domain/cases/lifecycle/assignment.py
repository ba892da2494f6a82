"""Who of a team takes care of a case: takes it, gives it back, gives it to a colleague. Source: features.md S4, W4.

| who has the case  | takes it                     | gives it back | gives it to a colleague |
|-------------------|------------------------------|---------------|-------------------------|
| no person         | any member of the team       |               | any member of the team  |
| the actor         | (nothing changes)            | the actor     | the actor               |
| a colleague       | any member, once they were   | a manager     | a manager               |
|                   | asked whether in their place |               |                         |
| an absent one     | any member, without asking   | a manager     | a manager               |

The person who receives the case and the one who loses it are notified, unless they act themselves.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.domain.absences.absence import is_absent
from app.domain.accounts.actor import Actor
from app.domain.cases.access import load_case_for_action, load_visible_case
from app.domain.cases.events import EventKind, record_event
from app.domain.cases.permissions import Action, CaseFacts
from app.domain.cases.progress import steps
from app.domain.cases.progress.rows import build_progress
from app.domain.cases.thread.posting import find_recipient_team
from app.domain.cases.thread.read_receipts import mark_read
from app.domain.email.queue_email import CaseAddress, EmailKind, queue_case_emails
from app.domain.email.shares import CaseReader, CaseShare
from app.domain.errors import Conflict, Forbidden, Invalid
from db.engine import transaction
from db.tables.members import Membership
from db.tables.participants import Recipient

_TAKEN_MEANWHILE = "Un collègue vient de la prendre : voici qui s’en occupe. Rien n’a changé."
_HELD = "Un collègue s’en occupe : prenez d’abord la demande à sa place, ou demandez à un responsable de l’équipe."


async def take_charge(
    actor: Actor, case_id: UUID, now: datetime, *, instead_of: int | None = None, only_free: bool = False
) -> bool:
    """« Je m’en occupe ». instead_of: the colleague in whose place, as the form named them.

    only_free: not from an absent colleague either.

    The same person again changes nothing: False. Raises NotFound, Forbidden, Conflict (closed; another colleague, who
    is not absent, has it).
    """
    async with transaction():
        case = await load_case_for_action(actor, case_id, Action.ANSWER)
        team_id = _find_team_to_take(actor, case)
        holder = case.teams[team_id].taken_by
        if holder == actor.id:
            return False
        if holder not in (None, instead_of) and (only_free or await _is_there(holder, team_id, now)):
            raise Conflict(_TAKEN_MEANWHILE)
        await _change_holder(case, team_id, actor.id, now)
        await _notify(EmailKind.TAKEN_OVER, holder, actor, case, now)
        await _record(EventKind.TAKEN, actor, case, team_id, now)
        return True


async def give_back(actor: Actor, case_id: UUID, now: datetime, *, only_own: bool = False) -> bool:
    """No person of the team has the case any more. A second time changes nothing: False.

    only_own: a manager too gives back only what they have themselves. Raises NotFound, Forbidden (a colleague has it,
    and the actor is no manager), Conflict (closed).
    """
    async with transaction():
        case = await load_case_for_action(actor, case_id, Action.ANSWER)
        team_id = _find_team(actor, case)
        holder = case.teams[team_id].taken_by
        if holder is None or (only_own and holder != actor.id):
            return False
        check_may_move(actor, team_id, holder)
        await _change_holder(case, team_id, None, now)
        await _notify(EmailKind.TAKEN_OVER, holder, actor, case, now)
        await _record(EventKind.GIVEN_BACK, actor, case, team_id, now)
        return True


async def assign(actor: Actor, case_id: UUID, person_id: int | None, now: datetime) -> bool:
    """Gives the case to a colleague of the team. The same colleague again changes nothing: False.

    Raises Invalid (no active member of the team), NotFound, Forbidden (a colleague has it, and the actor is no
    manager), Conflict (closed).
    """
    async with transaction():
        case = await load_case_for_action(actor, case_id, Action.ANSWER)
        team_id = _find_team(actor, case)
        if person_id not in {colleague.id for colleague in await list_team_members(team_id)}:
            raise Invalid(personne="Choisissez un collègue de l’équipe.")
        holder = case.teams[team_id].taken_by
        if holder == person_id:
            return False
        check_may_move(actor, team_id, holder)
        await _change_holder(case, team_id, person_id, now)
        await _notify(EmailKind.ASSIGNED, person_id, actor, case, now)
        await _notify(EmailKind.TAKEN_OVER, holder, actor, case, now)
        await _record(EventKind.ASSIGNED, actor, case, team_id, now, other_person=person_id)
        return True


@dataclass(frozen=True)
class Colleague:
    id: int
    name: str


async def list_team_members(team_id: int) -> list[Colleague]:
    """The active members of a team, by name."""
    rows = await (
        Membership.select(
            Membership.person.id.as_alias("id"),
            Membership.person.first_name.as_alias("first_name"),
            Membership.person.last_name.as_alias("last_name"),
        )
        .where(Membership.team == team_id, Membership.person.active.eq(True))
        .order_by(Membership.person.sort_name)
    )
    return [Colleague(row["id"], f"{row['first_name']} {row['last_name']}") for row in rows]


@dataclass(frozen=True)
class AssignmentChoices:
    """holder: the colleague who has the case, None if no person or the actor has it. others: who may be given it."""

    team: str
    holder: Colleague | None
    others: list[Colleague]


async def load_assignment_choices(actor: Actor, case_id: UUID) -> AssignmentChoices:
    """For the panels of a referent. Without any choice for a person who is in no recipient team."""
    case = await load_visible_case(actor, case_id)
    team_id = find_held_team(actor, case)
    seat = actor.find_seat([team_id]) if team_id is not None else None
    if team_id is None or seat is None:
        return AssignmentChoices("", None, [])
    members, taken_by = await list_team_members(team_id), case.teams[team_id].taken_by
    holder = next((one for one in members if one.id == taken_by != actor.id), None)
    return AssignmentChoices(seat.team_name, holder, [one for one in members if one.id not in (taken_by, actor.id)])


def find_held_team(actor: Actor, case: CaseFacts) -> int | None:
    """The team for which the actor has the case; otherwise the one for which they answer."""
    mine = [team for team in case.recipient_teams if case.teams[team].taken_by == actor.id]
    seat = actor.find_seat(mine)
    return seat.team_id if seat else find_recipient_team(actor, case)


def _find_team(actor: Actor, case: CaseFacts) -> int:
    team_id = find_held_team(actor, case)
    assert team_id is not None, "only members of a recipient team may ANSWER"
    return team_id


def _find_team_to_take(actor: Actor, case: CaseFacts) -> int:
    """Who has it for one of their teams takes it for another one that has no holder."""
    held = find_held_team(actor, case)
    free = [team for team in case.recipient_teams if case.teams[team].taken_by is None]
    seat = actor.find_seat(free) if held is not None and case.teams[held].taken_by == actor.id else None
    return seat.team_id if seat else _find_team(actor, case)


async def _is_there(person_id: int, team_id: int, now: datetime) -> bool:
    """A member of the team who is not absent. A closed case keeps the name of a person who left."""
    members = {colleague.id for colleague in await list_team_members(team_id)}
    return person_id in members and not await is_absent(person_id, now)


def check_may_move(actor: Actor, team_id: int, holder: int | None) -> None:
    """Raises Forbidden if a colleague has the case, and the actor is no manager of the team."""
    manager = any(seat.manager for seat in actor.seats if seat.team_id == team_id)
    if holder not in (None, actor.id) and not manager:
        raise Forbidden(_HELD)


async def _change_holder(case: CaseFacts, team_id: int, person_id: int | None, now: datetime) -> None:
    """Who has the case now is to say where it is (progress/promise.py)."""
    before = build_progress(case)
    after = steps.take(before, team_id, now, case.area) if person_id else steps.give_back(before, team_id)
    await Recipient.update(
        {Recipient.taken_by: person_id, Recipient.promise_due: after.teams[team_id].promise_due}
    ).where(Recipient.case == case.id, Recipient.team == team_id)


async def _record(
    kind: EventKind, actor: Actor, case: CaseFacts, team_id: int, now: datetime, other_person: int | None = None
) -> None:
    event_id = await record_event(case, kind, actor=actor, team_id=team_id, now=now, other_person=other_person)
    await mark_read(actor, case.id, event_id, now)


async def _notify(kind: EmailKind, person_id: int | None, actor: Actor, case: CaseFacts, now: datetime) -> None:
    if person_id is not None and person_id != actor.id:
        reader = CaseReader(person_id, CaseShare.MINE)
        await queue_case_emails(kind, [reader], CaseAddress(case.id, case.team_id), now=now)
