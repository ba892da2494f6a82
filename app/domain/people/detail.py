"""A person's page, for the people who manage them. Source: issue 4, 7.

All their teams are named, as beside each of their messages; the viewer may open some of them. The page shows only the
day of their last visit: it says whether the account is used, not how the person works.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from piccolo.columns.combination import And

from app.domain.accounts.actor import Actor, PlatformRole
from app.domain.accounts.duties import Duty, list_duties, require_duty
from app.domain.accounts.names import format_full_name
from app.domain.authentication.provider_identity import find_bound_since
from app.domain.authentication.stored_factor import find_factor_since
from app.domain.errors import NotFound, build_not_found
from app.domain.members.permissions import build_visible_people_condition, find_closable_accounts
from app.domain.people.scope import list_scope_names
from app.domain.row_ids import LARGEST_ID
from app.domain.teams.dead_mailboxes import DeadMailbox, find_dead_mailboxes
from app.domain.teams.permissions import build_editable_teams_condition
from app.domain.teams.permissions import build_visible_teams_condition as teams_visible_to
from db.tables.members import Membership
from db.tables.people import Person
from db.tables.teams import Team

_ABSENT = "Cette personne n’existe pas, ou n’est pas de votre ressort."


@dataclass(frozen=True)
class PersonTeam:
    team_id: int
    team: str
    manager: bool
    may_open: bool
    may_manage_members: bool


@dataclass(frozen=True)
class PersonDetail:
    """scope: what a supervisor supervises. may_close_account: the actor may deactivate or reactivate the whole account.

    second_factor_since and provider_since are None for an actor who may not reset them.
    """

    id: int
    name: str
    address: str
    function: str
    phone: str
    role: PlatformRole
    is_expert: bool
    active: bool
    dead_mailbox: DeadMailbox | None
    first_visit_done: bool
    created_at: datetime
    last_seen_on: date | None
    erasure_asked_at: datetime | None
    teams: tuple[PersonTeam, ...]
    scope: tuple[str, ...]
    may_close_account: bool
    second_factor_since: datetime | None
    provider_since: datetime | None
    may_close_sessions: bool
    may_join: bool
    merged_into: int | None
    may_give_roles: bool


async def load_person(actor: Actor, person_id: int) -> PersonDetail:
    """Raises NotFound, alike for a missing person and for one whom the actor does not manage."""
    require_duty(actor, Duty.MANAGE_MEMBERS)
    row, may_reset = await _load_row(actor, person_id), _has_duty_over(Duty.RESET_FACTORS, actor, person_id)
    name, arrived = format_full_name(row), row.pop("terms_accepted_at") is not None
    row = {key: value for key, value in row.items() if key not in {"first_name", "last_name"}}
    return PersonDetail(
        **{**row, "role": PlatformRole(row["role"])},
        name=name,
        first_visit_done=arrived,
        dead_mailbox=(await find_dead_mailboxes([person_id])).get(person_id),
        teams=await _list_teams(actor, person_id),
        scope=await list_scope_names(person_id),
        may_close_account=bool(await find_closable_accounts(actor, [person_id])),
        second_factor_since=await find_factor_since(person_id) if may_reset else None,
        provider_since=await find_bound_since(person_id) if may_reset else None,
        may_join=_has_duty_over(Duty.REPAIR_ACCOUNTS, actor, person_id),
        may_close_sessions=_has_duty_over(Duty.CLOSE_SESSIONS, actor, person_id),
        may_give_roles=_has_duty_over(Duty.GIVE_ROLES, actor, person_id),
    )


def _has_duty_over(duty: Duty, actor: Actor, person_id: int) -> bool:
    return duty in list_duties(actor) and person_id != actor.id


async def _load_row(actor: Actor, person_id: int) -> dict[str, Any]:
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
            Person.expert.as_alias("is_expert"),
            Person.active,
            Person.terms_accepted_at,
            Person.created_at,
            Person.last_seen_on,
            Person.erasure_asked_at,
            Person.merged_into,
        )
        .where(And(build_visible_people_condition(actor), Person.id == person_id))
        .first()
    )
    if row is None:
        raise build_not_found(_ABSENT, exists_for_others=await Person.exists().where(Person.id == person_id))
    return row


async def _list_teams(actor: Actor, person_id: int) -> tuple[PersonTeam, ...]:
    """Sorted by the names of the teams."""
    rows = await (
        Membership.select(
            Membership.team.id.as_alias("team_id"), Membership.team.name.as_alias("team"), Membership.manager
        )
        .where(Membership.person == person_id)
        .order_by(Membership.team.sort_name)
    )
    ids = [row["team_id"] for row in rows]
    visible = await Team.select(Team.id).where(And(teams_visible_to(actor), Team.id.is_in(ids))) if ids else []
    kept = (
        await Team.select(Team.id).where(And(build_editable_teams_condition(actor), Team.id.is_in(ids))) if ids else []
    )
    shown, held = {row["id"] for row in visible}, {row["id"] for row in kept}
    return tuple(
        PersonTeam(**row, may_open=row["team_id"] in shown, may_manage_members=row["team_id"] in held) for row in rows
    )
