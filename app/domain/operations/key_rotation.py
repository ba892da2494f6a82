"""Encrypts everything again under the current key, so that the former key can be removed. Writers are not blocked.

If it is killed, another run does the rest. A value that changes meanwhile is not overwritten. A value that cannot be
decrypted is left as it is and counted: its key is still needed, or the value was altered.
"""

import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

from piccolo.columns import Column
from piccolo.columns.combination import And

from app.domain.cases.mandate.sms_thread import PHONE_TOKEN_PURPOSE
from app.domain.cases.search.reindexing import reindex_case
from db.encryption import (
    FORMAT,
    UnreadableError,
    compute_search_token,
    decrypt,
    encrypt,
    format_column_name,
    get_current_key,
)
from db.engine import purge_deleted_data
from db.tables.cases import Case
from db.tables.encrypted_columns import ENCRYPTED_COLUMNS
from db.tables.search_tokens import SearchToken
from db.tables.sms import Sms

log = logging.getLogger("aplus.encryption")
BATCH_SIZE = 200
_DERIVED_COLUMNS: dict[str, Callable[[str], dict[Any, Any]]] = {
    format_column_name(Sms.phone): lambda number: {
        Sms.phone_token: compute_search_token(PHONE_TOKEN_PURPOSE, number, get_current_key())
    },
}
"""The columns that are computed from the same value and change with it."""


@dataclass
class RotationCounts:
    """`encrypted` counts values, `indexed` counts cases with new search tokens.

    `remaining` counts the values and tokens that still need another key.
    """

    encrypted: int = 0
    indexed: int = 0
    remaining: int = 0


async def reencrypt_database() -> RotationCounts:
    """Every encrypted value and every search token."""
    done = RotationCounts()
    for column, named_by, _ in ENCRYPTED_COLUMNS:
        done.encrypted += await _reencrypt_column(column, named_by)
    done.indexed = await _reindex_cases()
    done.remaining = await count_remaining()
    await purge_deleted_data()
    return done


async def count_remaining() -> int:
    """The number of values and search tokens that are not under the current key."""
    left = int(await SearchToken.count().where(SearchToken.key_id != get_current_key().id))
    for column, *_ in ENCRYPTED_COLUMNS:
        left += int(await column._meta.table.count().where(_build_other_key_condition(column)))
    return left


def _build_other_key_condition(column: Column) -> And:
    return And(column.like(f"{FORMAT}.%"), column.not_like(f"{FORMAT}.{get_current_key().id}.%"))


async def _reencrypt_column(column: Column, named_by: Column) -> int:
    count, key = 0, column._meta.table._meta.primary_key
    async for ids in _list_id_batches(key, _build_other_key_condition(column)):
        for row in await column._meta.table.select(key, column, named_by).where(key.is_in(ids)):
            place, which = row[named_by._meta.name], row[key._meta.name]
            count += await _reencrypt_value(column, place, which, row[column._meta.name])
    return count


async def _reencrypt_value(column: Column, row: object, key_value: object, stored: str) -> bool:
    """Changes the value only if it is still as read. A single statement: no lock is held from one row to the next."""
    table = column._meta.table
    try:
        clear = decrypt(column, row, stored)
    except UnreadableError as failure:
        log.error("value not re-encrypted: %s", failure)
        return False
    along = (
        _DERIVED_COLUMNS[format_column_name(column)](clear) if format_column_name(column) in _DERIVED_COLUMNS else {}
    )
    changed = await (
        table.update({column: encrypt(column, row, clear), **along})
        .where(table._meta.primary_key == key_value, column == stored)
        .returning(table._meta.primary_key)
    )
    return bool(changed)


async def _list_id_batches(key: Column, condition: Any) -> AsyncIterator[list[Any]]:
    """Ids in order, in batches. A row that could not be changed does not appear again."""
    last = None
    while True:
        wanted = condition if last is None else And(condition, key > last)
        rows = await key._meta.table.select(key).where(wanted).order_by(key).limit(BATCH_SIZE)
        if not rows:
            return
        ids = [row[key._meta.name] for row in rows]
        yield ids
        last = ids[-1]


async def _reindex_cases() -> int:
    """The cases whose search tokens have another key, each in its own transaction."""
    count = 0
    stale = Case.id.is_in(SearchToken.select(SearchToken.case).where(SearchToken.key_id != get_current_key().id))
    async for ids in _list_id_batches(Case.id, stale):
        for case_id in ids:
            count += await reindex_case(case_id)
    return count
