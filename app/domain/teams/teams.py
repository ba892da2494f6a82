"""Creates teams and adds members to them."""

from collections.abc import Iterable
from typing import Any

from app.domain.accounts.actor import PlatformRole
from app.domain.errors import Conflict, Forbidden, Invalid
from app.domain.search.people_and_teams import index_people, index_teams
from db.engine import is_postgres, transaction
from db.tables.areas import Area
from db.tables.members import Membership
from db.tables.organisations import Organisation
from db.tables.people import Person
from db.tables.teams import Team, TeamArea

ADMIN_WITHOUT_TEAM = (
    "Un administrateur n’est membre d’aucune équipe : il en lirait les demandes. Un autre administrateur peut lui "
    "retirer ce rôle."
)
MAX_NAME_LENGTH = Team.name.length or 0


async def create_team(name: str, acronym: str, area_codes: Iterable[str]) -> int:
    """Returns the team's id. An existing team of the same name and organisation is left as it is. Raises Invalid."""
    named, codes = " ".join(name.split()), sorted(set(area_codes))
    if not 0 < len(named) <= MAX_NAME_LENGTH:
        raise Invalid(nom=f"Donnez à l’équipe un nom de {MAX_NAME_LENGTH} caractères au plus.")
    async with transaction():
        organisation = await Organisation.select(Organisation.id).where(Organisation.acronym == acronym).first()
        if organisation is None:
            raise Invalid(organisme=f"L’organisme « {acronym} » n’est pas dans la liste.")
        found = await _find_team(named, organisation["id"])
        if found:
            return int(found["id"])
        await _check_areas(codes)
        team = Team(name=named, organisation=organisation["id"])
        team_id = int((await Team.insert(team).returning(Team.id))[0]["id"])
        await TeamArea.insert(*(TeamArea(team=team_id, area=code) for code in codes))
        await index_teams([team_id])
        return team_id


async def _find_team(name: str, organisation_id: int) -> dict[str, Any] | None:
    return await Team.select(Team.id).where(Team.name == name, Team.organisation == organisation_id).first()


async def _check_areas(codes: list[str]) -> None:
    if not codes:
        raise Invalid(territoires="Choisissez au moins un territoire pour l’équipe.")
    known = {row["code"] for row in await Area.select(Area.code).where(Area.code.is_in(codes))}
    unknown = [code for code in codes if code not in known]
    if unknown:
        raise Invalid(territoires=f"Territoire inconnu : {', '.join(unknown)}.")


async def check_may_sit(person_id: int) -> None:
    """Inside the caller's transaction: who gives the role of administrator waits for its end. Raises Forbidden."""
    query = Person.select(Person.platform_role).where(Person.id == person_id)
    rows = await (query.lock_rows("NO KEY UPDATE") if is_postgres() else query)
    if any(row["platform_role"] == PlatformRole.ADMIN for row in rows):
        raise Forbidden(ADMIN_WITHOUT_TEAM)


async def add_member(person_id: int, team_id: int, *, manager: bool = False) -> None:
    """A second time changes nothing. Raises Conflict for a closed team."""
    seat = Membership(person=person_id, team=team_id, manager=manager)
    async with transaction():
        await _check_open(team_id)
        await Membership.insert(seat).on_conflict(target=(Membership.person, Membership.team), action="DO NOTHING")
        await index_people([person_id])


async def _check_open(team_id: int) -> None:
    """Locks the team: it cannot be closed before the transaction ends."""
    closed = Team.select(Team.closed_at).where(Team.id == team_id)
    rows = await (closed.lock_rows("SHARE") if is_postgres() else closed)
    if any(row["closed_at"] for row in rows):
        raise Conflict("Cette équipe est fermée : personne ne peut y être ajouté.")
