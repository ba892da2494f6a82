"""The trail: who did what, when; never any content. Written in the transaction of what it tells."""

from datetime import datetime
from uuid import UUID

from db.tables import Audit


async def write_audit(action: str, *, now: datetime, person_id: int | None = None, case_id: UUID | None = None) -> None:
    await Audit.insert(Audit(happened_at=now, action=action, person_id=person_id, case_id=case_id))
