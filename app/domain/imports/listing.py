"""The lists that were sent, each with its rows. Only an admin reads them."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from piccolo.columns.combination import And, Where

from app.domain.accounts.actor import Actor
from app.domain.accounts.duties import Duty, require_duty
from app.domain.accounts.names import format_full_name
from app.domain.errors import NotFound
from app.domain.imports import progress
from app.domain.imports.kinds import ImportKind
from app.domain.imports.row_decision import RowResult
from app.domain.imports.states import ImportState
from app.domain.pagination import paginate
from db.tables.imports import Import, ImportRow

PAGE_SIZE, BATCH_SIZE, MAX_RECENT = 50, 1000, 30


class RowFilter(StrEnum):
    """The values are in page addresses, so they are in French."""

    ALL = "toutes"
    CREATED = "creees"
    CHANGED = "modifiees"
    UNCHANGED = "inchangees"
    REFUSED = "refusees"
    REMARKED = "a-verifier"
    DIFFERING = "autrement"


_RESULT_BY_FILTER = {
    RowFilter.CREATED: RowResult.CREATED,
    RowFilter.CHANGED: RowResult.CHANGED,
    RowFilter.UNCHANGED: RowResult.UNCHANGED,
    RowFilter.REFUSED: RowResult.REFUSED,
}


@dataclass(frozen=True)
class ImportSummary:
    id: UUID
    kind: ImportKind
    state: ImportState
    file_name: str
    total: int
    ignored: str
    created: int
    changed: int
    unchanged: int
    refused: int
    remarked: int
    differing: int
    invited: int
    sent_by: str
    sender_active: bool
    sent_at: datetime
    applied_by: str
    applied_at: datetime | None

    @property
    def rows_to_apply(self) -> int:
        return self.created + self.changed

    @property
    def rows_done(self) -> int | None:
        """None when another process works on the list."""
        return progress.get_rows_done(self.id)

    def count(self, shown: RowFilter) -> int:
        return int(getattr(self, "total" if shown == RowFilter.ALL else shown.name.lower()))


@dataclass(frozen=True)
class ImportLine:
    line: int
    result: RowResult
    label: str
    detail: str
    remark: str
    differs_from_preview: bool


@dataclass(frozen=True)
class ImportLinePage:
    lines: list[ImportLine]
    page: int
    pages: int


async def count_ready_imports(actor: Actor) -> int:
    """Those whose preview waits for an administrator. Raises NotFound without the duty IMPORT."""
    require_duty(actor, Duty.IMPORT)
    return int(await Import.count().where(Import.state == ImportState.READY))


async def list_recent_imports(actor: Actor) -> list[ImportSummary]:
    """The imports of all admins, the latest first."""
    require_duty(actor, Duty.IMPORT)
    rows = await Import.select(*_list_columns()).order_by(Import.sent_at, ascending=False).limit(MAX_RECENT)
    return [_decode_summary(row) for row in rows]


async def load_import(actor: Actor, import_id: UUID) -> ImportSummary:
    """Raises NotFound."""
    require_duty(actor, Duty.IMPORT)
    row = await Import.select(*_list_columns()).where(Import.id == import_id).first()
    if row is None:
        raise NotFound("Cet import n’existe pas.")
    return _decode_summary(row)


def _list_columns() -> list[Any]:
    names = [name for name in ImportSummary.__annotations__ if name not in {"sent_by", "applied_by", "sender_active"}]
    people = [
        getattr(person, name).as_alias(f"{who}_{name}")
        for who, person in (("sent_by", Import.sent_by), ("applied_by", Import.applied_by))
        for name in ("first_name", "last_name", "address")
    ]
    return [*(getattr(Import, name) for name in names), *people, Import.sent_by.active.as_alias("sender_active")]


def _decode_summary(row: dict[str, Any]) -> ImportSummary:
    values: dict[str, Any] = {name: row.get(name) for name in ImportSummary.__annotations__}
    values |= {who: _format_name(row, who) for who in ("sent_by", "applied_by")}
    return ImportSummary(**values | {"kind": ImportKind(row["kind"]), "state": ImportState(row["state"])})


def _format_name(row: dict[str, Any], who: str) -> str:
    return format_full_name({name: row[f"{who}_{name}"] or "" for name in ("first_name", "last_name", "address")})


def _build_condition(import_id: UUID, shown: RowFilter) -> Where | And:
    condition = ImportRow.source == import_id
    if shown in _RESULT_BY_FILTER:
        return And(condition, ImportRow.result == _RESULT_BY_FILTER[shown])
    if shown == RowFilter.REMARKED:
        return And(condition, ImportRow.remark != "")
    return And(condition, ImportRow.differs_from_preview.eq(True)) if shown == RowFilter.DIFFERING else condition


_LINE = (
    ImportRow.line,
    ImportRow.result,
    ImportRow.label,
    ImportRow.detail,
    ImportRow.remark,
    ImportRow.differs_from_preview,
)


async def list_import_lines(actor: Actor, summary: ImportSummary, shown: RowFilter, page: int) -> ImportLinePage:
    """A page after the end gives the last page."""
    require_duty(actor, Duty.IMPORT)
    turn = paginate(page, summary.count(shown), PAGE_SIZE)
    rows = await (
        ImportRow.select(*_LINE)
        .where(_build_condition(summary.id, shown))
        .order_by(ImportRow.id)
        .limit(PAGE_SIZE)
        .offset(turn.offset)
    )
    return ImportLinePage([_decode_line(row) for row in rows], turn.number, turn.count)


async def stream_import_lines(actor: Actor, import_id: UUID, shown: RowFilter) -> AsyncIterator[list[ImportLine]]:
    """Every row, in batches, for a file to download."""
    require_duty(actor, Duty.IMPORT)
    last = 0
    while True:
        rows = await (
            ImportRow.select(ImportRow.id, *_LINE)
            .where(_build_condition(import_id, shown), ImportRow.id > last)
            .order_by(ImportRow.id)
            .limit(BATCH_SIZE)
        )
        if not rows:
            return
        last = rows[-1]["id"]
        yield [_decode_line({name: value for name, value in row.items() if name != "id"}) for row in rows]


def _decode_line(row: dict[str, Any]) -> ImportLine:
    return ImportLine(result=RowResult(row.pop("result")), **row)
