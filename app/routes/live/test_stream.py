"""A stream beyond the limit is refused and its page polls; a few are read at a time; each ends with its page."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from litestar import Litestar, Request
from litestar.testing import RequestFactory

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.authentication.sessions import SessionsEnded
from app.domain.cases.lifecycle.transfer import transfer
from app.domain.cases.live_update import event_recorded
from app.domain.cases.thread.internal_notes import post_internal_note
from app.domain.cases.thread.posting import post_message
from app.domain.teams.teams import add_member
from app.gateways.live.bus import MAX_CONCURRENT_READS, MAX_PER_PERSON
from app.routes.live import stream
from app.routes.live.sse import make_event_stream
from app.routes.live.stream import SignalFilter, make_case_filter, stream_events
from app.routes.live.updates import LoadUpdates, make_case_updates, make_list_updates
from app.routes.middleware.authentication import SESSION_COOKIE
from app.tests.support.browser import Browser
from db.tables.people import Person

SignIn = Callable[[Actor], Awaitable[Browser]]


async def test_one_too_many_is_refused_without_a_page_and_may_ask(
    cast: Cast, case_id: UUID, application: Litestar, sign_in: SignIn
) -> None:
    browser = await sign_in(cast.agent_lot)
    for _ in range(MAX_PER_PERSON):
        application.state.bus.subscribe(cast.agent_lot)

    for page in ("", f"/demandes/{case_id}"):
        refused = await browser.http.get(f"{page}/flux", headers={"hx-request-type": "partial"})
        assert (refused.status_code, refused.content, refused.headers["retry-after"]) == (429, b"", "60")
        assert "hx-retarget" not in refused.headers
        assert (await browser.http.get(f"{page}/nouvelles")).status_code == 200
    assert (await browser.http.get("/demandes/00000000-0000-0000-0000-000000000000/flux")).status_code == 404


@pytest.mark.parametrize("new_database", ["sqlite"], indirect=True)
async def test_of_many_that_come_at_once_no_more_are_held(
    cast: Cast, application: Litestar, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Other streams begin between the request and this stream’s start: it ends before it is counted."""
    rooms = iter([True, False])
    monkeypatch.setattr(application.state.bus, "has_room_for", lambda _: next(rooms))
    browser = await sign_in(cast.agent_lot)

    answer = await asyncio.wait_for(browser.http.get("/flux"), 20)

    assert (answer.status_code, answer.content) == (200, b"") and application.state.bus.open_streams == 0


@pytest.mark.parametrize("new_database", ["sqlite"], indirect=True)
async def test_of_many_pages_few_look_at_once_and_all_look(cast: Cast, application: Litestar, sign_in: SignIn) -> None:
    browser = await sign_in(cast.agent_lot)
    looking, most, looked = 0, 0, asyncio.Semaphore(0)

    async def news(actor: Actor, after: str) -> tuple[str, str]:
        nonlocal looking, most
        looking += 1
        most = max(most, looking)
        await asyncio.sleep(0.01)
        looking -= 1
        looked.release()
        return "", after

    requests = [request_of(browser, application, cast.agent_lot) for _ in range(MAX_PER_PERSON)]
    reading = [reading_of(one, news, lambda told: True) for one in requests]
    async with asyncio.timeout(20):
        for _ in range(MAX_PER_PERSON):
            await looked.acquire()
    for one in reading:
        one.cancel()
    assert most == MAX_CONCURRENT_READS


async def test_a_page_is_let_go_with_its_person(cast: Cast, application: Litestar, sign_in: SignIn) -> None:
    """At once, and not at its next ping, 25 s later."""
    request = request_of(await sign_in(cast.agent_lot), application, cast.agent_lot)
    reading = reading_of(request, make_list_updates(request), lambda told: True)
    await asyncio.sleep(0.3)
    assert not reading.done()

    await Person.update({Person.active: False}).where(Person.id == cast.agent_lot.id)
    application.state.bus.publish(SessionsEnded(cast.agent_lot.id))

    await asyncio.wait_for(reading, 10)


async def test_a_page_is_let_go_with_its_case(
    cast: Cast, case_id: UUID, application: Litestar, sign_in: SignIn, now: datetime
) -> None:
    """After a transfer, the former team receives nothing more of the case."""
    actor = cast.referent_caf_lot
    request = request_of(await sign_in(actor), application, actor)
    reading = reading_of(request, make_case_updates(request, case_id), make_case_filter(case_id))
    await asyncio.sleep(0.3)
    assert not reading.done()

    await transfer(actor, case_id, cast.referent_cpam_lot.seats[0].team_id, "Compétence de la CPAM", now)
    application.state.bus.wake_all()

    brought = (await asyncio.wait_for(reading, 10)).decode()
    assert "Demande envoyée" in brought and "Compétence de la CPAM" not in brought


