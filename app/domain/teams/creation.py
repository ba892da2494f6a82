"""Opens a team: an organisation in some territories. An admin, or the supervisor of either, opens it."""

from datetime import datetime

from app.domain.accounts.actor import Actor, PlatformRole, Side, find_side
from app.domain.audit.log import write_audit
from app.domain.errors import AccessDenied, Invalid
from app.domain.search.people_and_teams import index_teams
from app.domain.teams.form import TeamForm, build_column_values, find_field_errors, normalize_card
from app.domain.teams.listing import Choice
from app.domain.teams.organisation_choices import list_organisations
from app.domain.teams.refusals import compute_refusals, find_refusal_errors, save_refusals
from app.domain.teams.team_areas import (
    compute_team_areas,
    find_area_errors,
    list_assignable_areas,
    save_team_areas,
)
from db.engine import transaction
from db.tables.organisations import Organisation
from db.tables.teams import Team

_FOREIGN_AREAS = (
    "Une équipe de cet organisme ne se crée que dans vos territoires : décochez les autres, ou choisissez un organisme "
    "dont vous êtes le pilote national."
)


def may_open_teams(actor: Actor) -> bool:
    return actor.role in (PlatformRole.ADMIN, PlatformRole.SUPERVISOR)


def require_team_opener(actor: Actor) -> None:
    if not may_open_teams(actor):
        raise AccessDenied("Cette page n’existe pas, ou ne vous est pas ouverte.")


async def list_organisation_choices(actor: Actor) -> list[Choice]:
    """A supervisor of no territory opens teams of their organisations alone."""
    everything = actor.role == PlatformRole.ADMIN or bool(actor.supervised.areas)
    return [one for one in await list_organisations() if everything or one.id in actor.supervised.organisations]


async def open_team(actor: Actor, organisation_id: int | None, form: TeamForm, now: datetime) -> int:
    """Returns the team's id. Raises Invalid by field, AccessDenied when the actor may not open teams."""
    require_team_opener(actor)
    card = normalize_card(form.card)
    async with transaction():
        side = await _find_side(organisation_id)
        given = await compute_team_areas(actor, organisation_id, frozenset(), form.areas)
        refused = await compute_refusals(side, form.accepted_helpers)
        wrong = {} if side else {"organisme": "Choisissez l’organisme de l’équipe."}
        wrong |= await find_field_errors(card, organisation_id or 0, None)
        wrong |= find_area_errors(given) | await _find_foreign_areas(actor, given, form.areas)
        wrong |= await find_refusal_errors(refused)
        if wrong:
            raise Invalid(**wrong)
        team = Team(organisation=organisation_id, **build_column_values(card))
        team_id = int((await Team.insert(team).returning(Team.id))[0]["id"])
        await save_team_areas(team_id, frozenset(), given)
        await save_refusals(team_id, refused)
        await index_teams([team_id])
        await write_audit("team.opened", now=now, person_id=actor.id, team_id=team_id)
    return team_id


async def _find_foreign_areas(actor: Actor, given: frozenset[str], chosen: frozenset[str]) -> dict[str, str]:
    """The page offers every territory to who supervises an organisation: a team of another one gets their own alone."""
    offered = {area.code for area in await list_assignable_areas(actor, None)}
    return {"territoires": _FOREIGN_AREAS} if chosen & offered - given else {}


async def _find_side(organisation_id: int | None) -> Side | None:
    known = Organisation.id == organisation_id, Organisation.withdrawn_at.is_null()
    row = await Organisation.select(Organisation.kind).where(*known).first()
    return find_side(row["kind"]) if row else None
