"""The migration that encrypts: each clear value is encrypted and found, on both databases; a kill changes nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from importlib import import_module
from typing import TYPE_CHECKING
from uuid import UUID

import asyncpg
import pytest

from app.domain.cases.access import load_visible_case
from app.domain.cases.draft.draft import load_details
from app.domain.cases.draft.submission import submit
from app.domain.cases.inbox.filters import Filters
from app.domain.cases.inbox.listing import list_cases
from app.domain.cases.inbox.test_search_index import CAF
from app.domain.cases.lifecycle.completion import complete
from app.domain.cases.mandate.record_reply import record_reply
from app.tests.support.case_reads import read_sms_thread, read_thread
from app.tests.support.mandate_sms import PHONE, send_mandate_sms
from db.encryption import FORMAT, decrypt
from db.engine import get_current_engine, is_postgres, transaction
from db.tables.cases import Case
from db.tables.encrypted_columns import ENCRYPTED_COLUMNS
from db.tables.search_tokens import SearchToken
from db.tables.sms import Sms

if TYPE_CHECKING:
    from app.cast import Cast


encrypt_citizens = import_module("db.migrations.citizens_sealed")
NAMES_OF_THEN = (
    *(("search_token", "COLUMN token TO mark"), ("search_token", "COLUMN key_id TO key")),
    *(("search_token", "TO case_word"), ("sms", "COLUMN phone_token TO number_mark"), ("sms_reply", "TO sms_answer")),
)
NAMES_OF_TODAY = (
    *(("case_word", "TO search_token"), ("search_token", "COLUMN mark TO token")),
    *(("search_token", "COLUMN key TO key_id"), ("sms", "COLUMN number_mark TO phone_token")),
    ("sms_answer", "TO sms_reply"),
)


async def read_clear_values() -> None:
    """Writes the rows as they were in clear: each encrypted column holds its decrypted value."""
    for column, named_by, _ in ENCRYPTED_COLUMNS:
        table, key = column._meta.table, column._meta.table._meta.primary_key
        for row in await table.select(key, column, named_by).where(column.like(f"{FORMAT}.%")):
            clear = decrypt(column, row[named_by._meta.name], row[column._meta.name])
            await table.update({column: clear}).where(key == row[key._meta.name])
    await SearchToken.delete(force=True)
    await Sms.update({Sms.phone_token: 0}, force=True)
    await Case.update({Case.search_text: "jeanne pelissier 1957"}, force=True)
    await get_current_engine().run_ddl('DROP INDEX "search_token_case_token_once"')
    await get_current_engine().run_ddl("CREATE INDEX sms_phone ON sms (phone)")
    if is_postgres():
        await get_current_engine().run_ddl('ALTER TABLE cases ALTER COLUMN "citizen_last_name" TYPE VARCHAR(100)')


@asynccontextmanager
async def use_former_names() -> AsyncIterator[None]:
    """Gives tables their former names, which the migration uses, while it runs. Inside a transaction."""
    for table, then in NAMES_OF_THEN:
        await get_current_engine().run_ddl(f"ALTER TABLE {table} RENAME {then}")
    await rename_index("search_token_case_token_once", "case_word_case_mark_once")
    yield
    for table, today in NAMES_OF_TODAY:
        await get_current_engine().run_ddl(f"ALTER TABLE {table} RENAME {today}")
    await rename_index("case_word_case_mark_once", "search_token_case_token_once")


async def rename_index(old: str, new: str) -> None:
    """PostgreSQL keeps index names from test to test; SQLite renames none, and each test has its own database."""
    if is_postgres():
        await get_current_engine().run_ddl(f"ALTER INDEX IF EXISTS {old} RENAME TO {new}")


async def count_encrypted_rows() -> dict[str, tuple[int, int]]:
    """table.column -> (number of rows with a value, number of rows with an encrypted value)."""
    found = {}
    for column, *_ in ENCRYPTED_COLUMNS:
        table = column._meta.table
        held = await table.count().where(column != "")
        name = f"{table._meta.tablename}.{column._meta.name}"
        found[name] = held, await table.count().where(column.like(f"{FORMAT}.%"))
    return found


@pytest.fixture
async def old_case(cast: Cast, draft_id: UUID, now: datetime) -> UUID:
    """A case in clear: sent, completed, with an SMS and its reply."""
    await send_mandate_sms(cast.agent_lot, draft_id, now)
    await record_reply("1", PHONE, "OUI", now)
    await submit(cast.agent_lot, draft_id, now)
    await complete(cast.agent_lot, draft_id, CAF, "7788123", now)
    await read_clear_values()
    return draft_id


async def test_what_was_clear_is_sealed_and_found_as_before(cast: Cast, old_case: UUID, now: datetime) -> None:
    assert not any(sealed for _, sealed in (await count_encrypted_rows()).values())
    async with transaction(), use_former_names():
        await encrypt_citizens._seal_everything()
    async with transaction(), use_former_names():
        await encrypt_citizens._seal_everything()  # Piccolo has no record of this run

    assert all(held == sealed for held, sealed in (await count_encrypted_rows()).values())
    assert (await load_details(old_case))[0].value == "7788123"
    case = await load_visible_case(cast.agent_lot, old_case)
    assert "7788123" in [entry.about for entry in await read_thread(cast.agent_lot, case)][-1]
    assert (await read_sms_thread(old_case))[0].replies[0].body == "OUI"
    assert await record_reply("2", PHONE, "STOP", now), "the number is found by its mark"
    for typed in ("pélissier jeanne", "7788123", "trois mois"):
        assert (await list_cases(cast.referent_caf_lot, Filters(words=typed), now)).total == 1, typed
    row = await Case.select(Case.search_text).where(Case.id == old_case).first()
    assert row and "pelissier" not in row["search_text"]


async def test_killed_in_the_middle_nothing_is_half_sealed(
    cast: Cast, old_case: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = await count_encrypted_rows()

    async def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(encrypt_citizens, "_mark_numbers", killed)
        with pytest.raises(KeyboardInterrupt):
            async with transaction(), use_former_names():
                await encrypt_citizens._seal_everything()
    assert await count_encrypted_rows() == before and await SearchToken.count() == 0

    async with transaction(), use_former_names():
        await encrypt_citizens._seal_everything()
    assert all(held == sealed for held, sealed in (await count_encrypted_rows()).values())


@pytest.mark.parametrize("new_database", ["postgresql"], indirect=True)
async def test_nobody_who_reads_waits_for_the_sealing(old_case: UUID, new_database: str) -> None:
    async with transaction(), use_former_names():
        await encrypt_citizens.widen()
    async with transaction():
        async with use_former_names():
            await encrypt_citizens._seal_everything()
        reader = await asyncpg.connect(new_database)
        await reader.execute("SET lock_timeout = '500ms'")
        assert await reader.fetchval("SELECT count(*) FROM cases JOIN event ON event.case = cases.id") > 0
        await reader.close()
