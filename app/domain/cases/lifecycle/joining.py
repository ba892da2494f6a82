"""Teams that can join a case: they have an active member, and do not read it already."""

from dataclasses import dataclass
from uuid import UUID

from piccolo.columns.combination import Or

from app.domain.cases.permissions import CaseFacts
from app.domain.errors import Invalid
from db.search import fold_text
from db.tables.areas import Area
from db.tables.cases import Case
from db.tables.members import Membership
from db.tables.teams import Team, TeamArea

REASON_LENGTH = 500


@dataclass(frozen=True)
class JoinableTeam:
    id: int
    name: str
    acronym: str


async def list_joinable_teams(
    case: CaseFacts, *, area: str = "", beside: frozenset[int] = frozenset()
) -> list[JoinableTeam]:
    """Operator teams of an area, the case's own by default, and the teams `beside` of any area, sorted by name."""
    code = area or await find_case_area(case.id)
    covering = TeamArea.select(TeamArea.team).where(TeamArea.area == code)
    read = Membership.select(Membership.team).where(Membership.person.active.eq(True))
    rows = await Team.select(Team.id, Team.name, Team.organisation.acronym.as_alias("acronym")).where(
        Or(Team.id.is_in(covering), Team.id.is_in(sorted(beside))) if beside else Team.id.is_in(covering),
        Team.id.is_in(read),
        Team.organisation.kind == "operator",
        Team.organisation.withdrawn_at.is_null(),
    )
    teams = (JoinableTeam(**row) for row in rows if row["id"] not in case.recipient_teams - beside)
    return sorted(teams, key=lambda team: fold_text(team.name))


async def find_case_area(case_id: UUID) -> str:
    row = await Case.select(Case.area).where(Case.id == case_id).first()
    return str(row["area"]) if row else ""


async def list_areas() -> list[tuple[str, str]]:
    """(code, name), sorted by code."""
    return [(row["code"], row["name"]) for row in await Area.select(Area.code, Area.name).order_by(Area.code)]


async def load_chosen_team(case: CaseFacts, team_id: int | None) -> JoinableTeam:
    """A team of any area. Raises Invalid if it cannot join."""
    covered = await TeamArea.select(TeamArea.area).where(TeamArea.team == team_id).first() if team_id else None
    teams = await list_joinable_teams(case, area=covered["area"]) if covered else []
    found = next((team for team in teams if team.id == team_id), None)
    if found is None:
        raise Invalid(equipe="Choisissez une équipe de la liste.")
    return found
