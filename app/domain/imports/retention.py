"""Seven days after it was sent, nothing is left of a list but its figures. Its bytes go earlier, once applied."""

from datetime import datetime, timedelta
from typing import Any

from app.domain.imports.states import ImportState
from db.engine import purge_deleted_data, transaction
from db.tables import Import, ImportRow

RETENTION = timedelta(days=7)
_UNFINISHED = [ImportState.READING, ImportState.READY, ImportState.FAILED]


async def delete_old_imports(now: datetime) -> int:
    """How many rows went."""
    old = Import.sent_at < now - RETENTION
    async with transaction():
        unfinished: dict[Any, Any] = {Import.state: ImportState.DROPPED, Import.content: None, Import.due_at: None}
        await Import.update(unfinished).where(old, Import.state.is_in(_UNFINISHED))
        sources = Import.select(Import.id).where(old)
        gone = await ImportRow.delete().where(ImportRow.source.is_in(sources)).returning(ImportRow.id)
    if gone:
        await purge_deleted_data()
    return len(gone)
