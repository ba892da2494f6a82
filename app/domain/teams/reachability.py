"""An organisation can be reached in a territory if one of its teams covers it and has an active member.

A member whom an import or an admin added counts before their first visit: the email of a case leads them in. A
deactivated member does not count, nor one whose mailbox refuses emails (app/domain/email/undelivered.py). A shared
address alone does not count, because it cannot answer.
"""

from dataclasses import dataclass
from enum import StrEnum

from piccolo.columns.combination import And, WhereRaw

from app.domain.teams.dead_mailboxes import build_undelivered_query
from db.search import fold_text
from db.tables.members import Membership
from db.tables.organisations import Organisation
from db.tables.teams import Team, TeamArea, TeamRefusal


class Obstacle(StrEnum):
    """Why a helper team cannot reach an organisation in a territory."""

    NO_TEAM = "no_team"
    NO_READER = "no_reader"
    REFUSES = "refuses"


@dataclass(frozen=True)
class OrganisationReachability:
    """An operator organisation, as the wizard offers it.

    `asked_field` is the field that the organisation needs to find a citizen. `notice` is shown to the agent who
    chooses it. When `withdrawn`, it is not offered and receives no case. `teams` are the ids of the teams that
    receive the case; empty when the organisation cannot be reached.
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
        """All typed words are in the acronym or the name, without accents or case."""
        searched = fold_text(f"{self.acronym} {self.name}")
        return all(word in searched for word in fold_text(typed).split())


@dataclass(frozen=True)
class _CoveringTeam:
    """A team that covers the territory, and why the asking team cannot reach it, if so."""

    id: int
    organisation_id: int
    obstacle: Obstacle | None


_READER_SQL = (
    "SELECT 1 FROM membership JOIN person ON person.id = membership.person "
    "WHERE membership.team = team.id AND person.active AND NOT EXISTS "
    "(SELECT 1 FROM undelivered WHERE undelivered.person = person.id AND undelivered.lifted_at IS NULL)"
)
"""An active member whom emails reach.

Evaluated for each team: with 20,000 people, a list of all teams with one took three times as long.
"""


def build_unreachable_condition() -> And:
    """Open teams of operators without an active member whom emails reach.

    Helpers' teams receive no case, so they never count.
    """
    operators = Organisation.select(Organisation.id).where(Organisation.kind == "operator")
    return And(
        And(Team.closed_at.is_null(), Team.organisation.is_in(operators)),
        WhereRaw(f"NOT EXISTS ({_READER_SQL})"),
    )


async def find_reachable_teams(area_code: str, from_team: int | None) -> dict[int, list[int]]:
    """Organisation id -> ids of its teams in the territory that `from_team` can reach.

    Operators only: a forged form that names a helper organisation sends no case to other offices.
    """
    found: dict[int, list[int]] = {}
    for team in await _list_covering_teams(area_code, from_team):
        if team.obstacle is None:
            found.setdefault(team.organisation_id, []).append(team.id)
    return found


async def _list_covering_teams(area_code: str, from_team: int | None) -> list[_CoveringTeam]:
    """Open teams of operators in the territory. With `from_team` None, no team refuses."""
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
    """The teams with an active member whom emails reach."""
    if not ids:
        return set()
    members = Membership.select(Membership.team).where(
        Membership.team.is_in(ids),
        Membership.person.active.eq(True),
        Membership.person.not_in(build_undelivered_query()),
    )
    rows = await members.group_by(Membership.team)
    return {row["team"] for row in rows}


async def _find_refusing_teams(ids: list[int], from_team: int | None) -> set[int]:
    """The teams that refuse the kind of helper of `from_team`."""
    if not ids or from_team is None:
        return set()
    asking = Team.select(Team.organisation).where(Team.id == from_team)
    rows = await TeamRefusal.select(TeamRefusal.team).where(
        TeamRefusal.team.is_in(ids), TeamRefusal.organisation.is_in(asking)
    )
    return {row["team"] for row in rows}


async def list_organisations_in_area(area_code: str, from_team: int | None) -> list[OrganisationReachability]:
    """Every operator organisation, by acronym, with what prevents `from_team` from reaching it in the territory."""
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
    """The obstacle of the easiest team to reach, None if a team can be reached."""
    found = {team.obstacle for team in teams}
    return next((one for one in (None, Obstacle.REFUSES, Obstacle.NO_READER) if one in found), Obstacle.NO_TEAM)
