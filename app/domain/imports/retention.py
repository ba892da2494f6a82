"""Seven days after it was sent, only the counts of a list remain. Its bytes are deleted earlier, once applied."""

from datetime import datetime, timedelta
from typing import Any

from app.domain.imports.states import ImportState
from db.engine import purge_deleted_data, transaction
from db.tables.imports import Import, ImportRow

RETENTION = timedelta(days=7)
_UNFINISHED = [ImportState.READING, ImportState.READY, ImportState.FAILED]


async def delete_old_imports(now: datetime) -> int:
    """Returns the number of deleted rows."""
    old = Import.sent_at < now - RETENTION
    async with transaction():
        unfinished: dict[Any, Any] = {Import.state: ImportState.DROPPED, Import.content: None, Import.due_at: None}
        await Import.update(unfinished).where(old, Import.state.is_in(_UNFINISHED))
        sources = Import.select(Import.id).where(old)
        gone = await ImportRow.delete().where(ImportRow.source.is_in(sources)).returning(ImportRow.id)
    if gone:
        await purge_deleted_data()
    return len(gone)
