"""What each row of a file does. The preview and the import make the same decisions, chunk by chunk."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from app.domain.errors import Invalid
from app.domain.imports.csv_parser import Row

CHUNK_SIZE = 500
"""Rows decided at a time. Between two chunks, the event loop is busy for a few milliseconds only."""


class RowResult(StrEnum):
    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Decision:
    """`label` names the person or the team. `remark` is something for a person to check.

    `detail` is what changes, or why the row is refused. `change` is read only by the importer that decided it.
    """

    line: int
    result: RowResult
    label: str
    detail: str = ""
    remark: str = ""
    change: Any = None


class RowImporter(Protocol):
    """One kind of list. An instance handles one file once, and remembers the decisions of the rows above."""

    async def load(self) -> None:
        """Reads what every row needs."""

    async def look_up(self, rows: Sequence[Row]) -> None:
        """Reads from the database what concerns these rows."""

    def decide(self, row: Row) -> Decision:
        """Reads no database. Raises Invalid with the reason when the row is refused."""

    async def write(self, decisions: Sequence[Decision], now: datetime) -> None:
        """Call it inside the single transaction of the import."""


async def decide_rows(kind: RowImporter, rows: Sequence[Row]) -> AsyncIterator[list[Decision]]:
    """Yields the decisions of the whole file, one chunk at a time, in its order."""
    await kind.load()
    for start in range(0, len(rows), CHUNK_SIZE):
        chunk = rows[start : start + CHUNK_SIZE]
        await kind.look_up([row for row in chunk if not row.unreadable])
        yield await asyncio.to_thread(_decide_chunk, kind, chunk)


def _decide_chunk(kind: RowImporter, rows: Sequence[Row]) -> list[Decision]:
    return [_decide_row(kind, row) for row in rows]


def _decide_row(kind: RowImporter, row: Row) -> Decision:
    try:
        if row.unreadable:
            raise Invalid(ligne=row.unreadable)
        return kind.decide(row)
    except Invalid as refused:
        return Decision(row.line, RowResult.REFUSED, row.label, str(refused))
