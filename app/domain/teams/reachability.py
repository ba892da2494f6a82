"""Which organisations can be reached in a territory: a team covers it, and somebody active reads there.

A member counts from their invitation on, before their first visit: the letter of a case reaches them, and leads them
in. A deactivated one counts no more, and a shared address alone reads nothing: nobody can answer from it.
"""

from dataclasses import dataclass
from enum import StrEnum

from piccolo.columns.combination import And, WhereRaw

from db.search import fold_text
from db.tables import Membership, Organisation, Team, TeamArea, TeamRefusal


class Obstacle(StrEnum):
    """Why an organisation cannot be reached in a territory by a helper team."""

    NO_TEAM = "no_team"
    NO_READER = "no_reader"
    REFUSES = "refuses"


@dataclass(frozen=True)
class OrganisationReachability:
    """An operator organisation, as the wizard offers it; asked_field is what it needs to find a citizen.

    notice is what an agent reads as they choose it; withdrawn: no longer offered, and written to by nobody.
    teams: the ids of those that receive a case; none when it cannot be reached.
    """

    id: int
    acronym: str
    name: str
    asked_field: str
    hint: str
    notice: str
    withdrawn: bool
    obstacle: Obstacle | None
    teams: tuple[int, ...] = ()

    @property
    def is_reachable(self) -> bool:
        return self.obstacle is None

    def matches_search(self, typed: str) -> bool:
        """All the words, without accents or case, in the acronym or the name."""
        searched = fold_text(f"{self.acronym} {self.name}")
        return all(word in searched for word in fold_text(typed).split())


@dataclass(frozen=True)
class _CoveringTeam:
    """A team that covers the territory, and what stands between it and the asking team, if anything."""

    id: int
    organisation_id: int
    obstacle: Obstacle | None


_ACTIVE_MEMBER_SQL = (
    "SELECT 1 FROM membership JOIN person ON person.id = membership.person "
    "WHERE membership.team = team.id AND person.active"
)
"""Of each team in turn: with 20,000 people, a list of all that somebody reads took three times as long."""


def build_unreachable_condition() -> And:
    """The open teams of an operator that nobody reads. Nobody writes to a helper: theirs are never said to be so."""
    operators = Organisation.select(Organisation.id).where(Organisation.kind == "operator")
    return And(
        And(Team.closed_at.is_null(), Team.organisation.is_in(operators)),
        WhereRaw(f"NOT EXISTS ({_ACTIVE_MEMBER_SQL})"),
    )


async def find_reachable_teams(area_code: str, from_team: int | None) -> dict[int, list[int]]:
    """organisation id -> ids of its teams there that somebody reads, and that from_team's kind may write to.

    Operators alone: a forged form that names a helper organisation sends no case to the other offices.
    """
    found: dict[int, list[int]] = {}
    for team in await _list_covering_teams(area_code, from_team):
        if team.obstacle is None:
            found.setdefault(team.organisation_id, []).append(team.id)
    return found


async def _list_covering_teams(area_code: str, from_team: int | None) -> list[_CoveringTeam]:
    """The operators' open teams of the territory; from_team None: whoever asks."""
    rows = await (
        Team.select(Team.id, Team.organisation.id.as_alias("organisation"))
        .where(
            Team.id.is_in(TeamArea.select(TeamArea.team).where(TeamArea.area == area_code)),
            Team.organisation.kind == "operator",
            Team.organisation.withdrawn_at.is_null(),
            Team.closed_at.is_null(),
        )
        .order_by(Team.id)
    )
    ids = [row["id"] for row in rows]
    read, refusing = await _find_teams_with_reader(ids), await _find_refusing_teams(ids, from_team)

    def obstacle(team: int) -> Obstacle | None:
        if team not in read:
            return Obstacle.NO_READER
        return Obstacle.REFUSES if team in refusing else None

    return [_CoveringTeam(row["id"], row["organisation"], obstacle(row["id"])) for row in rows]


async def _find_teams_with_reader(ids: list[int]) -> set[int]:
    """Those with an active member."""
    if not ids:
        return set()
    members = Membership.select(Membership.team).where(Membership.team.is_in(ids), Membership.person.active.eq(True))
    rows = await members.group_by(Membership.team)
    return {row["team"] for row in rows}


async def _find_refusing_teams(ids: list[int], from_team: int | None) -> set[int]:
    """Those to which the kind of helper of this team may not write."""
    if not ids or from_team is None:
        return set()
    asking = Team.select(Team.organisation).where(Team.id == from_team)
    rows = await TeamRefusal.select(TeamRefusal.team).where(
        TeamRefusal.team.is_in(ids), TeamRefusal.organisation.is_in(asking)
    )
    return {row["team"] for row in rows}


async def list_organisations_in_area(area_code: str, from_team: int | None) -> list[OrganisationReachability]:
    """Every operator organisation, by acronym, with what keeps from_team from reaching it there."""
    covering: dict[int, list[_CoveringTeam]] = {}
    for team in await _list_covering_teams(area_code, from_team):
        covering.setdefault(team.organisation_id, []).append(team)
    rows = await (
        Organisation.select(
            Organisation.id,
            Organisation.acronym,
            Organisation.name,
            Organisation.asked_field.label.as_alias("asked_field"),
            Organisation.asked_field.hint.as_alias("hint"),
            Organisation.asked_field.withdrawn_at.as_alias("unasked_at"),
            Organisation.notice,
            Organisation.withdrawn_at,
        )
        .where(Organisation.kind == "operator")
        .order_by(Organisation.acronym)
    )
    return [
        OrganisationReachability(
            id=row["id"],
            acronym=row["acronym"],
            name=row["name"],
            asked_field="" if row["unasked_at"] else row["asked_field"] or "",
            hint=row["hint"] or "",
            notice=row["notice"],
            withdrawn=row["withdrawn_at"] is not None,
            obstacle=_find_smallest_obstacle(covering.get(row["id"], [])),
            teams=tuple(team.id for team in covering.get(row["id"], []) if team.obstacle is None),
        )
        for row in rows
    ]


def _find_smallest_obstacle(teams: list[_CoveringTeam]) -> Obstacle | None:
    """What stands in the way of the organisation's nearest team: one that is read counts before one that is not."""
    found = {team.obstacle for team in teams}
    return next((one for one in (None, Obstacle.REFUSES, Obstacle.NO_READER) if one in found), Obstacle.NO_TEAM)
