"""A case whose citizen sent « STOP »: no answer is late, it is counted and found as before, one email each."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.cases.inbox.filters import Filters
from app.domain.cases.inbox.listing import list_cases
from app.domain.cases.inbox.views import View
from app.domain.cases.lifecycle.late_notices import send_late_notices
from app.domain.cases.lifecycle.suspension import renew_mandate, resume_by_sms, suspend
from app.domain.cases.lifecycle.test_lateness import emailed, late, november
from app.domain.cases.statistics.overview import load_overview
from db.engine import transaction
from db.tables.email import Email


async def said(verb: Callable[[UUID, datetime], Awaitable[None]], case_id: UUID, now: datetime) -> None:
    """An action of the citizen, in the transaction that records the reply."""
    async with transaction():
        await verb(case_id, now)


async def test_while_it_is_suspended_no_answer_is_late(cast: Cast, case_id: UUID) -> None:
    assert await late(cast.referent_caf_lot, november(26))
    await said(suspend, case_id, november(26, 10))

    for reader in (cast.agent_lot, cast.referent_caf_lot):
        assert not await late(reader, november(90))
    await send_late_notices(november(31))
    assert await emailed("late") == set()
    seen = await load_overview(cast.supervisor_lot, november(31))
    assert [(name, figures.late, sum(figures.open.values())) for name, figures in seen.areas] == [("Lot", 0, 1)]
    assert [case.late for case in seen.cases] == [False]

    await said(resume_by_sms, case_id, november(31))
    assert not await late(cast.referent_caf_lot, november(33)) and await late(cast.referent_caf_lot, november(34))


async def test_it_is_the_agent_s_turn_and_both_sides_find_it(cast: Cast, case_id: UUID) -> None:
    await said(suspend, case_id, november(24))
    for reader, theirs in ((cast.agent_lot, 1), (cast.referent_caf_lot, 0)):
        assert (await list_cases(reader, Filters(view=View.TO_HANDLE), november(24))).total == theirs
        (line,) = (await list_cases(reader, Filters(words="Pélissier"), november(24))).rows
        assert line.suspended and line.id == case_id


@pytest.mark.parametrize("kind", ["suspended", "resumed"])
async def test_each_person_gets_one_letter_and_none_for_their_own_gesture(cast: Cast, case_id: UUID, kind: str) -> None:
    for hour in (9, 10):
        await said(suspend, case_id, november(24, hour))
    for hour in (11, 12):
        await renew_mandate(cast.agent_lot, case_id, november(24).date(), november(24, hour))

    people = [row["person"] for row in await Email.select(Email.person).where(Email.kind == kind)]
    assert cast.referent_caf_lot.id in people and len(people) == len(set(people))
    assert (cast.agent_lot.id in people) == (kind == "suspended")
