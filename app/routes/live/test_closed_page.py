"""An open page follows a closing: it keeps no button that would be refused."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from bs4 import BeautifulSoup

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.tests.support.browser import Browser

SignIn = Callable[[Actor], Awaitable[Browser]]


async def test_closing_takes_the_buttons_away_on_an_open_page(cast: Cast, case_id: UUID, sign_in: SignIn) -> None:
    agent, caf = await sign_in(cast.agent_lot), await sign_in(cast.referent_caf_lot)
    await caf.get(f"/demandes/{case_id}")
    shown = (await caf.http.get(f"/demandes/{case_id}/nouvelles")).headers["etag"]
    page = await agent.press(await agent.get(f"/demandes/{case_id}"), "Clore la demande")
    await agent.press(page, "Confirmer la clôture", issue="solved")

    found = await caf.http.get(f"/demandes/{case_id}/nouvelles", headers={"if-none-match": shown})

    part = BeautifulSoup(found.text, "html.parser")
    for name in ("prise-en-charge", "reponse", "geste", "cloture"):
        replaced = part.select_one(f"#{name}[hx-swap-oob]")
        assert replaced is not None, name
        assert [button.get_text() for button in replaced.select("button")] in ([], ["Demander de rouvrir"]), name
