"""What each row of a file does: the same decisions for the preview and for the click, chunk after chunk."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from app.domain.errors import Invalid
from app.domain.imports.reading import Row

CHUNK_SIZE = 500
"""Rows decided at a time: what the event loop does between two of them stays under some milliseconds."""


class RowResult(StrEnum):
    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Decision:
    """label: whom or what; detail: what changes, or why not; remark: what somebody should look at.

    change is for the kind that decided it to write.
    """

    line: int
    result: RowResult
    label: str
    detail: str = ""
    remark: str = ""
    change: Any = None


class RowImporter(Protocol):
    """One kind of list, for one run over a file: it remembers what the rows before have decided."""

    async def load(self) -> None:
        """Reads what every row needs."""

    async def look_up(self, rows: Sequence[Row]) -> None:
        """Reads what the database knows of these rows."""

    def decide(self, row: Row) -> Decision:
        """Touches no database. Raises Invalid: why the row is refused."""

    async def write(self, decisions: Sequence[Decision], now: datetime) -> None:
        """Inside the one transaction of the import."""


async def decide_rows(kind: RowImporter, rows: Sequence[Row]) -> AsyncIterator[list[Decision]]:
    """The decisions of the whole file, a chunk at a time, in its order."""
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
