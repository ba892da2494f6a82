"""Who is reminded to say where a case is, when, and what ends it. NOW is Monday 23 November 2026, 10 h in Paris."""

from collections import Counter
from datetime import datetime, timedelta

import pytest

from app.cast import Cast
from app.domain.cases.lifecycle.assignment import assign, give_back, take_charge
from app.domain.cases.lifecycle.closure import close
from app.domain.cases.lifecycle.promise_reminders import send_promise_reminders
from app.domain.cases.lifecycle.set_aside import bring_back_due, set_aside
from app.domain.cases.lifecycle.stepping_out import step_out
from app.domain.cases.lifecycle.transfer import transfer
from app.domain.cases.thread.correction import withdraw_message
from app.domain.cases.thread.test_correction import last_message
from app.tests.support.case_verbs import consents, stops
from app.tests.support.cases_fixtures import NewCase
from app.tests.support.recipients import find_team_id, read_recipients, say
from db.tables.email import Email
from db.tables.participants import Recipient
from db.tables.people import Person
from db.tables.teams import Team

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TEN_WORKING_DAYS = timedelta(weeks=2)
"""Without a public holiday until Christmas."""
REFERENT, MANAGER = "referent.caf.lot", "responsable.caf.lot"


async def list_reminded() -> list[str]:
    rows = await Email.select(Email.person.address.as_alias("address"), Email.team.name.as_alias("team")).where(
        Email.kind == "promise"
    )
    return [(row["address"] or row["team"]).removesuffix("@exemple.fr") for row in rows]


async def remind(now: datetime) -> list[str]:
    """The people and teams reminded by this run."""
    before = await list_reminded()
    await send_promise_reminders(now)
    after = await list_reminded()
    return sorted((Counter(after) - Counter(before)).elements())


async def test_who_took_charge_is_reminded_ten_working_days_later(cast: Cast, new_case: NewCase, now: datetime) -> None:
    case_id = await new_case("CAF", "MSA")
    await take_charge(cast.referent_caf_lot, case_id, now)
    assert not await remind(now + TEN_WORKING_DAYS - HOUR)
    assert await remind(now + TEN_WORKING_DAYS) == [REFERENT]
    rows = await Email.select(Email.kind, Email.case).where(Email.kind == "promise")
    assert rows == [{"kind": "promise", "case": case_id}]


async def test_a_reminder_waits_for_working_hours(cast: Cast, new_case: NewCase, now: datetime) -> None:
    await say(cast.referent_caf_lot, await new_case("CAF"), now)
    assert not await remind(now + TEN_WORKING_DAYS + 8 * HOUR)
    assert await remind(now + TEN_WORKING_DAYS + DAY) == [REFERENT]


async def test_the_next_reminder_comes_ten_working_days_after_the_last(
    cast: Cast, new_case: NewCase, now: datetime
) -> None:
    """Twice in one moment, and after weeks without the job, it is one email."""
    await say(cast.referent_caf_lot, await new_case("CAF"), now)
    missed = now + 3 * TEN_WORKING_DAYS + DAY
    assert await remind(missed) == [REFERENT]
    assert not await remind(missed)
    for day in range(1, 14):
        assert not await remind(missed + day * DAY)
    assert await remind(missed + 3 * TEN_WORKING_DAYS) == [REFERENT]


async def test_each_answer_gives_ten_days_more(cast: Cast, new_case: NewCase, now: datetime) -> None:
    case_id = await new_case("CAF")
    await say(cast.referent_caf_lot, case_id, now)
    await say(cast.agent_lot, case_id, now + DAY)
    await say(cast.referent_caf_lot, case_id, now + 9 * DAY)
    assert not await remind(now + TEN_WORKING_DAYS)
    assert await remind(now + TEN_WORKING_DAYS + 9 * DAY) == [REFERENT]


@pytest.mark.parametrize("end", ["handled", "irrelevant", "steps out", "transfers", "closed", "suspended"])
async def test_an_end_that_is_announced_ends_it(cast: Cast, new_case: NewCase, now: datetime, end: str) -> None:
    case_id, later = await new_case("CAF", "MSA"), now + DAY
    referent = cast.referent_caf_lot
    await take_charge(referent, case_id, now)
    await say(referent, case_id, now)
    match end:
        case "handled" | "irrelevant":
            await say(referent, case_id, later, kind=end)
        case "steps out":
            await step_out(referent, case_id, "Autre caisse", later)
        case "transfers":
            await transfer(referent, case_id, await find_team_id("CPAM du Lot"), "Maladie", later)
        case "closed":
            await close(cast.agent_lot, case_id, "solved", later)
        case "suspended":
            await stops(cast, case_id, later)
    assert not await remind(now + 3 * TEN_WORKING_DAYS)


