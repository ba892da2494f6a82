"""The forms of a team: typed text is kept, areas are asked only of those who may choose them, the wizard follows."""

from collections.abc import Awaitable, Callable

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.tests.support.browser import Browser, Page

SignIn = Callable[[Actor], Awaitable[Browser]]


async def test_a_supervisor_creates_a_team_and_is_told_what_comes_next(cast: Cast, sign_in: SignIn) -> None:
    browser = await sign_in(cast.supervisor_lot)
    page = await browser.get((await browser.get("/equipes")).link("Créer une équipe"))
    assert page.soup.find_all("input", {"name": "territoires"}, limit=2)[-1]["value"] == "46"

    typed = {"nom": "MDPH du Lot", "adresse-partagee": "pas une adresse", "commune": "Cahors"}
    page = await browser.press(page, "Créer l’équipe", **typed, territoires=["46"])
    assert (
        page.status == 422 and page.soup.find("a", href="#organisme") and page.soup.find("a", href="#adresse-partagee")
    )
    assert page.find_value("Commune") == "Cahors" and page.list_ticked("territoires") == ["46 – Lot"]

    mdph = next(option for option in page.control("Organisme").find_all("option") if "MDPH" in option.get_text())
    page = await browser.press(
        page, "Créer l’équipe", **{"organisme": mdph["value"], "adresse-partagee": "m@x.exemple.fr"}
    )
    assert page.h1 == "MDPH du Lot" and "L’équipe est créée." in page.text and "Équipe injoignable" in page.text


async def test_a_manager_changes_their_team_and_is_not_asked_for_its_territories(cast: Cast, sign_in: SignIn) -> None:
    browser = await sign_in(cast.manager_caf_lot)
    page = await browser.get((await browser.get("/equipes")).link("CAF du Lot"))
    page = await browser.get(page.link("Modifier l’équipe"))
    assert not page.soup.find("input", {"name": "territoires"}) and len(page.list_ticked("structures")) == 5

    page = await browser.press(page, "Enregistrer", structures=[page.find_value("France Services")], telephone="3230")

    assert "Les modifications de l’équipe sont enregistrées." in page.text and "3230" in page.text
    assert "Qui peut lui écrire France Services" in page.text


@pytest.mark.parametrize("bad", ["\0", "x" * 300, "   "])
async def test_what_cannot_be_kept_is_said_and_nothing_else_is_lost(cast: Cast, sign_in: SignIn, bad: str) -> None:
    browser = await sign_in(cast.manager_caf_lot)
    page = await browser.get(f"/equipes/{cast.manager_caf_lot.seats[0].team_id}/modification")

    page = await browser.press(page, "Enregistrer", nom=bad, commune="Figeac")

    assert page.status == 422 and page.soup.find("a", href="#nom") and page.find_value("Commune") == "Figeac"


async def test_the_forms_are_closed_to_the_others(cast: Cast, sign_in: SignIn) -> None:
    caf = cast.manager_caf_lot.seats[0].team_id
    for actor, new, change in (
        (cast.referent_caf_lot, 404, 403),
        (cast.manager_caf_lot, 404, 200),
        (cast.referent_caf_cher, 404, 404),
        (cast.supervisor_lot, 200, 200),
        (cast.expert, 404, 404),
    ):
        browser = await sign_in(actor)
        statuses = [(await browser.get(path)).status for path in ("/equipes/nouvelle", f"/equipes/{caf}/modification")]
        assert statuses == [new, change], actor.full_name


async def in_free_mode(browser: Browser) -> Page:
    page = await browser.get("/demandes/nouvelle")
    return await browser.press(page, "Continuer", mode=page.find_value("Choisir les organismes"))


async def test_the_wizard_does_not_offer_a_team_that_refuses_this_kind_of_helper_and_says_so(
    cast: Cast, sign_in: SignIn
) -> None:
    agent, manager = await sign_in(cast.agent_lot), await sign_in(cast.manager_caf_lot)
    page = await in_free_mode(agent)
    caf = page.find_value("CAF – ")

    form = await manager.get(f"/equipes/{cast.manager_caf_lot.seats[0].team_id}/modification")
    await manager.press(form, "Enregistrer", structures=[form.find_value("Association")])

    refused = await agent.press(page, "Continuer", organismes=[caf])
    assert refused.status == 422 and "On ne peut plus écrire à : CAF" in refused.text
    page = await in_free_mode(agent)
    assert "CAF : son équipe n’accepte pas les demandes de votre sorte de structure" in page.text
    assert not page.soup.find("input", {"name": "organismes", "value": caf})


async def test_a_team_that_no_one_reads_cannot_be_chosen_and_the_page_says_why(cast: Cast, sign_in: SignIn) -> None:
    agent = await sign_in(cast.agent_lot)
    page = await in_free_mode(agent)

    page = await agent.press(page, "Changer de territoire", territoire="23")

    assert "CPAM : son équipe n’a personne qui lise les demandes dans ce territoire (Creuse)" in page.text
