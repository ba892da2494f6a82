"""« Mise de côté jusqu’au … » on the open page of a case, as a page that is loaded anew would show it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from litestar import Litestar
from litestar.testing import RequestFactory

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.lifecycle.set_aside import bring_back, set_aside
from app.domain.cases.live_update import event_recorded
from app.domain.cases.thread.posting import post_message
from app.routes.live.set_aside import follow_set_aside
from app.routes.live.stream import make_case_filter, stream_events
from app.routes.live.test_stream import SignIn, settled
from app.routes.live.updates import make_case_updates
from app.routes.middleware.authentication import SESSION_COOKIE

Follow = Callable[..., Awaitable[list[str]]]


@pytest.fixture
async def follow(case_id: UUID, application: Litestar, sign_in: SignIn) -> AsyncIterator[Follow]:
    """The pieces that an open page receives, once it has its first ones."""
    bus, reading = application.state.bus, list["asyncio.Task[None]"]()

    async def read(pieces: list[str], actor: Actor, cookie: str, query: dict[str, str | list[str]]) -> None:
        request = RequestFactory(app=application).get(
            "/flux", user=actor, headers={"cookie": cookie}, query_params=query
        )
        news = follow_set_aside(request, case_id, make_case_updates(request, case_id))
        async for piece in stream_events(request, bus.subscribe(actor), news, make_case_filter(case_id)):
            pieces.append(piece.decode())

    async def open_page(actor: Actor, **query: str | list[str]) -> list[str]:
        browser, pieces = await sign_in(actor), list[str]()
        seen = (await browser.http.get(f"/demandes/{case_id}/nouvelles")).headers["etag"].strip('"')
        cookie = f"{SESSION_COOKIE}={browser.http.cookies[SESSION_COOKIE]}"
        reading.append(asyncio.create_task(read(pieces, actor, cookie, {"depuis": seen, **query})))
        await settled(lambda: bool(pieces))
        return pieces

    event_recorded.connect(bus.publish)
    yield open_page
    event_recorded.disconnect(bus.publish)
    for one in reading:
        one.cancel()


def shows_it(pieces: list[str]) -> Callable[[], bool]:
    return lambda: "Mise de côté pour votre équipe" in pieces[-1]


def shows_it_no_more(pieces: list[str]) -> Callable[[], bool]:
    return lambda: 'id="prise-en-charge" hx-swap-oob' in pieces[-1] and "Reprendre" not in pieces[-1]


@pytest.mark.parametrize("new_database", ["sqlite"], indirect=True)
async def test_it_comes_for_the_team_and_goes_by_a_gesture_or_by_a_message(
    cast: Cast, case_id: UUID, follow: Follow, now: datetime
) -> None:
    julien, paul, carmen = [await follow(one) for one in (cast.referent_caf_lot, cast.referent_msa_lot, cast.agent_lot)]
    day = now.date() + timedelta(days=2)

    await set_aside(cast.manager_caf_lot, case_id, day, now, for_team=True)
    await settled(shows_it(julien))
    await bring_back(cast.manager_caf_lot, case_id, now)
    await settled(shows_it_no_more(julien))
    await set_aside(cast.manager_caf_lot, case_id, day, now, for_team=True)
    await settled(shows_it(julien))
    await post_message(cast.agent_lot, case_id, "Du nouveau", key="a", now=now)
    await settled(shows_it_no_more(julien))

    await settled(lambda: all("Du nouveau" in "".join(pieces) for pieces in (paul, carmen)))
    assert "prise-en-charge" not in "".join([*paul, *carmen])


@pytest.mark.parametrize("new_database", ["sqlite"], indirect=True)
async def test_a_page_that_was_drawn_with_it_hears_that_it_is_over(
    cast: Cast, case_id: UUID, follow: Follow, now: datetime
) -> None:
    referent = cast.referent_caf_lot
    assert "prise-en-charge" not in "".join(await follow(referent))
    pieces = await follow(referent, aside="1")
    await settled(lambda: len(pieces) > 1)
    assert shows_it_no_more(pieces)()


async def test_a_page_says_to_its_stream_what_it_shows(
    cast: Cast, case_id: UUID, sign_in: SignIn, now: datetime
) -> None:
    browser = await sign_in(cast.referent_caf_lot)
    assert "aside=1" not in (await browser.http.get(f"/demandes/{case_id}")).text
    await set_aside(cast.referent_caf_lot, case_id, now.date() + timedelta(days=2), now)
    page = await browser.get(f"/demandes/{case_id}")
    assert page.soup.select_one("[data-stream]")["hx-sse:connect"].endswith("&aside=1")  # type: ignore[index,union-attr]
    assert page.has_button("Reprendre maintenant")
