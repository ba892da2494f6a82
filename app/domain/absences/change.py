"""Sets and removes an absence: one's own, or a member's by the people who manage their team.

| who                          | whose absence                   | the person           |
|------------------------------|---------------------------------|----------------------|
| any person                   | their own                       |                      |
| MANAGE_MEMBERS of a team     | an active member's of that team | is notified by email |

One absence a person, the present or next one: a new one takes its place. No reason is stored.
"""

from datetime import datetime

from app.domain.absences.absence import find_planned_absences
from app.domain.absences.colleagues import Replacement, list_possible_replacements
from app.domain.absences.plan import AbsencePlan, write_absence
from app.domain.accounts.actor import Actor
from app.domain.accounts.names import format_full_name
from app.domain.audit.log import write_audit
from app.domain.email.queue_email import EmailKind, queue_emails
from app.domain.errors import NotFound
from app.domain.rate_limit import LimitedAction, consume_rate_limit
from app.domain.teams.permissions import TeamAction, load_team_for_action, lock_team_for_action
from db.engine import transaction
from db.tables.absences import Absence
from db.tables.members import Membership
from db.tables.people import Person


async def set_own_absence(actor: Actor, plan: AbsencePlan, now: datetime) -> bool:
    """Returns whether the replacement is absent too, on one of these days. Raises Invalid for each field."""
    async with transaction():
        clash = await write_absence(actor.id, plan, await list_possible_replacements(actor.id), now)
        await write_audit("absence.set", now=now, person_id=actor.id)
        return clash


async def remove_own_absence(actor: Actor, now: datetime) -> None:
    """Without an absence, nothing changes."""
    async with transaction():
        if await _delete_absence(actor.id):
            await write_audit("absence.removed", now=now, person_id=actor.id)


async def set_member_absence(actor: Actor, team_id: int, person_id: int, plan: AbsencePlan, now: datetime) -> bool:
    """As set_own_absence. Raises NotFound for no active member, and what lock_team_for_action raises."""
    async with transaction():
        await _lock_member(actor, team_id, person_id)
        await consume_rate_limit(LimitedAction.ACTION, actor, now)
        offered = await list_member_replacements(person_id, team_id, now)
        clash = await write_absence(person_id, plan, offered, now)
        await _announce(EmailKind.ABSENCE_SET, "absence.set", actor, team_id, person_id, now)
        return clash


async def remove_member_absence(actor: Actor, team_id: int, person_id: int, now: datetime) -> None:
    """Without an absence, nothing changes. Raises as set_member_absence does."""
    async with transaction():
        await _lock_member(actor, team_id, person_id)
        await consume_rate_limit(LimitedAction.ACTION, actor, now)
        if await _delete_absence(person_id):
            await _announce(EmailKind.ABSENCE_REMOVED, "absence.removed", actor, team_id, person_id, now)


async def list_member_replacements(person_id: int, team_id: int, now: datetime) -> list[Replacement]:
    """The colleagues of this team, for a manager of it, and the person's present choice, of any of their teams."""
    offered = await list_possible_replacements(person_id, team_id)
    planned = (await find_planned_absences([person_id], now)).get(person_id)
    if planned and planned.replacement_id and planned.replacement_id not in {one.id for one in offered}:
        offered.append(Replacement(planned.replacement_id, planned.replacement))
    return offered


async def load_member_name(actor: Actor, team_id: int, person_id: int) -> str:
    """For the page of a member's absence. Raises as set_member_absence does."""
    await load_team_for_action(actor, team_id, TeamAction.MANAGE_MEMBERS)
    return await _find_member_name(team_id, person_id)


async def _lock_member(actor: Actor, team_id: int, person_id: int) -> None:
    await lock_team_for_action(actor, team_id, TeamAction.MANAGE_MEMBERS)
    await _find_member_name(team_id, person_id)


async def _find_member_name(team_id: int, person_id: int) -> str:
    inside = Membership.select(Membership.person).where(Membership.team == team_id)
    row = await (
        Person.select(Person.first_name, Person.last_name, Person.address)
        .where(Person.id == person_id, Person.active.eq(True), Person.id.is_in(inside))
        .first()
    )
    if row is None:
        raise NotFound("Cette personne n’est plus membre de l’équipe.")
    return format_full_name(row)


async def _delete_absence(person_id: int) -> bool:
    return bool(await Absence.delete().where(Absence.person == person_id).returning(Absence.id))


async def _announce(kind: EmailKind, action: str, actor: Actor, team_id: int, person_id: int, now: datetime) -> None:
    """In the audit log, and by email to the person, unless they act themselves."""
    await write_audit(action, now=now, person_id=actor.id, target_person_id=person_id, team_id=team_id)
    await queue_emails(kind, [person_id] if person_id != actor.id else [], now=now)
