"""What one team says silences no other: the faults that issue 16 reproduced. START is a Monday, 10 h in Paris."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.cases.access import load_visible_case
from app.domain.cases.events import EventKind
from app.domain.cases.inbox.counters import count_to_handle
from app.domain.cases.inbox.views import View
from app.domain.cases.lifecycle.invitation import invite_team
from app.domain.cases.lifecycle.late_notices import send_late_notices
from app.domain.cases.lifecycle.transfer import transfer
from app.tests.support.cases_fixtures import open_and_read_case
from app.tests.support.recipients import count_shown, find_team_id, list_emailed, list_turns, read_recipients, say

DAY = timedelta(days=1)


async def test_non_pertinente_of_one_leaves_the_other_its_turn_and_its_lateness(
    cast: Cast, case_id: UUID, now: datetime
) -> None:
    await say(cast.referent_caf_lot, case_id, now, kind=EventKind.IRRELEVANT)

    assert await list_turns(case_id) == {"MSA"}
    assert (await count_to_handle(cast.referent_msa_lot, now), await count_to_handle(cast.referent_caf_lot, now)) == (
        1,
        0,
    )
    assert await count_shown(cast.referent_msa_lot, now + 3 * DAY, late=True) == 1
    assert await count_shown(cast.referent_caf_lot, now + 90 * DAY, view=View.OPEN, late=True) == 0
    await send_late_notices(now + 3 * DAY)
    assert await list_emailed("late") == ["referent.msa.lot"]


@pytest.mark.parametrize("kind", [EventKind.MESSAGE, EventKind.HANDLED, EventKind.IRRELEVANT])
async def test_an_answer_changes_nothing_of_the_other_team(
    cast: Cast, case_id: UUID, now: datetime, kind: EventKind
) -> None:
    await open_and_read_case(cast.referent_msa_lot, case_id, now)
    before = (await read_recipients(case_id))["MSA"]

    await say(cast.referent_caf_lot, case_id, now + DAY, kind=kind)

    rows = await read_recipients(case_id)
    assert {**rows["MSA"], "last_event": 0} == {**before, "last_event": 0}
    answered = {name for name in ("first_answer_at", "last_answer_at") if rows["CAF"][name] == now + DAY}
    assert len(answered) == 2 and not rows["CAF"]["waiting_since"]


async def test_a_team_asked_for_an_opinion_owes_nothing_and_silences_no_team(
    cast: Cast, case_id: UUID, now: datetime
) -> None:
    await invite_team(cast.referent_caf_lot, case_id, await find_team_id("CPAM du Lot"), "Un avis", now, opinion=True)
    assert await list_emailed("invited") == ["referent.cpam.lot"]
    assert await count_to_handle(cast.referent_cpam_lot, now) == 0
    assert await count_shown(cast.referent_cpam_lot, now, view=View.OPEN) == 1

    await say(cast.referent_cpam_lot, case_id, now + DAY)
    assert await list_turns(case_id) == {"CAF", "MSA"}
    await say(cast.agent_lot, case_id, now + DAY)
    assert await list_turns(case_id) == {"CAF", "MSA"}, "a message to all is not for an opinion"
    await send_late_notices(now + 15 * DAY)
    assert "referent.cpam.lot" not in await list_emailed("late")


async def test_an_agent_who_names_the_opinion_s_team_asks_it(cast: Cast, case_id: UUID, now: datetime) -> None:
    cpam = await find_team_id("CPAM du Lot")
    await invite_team(cast.referent_caf_lot, case_id, cpam, "Un avis", now, opinion=True)
    await say(cast.agent_lot, case_id, now, addressed=[cpam])
    assert await list_turns(case_id) == {"CAF", "MSA", "CPAM"}
    assert await count_shown(cast.referent_cpam_lot, now + 3 * DAY, late=True) == 1


async def test_a_transferred_case_reaches_the_new_team_with_its_turn_and_its_clock(
    cast: Cast, case_id: UUID, now: datetime
) -> None:
    await transfer(cast.referent_caf_lot, case_id, await find_team_id("CPAM du Lot"), "Maladie", now + DAY)

    assert await list_turns(case_id) == {"MSA", "CPAM"}
    assert await count_to_handle(cast.referent_cpam_lot, now) == 1
    assert await count_shown(cast.referent_cpam_lot, now + 3 * DAY, late=True) == 0
    assert await count_shown(cast.referent_cpam_lot, now + 4 * DAY, late=True) == 1
    rows = await read_recipients(case_id)
    assert (rows["CPAM"]["joined_at"], rows["CPAM"]["waiting_since"]) == (now + DAY, now + DAY)
    assert rows["CAF"]["left_at"] == now + DAY


async def test_the_word_of_the_case_follows_from_any_team_and_a_referent_s_from_their_own(
    cast: Cast, case_id: UUID, now: datetime
) -> None:
    await open_and_read_case(cast.referent_caf_lot, case_id, now)
    assert (await load_visible_case(cast.agent_lot, case_id)).status == "seen"
    for referent, status in ((cast.referent_caf_lot, "seen"), (cast.referent_msa_lot, "new")):
        assert await count_shown(referent, now, status=status) == 1
    await say(cast.referent_caf_lot, case_id, now)
    assert await count_shown(cast.referent_msa_lot, now, status="answered") == 1
