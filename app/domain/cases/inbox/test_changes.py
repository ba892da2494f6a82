"""The changes that a live page missed: a page’s worth at most, for any request."""

from datetime import datetime

from app.cast import Cast
from app.domain.cases.inbox.changes import list_changed_cases
from app.domain.cases.inbox.counters import load_list_counts
from app.domain.cases.inbox.listing import PAGE_SIZE
from app.tests.support.cases_fixtures import NewCase


async def test_no_more_than_a_page_of_cases_the_oldest_change_first(
    cast: Cast, new_case: NewCase, now: datetime
) -> None:
    sent = [await new_case("CAF") for _ in range(PAGE_SIZE + 2)]

    changed = await list_changed_cases(cast.agent_lot, 0, now)

    last = changed[sent[-1]]
    assert list(changed) == sent[2:] and last == (await load_list_counts(cast.agent_lot, now)).latest_event
    assert await list_changed_cases(cast.agent_lot, last, now) == {}