async def test_a_stream_wakes_by_the_rights_of_the_moment_and_not_of_its_opening(
    cast: Cast, case_id: UUID, application: Litestar, sign_in: SignIn, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A referent joins the author’s team: from then on, no internal note changes or wakes her page."""
    bus, actor, deadlines, looks = application.state.bus, cast.referent_msa_lot, list[Any](), list[int]()
    wake_up, look = stream._wait_for_signals, stream._read_updates

    async def counted_wake_up(*asked: Any) -> Any:
        deadlines.append(asked[2:])
        return await wake_up(*asked)

    async def counted_look(*asked: Any) -> Any:
        looks.append(len(looks))
        return await look(*asked)

    monkeypatch.setattr(stream, "_wait_for_signals", counted_wake_up)
    monkeypatch.setattr(stream, "_read_updates", counted_look)
    browser = await sign_in(actor)
    pieces, reading = list[bytes](), list["asyncio.Task[None]"]()
    for news_of, matters in (
        (make_list_updates, lambda _: True),
        (lambda one: make_case_updates(one, case_id), make_case_filter(case_id)),
    ):
        request = request_of(browser, application, actor)
        reading.append(asyncio.create_task(collect(pieces, request, news_of(request), matters)))
    await settled(lambda: len(deadlines) == 2)
    shown, begun = list(pieces), list(deadlines)

    await add_member(actor.id, cast.agent_lot.seats[0].team_id)
    event_recorded.connect(bus.publish)
    try:
        await post_internal_note(cast.referent_caf_lot, case_id, "Entre nous", key="first", now=now)
        await settled(lambda: len(deadlines) == 4)
        assert (pieces, sorted(deadlines[2:])) == (shown, sorted(begun)), "the first: looked, said nothing"
        await post_internal_note(cast.referent_caf_lot, case_id, "Encore", key="second", now=now)
        await asyncio.sleep(0.2)
        assert (pieces, len(deadlines), len(looks)) == (shown, 4, 4), "the second wakes nothing"
        await post_message(cast.referent_caf_lot, case_id, "À tous", key="third", now=now)
        await settled(lambda: len(deadlines) == 6)
    finally:
        event_recorded.disconnect(bus.publish)
        for one in reading:
            one.cancel()
    brought = b"".join(pieces[len(shown) :]).decode()
    assert "À tous" in brought and "Entre nous" not in brought and "Encore" not in brought
    assert min(deadlines[4:]) > max(begun), "what it sends begins its idle time again"


async def collect(
    pieces: list[bytes], request: Request[Any, Any, Any], news: LoadUpdates, matters: SignalFilter
) -> None:
    queue = request.app.state.bus.subscribe(request.user)
    async for piece in stream.stream_events(request, queue, news, matters):
        pieces.append(piece)


async def settled(reached: Callable[[], bool]) -> None:
    for _ in range(2_000):
        if reached():
            return
        await asyncio.sleep(0.01)
    pytest.fail("twenty seconds have passed")


def request_of(browser: Browser, application: Litestar, actor: Actor) -> Request[Any, Any, Any]:
    cookies = {"cookie": f"{SESSION_COOKIE}={browser.http.cookies[SESSION_COOKIE]}"}
    return RequestFactory(app=application).get("/flux", user=actor, headers=cookies)


def reading_of(request: Request[Any, Any, Any], news: LoadUpdates, matters: SignalFilter) -> "asyncio.Task[bytes]":
    """All that a page receives until its stream ends."""

    async def read() -> bytes:
        queue = request.app.state.bus.subscribe(request.user)
        return b"".join([piece async for piece in stream_events(request, queue, news, matters)])

    return asyncio.create_task(read())


async def test_a_stream_that_ends_or_fails_by_itself_is_held_no_more(cast: Cast, application: Litestar) -> None:
    bus, sent = application.state.bus, list[Any]()

    async def receive() -> Any:
        await asyncio.sleep(3600)

    async def send(message: Any) -> None:
        sent.append(message)

    async def brief(queue: "asyncio.Queue[Any]") -> AsyncGenerator[bytes, None]:
        yield b"one"
        if len(sent) > 4:
            raise ConnectionError

    for _ in range(2):
        stream: Any = make_event_stream(bus, cast.agent_lot, brief)
        await asyncio.wait_for(stream({}, receive, send), 10)
        assert bus.open_streams == 0 and sent[-1] == {"type": "http.response.body", "body": b"", "more_body": False}
    assert [message.get("body") for message in sent] == [None, b"one", b""] * 2
