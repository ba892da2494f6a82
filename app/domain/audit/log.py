"""The audit log: who did what, when and from where; never any content. An entry is written in its action's transaction.

Entries are kept for a year, then deleted by the daily job. Until then the database itself refuses to change or delete
them (db/migrations/initial_postgresql.sql). Source: features.md G5; CNIL 2021-122; security.md 4.9.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from app.domain.bounded_set import BoundedSet
from app.domain.calendar.time_zones import PARIS
from db.advisory_lock import take_advisory_locks
from db.bulk import insert_many
from db.engine import on_commit, transaction
from db.read_only import is_read_only
from db.tables.audit import AuditEntry

log = logging.getLogger("aplus.audit")

RETENTION = timedelta(days=366)
"""A year, leap or not: the age from which the database allows a deletion."""
_DAILY_FIELDS = {"action", "person_id", "case_id", "target_person_id", "search_mark"}
_written_entries = BoundedSet(10_000)
"""Entries of write_audit_daily that this process knows to be written."""


@dataclass(frozen=True)
class Origin:
    """Where a request comes from: its network, never a whole IP address, and its browser's name. Empty for a job."""

    network: str = ""
    browser: str = ""


NO_ORIGIN = Origin()
_origin: ContextVar[Origin] = ContextVar("origin", default=NO_ORIGIN)


@contextmanager
def use_origin(origin: Origin) -> Iterator[None]:
    """Entries written inside get this origin. app/routes/middleware/authentication.py uses it once for each request."""
    token = _origin.set(origin)
    try:
        yield
    finally:
        _origin.reset(token)


def get_origin() -> Origin:
    return _origin.get()


async def write_audit(
    action: str,
    *,
    now: datetime,
    person_id: int | None = None,
    case_id: UUID | None = None,
    team_id: int | None = None,
    target_person_id: int | None = None,
    denied_route: str = "",
    search_mark: str = "",
) -> None:
    """person_id acted. target_person_id and team_id are concerned. denied_route is the refused route (refusals.py).
    search_mark is that of searched words (app/domain/cases/search/record.py).

    No text that a person typed is stored. Each action has its label in app/text/labels/audit.py. After the commit the
    entry is also logged, a copy that this application cannot change. In maintenance only reads are recorded, in the log
    alone.
    """
    if is_read_only():
        log.info("read in maintenance: %s, person %s, case %s", action, person_id, case_id)
        return
    origin = _origin.get()
    line = AuditEntry(
        happened_at=now,
        action=action,
        person_id=person_id,
        case_id=case_id,
        team_id=team_id,
        target_person_id=target_person_id,
        network=origin.network,
        browser=origin.browser,
        denied_route=denied_route,
        search_mark=search_mark,
    )
    await AuditEntry.insert(line)
    on_commit(lambda: log.info("audit_entry", extra={"action": action, "person": person_id}))


@dataclass(frozen=True)
class NewAuditEntry:
    """The arguments of write_audit, for many entries at once."""

    action: str
    person_id: int | None = None
    target_person_id: int | None = None
    team_id: int | None = None


async def write_audit_entries(entries: Sequence[NewAuditEntry], *, now: datetime) -> None:
    """Thousands of entries in one statement, all with the origin of the current request."""
    origin = _origin.get()
    place = {"happened_at": now, "network": origin.network, "browser": origin.browser}
    await insert_many(AuditEntry, [{**asdict(line), **place} for line in entries])
    for line in entries:
        on_commit(partial(log.info, "audit_entry", extra={"action": line.action, "person": line.person_id}))


async def write_audit_daily(
    action: str,
    *,
    now: datetime,
    person_id: int | None = None,
    case_id: UUID | None = None,
    target_person_id: int | None = None,
    search_mark: str = "",
) -> None:
    """For actions that each visit repeats: one entry for a person, a case, a mark, an origin and a day in Paris.

    This process remembers the entries that it has written or found, so that each is queried and written once. Of
    several requests at the same moment, even in several processes, one writes.
    """
    line = _DailyEntry(
        action, person_id, case_id, target_person_id, search_mark, _origin.get(), _compute_day_start(now)
    )
    if _written_entries.contains(line):
        return
    if not await line.is_written():
        await _write_daily(line, now)
    if not is_read_only():
        on_commit(lambda: _written_entries.add(line))


@dataclass(frozen=True)
class _DailyEntry:
    """Two entries with the same values are one entry of the day."""

    action: str
    person_id: int | None
    case_id: UUID | None
    target_person_id: int | None
    search_mark: str
    origin: Origin
    day: datetime

    async def is_written(self) -> bool:
        return await AuditEntry.exists().where(
            AuditEntry.action == self.action,
            AuditEntry.person_id == self.person_id,
            AuditEntry.case_id == self.case_id,
            AuditEntry.target_person_id == self.target_person_id,
            AuditEntry.search_mark == self.search_mark,
            AuditEntry.network == self.origin.network,
            AuditEntry.browser == self.origin.browser,
            AuditEntry.happened_at >= self.day,
        )

    async def write(self, now: datetime) -> None:
        await write_audit(now=now, **{name: value for name, value in asdict(self).items() if name in _DAILY_FIELDS})


async def _write_daily(line: _DailyEntry, now: datetime) -> None:
    """Checks again under the lock: another request may have written the entry. Maintenance takes no lock."""
    if is_read_only():
        await line.write(now)
        return
    async with transaction():
        await take_advisory_locks(f"trail {line}")
        if not await line.is_written():
            await line.write(now)


def _compute_day_start(now: datetime) -> datetime:
    return now.astimezone(PARIS).replace(hour=0, minute=0, second=0, microsecond=0)


async def record_denied_case(person_id: int, case_id: UUID, now: datetime) -> None:
    """A person asked for a case, or for an action on it, that is not open to them. Only ids are recorded."""
    await write_audit_daily("case.refused", now=now, person_id=person_id, case_id=case_id)


async def delete_old_audit_entries(now: datetime) -> int:
    """Returns the number of deleted entries, which are older than a year. The database refuses any other deletion."""
    gone: list[dict[str, Any]] = (
        await AuditEntry.delete().where(AuditEntry.happened_at < now - RETENTION).returning(AuditEntry.id)
    )
    return len(gone)
