"""Counts the statements of an action, by what they do."""

from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.draft.submission import submit
from app.domain.cases.thread.posting import post_message
from app.domain.files.store import FileStore
from app.tests.support.cases_fixtures import make_draft
from db.tables.cases import Case


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


def make_meter(monkeypatch: pytest.MonkeyPatch) -> Meter:
    asked: list[str] = []
    engine = Case._meta.db
    ask = engine.run_querystring

    async def note(querystring: Any, *more: Any, **options: Any) -> Any:
        asked.append(str(querystring))
        return await ask(querystring, *more, **options)

    monkeypatch.setattr(engine, "run_querystring", note)
    return Meter(asked)


@dataclass(frozen=True)
class Story:
    cast: Cast
    now: datetime
    files: FileStore
    measure: Meter

    async def sent(self, *acronyms: str) -> UUID:
        case_id = await make_draft(self.cast.agent_lot, self.now, *acronyms)
        await submit(self.cast.agent_lot, case_id, self.now)
        return case_id

    async def post(self, actor: Actor, case_id: UUID, **options: Any) -> None:
        await post_message(actor, case_id, "Bonjour", key=str(uuid4()), now=self.now, **options)
