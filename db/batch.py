"""Several questions in one statement: each answers the rows that it would have given alone.

What a page shows of a case lies in a dozen tables; asked one by one they cost more than the rest of the page. Values
travel as JSON: a question names those that must be read back into a moment, an id or a yes.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from db.engine import is_postgres
from db.nested import nested
from db.tables import Case

Row = dict[str, Any]
Reads = Mapping[str, Callable[[Any], Any]]


def moment(value: str) -> datetime:
    return datetime.fromisoformat(value).astimezone(UTC)


@dataclass(frozen=True)
class Question:
    """Made once. columns: name -> expression; source: what follows FROM, with {} for each value; read: name -> how."""

    columns: Mapping[str, str]
    source: str
    read: Reads

    def about(self, *values: Any) -> "Asked":
        return Asked(self, values)

    @cached_property
    def on_sqlite(self) -> str:
        return self._sql()

    @cached_property
    def on_postgres(self) -> str:
        return self._sql()

    def _sql(self) -> str:
        """For the database at hand."""
        columns = ", ".join(f'{expression} AS "{name}"' for name, expression in self.columns.items())
        names = ", ".join(f'"{name}"' for name in self.columns)
        return nested(names, f"(SELECT {columns} FROM {self.source}) AS asked")  # noqa: S608 # nosec B608

    def rows(self, answer: str | None) -> list[Row]:
        found = [dict(zip(self.columns, values, strict=True)) for values in json.loads(answer or "[]")]
        for row in found:
            for name, read in self.read.items():
                if row[name] is not None:
                    row[name] = read(row[name])
        return found


@dataclass(frozen=True)
class Asked:
    question: Question
    values: tuple[Any, ...]

    @property
    def sql(self) -> str:
        return self.question.on_postgres if is_postgres() else self.question.on_sqlite


async def together(**asked: Asked) -> dict[str, list[Row]]:
    """name -> rows, of one moment."""
    sql = ", ".join(f'{one.sql} AS "{name}"' for name, one in asked.items())
    values = [value for one in asked.values() for value in one.values]
    (answer,) = await Case.raw(f"SELECT {sql}", *values)  # nosec B608
    return {name: one.question.rows(answer[name]) for name, one in asked.items()}


async def alone(asked: Asked) -> list[Row]:
    return (await together(rows=asked))["rows"]
