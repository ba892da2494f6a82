"""Several queries in one statement, each with the rows that it would return alone.

A case page needs a dozen tables, and separate queries would take longer than the rest of the page. Values come back as
JSON, so a query names the columns to decode as times, ids or booleans.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from db.engine import is_postgres
from db.nested_rows import build_nested_query
from db.tables.cases import Case

Row = dict[str, Any]
Decoders = Mapping[str, Callable[[Any], Any]]


def parse_timestamp(value: str) -> datetime:
    return datetime.fromisoformat(value).astimezone(UTC)


@dataclass(frozen=True)
class BatchQuery:
    """columns: name -> expression. source: what follows FROM, with {} for each value. decoders: name -> function."""

    columns: Mapping[str, str]
    source: str
    decoders: Decoders

    def bind(self, *values: Any) -> "BoundQuery":
        return BoundQuery(self, values)

    @cached_property
    def sqlite_sql(self) -> str:
        return self._build_sql()

    @cached_property
    def postgres_sql(self) -> str:
        return self._build_sql()

    def _build_sql(self) -> str:
        """Builds the SQL for the current engine."""
        columns = ", ".join(f'{expression} AS "{name}"' for name, expression in self.columns.items())
        names = ", ".join(f'"{name}"' for name in self.columns)
        return build_nested_query(names, f"(SELECT {columns} FROM {self.source}) AS asked")  # noqa: S608 # nosec B608

    def decode_rows(self, answer: str | None) -> list[Row]:
        found = [dict(zip(self.columns, values, strict=True)) for values in json.loads(answer or "[]")]
        for row in found:
            for name, read in self.decoders.items():
                if row[name] is not None:
                    row[name] = read(row[name])
        return found


@dataclass(frozen=True)
class BoundQuery:
    query: BatchQuery
    values: tuple[Any, ...]

    @property
    def sql(self) -> str:
        return self.query.postgres_sql if is_postgres() else self.query.sqlite_sql


async def fetch_batch(**queries: BoundQuery) -> dict[str, list[Row]]:
    """name -> rows, all read at the same moment."""
    sql = ", ".join(f'{one.sql} AS "{name}"' for name, one in queries.items())
    values = [value for one in queries.values() for value in one.values]
    (answer,) = await Case.raw(f"SELECT {sql}", *values)  # nosec B608
    return {name: one.query.decode_rows(answer[name]) for name, one in queries.items()}


async def fetch_query(asked: BoundQuery) -> list[Row]:
    return (await fetch_batch(rows=asked))["rows"]
