"""Changes a team: its name and addresses, its territories, who may write to it. Its organisation never changes."""

from datetime import datetime

from app.domain.accounts.actor import Actor
from app.domain.audit.log import write_audit
from app.domain.errors import Invalid
from app.domain.search.people_and_teams import index_teams
from app.domain.teams.dead_mailboxes import clear_undelivered_team
from app.domain.teams.form import TeamCard, TeamForm, build_column_values, find_field_errors, normalize_card
from app.domain.teams.permissions import TeamAction, load_visible_team, lock_team_for_action
from app.domain.teams.refusals import compute_refusals, find_refusal_errors, save_refusals
from app.domain.teams.team_areas import compute_team_areas, find_area_errors, save_team_areas
from db.engine import transaction
from db.tables.teams import Team


async def change_team(actor: Actor, team_id: int, form: TeamForm, now: datetime) -> None:
    """The territories stay as they are when the actor may not choose them.

    Raises Invalid by field, NotFound, Forbidden, Conflict.
    """
    card = normalize_card(form.card)
    async with transaction():
        team = await lock_team_for_action(actor, team_id, TeamAction.EDIT)
        may_place = TeamAction.CHOOSE_AREAS in (await load_visible_team(actor, team_id))[1]
        after = (
            await compute_team_areas(actor, team.organisation_id, team.areas, form.areas) if may_place else team.areas
        )
        refused = await compute_refusals(team.side, form.accepted_helpers)
        wrong = await find_field_errors(card, team.organisation_id, team_id)
        wrong |= find_area_errors(after) | await find_refusal_errors(refused)
        if wrong:
            raise Invalid(**wrong)
        await _lift_dead_shared_address(team_id, card, now)
        await Team.update(build_column_values(card)).where(Team.id == team_id)
        await save_team_areas(team_id, team.areas, after)
        await save_refusals(team_id, refused)
        await index_teams([team_id])
        await write_audit("team.changed", now=now, person_id=actor.id, team_id=team_id)


async def _lift_dead_shared_address(team_id: int, card: TeamCard, now: datetime) -> None:
    if not await Team.exists().where(Team.id == team_id, Team.shared_address == card.shared_address):
        await clear_undelivered_team(team_id, now)
