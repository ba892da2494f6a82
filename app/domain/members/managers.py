"""The managers of a team. A manager never leaves it without one; its supervisor or an administrator may.

In a team without a manager, the area's supervisor and the administrators manage the members. Source: features.md P3.
"""

from datetime import datetime

from app.domain.accounts.actor import Actor, PlatformRole
from app.domain.audit.log import write_audit
from app.domain.errors import Conflict, Forbidden, NotFound
from app.domain.teams.permissions import TeamAction, load_team_facts, lock_team_for_action
from db.engine import transaction
from db.tables.members import Membership

LAST_MANAGER = "L’équipe n’aurait plus de responsable. Nommez-en d’abord un autre."


async def add_manager(actor: Actor, team_id: int, person_id: int, now: datetime) -> None:
    """Raises NotFound for a person who is no active member, Conflict for a manager."""
    await _set_manager(actor, team_id, person_id, manager=True, now=now)


async def remove_manager(actor: Actor, team_id: int, person_id: int, now: datetime) -> None:
    """The person stays a member. Raises NotFound, Conflict (no manager), Forbidden (the last one, by a manager)."""
    await _set_manager(actor, team_id, person_id, manager=False, now=now)


async def _set_manager(actor: Actor, team_id: int, person_id: int, *, manager: bool, now: datetime) -> None:
    async with transaction():
        team = await lock_team_for_action(actor, team_id, TeamAction.MANAGE_MEMBERS)
        if not manager:
            await check_manager_stays(actor, team.id, person_id)
        seat = Membership.select(Membership.id).where(
            Membership.team == team.id, Membership.person == person_id, Membership.person.active.eq(True)
        )
        if not await seat:
            raise NotFound("Cette personne n’est plus membre de l’équipe.")
        changed = await (
            Membership.update({Membership.manager: manager})
            .where(Membership.team == team.id, Membership.person == person_id, Membership.manager.eq(not manager))
            .returning(Membership.id)
        )
        if not changed:
            raise Conflict("C’est déjà le cas : rien n’a changé.")
        await write_audit(
            "member.manager" if manager else "member.no_manager",
            now=now,
            person_id=actor.id,
            target_person_id=person_id,
            team_id=team.id,
        )


async def check_manager_stays(actor: Actor, team_id: int, leaving: int) -> None:
    """Raises Forbidden when the last manager would leave. Administrators and the team's supervisors may do it."""
    if actor.role == PlatformRole.ADMIN or not await is_last_manager(team_id, leaving):
        return
    team = await load_team_facts(team_id)
    if team is None or not actor.supervised.touches(team.organisation_id, team.areas):
        raise Forbidden(LAST_MANAGER)


async def is_last_manager(team_id: int, person_id: int) -> bool:
    rows = await Membership.select(Membership.person).where(
        Membership.team == team_id, Membership.manager.eq(True), Membership.person.active.eq(True)
    )
    return [row["person"] for row in rows] == [person_id]
