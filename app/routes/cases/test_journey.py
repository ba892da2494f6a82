"""The main job without scripts, page by page: from the first click to the survey."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.tests.support.browser import Browser, Page, extract_path

if TYPE_CHECKING:
    from app.gateways.email.transport import FolderTransport
    from app.gateways.email.worker import EmailWorker

SignIn = Callable[[Actor], Awaitable[Browser]]


async def to_organisations(browser: Browser) -> Page:
    page = await browser.get("/demandes/nouvelle")
    page = await browser.press(page, "Continuer", mode="guided")
    assert "Étape 2 sur 7" in page.text
    page = await browser.press(page, "Continuer", categorie=page.find_value("Social / Famille"))
    subject = page.find_value("Étude ou versement d’une aide anormalement long")
    return await browser.press(page, "Continuer", sujet=subject)


async def fill_to_check(browser: Browser, page: Page) -> Page:
    page = await browser.press(page, "Continuer")
    page = await browser.press(
        page,
        "Continuer",
        prenom="Jeanne",
        nom="Pélissier",
        naissance="1957",
        **{"demande-1": "1234567A"},
        **{"inconnu-demande-2": "oui"},
    )
    assert page.h1 == "Quel est le blocage ?", page.text
    page = await browser.press(
        page, "Continuer", description="Rien depuis trois mois.", urgente="oui", raison="Sans ressources"
    )
    assert page.h1 == "Quel mandat l’usager vous a-t-il donné ?", page.text
    return await browser.press(page, "Continuer", mandat="paper", signature="20/11/2026")


async def test_an_agent_opens_a_case_two_referents_answer_and_the_agent_closes_it(
    cast: Cast, sign_in: SignIn, email_worker: EmailWorker, email_folder: FolderTransport
) -> None:
    agent, referent = await sign_in(cast.agent_lot), await sign_in(cast.referent_caf_lot)
    page = await to_organisations(agent)
    assert {"CAF", "MSA"} == {label.split(" – ")[0] for label in page.list_ticked("organismes")}
    page = await fill_to_check(agent, page)
    assert page.h1 == "Vérifiez vos réponses" and "1957" in page.text and "Sans ressources" in page.text

    case = await agent.press(page, "Envoyer ma demande")
    assert case.h1 == "Étude ou versement d’une aide anormalement long"
    assert case.shows_status("Nouvelle")

    assert await email_worker.deliver_due() == 3
    letters = await email_folder.read()
    assert {letter.to for letter in letters} == {
        "referent.caf.lot@exemple.fr",
        "responsable.caf.lot@exemple.fr",
        "referent.msa.lot@exemple.fr",
    }
    for letter in letters:
        assert case.path in letter.text and "Jeanne" not in letter.text + letter.html + letter.subject

    seen = await referent.get(extract_path(case.path))
    assert seen.shows_status("Consultée")
    answered = await referent.press(seen, "Envoyer le message", message="Je regarde.\n\nÀ demain.")
    assert "Je regarde." in answered.text and answered.shows_status("Répondue")

    page = await agent.get(case.path)
    page = await agent.press(page, "Clore la demande")
    page = await agent.press(page, "Confirmer la clôture", issue="solved")
    assert page.shows_status("Clôturée")
    page = await agent.press(page, "Répondre au sondage", useful="yes", quick="partly", clear="no")
    assert "Merci, votre réponse anonyme est reçue." in page.text and "enregistrée" not in page.text
    assert "Elle n’est comptée qu’avec celles d’au moins quatre autres personnes" in page.text


async def test_a_stranger_finds_nothing_on_any_address_of_a_case(cast: Cast, sign_in: SignIn) -> None:
    agent = await sign_in(cast.agent_lot)
    case = await agent.press(await fill_to_check(agent, await to_organisations(agent)), "Envoyer ma demande")

    for stranger in (
        cast.agent_cher,
        cast.referent_caf_cher,
        cast.referent_cpam_lot,
        cast.expert,
        cast.supervisor_lot,
        cast.admin,
    ):
        browser = await sign_in(stranger)
        for path in (case.path, f"{case.path}/flux", f"{case.path}/cloture"):
            assert (await browser.http.get(path)).status_code == 404, (stranger.address, path)
        assert case.h1 not in (await browser.get("/demandes")).text
