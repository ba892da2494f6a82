"""What changes in a team: its card, its territories, who may write to it. Its organisation never does."""

from datetime import datetime

from app.domain.accounts.actor import Actor
from app.domain.audit.log import write_audit
from app.domain.errors import Invalid
from app.domain.search.people_and_teams import index_teams
from app.domain.teams.form import TeamWish, tidy, values_of, wrong_fields
from app.domain.teams.permissions import TeamAction, team_for, visible_team
from app.domain.teams.refusals import keep_refusals, refusals_left, wrong_refusals
from app.domain.teams.territories import keep_areas, placed, wrong_areas
from db.engine import transaction
from db.tables import Team


async def change_team(actor: Actor, team_id: int, wish: TeamWish, now: datetime) -> None:
    """Who may not choose the territories leaves them as they are.

    Raises Invalid by field, NotFound, Refused, Conflict.
    """
    card = tidy(wish.card)
    async with transaction():
        team = await team_for(actor, team_id, TeamAction.EDIT)
        may_place = TeamAction.PLACE in (await visible_team(actor, team_id))[1]
        after = await placed(actor, team.areas, wish.areas) if may_place else team.areas
        refused = await refusals_left(team.side, wish.welcome)
        wrong = await wrong_fields(card, team.organisation_id, team_id)
        wrong |= wrong_areas(after) | await wrong_refusals(refused)
        if wrong:
            raise Invalid(**wrong)
        await Team.update(values_of(card)).where(Team.id == team_id)
        await keep_areas(team_id, team.areas, after)
        await keep_refusals(team_id, refused)
        await index_teams([team_id])
        await write_audit("team.changed", now=now, person_id=actor.id, team_id=team_id)
