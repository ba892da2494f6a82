"""The migration that seals: whatever was clear is sealed and found, on both databases; killed, it is as before."""

from __future__ import annotations

from datetime import datetime
from importlib import import_module
from typing import TYPE_CHECKING
from uuid import UUID

import asyncpg
import pytest

from app.domain.cases.access import visible_case
from app.domain.cases.draft.submission import submit
from app.domain.cases.draft.view import details_of
from app.domain.cases.inbox.filters import Filters
from app.domain.cases.inbox.listing import list_cases
from app.domain.cases.inbox.test_search_index import CAF
from app.domain.cases.lifecycle.completion import complete
from app.domain.cases.mandate.record_reply import receive
from app.tests.support.mandates_fixtures import PHONE, send_text
from app.tests.support.reads import read_texts, read_thread
from db.encryption import FORM, unseal
from db.engine import current_engine, is_postgres, transaction
from db.tables import SEALED, Case, CaseWord, Sms

if TYPE_CHECKING:
    from app.cast import Cast


citizens_sealed = import_module("db.migrations.citizens_sealed")


async def before_the_migration() -> None:
    """The same rows as they lay in clear: what each sealed column holds, opened."""
    for column, named_by, _ in SEALED:
        table, key = column._meta.table, column._meta.table._meta.primary_key
        for row in await table.select(key, column, named_by).where(column.like(f"{FORM}.%")):
            clear = unseal(column, row[named_by._meta.name], row[column._meta.name])
            await table.update({column: clear}).where(key == row[key._meta.name])
    await CaseWord.delete(force=True)
    await Sms.update({Sms.number_mark: 0}, force=True)
    await Case.update({Case.search_text: "jeanne pelissier 1957"}, force=True)
    await current_engine().run_ddl('DROP INDEX "case_word_case_mark_once"')
    await current_engine().run_ddl("CREATE INDEX sms_phone ON sms (phone)")
    if is_postgres():
        await current_engine().run_ddl('ALTER TABLE cases ALTER COLUMN "citizen_last_name" TYPE VARCHAR(100)')


async def sealed_rows() -> dict[str, tuple[int, int]]:
    """table.column -> how many hold something, how many hold it sealed."""
    found = {}
    for column, *_ in SEALED:
        table = column._meta.table
        held = await table.count().where(column != "")
        name = f"{table._meta.tablename}.{column._meta.name}"
        found[name] = held, await table.count().where(column.like(f"{FORM}.%"))
    return found


@pytest.fixture
async def old_case(cast: Cast, draft_id: UUID, now: datetime) -> UUID:
    """Of before: in clear, sent, completed, with a text answered."""
    await send_text(cast.agent_lot, draft_id, now)
    await receive("1", PHONE, "OUI", now)
    await submit(cast.agent_lot, draft_id, now)
    await complete(cast.agent_lot, draft_id, CAF, "7788123", now)
    await before_the_migration()
    return draft_id


async def test_what_was_clear_is_sealed_and_found_as_before(cast: Cast, old_case: UUID, now: datetime) -> None:
    assert not any(sealed for _, sealed in (await sealed_rows()).values())
    async with transaction():
        await citizens_sealed._seal_everything()
    async with transaction():
        await citizens_sealed._seal_everything()  # Piccolo was not told that it was done

    assert all(held == sealed for held, sealed in (await sealed_rows()).values())
    assert (await details_of(old_case))[0].value == "7788123"
    case = await visible_case(cast.agent_lot, old_case)
    assert "7788123" in [entry.about for entry in await read_thread(cast.agent_lot, case)][-1]
    assert (await read_texts(old_case))[0].replies[0].body == "OUI"
    assert await receive("2", PHONE, "STOP", now), "the number is found by its mark"
    for typed in ("pélissier jeanne", "7788123", "trois mois"):
        assert (await list_cases(cast.referent_caf_lot, Filters(words=typed), now)).total == 1, typed
    row = await Case.select(Case.search_text).where(Case.id == old_case).first()
    assert row and "pelissier" not in row["search_text"]


async def test_killed_in_the_middle_nothing_is_half_sealed(
    cast: Cast, old_case: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = await sealed_rows()

    async def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(citizens_sealed, "_mark_numbers", killed)
        with pytest.raises(KeyboardInterrupt):
            async with transaction():
                await citizens_sealed._seal_everything()
    assert await sealed_rows() == before and await CaseWord.count() == 0

    async with transaction():
        await citizens_sealed._seal_everything()
    assert all(held == sealed for held, sealed in (await sealed_rows()).values())


@pytest.mark.parametrize("world", ["postgresql"], indirect=True)
async def test_nobody_who_reads_waits_for_the_sealing(old_case: UUID, world: str) -> None:
    async with transaction():
        await citizens_sealed.widen()
    async with transaction():
        await citizens_sealed._seal_everything()
        reader = await asyncpg.connect(world)
        await reader.execute("SET lock_timeout = '500ms'")
        assert await reader.fetchval("SELECT count(*) FROM cases JOIN event ON event.case = cases.id") > 0
        await reader.close()
