"""Finds accounts worth logging in with: the largest and the smallest of each kind."""

from app.domain.accounts.actor import PlatformRole
from bench.generate.society import Office, Society
from db.tables.people import Person


async def notables(society: Society) -> dict[str, str]:
    """Description -> address."""
    offices = sorted(society.offices, key=_size)
    teams = {team for routes in society.routes.values() for found in routes.values() for team in found}
    largest = max(sorted(teams & society.working.keys()), key=lambda team: len(society.working[team]))
    found = {
        "agent du plus grand bureau": await _address(offices[-1].agents[0]),
        "agent d’un des plus petits": await _address(offices[0].agents[0]),
        "référent de la plus grande équipe": await _address(society.working[largest][0]),
    }
    for role in (PlatformRole.SUPERVISOR, PlatformRole.ADMIN):
        query = Person.select(Person.address).where(Person.platform_role == role.value)
        row = await query.order_by(Person.id, ascending=False).first()
        found[{"supervisor": "animateur", "admin": "administrateur"}[role]] = row["address"] if row else ""
    return found


def _size(office: Office) -> tuple[int, int]:
    return len(office.agents), office.team


async def _address(person: int) -> str:
    row = await Person.select(Person.address).where(Person.id == person).first()
    return str(row["address"]) if row else ""
