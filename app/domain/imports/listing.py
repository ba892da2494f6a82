"""The lists that were sent, each with its rows: for admins alone."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from piccolo.columns.combination import And, Where

from app.domain.accounts.actor import Actor
from app.domain.accounts.duties import Duty, require
from app.domain.accounts.names import full_name
from app.domain.errors import NotFound
from app.domain.imports import progress
from app.domain.imports.kinds import ListKind
from app.domain.imports.plan import Verdict
from app.domain.imports.states import State
from app.domain.pagination import turn_to
from db.tables import Import, ImportRow

PAGE, BATCH, RECENT = 50, 1000, 30


class Shown(StrEnum):
    """Which rows of a list: in addresses, so in French."""

    ALL = "toutes"
    CREATED = "creees"
    CHANGED = "modifiees"
    UNCHANGED = "inchangees"
    REFUSED = "refusees"
    REMARKED = "a-verifier"
    DIFFERING = "autrement"


_VERDICTS = {
    Shown.CREATED: Verdict.CREATED,
    Shown.CHANGED: Verdict.CHANGED,
    Shown.UNCHANGED: Verdict.UNCHANGED,
    Shown.REFUSED: Verdict.REFUSED,
}


@dataclass(frozen=True)
class SentList:
    id: UUID
    kind: ListKind
    state: State
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
    def to_do(self) -> int:
        return self.created + self.changed

    @property
    def done(self) -> int | None:
        """Rows done so far, if this process knows."""
        return progress.done(self.id)

    def count(self, shown: Shown) -> int:
        return int(getattr(self, "total" if shown == Shown.ALL else shown.name.lower()))


@dataclass(frozen=True)
class Line:
    line: int
    verdict: Verdict
    label: str
    detail: str
    remark: str
    differs: bool


@dataclass(frozen=True)
class LinePage:
    lines: list[Line]
    page: int
    pages: int


async def recent_lists(actor: Actor) -> list[SentList]:
    """Of every admin, the latest first."""
    require(actor, Duty.IMPORT)
    rows = await Import.select(*_columns()).order_by(Import.sent_at, ascending=False).limit(RECENT)
    return [_sent(row) for row in rows]


async def import_of(actor: Actor, import_id: UUID) -> SentList:
    """Raises NotFound."""
    require(actor, Duty.IMPORT)
    row = await Import.select(*_columns()).where(Import.id == import_id).first()
    if row is None:
        raise NotFound("Cet import n’existe pas.")
    return _sent(row)


def _columns() -> list[Any]:
    names = [name for name in SentList.__annotations__ if name not in {"sent_by", "applied_by", "sender_active"}]
    people = [
        getattr(person, name).as_alias(f"{who}_{name}")
        for who, person in (("sent_by", Import.sent_by), ("applied_by", Import.applied_by))
        for name in ("first_name", "last_name", "address")
    ]
    return [*(getattr(Import, name) for name in names), *people, Import.sent_by.active.as_alias("sender_active")]


def _sent(row: dict[str, Any]) -> SentList:
    values: dict[str, Any] = {name: row.get(name) for name in SentList.__annotations__}
    values |= {who: _name(row, who) for who in ("sent_by", "applied_by")}
    return SentList(**values | {"kind": ListKind(row["kind"]), "state": State(row["state"])})


def _name(row: dict[str, Any], who: str) -> str:
    return full_name({name: row[f"{who}_{name}"] or "" for name in ("first_name", "last_name", "address")})


def _where(import_id: UUID, shown: Shown) -> Where | And:
    condition = ImportRow.source == import_id
    if shown in _VERDICTS:
        return And(condition, ImportRow.verdict == _VERDICTS[shown])
    if shown == Shown.REMARKED:
        return And(condition, ImportRow.remark != "")
    return And(condition, ImportRow.differs.eq(True)) if shown == Shown.DIFFERING else condition


_LINE = (ImportRow.line, ImportRow.verdict, ImportRow.label, ImportRow.detail, ImportRow.remark, ImportRow.differs)


async def lines_of(actor: Actor, sent: SentList, shown: Shown, page: int) -> LinePage:
    """A page of the rows; past the end, the last one."""
    require(actor, Duty.IMPORT)
    turn = turn_to(page, sent.count(shown), PAGE)
    rows = await (
        ImportRow.select(*_LINE).where(_where(sent.id, shown)).order_by(ImportRow.id).limit(PAGE).offset(turn.first)
    )
    return LinePage([_line(row) for row in rows], turn.page, turn.pages)


async def all_lines(actor: Actor, import_id: UUID, shown: Shown) -> AsyncIterator[list[Line]]:
    """Every row, some at a time: for a file to download."""
    require(actor, Duty.IMPORT)
    last = 0
    while True:
        rows = await (
            ImportRow.select(ImportRow.id, *_LINE)
            .where(_where(import_id, shown), ImportRow.id > last)
            .order_by(ImportRow.id)
            .limit(BATCH)
        )
        if not rows:
            return
        last = rows[-1]["id"]
        yield [_line({name: value for name, value in row.items() if name != "id"}) for row in rows]


def _line(row: dict[str, Any]) -> Line:
    return Line(**row | {"verdict": Verdict(row["verdict"])})
