"""A supervisor's territories: whose figures they see, never whose cases."""

from db.engine import transaction
from db.tables import Supervision


async def supervise(person_id: int, area_code: str) -> None:
    async with transaction():
        await Supervision.insert(Supervision(person=person_id, area=area_code)).on_conflict(
            target=(Supervision.person, Supervision.area), action="DO NOTHING"
        )
