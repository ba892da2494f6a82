"""Merging and closing, as people do it: what the page announces is what happens."""

from collections.abc import Awaitable, Callable
from datetime import datetime

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.draft.submission import submit
from app.tests.support.browser import Browser
from app.tests.support.cases_fixtures import make_draft
from db.tables.teams import Team

SignIn = Callable[[Actor], Awaitable[Browser]]


async def test_an_admin_merges_two_teams_after_reading_what_moves(cast: Cast, sign_in: SignIn, now: datetime) -> None:
    case_id = await make_draft(cast.agent_lot, now, "CAF")
    await submit(cast.agent_lot, case_id, now)
    browser = await sign_in(cast.admin)
    page = await browser.get(f"/equipes/{cast.referent_caf_lot.seats[0].team_id}")
    page = await browser.get(page.link("Réunir à une autre équipe"))
    page = await browser.press(page, "Chercher", q="msa lot")
    page = await browser.get(page.link("MSA du Lot"))
    for said in ("Hélène Marty (responsable)", "Julien Delmas", "Demandes reçues 1 en cours", "Cela ne se défait pas"):
        assert said in page.text

    page = await browser.press(page, "Réunir ces deux équipes")

    assert page.h1 == "MSA du Lot" and "n’en font plus qu’une" in page.text and "Julien Delmas" in page.text
    page = await browser.get((await browser.get("/equipes?vue=fermees")).link("CAF du Lot"))
    assert "MSA du Lot a pris sa place" in page.text
    case = await (await sign_in(cast.agent_lot)).get(f"/demandes/{case_id}")
    assert "Équipe réunie à MSA du Lot" in case.text


async def test_a_team_with_cases_that_only_it_follows_is_led_to_a_merger(
    cast: Cast, sign_in: SignIn, now: datetime
) -> None:
    browser, caf = await sign_in(cast.supervisor_lot), cast.referent_caf_lot.seats[0].team_id
    free = await browser.get(f"/equipes/{caf}/fermeture")
    await submit(cast.agent_lot, await make_draft(cast.agent_lot, now, "CAF"), now)

    late = await browser.press(free, "Fermer cette équipe")
    assert late.status == 409 and "1 demande en cours n’aurait plus personne" in late.text

    page = await browser.get(f"/equipes/{caf}/fermeture")
    assert "ne peut pas être fermée maintenant" in page.text and not page.has_button("Fermer cette équipe")
    assert page.link("Réunir à une autre équipe") == f"/equipes/{caf}/fusion"


async def test_a_supervisor_closes_a_team_that_follows_nothing(cast: Cast, sign_in: SignIn) -> None:
    browser = await sign_in(cast.supervisor_lot)
    page = await browser.get(f"/equipes/{cast.referent_caf_lot.seats[0].team_id}")
    page = await browser.get(page.link("Fermer l’équipe"))
    assert "Hélène Marty" in page.text and "leur compte reste ouvert" in page.text

    page = await browser.press(page, "Fermer cette équipe")

    assert "L’équipe est fermée." in page.text and "Équipe fermée le" in page.text
    assert "Modifier l’équipe" not in page.text


@pytest.mark.parametrize("where", ["fusion", "fermeture"])
async def test_these_pages_are_closed_to_the_others(cast: Cast, sign_in: SignIn, where: str) -> None:
    caf = cast.manager_caf_lot.seats[0].team_id
    for actor, status in ((cast.manager_caf_lot, 403), (cast.referent_caf_cher, 404), (cast.supervisor_lot, 200)):
        assert (await (await sign_in(actor)).get(f"/equipes/{caf}/{where}")).status == status


async def test_a_forged_choice_is_refused_and_merges_nothing(cast: Cast, sign_in: SignIn) -> None:
    browser, caf = await sign_in(cast.supervisor_lot), cast.referent_caf_lot.seats[0].team_id
    other = cast.referent_cpam_lot.seats[0].team_id
    page = await browser.get(f"/equipes/{caf}/fusion?avec={other}")

    for forged, status in (("", 422), (str(caf), 422), ("999999", 404), ("1" * 30, 422)):
        assert (await browser.press(page, "Réunir ces deux équipes", avec=forged)).status == status
    assert not await Team.exists().where(Team.closed_at.is_not_null())
