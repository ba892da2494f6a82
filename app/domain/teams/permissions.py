"""Which teams an actor sees, and what they may do to each: lists, pages, buttons and verbs ask here.

| action       | admin | supervisor of one of its territories | supervisor of all of them | manager | member |
|--------------|-------|--------------------------------------|---------------------------|---------|--------|
| SEE          | x     | x                                    | x                         | x       | x      |
| EDIT         | x     | x                                    | x                         | x       |        |
| KEEP_MEMBERS | x     | x                                    | x                         | x       |        |
| PLACE        | x     | x, among their own territories       | x                         |         |        |
| MERGE, CLOSE | x     |                                      | x                         |         |        |

PLACE: choose its territories. A closed team is seen and never changed. Source: features.md P2, P3.
"""

from dataclasses import dataclass
from enum import StrEnum

from piccolo.columns.combination import And, Or, Where, WhereRaw

from app.domain.accounts.actor import Actor, PlatformRole, Side, side_of_kind
from app.domain.errors import Conflict, Refused, absent
from app.domain.row_ids import LARGEST_ID
from app.domain.teams.supervision import supervised_areas
from db.engine import is_postgres
from db.tables import Supervision, Team, TeamArea

Condition = And | Or | Where | WhereRaw
_EVERYTHING, _NOTHING = WhereRaw("1 = 1"), WhereRaw("1 = 0")
_ABSENT = "Cette équipe n’existe pas, ou ne vous est pas ouverte."


class TeamAction(StrEnum):
    SEE = "see"
    EDIT = "edit"
    KEEP_MEMBERS = "keep_members"
    PLACE = "place"
    MERGE = "merge"
    CLOSE = "close"


@dataclass(frozen=True)
class TeamFacts:
    """What a permission depends on, and the name to say it with."""

    id: int
    name: str
    organisation_id: int
    acronym: str
    side: Side
    areas: frozenset[str]
    closed: bool

    @property
    def answers(self) -> bool:
        """Whether cases are addressed to it: an operator's team."""
        return self.side == Side.REFERENT


_KEEPER = frozenset({TeamAction.SEE, TeamAction.EDIT, TeamAction.KEEP_MEMBERS})


def actions_on(actor: Actor, team: TeamFacts, supervised: frozenset[str]) -> frozenset[TeamAction]:
    """supervised: the actor's territories. Without SEE, the team does not exist for them."""
    held = _actions(actor, team, supervised)
    return held & {TeamAction.SEE} if team.closed else held


def _actions(actor: Actor, team: TeamFacts, supervised: frozenset[str]) -> frozenset[TeamAction]:
    if actor.role == PlatformRole.ADMIN:
        return frozenset(TeamAction)
    seat = actor.seat_in([team.id])
    held = frozenset({TeamAction.SEE}) if seat else frozenset[TeamAction]()
    if seat and seat.manager:
        held |= _KEEPER
    if supervised & team.areas:
        held |= _KEEPER | {TeamAction.PLACE}
        if team.areas <= supervised:
            held |= {TeamAction.MERGE, TeamAction.CLOSE}
    return held


def visible_to(actor: Actor) -> Condition:
    """The teams that the actor may SEE, said to the database."""
    if actor.role == PlatformRole.ADMIN:
        return _EVERYTHING
    seated = [seat.team_id for seat in actor.seats]
    return _anyhow(seated, actor)


def kept_by(actor: Actor) -> Condition:
    """The teams that the actor may EDIT while they are open."""
    if actor.role == PlatformRole.ADMIN:
        return _EVERYTHING
    return _anyhow([seat.team_id for seat in actor.seats if seat.manager], actor)


def ended_by(actor: Actor) -> Condition:
    """The teams that the actor may MERGE and CLOSE while they are open: they reach nowhere but in their territories."""
    if actor.role != PlatformRole.SUPERVISOR:
        return _EVERYTHING if actor.role == PlatformRole.ADMIN else _NOTHING
    own = Supervision.select(Supervision.area).where(Supervision.person == actor.id)
    within, beyond = TeamArea.area.is_in(own), TeamArea.area.not_in(own)
    return And(
        Team.id.is_in(TeamArea.select(TeamArea.team).where(within)),
        Team.id.not_in(TeamArea.select(TeamArea.team).where(beyond)),
    )


def _anyhow(team_ids: list[int], actor: Actor) -> Condition:
    doors: list[Condition] = [Team.id.is_in(team_ids)] if team_ids else []
    if actor.role == PlatformRole.SUPERVISOR:
        areas = Supervision.select(Supervision.area).where(Supervision.person == actor.id)
        doors.append(Team.id.is_in(TeamArea.select(TeamArea.team).where(TeamArea.area.is_in(areas))))
    if not doors:
        return _NOTHING
    return doors[0] if len(doors) == 1 else Or(*doors)


async def visible_team(actor: Actor, team_id: int) -> tuple[TeamFacts, frozenset[TeamAction]]:
    """The team and what the actor may do to it. Raises NotFound, the same for an absent team and for another's."""
    team = await team_facts(team_id)
    allowed = actions_on(actor, team, await supervised_areas(actor)) if team else frozenset[TeamAction]()
    if team is None or TeamAction.SEE not in allowed:
        raise absent(_ABSENT, hidden=team is not None)
    return team, allowed


async def team_for(actor: Actor, team_id: int, action: TeamAction) -> TeamFacts:
    """The locked facts, for a verb, inside its transaction. Raises NotFound, Refused, Conflict (closed meanwhile)."""
    if is_postgres() and 0 < team_id <= LARGEST_ID:
        await Team.select(Team.id).where(Team.id == team_id).lock_rows("UPDATE")
    return await allowed_team(actor, team_id, action)


async def allowed_team(actor: Actor, team_id: int, action: TeamAction) -> TeamFacts:
    """The facts, for the page of a verb. Raises the same."""
    team, allowed = await visible_team(actor, team_id)
    if action in allowed:
        return team
    if team.closed:
        raise Conflict("Cette équipe est fermée : rien n’a été enregistré.")
    raise Refused(_NOT_YOURS.get(action, "Cette action revient aux responsables de l’équipe."))


_NOT_YOURS = {
    action: "Cette action revient à l’animateur de tous les territoires de l’équipe, ou à l’administration."
    for action in (TeamAction.MERGE, TeamAction.CLOSE, TeamAction.PLACE)
}


async def team_facts(team_id: int) -> TeamFacts | None:
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
        side=side_of_kind(row["kind"]),
        areas=frozenset(area["area"] for area in areas),
        closed=row["closed_at"] is not None,
    )
