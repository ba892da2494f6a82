"""Refused access to teams, people and administration, in the audit log: one entry for a person, a route and an hour.

A route is its method and the template of its address. Only the hour's first refusal is recorded: the audit log is
append-only, and a loop must not fill it. The log has each refusal. For cases, see record_denied_case (log.py). Source:
security.md 4.9, ASVS 16.3.2.
"""

from dataclasses import dataclass
from datetime import datetime

from app.domain.audit.log import write_audit
from app.domain.bounded_set import BoundedSet
from db.advisory_lock import take_advisory_locks
from db.engine import on_commit, transaction
from db.read_only import is_read_only
from db.tables.audit import AuditEntry

_ACTION = "refused"
_written_entries = BoundedSet(10_000)


@dataclass(frozen=True)
class _HourlyEntry:
    """Two refusals with the same values are one entry."""

    person_id: int
    route: str
    hour: datetime

    async def is_written(self) -> bool:
        return await AuditEntry.exists().where(
            AuditEntry.action == _ACTION,
            AuditEntry.person_id == self.person_id,
            AuditEntry.denied_route == self.route,
            AuditEntry.happened_at >= self.hour,
        )


async def record_denied_access(
    person_id: int, route: str, now: datetime, *, team_id: int | None = None, target_person_id: int | None = None
) -> None:
    """team_id and target_person_id: the team and the person concerned. In maintenance only the log has the refusal."""
    line = _HourlyEntry(person_id, route, now.replace(minute=0, second=0, microsecond=0))
    if is_read_only() or _written_entries.contains(line):
        return
    async with transaction():
        await take_advisory_locks(f"refusal {line}")
        if not await line.is_written():
            await write_audit(
                _ACTION,
                now=now,
                person_id=person_id,
                team_id=team_id,
                target_person_id=target_person_id,
                denied_route=line.route,
            )
        on_commit(lambda: _written_entries.add(line))
