"""From one database to the other, in one transaction: every row, then every row read again and compared.

The source is in maintenance, and nobody writes to it meanwhile. The target is empty, and stays so unless all is alike.
It is in maintenance too afterwards, as its source was: neither acts by itself before somebody says so.
"""

import hashlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from piccolo.table import Table

from app.cli.move import postgres_side, sqlite_side
from app.cli.move.tables import TABLES, MoveRefused, is_numbered, name_of
from app.cli.move.values import Row, canonical
from app.cli.seed import migrate
from app.settings.database import sqlite_path
from db.engine import current_engine, engine_for, use
from db.pending import known_migrations

Side = sqlite_side.SqliteSide | postgres_side.PostgresSide


@dataclass
class Held:
    """What a database has of a table: how many rows, and the digest of them all in the order of their keys."""

    rows: int = 0
    _digest: Any = field(default_factory=hashlib.sha256, compare=False)

    def add(self, row: Row) -> None:
        self.rows += 1
        self._digest.update(canonical(row))

    @property
    def digest(self) -> str:
        return str(self._digest.hexdigest())


@dataclass(frozen=True)
class Line:
    """A table on both sides. differs_at: the key of the first row that is not the same."""

    table: str
    source: Held
    target: Held
    differs_at: str = ""

    @property
    def alike(self) -> bool:
        return self.source.rows == self.target.rows and self.source.digest == self.target.digest


async def move(source_url: str, target_url: str) -> list[Line]:
    """Raises MoveRefused. Nothing is kept when a line is not alike."""
    async with opened(source_url) as source:
        await _require_ready(source)
        await _require_empty(target_url)
        await _migrate(target_url)
        async with opened(target_url) as target:
            lines = [await _carry(table, source, target) for table in TABLES]
            if all(line.alike for line in lines):
                await target.keep()
    return lines


async def compare(source_url: str, target_url: str) -> list[Line]:
    """Of two databases that are there, changing neither. Raises MoveRefused."""
    async with opened(source_url) as source, opened(target_url) as target:
        await _require_ready(source)
        return [await _line(table, await _held(source, table), source, target) for table in TABLES]


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Side]:
    path = sqlite_path(url)
    async with AsyncExitStack() as stack:
        if path is None:
            yield await stack.enter_async_context(postgres_side.postgres_side(url))
        else:
            yield stack.enter_context(sqlite_side.sqlite_side(path))


async def _require_ready(source: Side) -> None:
    if await source.migrations() != known_migrations():
        raise MoveRefused("La source n’est pas à la version de ce logiciel : python -m app migrate d’abord, sur elle.")
    if not await source.paused():
        raise MoveRefused(
            "La source n’est pas en maintenance : python -m app maintenance on, attendez une minute, puis recommencez."
        )


async def _require_empty(url: str) -> None:
    path = sqlite_path(url)
    if not (sqlite_side.is_empty(path) if path is not None else await postgres_side.is_empty(url)):
        raise MoveRefused("La cible n’est pas vide : donnez une base vide. Rien n’y a été touché.")


async def _migrate(url: str) -> None:
    before = current_engine()
    use(engine_for(url))
    try:
        await migrate()
    finally:
        use(before)


async def _carry(table: type[Table], source: Side, target: Side) -> Line:
    sent = Held()
    await target.write(table, _counted(source.rows(table), sent))
    if is_numbered(table):
        await target.number_from(table, await source.last_number(table))
    return await _line(table, sent, source, target)


async def _line(table: type[Table], sent: Held, source: Side, target: Side) -> Line:
    line = Line(name_of(table), sent, await _held(target, table))
    return line if line.alike else Line(line.table, sent, line.target, await _first_difference(table, source, target))


async def _counted(rows: AsyncIterator[Row], held: Held) -> AsyncIterator[Row]:
    async for row in rows:
        held.add(row)
        yield row


async def _held(side: Side, table: type[Table]) -> Held:
    held = Held()
    async for row in side.rows(table):
        held.add(row)
    return held


async def _first_difference(table: type[Table], source: Side, target: Side) -> str:
    """Both are read in the same order, one row beside the other."""
    at = [column._meta.name for column in table._meta.columns].index(table._meta.primary_key._meta.name)
    others = target.rows(table)
    async for row in source.rows(table):
        other = await anext(others, None)
        if other is None or canonical(row) != canonical(other):
            return str(row[at])
    surplus = await anext(others, None)
    return str(surplus[at]) if surplus else ""
