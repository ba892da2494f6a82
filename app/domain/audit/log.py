"""The trail: who did what, when, from where; never any content. Written in the transaction of what it tells.

Kept a year, then swept by the daily job; until then the database itself refuses to change or delete a line
(db/migrations/trail_append_only.py). Source: features.md G5; CNIL 2021-122; security.md 4.9.
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
from db.tables import AuditEntry

log = logging.getLogger("aplus.audit")

RETENTION = timedelta(days=366)
"""A year, leap or not: what the database lets go."""
_written_entries = BoundedSet(10_000)
"""Lines of write_audit_once_a_day."""


@dataclass(frozen=True)
class Origin:
    """From where: a network, never one machine's whole address, and a browser's name. Nothing for a job."""

    network: str = ""
    browser: str = ""


NO_ORIGIN = Origin()
_origin: ContextVar[Origin] = ContextVar("origin", default=NO_ORIGIN)


@contextmanager
def use_origin(origin: Origin) -> Iterator[None]:
    """What is written inside happened from there. Entered once for each request, by
    app/routes/middleware/authentication.py.
    """
    token = _origin.set(origin)
    try:
        yield
    finally:
        _origin.reset(token)


def get_origin() -> Origin:
    """From where the request that is being answered comes."""
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
) -> None:
    """person_id did it; target_person_id and team_id are whom and which team it concerns; verb is what was refused
    (refusals.py). Nothing else: no word typed.

    Each action has its words in app/text/labels/audit.py. After the commit the journal has it too: this
    application can't change that copy. In maintenance readings alone are written, and to the journal alone.
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
    )
    await AuditEntry.insert(line)
    on_commit(lambda: log.info("audit_entry", extra={"action": action, "person": person_id}))


@dataclass(frozen=True)
class NewAuditEntry:
    """What write_audit takes, for many at once."""

    action: str
    person_id: int | None = None
    target_person_id: int | None = None
    team_id: int | None = None


async def write_audit_entries(entries: Sequence[NewAuditEntry], *, now: datetime) -> None:
    """Thousands in one statement, all from the same place."""
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
) -> None:
    """For what each visit repeats: one line for a person, a case, a place and a day of Paris.

    What this process has written or found is remembered, so that it is asked and written once. Of several requests at
    the same moment, in several processes too, one writes.
    """
    line = _DailyEntry(action, person_id, case_id, target_person_id, _origin.get(), _compute_day_start(now))
    if _written_entries.contains(line):
        return
    if not await line.is_written():
        await _write_daily(line, now)
    if not is_read_only():
        on_commit(lambda: _written_entries.add(line))


@dataclass(frozen=True)
class _DailyEntry:
    """What makes two lines of a day the same."""

    action: str
    person_id: int | None
    case_id: UUID | None
    target_person_id: int | None
    origin: Origin
    day: datetime

    async def is_written(self) -> bool:
        return await AuditEntry.exists().where(
            AuditEntry.action == self.action,
            AuditEntry.person_id == self.person_id,
            AuditEntry.case_id == self.case_id,
            AuditEntry.target_person_id == self.target_person_id,
            AuditEntry.network == self.origin.network,
            AuditEntry.browser == self.origin.browser,
            AuditEntry.happened_at >= self.day,
        )

    async def write(self, now: datetime) -> None:
        await write_audit(
            self.action, now=now, person_id=self.person_id, case_id=self.case_id, target_person_id=self.target_person_id
        )


async def _write_daily(line: _DailyEntry, now: datetime) -> None:
    """It is looked for again once the others have had their turn. In maintenance there is nothing to wait for."""
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
    """Somebody asked for a case that is not theirs, or for what is not theirs to do on it: ids, and no more."""
    await write_audit_daily("case.refused", now=now, person_id=person_id, case_id=case_id)


async def delete_old_audit_entries(now: datetime) -> int:
    """Deletes the lines older than a year; how many. The database refuses any other deletion."""
    gone: list[dict[str, Any]] = (
        await AuditEntry.delete().where(AuditEntry.happened_at < now - RETENTION).returning(AuditEntry.id)
    )
    return len(gone)
