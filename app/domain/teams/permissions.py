"""Which teams an actor sees, and what they may do to each. Source: features.md P2, P3.

| action         | admin | supervisor: one of its territories | all of them, or its organisation | manager | member |
|----------------|-------|------------------------------------|----------------------------------|---------|--------|
| SEE            | x     | x                                  | x                                | x       | x      |
| EDIT           | x     | x                                  | x                                | x       |        |
| MANAGE_MEMBERS | x     | x                                  | x                                | x       |        |
| CHOOSE_AREAS   | x     | x, among their own territories     | x (team_areas.py)                |         |        |
| MERGE, CLOSE   | x     |                                    | x                                |         |        |

A closed team can be seen and is never changed.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import reduce

from piccolo.columns.combination import And, Or, Where, WhereRaw

from app.domain.accounts.actor import Actor, PlatformRole, Side, find_side
from app.domain.errors import Conflict, Forbidden, build_not_found
from app.domain.row_ids import LARGEST_ID
from db.engine import is_postgres
from db.tables.teams import Team, TeamArea

Condition = And | Or | Where | WhereRaw
_ALL_TEAMS, _NO_TEAM = WhereRaw("1 = 1"), WhereRaw("1 = 0")
_ABSENT = "Cette équipe n’existe pas, ou ne vous est pas ouverte."


class TeamAction(StrEnum):
    SEE = "see"
    EDIT = "edit"
    MANAGE_MEMBERS = "manage_members"
    CHOOSE_AREAS = "choose_areas"
    MERGE = "merge"
    CLOSE = "close"


@dataclass(frozen=True)
class TeamFacts:
    """The facts that a permission depends on, and the team's name for messages."""

    id: int
    name: str
    organisation_id: int
    acronym: str
    side: Side
    areas: frozenset[str]
    closed: bool

    @property
    def receives_cases(self) -> bool:
        """Only an operator's team receives cases."""
        return self.side == Side.REFERENT


_MANAGER_ACTIONS = frozenset({TeamAction.SEE, TeamAction.EDIT, TeamAction.MANAGE_MEMBERS})


def find_allowed_actions(actor: Actor, team: TeamFacts) -> frozenset[TeamAction]:
    """Without SEE, the team does not exist for the actor."""
    held = _find_actions_when_open(actor, team)
    return held & {TeamAction.SEE} if team.closed else held


def _find_actions_when_open(actor: Actor, team: TeamFacts) -> frozenset[TeamAction]:
    if actor.role == PlatformRole.ADMIN:
        return frozenset(TeamAction)
    seat = actor.find_seat([team.id])
    held = frozenset({TeamAction.SEE}) if seat else frozenset[TeamAction]()
    if seat and seat.manager:
        held |= _MANAGER_ACTIONS
    if actor.supervised.touches(team.organisation_id, team.areas):
        held |= _MANAGER_ACTIONS | {TeamAction.CHOOSE_AREAS}
    if actor.supervised.covers(team.organisation_id, team.areas):
        held |= {TeamAction.MERGE, TeamAction.CLOSE}
    return held


def build_visible_teams_condition(actor: Actor) -> Condition:
    """The query condition of SEE."""
    if actor.role == PlatformRole.ADMIN:
        return _ALL_TEAMS
    seated = [seat.team_id for seat in actor.seats]
    return _build_access_condition(seated, actor)


def build_editable_teams_condition(actor: Actor) -> Condition:
    """The query condition of EDIT, for open teams."""
    if actor.role == PlatformRole.ADMIN:
        return _ALL_TEAMS
    return _build_access_condition([seat.team_id for seat in actor.seats if seat.manager], actor)


def build_closable_teams_condition(actor: Actor) -> Condition:
    """The query condition of MERGE and CLOSE, for open teams."""
    if actor.role == PlatformRole.ADMIN:
        return _ALL_TEAMS
    own, doors = sorted(actor.supervised.areas), _list_organisation_doors(actor)
    if own:
        beyond = TeamArea.select(TeamArea.team).where(TeamArea.area.not_in(own))
        doors.append(And(_build_covering_condition(own), Team.id.not_in(beyond)))
    return _join_doors(doors)


def _build_access_condition(team_ids: list[int], actor: Actor) -> Condition:
    doors = _list_organisation_doors(actor)
    if team_ids:
        doors.append(Team.id.is_in(team_ids))
    if actor.supervised.areas:
        doors.append(_build_covering_condition(sorted(actor.supervised.areas)))
    return _join_doors(doors)


def _list_organisation_doors(actor: Actor) -> list[Condition]:
    organisations = sorted(actor.supervised.organisations)
    return [Team.organisation.is_in(organisations)] if organisations else []


def _build_covering_condition(areas: list[str]) -> Where:
    return Team.id.is_in(TeamArea.select(TeamArea.team).where(TeamArea.area.is_in(areas)))


def _join_doors(doors: list[Condition]) -> Condition:
    """Each of them alone gives the right."""
    return reduce(Or, doors) if doors else _NO_TEAM


async def load_visible_team(actor: Actor, team_id: int) -> tuple[TeamFacts, frozenset[TeamAction]]:
    """The team and the actions allowed to the actor.

    Raises NotFound, the same for a team that does not exist and for one that the actor may not see.
    """
    team = await load_team_facts(team_id)
    allowed = find_allowed_actions(actor, team) if team else frozenset[TeamAction]()
    if team is None or TeamAction.SEE not in allowed:
        raise build_not_found(_ABSENT, exists_for_others=team is not None)
    return team, allowed


async def lock_team_for_action(actor: Actor, team_id: int, action: TeamAction) -> TeamFacts:
    """Call it inside the action's transaction. Raises NotFound, Forbidden, Conflict when the team is closed.

    NO KEY: a message whose case is locked may name the team meanwhile, so that neither waits for the other for ever.
    """
    if is_postgres() and 0 < team_id <= LARGEST_ID:
        await Team.select(Team.id).where(Team.id == team_id).lock_rows("NO KEY UPDATE")
    return await load_team_for_action(actor, team_id, action)


async def load_team_for_action(actor: Actor, team_id: int, action: TeamAction) -> TeamFacts:
    """For the page of an action. Raises NotFound, Forbidden, Conflict when the team is closed."""
    team, allowed = await load_visible_team(actor, team_id)
    if action in allowed:
        return team
    if team.closed:
        raise Conflict("Cette équipe est fermée : rien n’a été enregistré.")
    raise Forbidden(_NOT_YOURS.get(action, "Cette action revient aux responsables de l’équipe."))


_NOT_YOURS = {
    action: "Cette action revient à l’animateur de tous les territoires de l’équipe, ou de son organisme, ou à "
    "l’administration."
    for action in (TeamAction.MERGE, TeamAction.CLOSE, TeamAction.CHOOSE_AREAS)
}


async def load_team_facts(team_id: int) -> TeamFacts | None:
    if not 0 < team_id <= LARGEST_ID:
        return None
    row = await (
        Team.select(
            Team.name,
            Team.closed_at,
            Team.organisation.id.as_alias("organisation"),
            Team.organisation.acronym.as_alias("acronym"),
            Team.organisation.kind.as_alias("kind"),
        )
        .where(Team.id == team_id)
        .first()
    )
    if row is None:
        return None
    areas = await TeamArea.select(TeamArea.area).where(TeamArea.team == team_id)
    return TeamFacts(
        id=team_id,
        name=row["name"],
        organisation_id=row["organisation"],
        acronym=row["acronym"],
        side=find_side(row["kind"]),
        areas=frozenset(area["area"] for area in areas),
        closed=row["closed_at"] is not None,
    )
