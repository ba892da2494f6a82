"""The worker's part of an import: a list becomes a preview, and a confirmed list is written in one transaction.

The worker that holds the list's lease works on it. If it is killed, it has written nothing, and another worker starts
again after the lease. If two workers apply the same list, the second finds it applied.
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
from app.domain.accounts.duties import Duty, list_duties
from app.domain.imports import progress
from app.domain.imports.csv_parser import Row, parse_csv
from app.domain.imports.invitations import invite_created_people
from app.domain.imports.kinds import IMPORTERS, ImportKind
from app.domain.imports.new_members import record_added_members
from app.domain.imports.row_decision import Decision, RowImporter, RowResult, decide_rows
from app.domain.imports.states import ImportState
from app.domain.members.manager_notices import notify_managers
from app.domain.platform.state import is_in_maintenance
from db.bulk import insert_many, update_many
from db.engine import lift_timeouts, lock_tables, transaction
from db.tables.imports import Import, ImportRow
from db.tables.members import Membership
from db.tables.people import Person
from db.tables.teams import Team, TeamArea

log = logging.getLogger("aplus.imports")
LEASE = timedelta(seconds=30)
Clock = Callable[[], datetime]


@dataclass(frozen=True)
class _ClaimedImport:
    id: UUID
    state: ImportState
    kind: ImportKind
    due: datetime


@dataclass(frozen=True)
class _ApplyRequest:
    """The admin who clicked « Importer », and their choice to send invitations."""

    by: int
    invite: bool


class _LostError(Exception):
    """Another worker has taken the list, so this one stops."""


async def process_next_import(clock: Clock) -> bool:
    """Reads or applies the list that has waited longest. Returns False when there is none."""
    if await is_in_maintenance():
        return False
    claim = await _claim_next(clock())
    if claim is None:
        return False
    try:
        await (_write_preview(claim, clock) if claim.state == ImportState.READING else _apply_import(claim, clock()))
    except _LostError:
        log.info("the import %s is done by another worker", claim.id)
    except Exception:
        log.exception("the import %s stopped", claim.id)
        await Import.update({Import.state: ImportState.FAILED, Import.due_at: None}).where(Import.id == claim.id)
    finally:
        progress.clear_rows_done(claim.id)
    return True


async def _claim_next(now: datetime) -> _ClaimedImport | None:
    columns = (Import.id, Import.state, Import.kind, Import.due_at)
    row = await Import.select(*columns).where(Import.due_at <= now).order_by(Import.due_at).first()
    if row is None:
        return None
    claim = _ClaimedImport(row["id"], ImportState(row["state"]), ImportKind(row["kind"]), now + LEASE)
    return claim if await _renew_lease(claim.id, row["due_at"], claim.due) else await _claim_next(now)


async def _renew_lease(import_id: UUID, due: datetime, until: datetime) -> bool:
    held = await (
        Import.update({Import.due_at: until}).where(Import.id == import_id, Import.due_at == due).returning(Import.id)
    )
    return bool(held)


async def _parse_rows(claim: _ClaimedImport) -> list[Row]:
    """Reads the stored bytes, exactly as they were sent. Raises _LostError."""
    stored = await Import.select(Import.content).where(Import.id == claim.id).first()
    if not stored or stored["content"] is None:
        raise _LostError
    return (await asyncio.to_thread(parse_csv, stored["content"], IMPORTERS[claim.kind].columns)).rows


async def _write_preview(claim: _ClaimedImport, clock: Clock) -> None:
    due, counts = claim.due, Counter[str]()
    await ImportRow.delete().where(ImportRow.source == claim.id)
    async for decisions in decide_rows(IMPORTERS[claim.kind](), await _parse_rows(claim)):
        until = clock() + LEASE
        async with transaction():
            if not await _renew_lease(claim.id, due, until):
                raise _LostError
            await insert_many(ImportRow, [_build_import_row(claim.id, one) for one in decisions])
        due = until
        _count_results(claim, counts, decisions)
    await _finish_import(claim, counts, {Import.state: ImportState.READY})


async def _apply_import(claim: _ClaimedImport, now: datetime) -> None:
    rows, counts, teams = await _parse_rows(claim), Counter[str](), set[int]()
    async with transaction():
        await lift_timeouts()
        click = await _load_apply_request(claim)
        if click is None:
            await Import.update({Import.state: ImportState.READY, Import.due_at: None}).where(Import.id == claim.id)
            log.warning("the import %s waits for another click: its admin may not import any more", claim.id)
            return
        async for decisions in write_rows(IMPORTERS[claim.kind](), rows, now):
            counts["differing"] += await _record_differences(claim.id, decisions)
            if click.invite:
                counts["invited"] += await invite_created_people(decisions, click.by, now)
            teams |= await record_added_members(decisions, click.by, now)
            _count_results(claim, counts, decisions)
        await notify_managers(teams, by=click.by, now=now)
        done: dict[Any, Any] = {Import.state: ImportState.APPLIED, Import.applied_at: now, Import.content: None}
        await _finish_import(claim, counts, done)


async def _load_apply_request(claim: _ClaimedImport) -> _ApplyRequest | None:
    """None when the admin has lost the right to import since their click: the preview then waits for another click."""
    row = await Import.select(Import.applied_by, Import.invite).where(Import.id == claim.id).first()
    admin = await load_actor(row["applied_by"]) if row else None
    return _ApplyRequest(admin.id, row["invite"]) if row and admin and Duty.IMPORT in list_duties(admin) else None


async def write_rows(kind: RowImporter, rows: Sequence[Row], now: datetime) -> AsyncIterator[list[Decision]]:
    """Writes each chunk and yields its decisions. Call it inside the transaction of the whole list.

    The tables are locked, so that no other transaction changes them after a decision.
    """
    await lock_tables(Person, Team, TeamArea, Membership)
    async for decisions in decide_rows(kind, rows):
        await kind.write(decisions, now)
        yield decisions


def _build_import_row(import_id: UUID, decision: Decision) -> dict[str, Any]:
    return {
        "source": import_id,
        "line": decision.line,
        "differs_from_preview": False,
        **_build_result_columns(decision),
    }


def _build_result_columns(decision: Decision) -> dict[str, Any]:
    return {
        "result": decision.result,
        "label": decision.label,
        "detail": decision.detail,
        "remark": decision.remark,
    }


async def _record_differences(import_id: UUID, decisions: Sequence[Decision]) -> int:
    """Marks the rows whose result differs from their preview. Returns their number."""
    columns = (ImportRow.id, ImportRow.line, ImportRow.result, ImportRow.detail)
    previewed = await ImportRow.select(*columns).where(
        ImportRow.source == import_id, ImportRow.line >= decisions[0].line, ImportRow.line <= decisions[-1].line
    )
    now_said = {one.line: one for one in decisions}
    differing = [
        {"id": row["id"], "differs_from_preview": True, **_build_result_columns(now_said[row["line"]])}
        for row in previewed
        if (row["result"], row["detail"]) != (now_said[row["line"]].result, now_said[row["line"]].detail)
    ]
    await update_many(ImportRow, differing)
    return len(differing)


def _count_results(claim: _ClaimedImport, counts: Counter[str], decisions: Sequence[Decision]) -> None:
    counts.update(one.result for one in decisions)
    counts["remarked"] += sum(bool(one.remark) for one in decisions)
    progress.add_rows_done(claim.id, len(decisions))


async def _finish_import(claim: _ClaimedImport, counts: Counter[str], values: dict[Any, Any]) -> None:
    """Raises _LostError when another worker has finished, which rolls this transaction back."""
    columns = {getattr(Import, name): counts[name] for name in (*RowResult, "remarked", "differing", "invited")}
    finished = await (
        Import.update({**columns, **values, Import.due_at: None})
        .where(Import.id == claim.id, Import.state == claim.state)
        .returning(Import.id)
    )
    if not finished:
        raise _LostError
