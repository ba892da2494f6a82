"""A worker's part: a list that was sent becomes a preview; an applied one is written, in one transaction.

Whoever holds the list's lease works on it. Killed in the middle it has written nothing, and is done again once the
lease is over; done twice at once, the second finds it done.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.domain.accounts.actor import load_actor
from app.domain.accounts.duties import Duty, duties_of
from app.domain.imports import progress
from app.domain.imports.invitations import invite_created
from app.domain.imports.kinds import KINDS, ListKind
from app.domain.imports.new_members import note_added
from app.domain.imports.plan import Decision, Kind, Verdict, decide
from app.domain.imports.reading import Row, read
from app.domain.imports.states import State
from app.domain.members.manager_notices import tell_managers
from app.domain.platform.state import in_maintenance
from db.bulk import insert_many, update_many
from db.engine import lock_tables, take_ones_time, transaction
from db.tables import Import, ImportRow, Membership, Person, Team, TeamArea

log = logging.getLogger("aplus.imports")
LEASE = timedelta(seconds=30)
Clock = Callable[[], datetime]


@dataclass(frozen=True)
class _Claim:
    id: UUID
    state: State
    kind: ListKind
    due: datetime


@dataclass(frozen=True)
class _Click:
    """Who pressed « Importer », and whether they ticked that invitations leave."""

    by: int
    invite: bool


class _LostError(Exception):
    """Another worker has taken the list: this one stops."""


async def work_next(clock: Clock) -> bool:
    """Reads or applies the list that has waited longest; False when there is none."""
    if await in_maintenance():
        return False
    claim = await _claim(clock())
    if claim is None:
        return False
    try:
        await (_preview(claim, clock) if claim.state == State.READING else _apply(claim, clock()))
    except _LostError:
        log.info("the import %s is done by another worker", claim.id)
    except Exception:
        log.exception("the import %s stopped", claim.id)
        await Import.update({Import.state: State.FAILED, Import.work_due: None}).where(Import.id == claim.id)
    finally:
        progress.forget(claim.id)
    return True


async def _claim(now: datetime) -> _Claim | None:
    columns = (Import.id, Import.state, Import.kind, Import.work_due)
    row = await Import.select(*columns).where(Import.work_due <= now).order_by(Import.work_due).first()
    if row is None:
        return None
    claim = _Claim(row["id"], State(row["state"]), ListKind(row["kind"]), now + LEASE)
    return claim if await _hold(claim.id, row["work_due"], claim.due) else await _claim(now)


async def _hold(import_id: UUID, due: datetime, until: datetime) -> bool:
    held = await (
        Import.update({Import.work_due: until})
        .where(Import.id == import_id, Import.work_due == due)
        .returning(Import.id)
    )
    return bool(held)


async def _rows(claim: _Claim) -> list[Row]:
    """Of the very bytes that were sent. Raises _LostError."""
    stored = await Import.select(Import.content).where(Import.id == claim.id).first()
    if not stored or stored["content"] is None:
        raise _LostError
    return (await asyncio.to_thread(read, stored["content"], KINDS[claim.kind].columns)).rows


async def _preview(claim: _Claim, clock: Clock) -> None:
    due, counts = claim.due, Counter[str]()
    await ImportRow.delete().where(ImportRow.source == claim.id)
    async for decisions in decide(KINDS[claim.kind](), await _rows(claim)):
        until = clock() + LEASE
        async with transaction():
            if not await _hold(claim.id, due, until):
                raise _LostError
            await insert_many(ImportRow, [_kept(claim.id, one) for one in decisions])
        due = until
        _count(claim, counts, decisions)
    await _finish(claim, counts, {Import.state: State.READY})


async def _apply(claim: _Claim, now: datetime) -> None:
    rows, counts, teams = await _rows(claim), Counter[str](), set[int]()
    async with transaction():
        await take_ones_time()
        click = await _click(claim)
        if click is None:
            await Import.update({Import.state: State.READY, Import.work_due: None}).where(Import.id == claim.id)
            log.warning("the import %s waits for another click: its admin may not import any more", claim.id)
            return
        async for decisions in written(KINDS[claim.kind](), rows, now):
            counts["differing"] += await _note_differences(claim.id, decisions)
            if click.invite:
                counts["invited"] += await invite_created(decisions, click.by, now)
            teams |= await note_added(decisions, click.by, now)
            _count(claim, counts, decisions)
        await tell_managers(teams, by=click.by, now=now)
        done: dict[Any, Any] = {Import.state: State.APPLIED, Import.applied_at: now, Import.content: None}
        await _finish(claim, counts, done)


async def _click(claim: _Claim) -> _Click | None:
    """None when the admin who pressed has lost the right since: the preview then waits for another's press."""
    row = await Import.select(Import.applied_by, Import.invite).where(Import.id == claim.id).first()
    admin = await load_actor(row["applied_by"]) if row else None
    return _Click(admin.id, row["invite"]) if row and admin and Duty.IMPORT in duties_of(admin) else None


async def written(kind: Kind, rows: Sequence[Row], now: datetime) -> AsyncIterator[list[Decision]]:
    """Writes what each row decides, alone among writers, and says it. Inside the transaction of the whole list."""
    await lock_tables(Person, Team, TeamArea, Membership)
    async for decisions in decide(kind, rows):
        await kind.write(decisions, now)
        yield decisions


def _kept(import_id: UUID, decision: Decision) -> dict[str, Any]:
    return {"source": import_id, "line": decision.line, "differs": False, **_told(decision)}


def _told(decision: Decision) -> dict[str, Any]:
    return {
        "verdict": decision.verdict,
        "label": decision.label,
        "detail": decision.detail,
        "remark": decision.remark,
    }


async def _note_differences(import_id: UUID, decisions: Sequence[Decision]) -> int:
    """The rows that did something else than what their preview said."""
    columns = (ImportRow.id, ImportRow.line, ImportRow.verdict, ImportRow.detail)
    previewed = await ImportRow.select(*columns).where(
        ImportRow.source == import_id, ImportRow.line >= decisions[0].line, ImportRow.line <= decisions[-1].line
    )
    now_said = {one.line: one for one in decisions}
    differing = [
        {"id": row["id"], "differs": True, **_told(now_said[row["line"]])}
        for row in previewed
        if (row["verdict"], row["detail"]) != (now_said[row["line"]].verdict, now_said[row["line"]].detail)
    ]
    await update_many(ImportRow, differing)
    return len(differing)


def _count(claim: _Claim, counts: Counter[str], decisions: Sequence[Decision]) -> None:
    counts.update(one.verdict for one in decisions)
    counts["remarked"] += sum(bool(one.remark) for one in decisions)
    progress.add(claim.id, len(decisions))


async def _finish(claim: _Claim, counts: Counter[str], values: dict[Any, Any]) -> None:
    """Once: raises _LostError when another worker has finished, and takes this transaction back."""
    columns = {getattr(Import, name): counts[name] for name in (*Verdict, "remarked", "differing", "invited")}
    finished = await (
        Import.update({**columns, **values, Import.work_due: None})
        .where(Import.id == claim.id, Import.state == claim.state)
        .returning(Import.id)
    )
    if not finished:
        raise _LostError
