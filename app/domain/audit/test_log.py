"""The audit log: append-only in the database itself, for a year, with origin, once a day for what a page repeats."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.audit.log import (
    Origin,
    delete_old_audit_entries,
    record_denied_case,
    use_origin,
    write_audit,
    write_audit_daily,
)
from app.domain.cases.access import load_visible_case
from app.domain.cases.lifecycle.invitation import invite_colleagues
from app.domain.cases.lifecycle.opening import open_case
from db.engine import is_postgres, transaction
from db.tables.audit import AuditEntry

LONG_AGO = datetime(2020, 2, 29, 9, 0, tzinfo=UTC)
OFFICE = Origin("203.0.113.0/24", "Firefox sous Windows")


async def line_ids() -> list[int]:
    return [row["id"] for row in await AuditEntry.select(AuditEntry.id).order_by(AuditEntry.id)]


async def refused(statement: str, *values: object) -> None:
    """The database itself refuses, and nothing has changed."""
    before = await AuditEntry.select().order_by(AuditEntry.id)
    with pytest.raises(Exception, match="append-only"):
        async with transaction():
            await AuditEntry.raw(statement, *values)
    assert await AuditEntry.select().order_by(AuditEntry.id) == before


async def test_the_database_refuses_to_change_a_line(cast: Cast, now: datetime) -> None:
    await write_audit("login", now=now, person_id=cast.agent_lot.id)
    await write_audit("login", now=LONG_AGO, person_id=cast.agent_lot.id)

    await refused("UPDATE audit_log SET person_id = 1")
    recent, old = (await line_ids())[-2:]
    await refused("UPDATE audit_log SET action = 'logout' WHERE id = {}", old)
    if is_postgres():
        replacing = "INSERT INTO audit_log (id, action) VALUES ({}, 'x') ON CONFLICT (id) DO UPDATE SET action = 'x'"
        await refused(replacing, recent)
        await refused("TRUNCATE audit_log")
    else:
        await refused("INSERT OR REPLACE INTO audit_log (id, action) VALUES ({}, 'x')", recent)
        await refused("UPDATE OR REPLACE audit_log SET id = 1")


async def test_the_database_lets_go_of_a_line_after_a_year_and_of_no_other(database: str) -> None:
    today = datetime.now(UTC)
    await write_audit("login", now=today - timedelta(days=364))
    await refused("DELETE FROM audit_log")

    await write_audit("logout", now=today - timedelta(days=367))
    await AuditEntry.raw("DELETE FROM audit_log WHERE action = 'logout'")
    assert not await AuditEntry.exists().where(AuditEntry.action == "logout")


async def test_the_daily_job_deletes_what_is_older_than_a_year(database: str) -> None:
    today = datetime.now(UTC)
    kept = await line_ids()
    for age in (367, 400, 2000):
        await write_audit("login", now=today - timedelta(days=age))

    assert await delete_old_audit_entries(today) == 3
    assert await delete_old_audit_entries(today) == 0
    assert await line_ids() == kept


async def test_a_line_says_who_what_about_whom_and_from_where(cast: Cast, case_id: UUID, now: datetime) -> None:
    with use_origin(OFFICE):
        await invite_colleagues(cast.agent_lot, case_id, {cast.colleague_lot.id}, now)
    await write_audit("case.late", now=now, case_id=case_id)

    late, invited = await AuditEntry.select().order_by(AuditEntry.id, ascending=False).limit(2)
    assert (invited["action"], invited["person_id"]) == ("case.colleague", cast.agent_lot.id)
    assert (invited["target_person_id"], invited["case_id"]) == (cast.colleague_lot.id, case_id)
    assert invited["team_id"] == cast.agent_lot.seats[0].team_id
    assert (invited["network"], invited["browser"]) == (OFFICE.network, OFFICE.browser)
    assert (late["network"], late["browser"], late["person_id"]) == ("", "", None)


async def test_reading_is_one_line_a_day_and_a_place(cast: Cast, case_id: UUID, now: datetime) -> None:
    async def lines() -> int:
        return int(await AuditEntry.count().where(AuditEntry.action == "case.read", AuditEntry.case_id == case_id))

    async def read(actor: Actor, now: datetime) -> None:
        await open_case(actor, await load_visible_case(actor, case_id), now)

    for _ in range(3):
        await read(cast.agent_lot, now)
    assert await lines() == 1
    await read(cast.colleague_lot, now)
    assert await lines() == 2
    with use_origin(OFFICE):
        await read(cast.agent_lot, now)
    assert await lines() == 3
    evening, midnight_in_paris = now.replace(hour=22, minute=59), now.replace(hour=23, minute=0)
    await read(cast.agent_lot, evening)
    assert await lines() == 3
    await read(cast.agent_lot, midnight_in_paris)
    assert await lines() == 4


async def test_a_refusal_and_a_dead_link_are_told_apart(cast: Cast, case_id: UUID, now: datetime) -> None:
    for _ in range(2):
        await record_denied_case(cast.agent_cher.id, case_id, now)
        await write_audit_daily("login.refused", now=now, target_person_id=cast.agent_cher.id)
        await write_audit_daily("login.refused", now=now)

    assert (
        await AuditEntry.count().where(AuditEntry.action == "case.refused", AuditEntry.person_id == cast.agent_cher.id)
        == 1
    )
    assert await AuditEntry.count().where(AuditEntry.action == "login.refused") == 2


async def test_a_line_goes_with_the_transaction_of_what_it_tells(cast: Cast, now: datetime) -> None:
    before = await line_ids()
    with pytest.raises(RuntimeError):
        async with transaction():
            await write_audit("login", now=now)
            raise RuntimeError
    assert await line_ids() == before
