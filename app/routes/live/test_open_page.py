"""An open page follows what others do: no button that would be refused, no tag that is true no more."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING
from uuid import UUID

from bs4 import BeautifulSoup

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.lifecycle.stepping_out import step_out
from app.domain.cases.thread.posting import post_message
from app.tests.support.browser import Browser

if TYPE_CHECKING:
    from app.tests.support.fixtures import Clock

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
        assert {button.get_text() for button in replaced.select("button")} <= {"Demander de rouvrir", "Coordonnées"}, (
            name
        )


async def test_a_late_team_that_steps_out_takes_the_tag_away(
    cast: Cast, case_id: UUID, sign_in: SignIn, clock: Clock
) -> None:
    await post_message(cast.referent_caf_lot, case_id, "Voici où en est le dossier.", key="once", now=clock.now)
    clock.advance(days=10)
    agent = await sign_in(cast.agent_lot)
    assert "En souffrance" in (await agent.get(f"/demandes/{case_id}")).text
    shown = (await agent.http.get(f"/demandes/{case_id}/nouvelles")).headers["etag"]

    await step_out(cast.referent_msa_lot, case_id, "Pas de dossier chez nous", clock.now)

    found = await agent.http.get(f"/demandes/{case_id}/nouvelles", headers={"if-none-match": shown})
    marks = BeautifulSoup(found.text, "html.parser").select_one("#marques[hx-swap-oob]")
    assert marks is not None and "En souffrance" not in marks.get_text()
    assert "ne suit plus la demande" in found.text
