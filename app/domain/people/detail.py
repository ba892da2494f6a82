"""A person as their page shows them to whoever keeps them. Source: issue 4, 7.

All their teams are named, as beside each of their messages; the ones that the viewer may open are told apart. Of their
last login the day alone: it says whether an account serves, not how somebody works.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from piccolo.columns.combination import And

from app.domain.accounts.actor import Actor, PlatformRole
from app.domain.accounts.duties import Duty, duties_of, require
from app.domain.accounts.names import full_name
from app.domain.authentication.provider_identity import bound_since
from app.domain.authentication.second_factor_login import factor_since
from app.domain.errors import NotFound, absent
from app.domain.members.permissions import closable_accounts, visible_people
from app.domain.row_ids import LARGEST_ID
from app.domain.teams.areas import AreaChoice
from app.domain.teams.permissions import kept_by
from app.domain.teams.permissions import visible_to as teams_visible_to
from db.tables import Area, Audit, Membership, Person, Supervision, Team

_ABSENT = "Cette personne n’existe pas, ou n’est pas de votre ressort."


@dataclass(frozen=True)
class Place:
    """A seat in a team: whether the viewer may open the team's page, and whether they keep its members."""

    team_id: int
    team: str
    manager: bool
    visible: bool
    kept: bool


@dataclass(frozen=True)
class PersonDetail:
    """areas: those that a supervisor looks after. may_close: the viewer may close, or reopen, the whole account.

    factor_since: when their second factor was set up, for who may take it away; None for everybody else.
    provider_since: when their identity at ProConnect was bound, for who may unbind it. may_end: close their sessions.
    """

    id: int
    name: str
    address: str
    function: str
    phone: str
    role: PlatformRole
    active: bool
    arrived: bool
    created_at: datetime
    last_login: datetime | None
    places: tuple[Place, ...]
    areas: tuple[str, ...]
    may_close: bool
    factor_since: datetime | None
    provider_since: datetime | None
    may_end: bool


async def load_person(actor: Actor, person_id: int) -> PersonDetail:
    """Raises NotFound, the same for an absent person and for somebody else's."""
    require(actor, Duty.KEEP_MEMBERS)
    row, may_reset = await _row(actor, person_id), _may(Duty.RESET_FACTORS, actor, person_id)
    name, arrived = full_name(row), row.pop("terms_accepted_at") is not None
    row = {key: value for key, value in row.items() if key not in {"first_name", "last_name"}}
    return PersonDetail(
        **{**row, "role": PlatformRole(row["role"])},
        name=name,
        arrived=arrived,
        last_login=await _last_login(person_id),
        places=await _places(actor, person_id),
        areas=await _areas(person_id),
        may_close=bool(await closable_accounts(actor, [person_id])),
        factor_since=await factor_since(person_id) if may_reset else None,
        provider_since=await bound_since(person_id) if may_reset else None,
        may_end=_may(Duty.CLOSE_SESSIONS, actor, person_id),
    )


def _may(duty: Duty, actor: Actor, person_id: int) -> bool:
    return duty in duties_of(actor) and person_id != actor.id


async def _row(actor: Actor, person_id: int) -> dict[str, Any]:
    if not 0 < person_id <= LARGEST_ID:
        raise NotFound(_ABSENT)
    row: dict[str, Any] | None = await (
        Person.select(
            Person.id,
            Person.first_name,
            Person.last_name,
            Person.address,
            Person.function,
            Person.phone,
            Person.platform_role.as_alias("role"),
            Person.active,
            Person.terms_accepted_at,
            Person.created_at,
        )
        .where(And(visible_people(actor), Person.id == person_id))
        .first()
    )
    if row is None:
        raise absent(_ABSENT, hidden=await Person.exists().where(Person.id == person_id))
    return row


async def _last_login(person_id: int) -> datetime | None:
    """As far back as the trail goes: a year."""
    row = await (
        Audit.select(Audit.happened_at)
        .where(Audit.person_id == person_id, Audit.action == "login")
        .order_by(Audit.id, ascending=False)
        .first()
    )
    return row["happened_at"] if row else None


async def _places(actor: Actor, person_id: int) -> tuple[Place, ...]:
    """By the names of the teams."""
    rows = await (
        Membership.select(
            Membership.team.id.as_alias("team_id"), Membership.team.name.as_alias("team"), Membership.manager
        )
        .where(Membership.person == person_id)
        .order_by(Membership.team.sort_name)
    )
    ids = [row["team_id"] for row in rows]
    visible = await Team.select(Team.id).where(And(teams_visible_to(actor), Team.id.is_in(ids))) if ids else []
    kept = await Team.select(Team.id).where(And(kept_by(actor), Team.id.is_in(ids))) if ids else []
    shown, held = {row["id"] for row in visible}, {row["id"] for row in kept}
    return tuple(Place(**row, visible=row["team_id"] in shown, kept=row["team_id"] in held) for row in rows)


async def _areas(person_id: int) -> tuple[str, ...]:
    areas = Supervision.select(Supervision.area).where(Supervision.person == person_id)
    rows = await Area.select(Area.code, Area.name).where(Area.code.is_in(areas)).order_by(Area.code)
    return tuple(AreaChoice(**row).said for row in rows)
