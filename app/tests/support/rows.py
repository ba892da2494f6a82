"""Rows for any table, from the description by the database itself: for moves and migrations, which carry every value.

Texts are hostile, numbers extreme, times have microseconds; a nullable column is null every third time.
"""

import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from graphlib import TopologicalSorter
from itertools import count, islice
from math import prod
from typing import Any
from uuid import UUID

import asyncpg

HOSTILE = (
    "d’Arc ; DROP TABLE person; -- \"'",
    "ligne\nsuivante\r\n\ttabulation\\N\\.",
    "🧓🏽 e\u0301té \u202egauche\u202c \u200b ﬁn",
    "",
    "<b>&amp;</b> {{ 7 * 7 }} %s {} $1 ?",
    "\ufeff ＮＵＬ \x01\x1f\x7f \U0010fffd",
)
START = datetime(2021, 3, 28, 0, 59, 59, 999_999, tzinfo=UTC)
FixedValues = Mapping[str, Sequence[Any]]
"""« table.column » -> the values that it takes in turn."""
_KINDS = {"character varying": "TEXT", "text": "TEXT", "bigint": "BIGINT", "timestamp with time zone": "TIMESTAMPTZ"}


@dataclass(frozen=True)
class ColumnDescription:
    name: str
    kind: str
    nullable: bool
    numbered: bool
    refers: str
    longest: int


class SqliteDatabase:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    async def fetch(self, sql: str) -> list[Any]:
        return self._connection.execute(sql).fetchall()

    async def fetch_dicts(self, sql: str) -> list[dict[str, Any]]:
        found = self._connection.execute(sql)
        names = [one[0] for one in found.description]
        return [dict(zip(names, row, strict=True)) for row in found]

    async def list_tables(self) -> list[str]:
        sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
        return [name for (name,) in await self.fetch(f"{sql} AND name NOT IN ('migration', 'sqlite_sequence')")]

    async def list_columns(self, table: str) -> list[ColumnDescription]:
        refers = dict(await self.fetch(f"""SELECT "from", "table" FROM pragma_foreign_key_list('{table}')"""))  # noqa: S608 # nosec B608
        found = await self.fetch(f"""SELECT name, type, "notnull", pk FROM pragma_table_info('{table}')""")  # noqa: S608 # nosec B608
        return [_of_sqlite(name, kind, not filled, bool(key), refers) for name, kind, filled, key in found]

    async def insert(self, table: str, names: Sequence[str], rows: Iterator[tuple[Any, ...]]) -> None:
        listed, places = ", ".join(f'"{name}"' for name in names), ", ".join("?" for _ in names)
        self._connection.executemany(f'INSERT INTO "{table}" ({listed}) VALUES ({places})', rows)  # noqa: S608 # nosec B608


def _of_sqlite(name: str, kind: str, nullable: bool, key: bool, refers: dict[str, str]) -> ColumnDescription:
    plain, _, length = kind.rstrip(")").partition("(")
    shown = {"VARCHAR": "TEXT"}.get(plain.upper(), plain.upper())
    return ColumnDescription(name, shown, nullable, key and shown == "INTEGER", refers.get(name, ""), int(length or 0))


class PostgresDatabase:
    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def fetch(self, sql: str) -> list[Any]:
        return [tuple(row) for row in await self._connection.fetch(sql)]

    async def fetch_dicts(self, sql: str) -> list[dict[str, Any]]:
        return [dict(row) for row in await self._connection.fetch(sql)]

    async def list_tables(self) -> list[str]:
        sql = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'migration'"
        return [name for (name,) in await self.fetch(sql)]

    async def list_columns(self, table: str) -> list[ColumnDescription]:
        """From pg_attribute: information_schema.columns takes ten times as long."""
        refers = dict(
            await self.fetch(f"""SELECT attname, confrelid::regclass::text FROM pg_constraint
            JOIN pg_attribute ON attrelid = conrelid AND attnum = ANY (conkey)
            WHERE contype = 'f' AND conrelid = '"{table}"'::regclass""")  # noqa: S608 # nosec B608
        )
        found = await self.fetch(f"""SELECT attname, format_type(atttypid, NULL), NOT attnotnull,
            pg_get_expr(adbin, adrelid) LIKE 'nextval%', CASE WHEN atttypmod > 4 THEN atttypmod - 4 END
            FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
            WHERE attrelid = '"{table}"'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum""")  # noqa: S608 # nosec B608
        return [
            ColumnDescription(
                name, _KINDS.get(kind, kind.upper()), null, bool(own), refers.get(name, "").strip('"'), long or 0
            )
            for name, kind, null, own, long in found
        ]

    async def insert(self, table: str, names: Sequence[str], rows: Iterator[tuple[Any, ...]]) -> None:
        await self._connection.copy_records_to_table(table, records=rows, columns=list(names))


