"""One stream too many is told to ask instead: no page in the answer, and asking works."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest
from litestar import Litestar

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.gateways.live import EACH
from app.testing import Browser

SignIn = Callable[[Actor], Awaitable[Browser]]


async def test_one_too_many_is_refused_without_a_page_and_may_ask(
    cast: Cast, case_id: UUID, application: Litestar, signed_in: SignIn
) -> None:
    browser = await signed_in(cast.agent_lot)
    for _ in range(EACH):
        application.state.bus.subscribe(cast.agent_lot)

    for page in ("", f"/demandes/{case_id}"):
        refused = await browser.http.get(f"{page}/flux", headers={"hx-request-type": "partial"})
        assert (refused.status_code, refused.content, refused.headers["retry-after"]) == (429, b"", "60")
        assert "hx-retarget" not in refused.headers
        assert (await browser.http.get(f"{page}/nouvelles")).status_code == 200
    assert (await browser.http.get("/demandes/00000000-0000-0000-0000-000000000000/flux")).status_code == 404


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
async def test_of_many_that_come_at_once_no_more_are_held(
    cast: Cast, application: Litestar, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the question and the stream's beginning others have begun: it ends before it is held."""
    rooms = iter([True, False])
    monkeypatch.setattr(application.state.bus, "has_room_for", lambda _: next(rooms))
    browser = await signed_in(cast.agent_lot)

    answer = await asyncio.wait_for(browser.http.get("/flux"), 20)

    assert (answer.status_code, answer.content) == (200, b"") and application.state.bus.open_streams == 0
