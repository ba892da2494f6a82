"""One stream too many is told to ask instead: no page in the answer, and asking works."""

from collections.abc import Awaitable, Callable
from uuid import UUID

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
