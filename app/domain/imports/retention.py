"""Seven days after it was sent, nothing is left of a list but its figures. Its bytes go earlier, once applied."""

from datetime import datetime, timedelta
from typing import Any

from app.domain.imports.states import State
from db.engine import scrub, transaction
from db.tables import Import, ImportRow

KEPT = timedelta(days=7)
_UNFINISHED = [State.READING, State.READY, State.FAILED]


async def forget_lists(now: datetime) -> int:
    """How many rows went."""
    old = Import.sent_at < now - KEPT
    async with transaction():
        unfinished: dict[Any, Any] = {Import.state: State.DROPPED, Import.content: None, Import.work_due: None}
        await Import.update(unfinished).where(old, Import.state.is_in(_UNFINISHED))
        sources = Import.select(Import.id).where(old)
        gone = await ImportRow.delete().where(ImportRow.source.is_in(sources)).returning(ImportRow.id)
    if gone:
        await scrub()
    return len(gone)
