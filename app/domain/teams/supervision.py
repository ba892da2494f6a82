"""A supervisor's territories: they see the statistics of these territories, and no case."""

from app.domain.accounts.actor import Actor, PlatformRole
from db.engine import transaction
from db.tables.people import Supervision


async def supervise(person_id: int, area_code: str) -> None:
    async with transaction():
        await Supervision.insert(Supervision(person=person_id, area=area_code)).on_conflict(
            target=(Supervision.person, Supervision.area), action="DO NOTHING"
        )


async def list_supervised_areas(actor: Actor) -> frozenset[str]:
    """Codes; empty when the actor is not a supervisor."""
    if actor.role != PlatformRole.SUPERVISOR:
        return frozenset()
    rows = await Supervision.select(Supervision.area).where(Supervision.person == actor.id)
    return frozenset(row["area"] for row in rows)
