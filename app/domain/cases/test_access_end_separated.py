"""The reason why an expert lost the right to read a case in which theirs continued."""

from datetime import datetime

from app.cast import Cast
from app.domain.cases.access import load_visible_case
from app.domain.cases.access_end import AccessEnd, AccessEndReason
from app.domain.cases.lifecycle.continuation import continue_in
from app.domain.cases.lifecycle.continuation_undo import separate
from app.domain.cases.lifecycle.invitation import invite_expert
from app.domain.cases.test_access_end import HOUR, ended_for
from app.tests.support.cases_fixtures import NewCase, open_and_read_case


async def test_an_expert_whose_case_no_longer_continues_there(cast: Cast, new_case: NewCase, now: datetime) -> None:
    case_id, other = await new_case("CAF"), await new_case("MSA")
    await invite_expert(cast.agent_lot, case_id, "Bloqué", now)
    await continue_in(cast.agent_lot, case_id, other, now)
    await separate(cast.agent_lot, case_id, now + HOUR)
    assert await ended_for(cast.expert, other) is None

    await continue_in(cast.agent_lot, case_id, other, now + 2 * HOUR)
    await open_and_read_case(cast.expert, other, now + 2 * HOUR)
    await separate(cast.agent_lot, case_id, now + 3 * HOUR)
    assert await ended_for(cast.expert, other) == AccessEnd(AccessEndReason.SEPARATED, now + 3 * HOUR, "Carmen Vidal")
    for never in (cast.referent_caf_lot, cast.agent_cher):
        assert await ended_for(never, other) is None
    await invite_expert(cast.agent_lot, other, "Bloqué ici aussi", now + 3 * HOUR)
    for shown in (case_id, other):
        assert await load_visible_case(cast.expert, shown)
