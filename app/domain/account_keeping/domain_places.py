"""The addresses of a domain that are no account's: invitations, requests for an account, teams, local contacts."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from piccolo.columns import Varchar

from app.domain.search.people_and_teams import index_teams
from app.domain.teams.dead_mailboxes import clear_undelivered_team
from db.tables.areas import Area
from db.tables.members import Invitation
from db.tables.signup import Signup
from db.tables.teams import Team


class PlaceKind(StrEnum):
    INVITATION = "invitation"
    SIGNUP = "signup"
    TEAM_SHARED = "team_shared"
    TEAM_CONTACT = "team_contact"
    AREA = "area"


@dataclass(frozen=True)
class RenamedPlace:
    """name: of the team or the area; empty for a request for an account."""

    kind: PlaceKind
    id: int | str
    name: str
    former: str
    address: str


def rename_address(address: str, domain: str) -> str:
    return f"{address.rpartition('@')[0]}@{domain}"


async def list_places_of(former: str, new: str, now: datetime) -> list[RenamedPlace]:
    """Those that wait, and of teams that are open."""
    rows = {
        PlaceKind.INVITATION: await Invitation.select(
            Invitation.id, Invitation.team.name.as_alias("name"), Invitation.address
        )
        .where(_has_domain(Invitation.address, former), Invitation.used_at.is_null(), Invitation.expires_at > now)
        .order_by(Invitation.id),
        PlaceKind.SIGNUP: await Signup.select(Signup.id, Signup.address)
        .where(_has_domain(Signup.address, former), Signup.state == "waiting")
        .order_by(Signup.id),
        PlaceKind.TEAM_SHARED: await _list_team_addresses(Team.shared_address, former),
        PlaceKind.TEAM_CONTACT: await _list_team_addresses(Team.contact_address, former),
        PlaceKind.AREA: await Area.select(Area.code.as_alias("id"), Area.name, Area.contact_address.as_alias("address"))
        .where(_has_domain(Area.contact_address, former))
        .order_by(Area.code),
    }
    return [
        RenamedPlace(kind, row["id"], row.get("name", ""), row["address"], rename_address(row["address"], new))
        for kind, found in rows.items()
        for row in found
    ]


async def _list_team_addresses(column: Varchar, domain: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = (
        await Team.select(Team.id, Team.name, column.as_alias("address"))
        .where(_has_domain(column, domain), Team.closed_at.is_null())
        .order_by(Team.sort_name)
    )
    return rows


def _has_domain(column: Varchar, domain: str) -> Any:
    return column.like(f"%@{domain}")


async def save_places(places: list[RenamedPlace], now: datetime) -> None:
    """But for invitations, which replace_address.py moves. Inside the caller's transaction."""
    for one in places:
        if one.kind == PlaceKind.SIGNUP:
            await Signup.update({Signup.address: one.address}).where(Signup.id == one.id)
        elif one.kind == PlaceKind.AREA:
            await Area.update({Area.contact_address: one.address}).where(Area.code == one.id)
        elif one.kind in _TEAM_COLUMNS:
            await Team.update({_TEAM_COLUMNS[one.kind]: one.address}).where(Team.id == one.id)
        if one.kind == PlaceKind.TEAM_SHARED:
            await clear_undelivered_team(int(one.id), now)
    await index_teams(list_team_ids(places))


_TEAM_COLUMNS = {PlaceKind.TEAM_SHARED: Team.shared_address, PlaceKind.TEAM_CONTACT: Team.contact_address}


def list_team_ids(places: list[RenamedPlace]) -> list[int]:
    return sorted({int(place.id) for place in places if place.kind in _TEAM_COLUMNS})