Database = SqliteDatabase | PostgresDatabase


@asynccontextmanager
async def open_raw_database(url: str) -> AsyncIterator[Database]:
    """A connection beside the engine’s; commits on exit."""
    if url.startswith("sqlite:///"):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"))
        try:
            yield SqliteDatabase(connection)
            connection.commit()
        finally:
            connection.close()
        return
    client = await asyncpg.connect(url)
    try:
        yield PostgresDatabase(client)
    finally:
        await client.close()


async def fill_tables(database: Database, rows: Callable[[str], int], fixed: FixedValues | None = None) -> None:
    """Writes the given number of rows in each table, referenced tables first."""
    described = {table: await database.list_columns(table) for table in await database.list_tables()}
    graph = {
        table: {column.refers for column in columns if column.refers not in ("", table)}
        for table, columns in described.items()
    }
    for table in TopologicalSorter(graph).static_order():
        found = [column for column in described[table] if not column.numbered]
        keys = [await _keys(database, described, column.refers) for column in found]
        pace = [prod(len(one) for one in keys[:at] if one) for at in range(len(keys))]
        values = [
            _values(f"{table}.{column.name}", at, column, _chosen(keys[at], pace[at]), fixed or {})
            for at, column in enumerate(found)
        ]
        made = islice(zip(*values, strict=True), rows(table))
        await database.insert(table, [column.name for column in found], made)


async def _keys(database: Database, described: dict[str, list[ColumnDescription]], table: str) -> list[Any]:
    if not table:
        return []
    key = described[table][0].name
    return [key for (key,) in await database.fetch(f'SELECT "{key}" FROM "{table}" ORDER BY 1')]  # noqa: S608 # nosec B608


def _chosen(keys: list[Any], pace: int) -> Callable[[int], Any]:
    """Columns of keys advance at different paces, so that no pair occurs twice."""
    return lambda n: keys[(n // pace + n * (pace > 1)) % len(keys)] if keys else None


def _values(
    place: str, at: int, column: ColumnDescription, chosen: Callable[[int], Any], fixed: FixedValues
) -> Iterator[Any]:
    """Endless."""
    meant = fixed.get(place)
    for n in count(1):
        if meant:
            yield meant[n % len(meant)]
        elif column.nullable and (n + at) % 3 == 0:
            yield None
        else:
            yield chosen(n) if column.refers else _made(column, n)


def _made(column: ColumnDescription, n: int) -> Any:
    made: dict[str, Callable[[], Any]] = {
        "TEXT": lambda: _text(column.longest, n),
        "INTEGER": lambda: 2**31 - n,
        "BIGINT": lambda: n - 2**63,
        "BOOLEAN": lambda: n % 2 == 0,
        "UUID": lambda: UUID(int=2**127 + n),
        "DATE": lambda: (START + timedelta(days=n)).date(),
        "TIMESTAMPTZ": lambda: START + timedelta(days=97 * n % 1800, microseconds=n),
        "BYTEA": lambda: bytes(range(256)) * (n % 3),
        "BLOB": lambda: bytes(range(256)) * (n % 3),
    }
    return made[column.kind]()


def _text(longest: int, n: int) -> str:
    """Never the same twice."""
    text = f"{n:03x}{HOSTILE[n % len(HOSTILE)]}"
    return text[:longest] if longest else text
