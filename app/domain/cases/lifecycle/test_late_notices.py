"""What is said of a team's silence, to whom and when, each team apart. START is Monday 23 November 2026, 10 h in Paris.

A day is counted from the sending. Days 15, 30 and 60 are working days at a working hour.
"""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.cases.lifecycle.late_notices import send_late_notices
from app.domain.cases.lifecycle.stepping_out import step_out
from app.tests.support.cases_fixtures import NewCase
from app.tests.support.recipients import find_team_id, list_emailed, say
from db.tables.email import Email

DAY = timedelta(days=1)
LATE, MANAGERS, SUPERVISORS, ALL = "late", "late_manager", "unansw_team", "unanswered"


async def send_each_day(now: datetime, first: int, last: int) -> None:
    """As the job does, once a day: it writes on working days alone."""
    for day in range(first, last + 1):
        await send_late_notices(now + day * DAY)


async def list_all() -> dict[str, list[str]]:
    return {kind: people for kind in (LATE, MANAGERS, SUPERVISORS, ALL) if (people := await list_emailed(kind))}


async def test_the_late_team_alone_is_written_to_and_then_its_managers(
    cast: Cast, case_id: UUID, now: datetime
) -> None:
    await say(cast.referent_msa_lot, case_id, now + DAY)
    await send_each_day(now, 0, 2)
    assert await list_all() == {}
    await send_each_day(now, 3, 7)
    assert await list_all() == {LATE: ["referent.caf.lot", "responsable.caf.lot"]}
    await send_each_day(now, 8, 14)
    assert await list_emailed(MANAGERS) == ["responsable.caf.lot"]
    assert not await list_emailed(SUPERVISORS)


async def test_a_silence_goes_to_the_supervisors_at_fifteen_days_and_to_the_agent_at_thirty_and_sixty(
    cast: Cast, new_case: NewCase, now: datetime
) -> None:
    """The supervisors' email names the team and no case, for they read none."""
    await new_case("CAF")
    await send_each_day(now, 0, 15)
    assert await list_emailed(SUPERVISORS) == ["superviseur.lot"]
    row = await Email.select(Email.team, Email.case).where(Email.kind == SUPERVISORS).first()
    assert row == {"team": await find_team_id("CAF du Lot"), "case": None}
    assert not await list_emailed(ALL)

    for day, count in ((29, 0), (30, 1), (59, 1), (60, 2), (150, 2)):
        await send_late_notices(now + day * DAY)
        assert await list_emailed(ALL) == ["agent.lot"] * count
        assert await list_emailed(MANAGERS) == ["responsable.caf.lot"] * (1 + count)
        assert await list_emailed(SUPERVISORS) == ["superviseur.lot"] * (1 + count)


async def test_a_supervisor_reads_one_email_a_day_of_a_team_and_one_of_each_team(
    cast: Cast, new_case: NewCase, now: datetime
) -> None:
    await new_case("CAF")
    await new_case("CAF", "MSA")
    await send_each_day(now, 0, 15)
    teams = await Email.select(Email.team).where(Email.kind == SUPERVISORS)
    assert {row["team"] for row in teams} == {await find_team_id("CAF du Lot"), await find_team_id("MSA du Lot")}
    assert len(teams) == 2


@pytest.mark.usefixtures("case_id")
async def test_a_job_that_did_not_run_says_one_silence_once(now: datetime) -> None:
    await send_late_notices(now + 60 * DAY)
    assert await list_emailed(LATE) == ["referent.caf.lot", "referent.msa.lot", "responsable.caf.lot"]
    assert await list_emailed(ALL) == ["agent.lot", "agent.lot"], "once for each team"
    assert await list_emailed(SUPERVISORS) == ["superviseur.lot", "superviseur.lot"]


async def test_a_team_that_has_answered_once_has_the_first_two_notices_alone(
    cast: Cast, new_case: NewCase, now: datetime
) -> None:
    case_id = await new_case("CAF")
    await say(cast.referent_caf_lot, case_id, now + DAY)
    await send_each_day(now, 1, 40)
    assert await list_all() == {}
    await say(cast.agent_lot, case_id, now + DAY)
    await send_each_day(now, 2, 90)
    expected = {LATE: ["referent.caf.lot", "responsable.caf.lot"], MANAGERS: ["responsable.caf.lot"]}
    assert await list_all() == expected


async def test_an_agent_who_insists_puts_no_notice_off(cast: Cast, new_case: NewCase, now: datetime) -> None:
    case_id = await new_case("CAF")
    await say(cast.agent_lot, case_id, now + 14 * DAY)
    await send_each_day(now, 0, 15)
    assert await list_emailed(SUPERVISORS) == ["superviseur.lot"]


@pytest.mark.parametrize("gesture", ["non pertinente", "steps out"])
async def test_a_team_that_is_out_is_written_of_no_more(
    cast: Cast, new_case: NewCase, now: datetime, gesture: str
) -> None:
    case_id = await new_case("CAF", "MSA")
    await say(cast.referent_msa_lot, case_id, now)
    if gesture == "steps out":
        await step_out(cast.referent_caf_lot, case_id, "Autre caisse", now + DAY)
    else:
        await say(cast.referent_caf_lot, case_id, now + DAY, kind="irrelevant")
    await send_each_day(now, 1, 65)
    assert await list_all() == {}
