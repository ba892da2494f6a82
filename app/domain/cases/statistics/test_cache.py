"""The stored statistics of an area equal a new count after each action, and are counted only when needed."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from piccolo.querystring import QueryString

from app.cast import Cast
from app.domain.case_status import Status
from app.domain.cases.draft.submission import submit
from app.domain.cases.lifecycle.closure import close, reopen
from app.domain.cases.lifecycle.erasure import erase_closed_cases
from app.domain.cases.lifecycle.retention import compute_closing_cutoff
from app.domain.cases.lifecycle.test_lateness import november
from app.domain.cases.lifecycle.transfer import transfer
from app.domain.cases.lifecycle.withdrawal import withdraw
from app.domain.cases.statistics.cache import load_area_statistics, refresh_changed_areas
from app.domain.cases.statistics.counting import RECENT_PERIOD, count_area
from app.domain.cases.statistics.totals import decode_area_total, encode_statistics
from app.domain.cases.thread.answers import announce_handled, dismiss
from app.domain.cases.thread.posting import post_message
from app.domain.reorganisation.merger import merge_teams
from app.tests.support.cases_fixtures import NewCase, make_draft, open_and_read_case
from db.engine import get_current_engine, is_postgres, lock_tables, transaction
from db.read_only import set_read_only
from db.sqlite_engine import PooledSQLiteEngine
from db.tables.cases import Case
from db.tables.participants import Recipient
from db.tables.statistics import AreaChange, AreaStatistics
from db.tables.teams import Team

LOT, CHER = "46", "18"
Deed = Callable[[Cast, UUID, datetime], Awaitable[object]]


async def kept(now: datetime, area: str = LOT) -> str:
    return (await load_area_statistics([area], now))[area]


async def anew(now: datetime, area: str = LOT) -> str:
    return encode_statistics((await count_area(area, now)).counted)


async def counted_at(area: str) -> datetime:
    row = await AreaStatistics.select(AreaStatistics.counted_at).where(AreaStatistics.area == area).first()
    assert row is not None
    moment: datetime = row["counted_at"]
    return moment


async def team_named(name: str) -> int:
    row = await Team.select(Team.id).where(Team.name == name).first()
    assert row is not None
    return int(row["id"])


async def send(cast: Cast, case: UUID, now: datetime) -> None:
    await submit(cast.agent_lot, await make_draft(cast.agent_lot, now, "CAF"), now)


async def say(cast: Cast, case: UUID, now: datetime) -> None:
    await post_message(cast.referent_msa_lot, case, "Bonjour", key=str(uuid4()), now=now)


async def open_it(cast: Cast, case: UUID, now: datetime) -> None:
    await open_and_read_case(cast.referent_caf_lot, case, now)


async def handle(cast: Cast, case: UUID, now: datetime) -> None:
    await announce_handled(cast.referent_caf_lot, case, "Versé", key="a", now=now)


async def set_aside(cast: Cast, case: UUID, now: datetime) -> None:
    await dismiss(cast.referent_caf_lot, case, "Pas chez nous", key="a", now=now)


async def hand_on(cast: Cast, case: UUID, now: datetime) -> None:
    await transfer(cast.referent_caf_lot, case, await team_named("CPAM du Lot"), "Plutôt elle", now)


async def close_it(cast: Cast, case: UUID, now: datetime) -> None:
    await close(cast.agent_lot, case, "solved", now)


async def close_and_reopen(cast: Cast, case: UUID, now: datetime) -> None:
    await close_it(cast, case, now)
    await kept(now)
    await reopen(cast.agent_lot, case, now)


async def take_back(cast: Cast, case: UUID, now: datetime) -> None:
    await withdraw(cast.agent_lot, case, now)


async def erase(cast: Cast, case: UUID, now: datetime) -> None:
    """The case is closed long enough ago to be erased."""
    await close_it(cast, case, now)
    await kept(now)
    await Case.update({Case.closed_at: compute_closing_cutoff(now)}).where(Case.id == case)
    await kept(now)
    assert await erase_closed_cases(now) == 1


async def merge(cast: Cast, case: UUID, now: datetime) -> None:
    """Merges the teams of a closed case: no event is written, yet the case moves from one organisation to the other."""
    await close_it(cast, case, now)
    await kept(now)
    await merge_teams(cast.admin, await team_named("MSA du Lot"), await team_named("CPAM du Lot"), now)


DEEDS: tuple[Deed, ...] = (send, say, open_it, handle, set_aside, hand_on, close_it, close_and_reopen, take_back)
DEEDS += (erase, merge)


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.__name__)
async def test_what_just_happened_is_in_the_figures(deed: Deed, cast: Cast, case_id: UUID, now: datetime) -> None:
    await kept(now)

    await deed(cast, case_id, now)

    assert await AreaChange.exists().where(AreaChange.area == LOT)
    assert await kept(now) == await anew(now)
    assert not await AreaChange.exists()


async def test_a_deed_elsewhere_counts_nothing_here(
    cast: Cast, case_id: UUID, new_case: NewCase, now: datetime
) -> None:
    elsewhere, later = await new_case("CAF", actor=cast.agent_cher), now + timedelta(minutes=1)
    await load_area_statistics([LOT, CHER], now)

    await post_message(cast.referent_caf_cher, elsewhere, "Bonjour", key="a", now=later)
    found = await load_area_statistics([LOT, CHER], later)

    assert (await counted_at(LOT), await counted_at(CHER)) == (now, later)
    assert decode_area_total(found[CHER]).open[Status.ANSWERED] == 1


async def test_a_draft_marks_nothing_and_a_transaction_marks_a_territory_once(
    cast: Cast, draft_id: UUID, now: datetime
) -> None:
    assert not await AreaChange.exists()

    async with transaction():
        await submit(cast.agent_lot, draft_id, now)
        await post_message(cast.agent_lot, draft_id, "Bonjour", key="a", now=now)

    assert [row["area"] for row in await AreaChange.select(AreaChange.area)] == [LOT]


async def test_what_commits_while_it_is_counted_is_not_lost(cast: Cast, case_id: UUID, now: datetime) -> None:
    moved, go_on = asyncio.Event(), asyncio.Event()

    async def close_slowly() -> None:
        async with transaction():
            await close(cast.agent_lot, case_id, "solved", now)
            moved.set()
            await go_on.wait()

    closing = asyncio.create_task(close_slowly())
    await moved.wait()
    counting = asyncio.create_task(kept(now))
    if is_postgres():
        assert decode_area_total(await counting).closed == 0
    go_on.set()
    await asyncio.gather(closing, counting)

    assert decode_area_total(await kept(now)).closed == 1


async def test_marks_are_taken_away_before_counting(cast: Cast, case_id: UUID, now: datetime) -> None:
    """The count waits for the lock on AreaChange: if it deleted rows later, the change of that lock would be lost."""
    if not is_postgres():
        pytest.skip("SQLite has one writer at a time")
    moved, go_on = asyncio.Event(), asyncio.Event()

    async def close_slowly() -> None:
        async with transaction():
            await lock_tables(AreaChange)
            await close(cast.agent_lot, case_id, "solved", now)
            moved.set()
            await go_on.wait()

    closing = asyncio.create_task(close_slowly())
    await moved.wait()
    counting = asyncio.create_task(kept(now))
    while not await Case.raw("SELECT 1 FROM pg_locks WHERE NOT granted"):  # noqa: ASYNC110  another connection’s lock sends no event
        await asyncio.sleep(0.01)
    go_on.set()
    await asyncio.gather(closing, counting)

    assert decode_area_total(await kept(now)).closed == 1


async def test_those_who_look_at_once_count_once(
    cast: Cast, case_id: UUID, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, kinds = Case._meta.db, list[bool]()
    ask = engine.run_querystring

    async def note(querystring: QueryString, *more: Any, **options: Any) -> Any:
        kinds.append("first_sent" in querystring.template)
        return await ask(querystring, *more, **options)

    monkeypatch.setattr(engine, "run_querystring", note)

    assert len({*await asyncio.gather(*(kept(now) for _ in range(4)))}) == 1
    assert sum(kinds) == 1


async def test_time_alone_makes_them_others_at_its_hour_and_not_before(case_id: UUID, now: datetime) -> None:
    await kept(now)

    assert decode_area_total(await kept(november(26, 8))).late == 0 and await counted_at(LOT) == now
    assert decode_area_total(await kept(november(26))).late == 1 and await counted_at(LOT) == november(26)
    assert decode_area_total(await kept(now + RECENT_PERIOD)).sent == 1
    assert decode_area_total(await kept(now + RECENT_PERIOD + timedelta(seconds=1))).sent == 0


async def test_a_clock_that_goes_back_counts_again(case_id: UUID, now: datetime) -> None:
    assert decode_area_total(await kept(november(26))).late == 1
    assert decode_area_total(await kept(now)).late == 0


async def test_the_job_counts_what_changed_and_nothing_else(cast: Cast, case_id: UUID, now: datetime) -> None:
    await refresh_changed_areas(now)
    assert await refresh_changed_areas(now) == 0

    await post_message(cast.agent_lot, case_id, "Des nouvelles ?", key="a", now=now)

    assert (await refresh_changed_areas(now), await refresh_changed_areas(now)) == (1, 0)
    assert (await refresh_changed_areas(november(26)), await refresh_changed_areas(november(26))) == (1, 0)


async def test_while_nothing_may_be_written_they_are_counted_and_not_kept(
    cast: Cast, case_id: UUID, now: datetime
) -> None:
    with set_read_only(on=True):
        assert decode_area_total(await kept(now)).open[Status.NEW] == 1

    assert not await AreaStatistics.exists() and await AreaChange.exists()


async def test_who_receives_a_case_may_be_written_past_the_verbs(case_id: UUID, now: datetime) -> None:
    await kept(now)
    await Recipient.delete().where(Recipient.case == case_id)
    assert await kept(now) == await anew(now)


@pytest.mark.parametrize("new_database", ["sqlite"], indirect=True)
async def test_a_file_that_takes_nothing_more_is_still_counted(cast: Cast, now: datetime) -> None:
    """A full disk, or a disk mounted read-only."""
    before = await kept(now)
    await send(cast, UUID(int=0), now)
    engine = get_current_engine()
    assert isinstance(engine, PooledSQLiteEngine)
    await engine.writer.execute("PRAGMA query_only = ON")
    try:
        assert await kept(now) == await anew(now) != before
    finally:
        await engine.writer.execute("PRAGMA query_only = OFF")
