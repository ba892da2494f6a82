"""Sealing everything again under the current key, so that the former one can go: row by row, beside writers.

Killed, it is run again and does what is left. A value that somebody changed meanwhile is theirs, and not written over.
What does not open is left as it is, and counted: its key is still needed, or it was altered.
"""

import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from piccolo.columns import Column
from piccolo.columns.combination import And

from app.domain.cases.inbox.search_index import index_citizen
from app.domain.cases.mandate.sms_thread import NUMBERS
from db.encryption import FORM, UnreadableError, current_key, mark, name_of, seal, unseal
from db.engine import is_postgres, scrub, transaction
from db.tables import SEALED, Case, CaseWord, Sms

log = logging.getLogger("aplus.vault")
BATCH = 200
_ALONG: dict[str, Callable[[str], dict[Any, Any]]] = {
    name_of(Sms.phone): lambda number: {Sms.number_mark: mark(NUMBERS, number, current_key())},
}
"""What is made of the same words and changes with them."""


@dataclass
class Rotated:
    """sealed: values; indexed: cases found by new marks; left: what still needs another key."""

    sealed: int = 0
    indexed: int = 0
    left: int = 0


async def rotate() -> Rotated:
    """Every sealed value and every mark of the database."""
    done = Rotated()
    for column, named_by, _ in SEALED:
        done.sealed += await _reseal(column, named_by)
    done.indexed = await _index_again()
    done.left = await count_left()
    await scrub()
    return done


async def count_left() -> int:
    """How many values and marks are not under the current key."""
    left = int(await CaseWord.count().where(CaseWord.key != current_key().id))
    for column, *_ in SEALED:
        left += int(await column._meta.table.count().where(_under_another_key(column)))
    return left


def _under_another_key(column: Column) -> And:
    return And(column.like(f"{FORM}.%"), column.not_like(f"{FORM}.{current_key().id}.%"))


async def _reseal(column: Column, named_by: Column) -> int:
    count, key = 0, column._meta.table._meta.primary_key
    async for ids in _batches(key, _under_another_key(column)):
        for row in await column._meta.table.select(key, column, named_by).where(key.is_in(ids)):
            place, which = row[named_by._meta.name], row[key._meta.name]
            count += await _reseal_one(column, place, which, row[column._meta.name])
    return count


async def _reseal_one(column: Column, row: object, key_value: object, stored: str) -> bool:
    """Only what still is as it was read: one statement, so that no lock is held from one row to the next."""
    table = column._meta.table
    try:
        clear = unseal(column, row, stored)
    except UnreadableError as failure:
        log.error("not sealed again: %s", failure)
        return False
    along = _ALONG[name_of(column)](clear) if name_of(column) in _ALONG else {}
    changed = await (
        table.update({column: seal(column, row, clear), **along})
        .where(table._meta.primary_key == key_value, column == stored)
        .returning(table._meta.primary_key)
    )
    return bool(changed)


async def _batches(key: Column, condition: Any) -> AsyncIterator[list[Any]]:
    """Ids in their order, some at a time; what could not be changed is not met twice."""
    last = None
    while True:
        wanted = condition if last is None else And(condition, key > last)
        rows = await key._meta.table.select(key).where(wanted).order_by(key).limit(BATCH)
        if not rows:
            return
        ids = [row[key._meta.name] for row in rows]
        yield ids
        last = ids[-1]


async def _index_again() -> int:
    """The cases whose marks are of another key, each in its own transaction."""
    count = 0
    stale = Case.id.is_in(CaseWord.select(CaseWord.case).where(CaseWord.key != current_key().id))
    async for ids in _batches(Case.id, stale):
        for case_id in ids:
            count += await _index_one(case_id)
    return count


async def _index_one(case_id: UUID) -> bool:
    async with transaction():
        query = Case.select(Case.id).where(Case.id == case_id, Case.erased_at.is_null()).first()
        if not await (query.lock_rows("UPDATE") if is_postgres() else query):
            return False
        try:
            await index_citizen(case_id)
        except UnreadableError as failure:
            log.error("not indexed again: %s", failure)
            return False
        return True
