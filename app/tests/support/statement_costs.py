"""Counts the statements of an action, by what they do."""

from collections.abc import Awaitable
from dataclasses import dataclass


@dataclass(frozen=True)
class Cost:
    """`statements`: on SQLite; PostgreSQL adds `locks`. `writes`: UPDATEs of the case’s row. `reads`: of its facts."""

    statements: int
    locks: int
    writes: int
    reads: int


class Meter:
    """Counts the statements of one action."""

    def __init__(self, asked: list[str]) -> None:
        self._asked, self.measured = asked, dict[str, Cost]()

    async def __call__(self, name: str, verb: Awaitable[object]) -> None:
        self._asked.clear()
        await verb
        asked = [" ".join(one.split()) for one in self._asked]
        locks = sum("pg_advisory_xact_lock" in one or one.endswith(" UPDATE") for one in asked)
        self.measured[name] = Cost(
            statements=len(asked) - locks,
            locks=locks,
            writes=sum(one.startswith(('UPDATE "cases"', "UPDATE cases")) for one in asked),
            reads=sum("cases c WHERE c.id" in one for one in asked),
        )
