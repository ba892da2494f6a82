"""Deletes absences 30 days after they ended. The absence of a closed account goes at once (deactivation.py)."""

from datetime import datetime, timedelta

from db.tables.absences import Absence

RETENTION = timedelta(days=30)


async def delete_ended_absences(now: datetime) -> int:
    """Returns the number of deleted rows."""
    return len(await Absence.delete().where(Absence.ends_at <= now - RETENTION).returning(Absence.id))
