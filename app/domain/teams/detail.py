"""Everything that a team's page shows."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from app.domain.accounts.names import format_full_name
from app.domain.teams.areas import AreaChoice
from app.domain.teams.dead_mailboxes import DeadMailbox, find_dead_mailboxes, find_dead_shared_address
from app.domain.teams.permissions import TeamFacts
from app.domain.teams.reachability import build_unreachable_condition
from app.domain.teams.refusals import HelperKind, list_helper_kinds, list_refused_helpers
from db.search import fold_text
from db.tables.members import Membership
from db.tables.teams import Team, TeamArea


@dataclass(frozen=True)
class Member:
    id: int
    name: str
    address: str
    function: str
    manager: bool
    active: bool
    first_visit_done: bool
    dead_mailbox: DeadMailbox | None


@dataclass(frozen=True)
class TeamDetail:
    """`refused_helpers` is empty when all kinds of helpers may write to the team.

    `accepted_helpers` are the other kinds.
    """

    id: int
    name: str
    acronym: str
    organisation: str
    receives_cases: bool
    areas: tuple[str, ...]
    members: tuple[Member, ...]
    shared_address: str
    dead_shared_address: DeadMailbox | None
    street: str
    postal_code: str
    commune: str
    contact_address: str
    phone: str
    registry_number: str
    unreachable: bool
    refused_helpers: tuple[HelperKind, ...]
    accepted_helpers: tuple[HelperKind, ...]
    closed_at: datetime | None
    merged_into: str

    @property
    def active_members(self) -> int:
        """Those whom emails reach."""
        return sum(member.active and member.dead_mailbox is None for member in self.members)


async def load_team(team: TeamFacts) -> TeamDetail:
    """Checks no right: the facts come from load_visible_team."""
    row = await (
        Team.select(
            Team.name,
            Team.organisation.acronym.as_alias("acronym"),
            Team.organisation.name.as_alias("organisation"),
            Team.shared_address,
            Team.street,
            Team.postal_code,
            Team.commune,
            Team.contact_address,
            Team.phone,
            Team.registry_number,
            Team.closed_at,
            Team.merged_into.name.as_alias("merged_into"),
        )
        .where(Team.id == team.id)
        .first()
    )
    assert row is not None
    refused, kinds = await list_refused_helpers(team.id), await list_helper_kinds()
    known = {**row, "registry_number": row["registry_number"] or "", "merged_into": row["merged_into"] or ""}
    return TeamDetail(
        id=team.id,
        receives_cases=team.receives_cases,
        areas=await _list_area_names(team.id),
        members=await list_reached_members(team.id),
        dead_shared_address=await find_dead_shared_address(team.id),
        unreachable=bool(await Team.exists().where(Team.id == team.id, build_unreachable_condition())),
        refused_helpers=tuple(kind for kind in kinds if kind.id in refused),
        accepted_helpers=tuple(kind for kind in kinds if kind.id not in refused),
        **known,
    )


async def _list_area_names(team_id: int) -> tuple[str, ...]:
    rows = await (
        TeamArea.select(TeamArea.area.name.as_alias("name"), TeamArea.area.code.as_alias("code"))
        .where(TeamArea.team == team_id)
        .order_by(TeamArea.area)
    )
    return tuple(AreaChoice(**row).name_and_code for row in rows)


async def list_reached_members(team_id: int) -> tuple[Member, ...]:
    """As list_members, with what is known of their mailboxes."""
    members = await list_members(team_id)
    dead = await find_dead_mailboxes([member.id for member in members])
    return tuple(replace(member, dead_mailbox=dead.get(member.id)) for member in members)


async def list_members(team_id: int) -> tuple[Member, ...]:
    """Managers first, then by name. Deactivated members are last. Their mailboxes are not looked up."""
    rows = await Membership.select(
        Membership.manager,
        Membership.person.id.as_alias("id"),
        Membership.person.first_name.as_alias("first_name"),
        Membership.person.last_name.as_alias("last_name"),
        Membership.person.address.as_alias("address"),
        Membership.person.function.as_alias("function"),
        Membership.person.active.as_alias("active"),
        Membership.person.terms_accepted_at.as_alias("arrived"),
    ).where(Membership.team == team_id)
    members = (_decode_member(row) for row in rows)
    return tuple(sorted(members, key=lambda member: (not member.active, not member.manager, fold_text(member.name))))


def _decode_member(row: dict[str, Any]) -> Member:
    return Member(
        id=row["id"],
        name=format_full_name(row),
        address=row["address"],
        function=row["function"],
        manager=row["manager"],
        active=row["active"],
        first_visit_done=row["arrived"] is not None,
        dead_mailbox=None,
    )