async def test_a_case_that_resumes_is_reminded_of_from_the_next_answer_on(
    cast: Cast, new_case: NewCase, now: datetime
) -> None:
    case_id = await new_case("CAF")
    await say(cast.referent_caf_lot, case_id, now)
    await stops(cast, case_id, now + DAY)
    await consents(cast, case_id, now + 2 * DAY)
    assert not await remind(now + TEN_WORKING_DAYS)
    await say(cast.referent_caf_lot, case_id, now + TEN_WORKING_DAYS)
    assert await remind(now + 2 * TEN_WORKING_DAYS) == [REFERENT]


async def test_of_two_people_the_one_who_took_charge_is_reminded(cast: Cast, new_case: NewCase, now: datetime) -> None:
    case_id = await new_case("CAF")
    await take_charge(cast.manager_caf_lot, case_id, now)
    await say(cast.referent_caf_lot, case_id, now)
    assert await remind(now + TEN_WORKING_DAYS) == [MANAGER]


async def test_who_is_given_the_case_has_ten_days_and_giving_it_back_unanswered_ends_it(
    cast: Cast, new_case: NewCase, now: datetime
) -> None:
    """Once the team has answered, giving it back ends nothing."""
    silent, answered = await new_case("CAF"), await new_case("CAF")
    await take_charge(cast.referent_caf_lot, silent, now)
    await give_back(cast.referent_caf_lot, silent, now + DAY)
    await say(cast.referent_caf_lot, answered, now)
    await assign(cast.referent_caf_lot, answered, cast.manager_caf_lot.id, now + DAY)
    assert not await remind(now + TEN_WORKING_DAYS)
    assert await remind(now + TEN_WORKING_DAYS + DAY) == [MANAGER]
    await give_back(cast.manager_caf_lot, answered, now + TEN_WORKING_DAYS + DAY)
    assert await remind(now + 2 * TEN_WORKING_DAYS + DAY) == [REFERENT]


@pytest.mark.parametrize("for_team", [False, True])
async def test_a_case_set_aside_comes_back_with_one_reminder(
    cast: Cast, new_case: NewCase, now: datetime, for_team: bool
) -> None:
    case_id, back = await new_case("CAF"), now + TEN_WORKING_DAYS + 7 * DAY
    await take_charge(cast.referent_caf_lot, case_id, now)
    await set_aside(cast.referent_caf_lot, case_id, back.date(), now, for_team=for_team)
    assert not await remind(now + TEN_WORKING_DAYS)
    await bring_back_due(back)
    assert not await remind(back)
    assert await remind(back + TEN_WORKING_DAYS + DAY) == [REFERENT], "Christmas is in between"


async def set_active(cast: Cast, **people: bool) -> None:
    for name, active in people.items():
        await Person.update({Person.active: active}).where(Person.id == getattr(cast, name).id)


async def test_once_they_left_the_last_who_answered_is_reminded_then_all_and_the_shared_address(
    cast: Cast, new_case: NewCase, now: datetime
) -> None:
    case_id = await new_case("CAF")
    await Team.update({Team.shared_address: "caf.lot@exemple.fr"}).where(Team.name == "CAF du Lot")
    await take_charge(cast.manager_caf_lot, case_id, now)
    await say(cast.referent_caf_lot, case_id, now)
    await set_active(cast, manager_caf_lot=False)
    assert await remind(now + TEN_WORKING_DAYS) == [REFERENT]

    await Recipient.update({Recipient.taken_by: None}).where(Recipient.case == case_id)
    await set_active(cast, manager_caf_lot=True, referent_caf_lot=False)
    assert await remind(now + 3 * TEN_WORKING_DAYS) == ["CAF du Lot", MANAGER]


async def test_a_withdrawn_answer_gives_the_promise_of_before_back(
    cast: Cast, new_case: NewCase, now: datetime
) -> None:
    """What was reminded of in between is not reminded of twice."""
    case_id = await new_case("CAF")
    await take_charge(cast.referent_caf_lot, case_id, now)
    assert await remind(now + TEN_WORKING_DAYS) == [REFERENT]
    await say(cast.referent_caf_lot, case_id, now + TEN_WORKING_DAYS + DAY)
    await withdraw_message(cast.referent_caf_lot, case_id, await last_message(), now + TEN_WORKING_DAYS + DAY)
    assert (await read_recipients(case_id))["CAF"]["promise_due"] == now + TEN_WORKING_DAYS
    assert not await remind(now + TEN_WORKING_DAYS + 2 * DAY)
    assert await remind(now + 2 * TEN_WORKING_DAYS) == [REFERENT]
