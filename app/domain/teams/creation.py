"""A new team: an organisation in some territories, by the administration or by the supervisor of those territories."""

from datetime import datetime

from app.domain.accounts.actor import Actor, PlatformRole, Side, side_of_kind
from app.domain.audit.log import write_audit
from app.domain.errors import Invalid, NotYours
from app.domain.search.people_and_teams import index_teams
from app.domain.teams.form import TeamWish, tidy, values_of, wrong_fields
from app.domain.teams.listing import Choice
from app.domain.teams.refusals import keep_refusals, refusals_left, wrong_refusals
from app.domain.teams.territories import keep_areas, placed, wrong_areas
from db.engine import transaction
from db.search import fold
from db.tables import Organisation, Team


def may_open_teams(actor: Actor) -> bool:
    return actor.role in (PlatformRole.ADMIN, PlatformRole.SUPERVISOR)


def require_opener(actor: Actor) -> None:
    if not may_open_teams(actor):
        raise NotYours("Cette page n’existe pas, ou ne vous est pas ouverte.")


async def organisations_to_choose() -> list[Choice]:
    """Those of the catalogue, by acronym: « CAF – Caisse d’allocations familiales »."""
    known = Organisation.select(Organisation.id, Organisation.acronym, Organisation.name)
    rows = await known.where(Organisation.withdrawn_at.is_null())
    named = (Choice(row["id"], _said(row["acronym"], row["name"])) for row in rows)
    return sorted(named, key=lambda choice: fold(choice.name))


def _said(acronym: str, name: str) -> str:
    return acronym if acronym == name else f"{acronym} – {name}"


async def open_team(actor: Actor, organisation_id: int | None, wish: TeamWish, now: datetime) -> int:
    """The team's id. Raises Invalid by field, NotFound for whoever opens no team."""
    require_opener(actor)
    card = tidy(wish.card)
    async with transaction():
        side = await _side(organisation_id)
        given = await placed(actor, frozenset(), wish.areas)
        refused = await refusals_left(side, wish.welcome)
        wrong = {} if side else {"organisme": "Choisissez l’organisme de l’équipe."}
        wrong |= await wrong_fields(card, organisation_id or 0, None)
        wrong |= wrong_areas(given) | await wrong_refusals(refused)
        if wrong:
            raise Invalid(**wrong)
        team = Team(organisation=organisation_id, **values_of(card))
        team_id = int((await Team.insert(team).returning(Team.id))[0]["id"])
        await keep_areas(team_id, frozenset(), given)
        await keep_refusals(team_id, refused)
        await index_teams([team_id])
        await write_audit("team.opened", now=now, person_id=actor.id, team_id=team_id)
    return team_id


async def _side(organisation_id: int | None) -> Side | None:
    known = Organisation.id == organisation_id, Organisation.withdrawn_at.is_null()
    row = await Organisation.select(Organisation.kind).where(*known).first()
    return side_of_kind(row["kind"]) if row else None
