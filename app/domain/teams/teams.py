"""Teams: an organisation in some territories, and its members."""

from collections.abc import Iterable
from typing import Any

from app.domain.errors import Invalid
from db.engine import transaction
from db.tables import Membership, Organisation, Team, TeamArea


async def create_team(name: str, acronym: str, area_codes: Iterable[str]) -> int:
    """The team's id; one of that name and organisation is left as it is. Raises Invalid."""
    async with transaction():
        organisation = await Organisation.select(Organisation.id).where(Organisation.acronym == acronym).first()
        if organisation is None:
            raise Invalid(organisme=f"L’organisme « {acronym} » n’est pas dans la liste.")
        found = await _find(name, organisation["id"])
        if found:
            return int(found["id"])
        team = Team(name=name, organisation=organisation["id"])
        team_id = int((await Team.insert(team).returning(Team.id))[0]["id"])
        await TeamArea.insert(*(TeamArea(team=team_id, area=code) for code in area_codes))
        return team_id


async def _find(name: str, organisation_id: int) -> dict[str, Any] | None:
    return await Team.select(Team.id).where(Team.name == name, Team.organisation == organisation_id).first()


async def add_member(person_id: int, team_id: int, *, manager: bool = False) -> None:
    """A seat in the team; a second time changes nothing."""
    seat = Membership(person=person_id, team=team_id, manager=manager)
    async with transaction():
        await Membership.insert(seat).on_conflict(target=(Membership.person, Membership.team), action="DO NOTHING")
