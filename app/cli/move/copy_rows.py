"""Copies one database to another in one transaction: every row, then reads every row again and compares.

The source is in maintenance, so nothing else writes to it. The target must be empty, and stays empty unless all rows
are the same. Both are in maintenance afterwards, until an operator ends it.
"""

import hashlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from piccolo.table import Table

from app.cli.move import postgres_side, sqlite_side
from app.cli.move.tables import TABLES, MoveError, get_table_name, is_numbered
from app.cli.move.values import Row, encode_row
from app.cli.seed import migrate
from app.settings.database import parse_sqlite_path
from db.baseline.adopt import FORMER_MIGRATIONS, FORMER_SCHEMA
from db.engine import build_engine, get_current_engine, use_engine
from db.pending_migrations import list_known_migrations

Side = sqlite_side.SqliteSide | postgres_side.PostgresSide


@dataclass
class TableDigest:
    """The number of rows of a table in one database, and the digest of all of them in the order of their keys."""

    rows: int = 0
    _digest: Any = field(default_factory=hashlib.sha256, compare=False)

    def add(self, row: Row) -> None:
        self.rows += 1
        self._digest.update(encode_row(row))

    @property
    def digest(self) -> str:
        return str(self._digest.hexdigest())


@dataclass(frozen=True)
class TableComparison:
    """A table on both sides. differs_at: the key of the first row that differs."""

    table: str
    source: TableDigest
    target: TableDigest
    differs_at: str = ""

    @property
    def is_same(self) -> bool:
        return self.source.rows == self.target.rows and self.source.digest == self.target.digest


async def move_rows(source_url: str, target_url: str) -> list[TableComparison]:
    """Raises MoveError. Nothing is kept when a table differs."""
    async with open_side(source_url) as source:
        await _require_ready(source)
        await _require_empty(target_url)
        await _migrate(target_url)
        async with open_side(target_url) as target:
            lines = [await _copy_table(table, source, target) for table in TABLES]
            if all(line.is_same for line in lines):
                await target.commit()
    return lines


async def compare_databases(source_url: str, target_url: str) -> list[TableComparison]:
    """Changes neither database. Raises MoveError."""
    async with open_side(source_url) as source, open_side(target_url) as target:
        await _require_ready(source)
        return [
            await _compare_table(table, await _compute_table_digest(source, table), source, target) for table in TABLES
        ]


@asynccontextmanager
async def open_side(url: str) -> AsyncIterator[Side]:
    path = parse_sqlite_path(url)
    async with AsyncExitStack() as stack:
        if path is None:
            yield await stack.enter_async_context(postgres_side.open_postgres_side(url))
        else:
            yield stack.enter_context(sqlite_side.open_sqlite_side(path))


async def _require_ready(source: Side) -> None:
    applied = await source.list_migrations()
    if applied & FORMER_MIGRATIONS:
        raise MoveError(f"La source : {FORMER_SCHEMA}")
    if applied != list_known_migrations():
        raise MoveError("La source n’est pas à la version de ce logiciel : python -m app migrate d’abord, sur elle.")
    if not await source.is_in_maintenance():
        raise MoveError(
            "La source n’est pas en maintenance : python -m app maintenance on, attendez une minute, puis recommencez."
        )


async def _require_empty(url: str) -> None:
    path = parse_sqlite_path(url)
    if not (sqlite_side.is_empty(path) if path is not None else await postgres_side.is_empty(url)):
        raise MoveError("La cible n’est pas vide : donnez une base vide. Rien n’y a été touché.")


async def _migrate(url: str) -> None:
    before = get_current_engine()
    use_engine(build_engine(url))
    try:
        await migrate()
    finally:
        use_engine(before)


async def _copy_table(table: type[Table], source: Side, target: Side) -> TableComparison:
    sent = TableDigest()
    await target.write_rows(table, _digest_while_reading(source.read_rows(table), sent))
    if is_numbered(table):
        await target.set_next_id(table, await source.find_last_id(table))
    return await _compare_table(table, sent, source, target)


async def _compare_table(table: type[Table], sent: TableDigest, source: Side, target: Side) -> TableComparison:
    line = TableComparison(get_table_name(table), sent, await _compute_table_digest(target, table))
    return (
        line
        if line.is_same
        else TableComparison(line.table, sent, line.target, await _find_first_difference(table, source, target))
    )


async def _digest_while_reading(rows: AsyncIterator[Row], held: TableDigest) -> AsyncIterator[Row]:
    async for row in rows:
        held.add(row)
        yield row


async def _compute_table_digest(side: Side, table: type[Table]) -> TableDigest:
    held = TableDigest()
    async for row in side.read_rows(table):
        held.add(row)
    return held


async def _find_first_difference(table: type[Table], source: Side, target: Side) -> str:
    """The key of the first row that differs. Both sides are read in the same order."""
    at = [column._meta.name for column in table._meta.columns].index(table._meta.primary_key._meta.name)
    others = target.read_rows(table)
    async for row in source.read_rows(table):
        other = await anext(others, None)
        if other is None or encode_row(row) != encode_row(other):
            return str(row[at])
    surplus = await anext(others, None)
    return str(surplus[at]) if surplus else ""
