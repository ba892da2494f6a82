"""An open page follows what others do: no button that would be refused, no tag that is true no more."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING
from uuid import UUID

from bs4 import BeautifulSoup

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.lifecycle.assignment import take_charge
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


async def test_an_open_panel_of_contacts_says_that_they_have_changed_and_goes_with_the_right(
    cast: Cast, case_id: UUID, sign_in: SignIn, clock: Clock
) -> None:
    agent, msa = await sign_in(cast.agent_lot), await sign_in(cast.referent_msa_lot)
    panel = await agent.get(f"/demandes/{case_id}/coordonnees")
    assert "Relevées le 23 novembre 2026 à 10 h 00" in panel.text and panel.link("Actualiser") == panel.path
    shown = (await agent.http.get(f"/demandes/{case_id}/nouvelles")).headers["etag"]
    open_panel = (await msa.get(f"/demandes/{case_id}/coordonnees")).soup.find(id="coordonnees")
    assert open_panel is not None and cast.agent_lot.address in open_panel.get_text()

    await take_charge(cast.referent_caf_lot, case_id, clock.now)
    await step_out(cast.referent_msa_lot, case_id, "Pas de dossier chez nous", clock.now)

    found = (await agent.http.get(f"/demandes/{case_id}/nouvelles", headers={"if-none-match": shown})).text
    said = BeautifulSoup(found, "html.parser").select_one("#coordonnees-du[hx-swap-oob]")
    assert said is not None and "ont changé depuis" in said.get_text() and said.find("a", href=panel.path)
    ended = await msa.http.get(f"/demandes/{case_id}/nouvelles", headers={"hx-request-type": "partial"})
    assert ended.status_code == 410
    emptied = BeautifulSoup(ended.text, "html.parser").select_one("#coordonnees[hx-swap-oob=innerHTML]")
    assert emptied is not None and not emptied.get_text()
