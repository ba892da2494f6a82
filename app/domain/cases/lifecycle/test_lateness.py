"""« En souffrance »: from when, until when, who is notified, once. START is Monday 23 November 2026, 10 h in Paris."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.inbox.filters import Filters
from app.domain.cases.inbox.listing import list_cases
from app.domain.cases.inbox.views import View
from app.domain.cases.lifecycle.closure import close, reopen
from app.domain.cases.lifecycle.late_notices import send_late_notices
from app.domain.cases.lifecycle.transfer import transfer
from app.domain.cases.lifecycle.withdrawal import withdraw
from app.domain.cases.thread.answers import announce_handled
from app.domain.cases.thread.posting import post_message
from app.domain.operations.jobs import RecurringJob, run_due_jobs
from db.tables.email import Email
from db.tables.jobs import Job
from db.tables.participants import Recipient
from db.tables.teams import Team


def november(day: int, hour: int = 9) -> datetime:
    """In UTC: 9 h is 10 h in Paris. A day above 30 is in December."""
    return datetime(2026, 11, 1, hour, tzinfo=UTC) + timedelta(days=day - 1)


async def late(actor: Actor, now: datetime) -> bool:
    """The filter of the list and its row, which must agree."""
    filtered = await list_cases(actor, Filters(late=True), now)
    everything = await list_cases(actor, Filters(), now)
    assert [line.id for line in filtered.rows] == [line.id for line in everything.rows if line.late]
    return filtered.total > 0


async def say(actor: Actor, case_id: UUID, now: datetime) -> None:
    await post_message(actor, case_id, "Bonjour", key=str(uuid4()), now=now)


@pytest.mark.usefixtures("case_id")
async def test_three_working_days_without_a_first_answer(cast: Cast) -> None:
    for reader in (cast.agent_lot, cast.referent_caf_lot):
        assert not await late(reader, november(26, 8))
        assert await late(reader, november(26))


async def test_the_agents_own_words_do_not_put_off_the_first_answer(cast: Cast, case_id: UUID) -> None:
    await say(cast.agent_lot, case_id, november(25))
    assert await late(cast.agent_lot, november(26))


async def test_an_answer_ends_it_and_the_next_one_is_due_in_fifteen_working_days(cast: Cast, case_id: UUID) -> None:
    await say(cast.referent_msa_lot, case_id, november(27))
    assert await late(cast.agent_lot, november(27)), "the CAF has answered nothing"
    await say(cast.referent_caf_lot, case_id, november(27))
    assert not await late(cast.agent_lot, november(200))
    await say(cast.agent_lot, case_id, november(27, 10))
    await say(cast.agent_lot, case_id, november(30))

    assert not await late(cast.agent_lot, november(30 + 18))
    assert await late(cast.agent_lot, november(30 + 21))
    await say(cast.agent_lot, case_id, november(30 + 22))
    assert await late(cast.agent_lot, november(30 + 22))


async def test_nothing_is_late_once_treated_or_closed(cast: Cast, case_id: UUID) -> None:
    for referent in (cast.referent_caf_lot, cast.referent_msa_lot):
        assert await late(cast.agent_lot, november(90))
        await announce_handled(referent, case_id, "Versé", key="a", now=november(24))
    assert not await late(cast.agent_lot, november(90))
    await say(cast.agent_lot, case_id, november(24))
    await close(cast.agent_lot, case_id, "solved", november(25))
    assert (await list_cases(cast.agent_lot, Filters(view=View.CLOSED, late=True), november(90))).total == 0
    await reopen(cast.agent_lot, case_id, november(25))
    assert await late(cast.agent_lot, november(90))


async def test_a_withdrawn_case_is_not_waited_for(cast: Cast, case_id: UUID) -> None:
    await withdraw(cast.agent_lot, case_id, november(24))
    assert not await late(cast.agent_lot, november(90))


async def test_a_team_that_takes_over_has_its_own_three_days(cast: Cast, case_id: UUID) -> None:
    cpam = await Team.select(Team.id).where(Team.name == "CPAM du Lot").first()
    assert cpam is not None
    await transfer(cast.referent_caf_lot, case_id, cpam["id"], "Maladie", november(26))
    assert not await late(cast.referent_cpam_lot, november(30))
    assert await late(cast.referent_cpam_lot, november(31))


async def emailed(kind: str) -> set[str]:
    rows = await Email.select(Email.person.address.as_alias("address")).where(Email.kind == kind)
    addresses = [row["address"].removesuffix("@exemple.fr") for row in rows]
    assert len(addresses) == len(set(addresses)), "each once"
    return set(addresses)


@pytest.mark.usefixtures("case_id")
async def test_the_team_is_told_then_its_managers_once_at_working_hours() -> None:
    await send_late_notices(november(26, 6))
    await send_late_notices(november(25))
    assert await emailed("late") == set()
    for hour in (9, 10, 11):
        await send_late_notices(november(26, hour))
    assert await emailed("late") == {"referent.caf.lot", "responsable.caf.lot", "referent.msa.lot"}
    assert await emailed("late_manager") == set()

    await send_late_notices(november(30))
    assert await emailed("late_manager") == set()
    for hour in (9, 10):
        await send_late_notices(november(31, hour))
    assert await emailed("late_manager") == {"responsable.caf.lot"}


async def test_after_an_answer_the_next_delay_is_told_again(cast: Cast, case_id: UUID) -> None:
    await send_late_notices(november(26))
    await say(cast.referent_caf_lot, case_id, november(26, 10))
    await say(cast.agent_lot, case_id, november(26, 11))
    rows = await Recipient.select(Recipient.late_notices_sent, Recipient.late_from).order_by(Recipient.late_from)
    assert [row["late_notices_sent"] for row in rows] == [1, 0], "the MSA's clock goes on, the CAF's is new"
    assert [row["late_from"] for row in rows] == [november(26), november(30 + 17, 11)]


@pytest.mark.usefixtures("case_id")
@pytest.mark.parametrize("day", [28, 29])
async def test_no_one_is_written_to_on_a_day_off(day: int) -> None:
    assert await send_late_notices(november(day)) == 0
    assert await Email.count().where(Email.kind == "late") == 0


@pytest.mark.usefixtures("database")
async def test_a_job_runs_once_at_its_hour_and_soon_again_after_a_failure(now: datetime) -> None:
    runs, failing = list[datetime](), [True]

    async def run(at: datetime) -> int:
        runs.append(at)
        if failing.pop():
            raise RuntimeError("a bad day")
        failing.append(False)
        return 1

    job = RecurringJob("test", timedelta(hours=1), run)
    for minutes in (0, 1, 9, 11, 12, 70, 72):
        await run_due_jobs([job], now + timedelta(minutes=minutes))
        failing[:] = [False]
    assert [round((at - now).total_seconds() / 60) for at in runs] == [0, 11, 72]
    assert await Job.count() == 1
