"""What an open page of a list lacks after cases changed: 25 rows, each where the order puts it."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from app.cast import Cast
from app.domain.cases.inbox.filters import Filters
from app.domain.cases.inbox.listing import PAGE_SIZE, list_cases, load_changed_page
from app.domain.cases.inbox.ordering import Order
from app.domain.cases.inbox.views import View
from app.domain.cases.thread.posting import post_message
from app.tests.support.cases_fixtures import NewCase, clear_rate_limits

FILTERS = Filters(view=View.OPEN, order=Order.OLDEST)


async def send_two_pages(new_case: NewCase) -> list[UUID]:
    sent = [await new_case("CAF") for _ in range(PAGE_SIZE + 3)]
    await clear_rate_limits()
    return sent


async def test_a_case_that_leaves_the_page_gives_its_place_to_the_next(
    cast: Cast, new_case: NewCase, now: datetime
) -> None:
    sent = await send_two_pages(new_case)
    await post_message(cast.agent_lot, sent[0], "Bonjour", key="a", now=now)

    listing, coming = await load_changed_page(cast.agent_lot, FILTERS, [sent[0]], now)

    assert list(coming) == [sent[PAGE_SIZE]]
    beyond = await list_cases(cast.agent_lot, replace(FILTERS, after=listing.older_position), now)
    assert [row.id for row in beyond.rows] == [*sent[PAGE_SIZE + 1 :], sent[0]]


async def test_a_page_gets_no_row_of_another_page(cast: Cast, new_case: NewCase, now: datetime) -> None:
    sent = await send_two_pages(new_case)
    first = await list_cases(cast.agent_lot, FILTERS, now)
    second = replace(FILTERS, after=first.older_position)

    assert list((await load_changed_page(cast.agent_lot, second, [sent[0]], now))[1]) == []
    assert list((await load_changed_page(cast.agent_lot, second, [sent[-1]], now))[1]) == [sent[-1]]
    assert list((await load_changed_page(cast.agent_lot, FILTERS, [sent[-1]], now))[1]) == [sent[PAGE_SIZE - 1]]


async def test_a_page_of_which_nothing_is_left_does_not_become_the_first(
    cast: Cast, new_case: NewCase, now: datetime
) -> None:
    sent = [await new_case("CAF")]
    last = (await list_cases(cast.agent_lot, FILTERS, now)).rows[-1].position

    listing, coming = await load_changed_page(cast.agent_lot, replace(FILTERS, after=last), sent, now)

    assert listing.rows == [] and coming == {}
