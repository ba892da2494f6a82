"""Removes a person from one team: they keep their account and their other teams. Source: features.md P3, P6."""

from datetime import datetime

from app.domain.accounts.actor import Actor
from app.domain.audit.log import write_audit
from app.domain.errors import NotFound
from app.domain.members.departure import Departure, load_departure
from app.domain.members.handover import HandoverChoices, hand_over
from app.domain.members.listing import load_team_to_manage
from app.domain.members.managers import check_manager_stays
from app.domain.search.people_and_teams import index_people
from app.domain.teams.permissions import TeamAction, lock_team_for_action
from db.engine import transaction
from db.tables.members import Membership
from db.tables.participants import SetAside

_GONE = "Cette personne n’est plus membre de l’équipe."


async def preview_removal(actor: Actor, team_id: int, person_id: int) -> Departure:
    """Raises NotFound for no member, Forbidden for the last manager, and what load_team_to_manage raises."""
    team = await load_team_to_manage(actor, team_id)
    await _check_removal(actor, team.id, person_id)
    return await load_departure(person_id, [team.id])


async def remove_member(
    actor: Actor, team_id: int, person_id: int, choices: HandoverChoices, preview_version: str, now: datetime
) -> None:
    """It counts at the person's next request. Raises what preview_removal and hand_over raise."""
    async with transaction():
        team = await lock_team_for_action(actor, team_id, TeamAction.MANAGE_MEMBERS)
        await _check_removal(actor, team.id, person_id)
        await hand_over(await load_departure(person_id, [team.id]), choices, preview_version, now)
        await Membership.delete().where(Membership.team == team.id, Membership.person == person_id)
        await SetAside.delete().where(SetAside.team == team.id, SetAside.person == person_id)
        await index_people([person_id])
        await write_audit("member.removed", now=now, person_id=actor.id, target_person_id=person_id, team_id=team.id)


async def _check_removal(actor: Actor, team_id: int, person_id: int) -> None:
    if not await Membership.exists().where(Membership.team == team_id, Membership.person == person_id):
        raise NotFound(_GONE)
    await check_manager_stays(actor, team_id, person_id)
