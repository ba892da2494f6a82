"""Before the first visit is done every page leads there; after it, to the requested page, with the typed text."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from urllib.parse import quote

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.routes import guards
from app.routes.handlers import list_resolved_handlers
from app.tests.support.browser import BASE, Browser, Page
from db.tables.people import Person

SignIn = Callable[[Actor], Awaitable[Browser]]
TYPED_VALUES = {
    "prenom": "Léa",
    "nom": "Fabre",
    "fonction": "Conseillère",
    "telephone": "01 99 00 12 34",
    "conditions": "oui",
}
A_PLACE = {"uuid": "3f0e8a52-6a3c-4b3e-9a8e-0d5f6a1c2b3d", "int": "1", "str": "x", "path": "x"}


def list_guarded_paths(method: str) -> list[str]:
    """Every address of this method that requires the first visit to be done."""
    return sorted(
        re.sub(r"\{[a-z_]+:([a-z]+)\}", lambda found: A_PLACE[found[1]], path)
        for handler in list_resolved_handlers()
        if guards.require_signed_in in handler.resolve_guards() and method in handler.http_methods
        for path in handler.paths
    )


@pytest.fixture
async def newcomer(cast: Cast, sign_in: SignIn) -> Browser:
    return await sign_in(cast.newcomer_lot)


async def test_every_page_leads_to_the_first_visit_and_keeps_the_way_back(newcomer: Browser) -> None:
    paths = list_guarded_paths("GET")
    assert "/demandes" in paths and len(paths) > 20

    for path in paths:
        answer = await newcomer.http.get(path, follow_redirects=False)
        assert answer.status_code == 303, path
        assert answer.headers["location"] == f"/bienvenue?next={quote(path)}"


async def test_no_form_does_anything_before_it(newcomer: Browser) -> None:
    page = await newcomer.get("/bienvenue")
    token = str(page.soup.find("input", {"name": "jeton"})["value"])  # type: ignore[index]

    for path in list_guarded_paths("POST"):
        answer = await newcomer.http.post(
            path, data={"jeton": token, "message": "Déjà saisi"}, headers={"origin": BASE}
        )
        assert answer.status_code == 403, path
        page = Page(answer)
        assert page.h1 == "Votre première visite n’est pas terminée" and "Déjà saisi" in answer.text


async def test_leaving_help_and_the_terms_stay_open(newcomer: Browser) -> None:
    for path, h1 in (("/aide", "Aide"), ("/conditions", "Conditions d’utilisation")):
        page = await newcomer.get(path)
        assert page.h1 == h1 and "Mes demandes" not in page.soup.find("nav").get_text()  # type: ignore[union-attr]

    page = await newcomer.press(await newcomer.get("/bienvenue"), "Se déconnecter")
    assert page.h1 == "Se connecter"


async def test_what_is_known_is_filled_in_and_the_welcome_page_follows(newcomer: Browser) -> None:
    page = await newcomer.get("/demandes")
    assert page.h1 == "Votre première visite" and page.control("Prénom")["value"] == "Léa"

    page = await newcomer.press(page, "Commencer", **TYPED_VALUES)

    assert page.h1 == "Bienvenue, Léa Fabre"
    assert (await newcomer.get(page.link("Nouvelle demande"))).h1 == "Comment trouver les bons organismes ?"
    assert (await newcomer.get("/bienvenue")).h1 == "Bienvenue, Léa Fabre"


async def test_who_was_going_somewhere_arrives_there(newcomer: Browser) -> None:
    page = await newcomer.press(await newcomer.get("/profil/mot-de-passe"), "Commencer", **TYPED_VALUES)

    assert page.h1 == "Mon mot de passe" and "Bienvenue : votre compte est prêt." in page.text


@pytest.mark.parametrize("asked", ["//evil.example", "https://evil.example", "/bienvenue"])
async def test_the_way_back_leads_nowhere_else(newcomer: Browser, asked: str) -> None:
    page = await newcomer.press(await newcomer.get("/bienvenue"), "Commencer", next=asked, **TYPED_VALUES)

    assert page.path == "/bienvenue" and page.h1 == "Bienvenue, Léa Fabre"


async def test_what_is_wrong_is_said_and_what_was_typed_stays(newcomer: Browser) -> None:
    page = await newcomer.get("/profil")
    typed = TYPED_VALUES | {"telephone": "plus tard", "fonction": "Conseillère", "conditions": None}
    page = await newcomer.press(page, "Commencer", **typed)

    assert page.status == 422 and "Saisissez un numéro de téléphone" in page.text
    assert "cochez cette case" in page.text
    assert page.control("Téléphone professionnel")["value"] == "plus tard"
    assert page.control("Fonction")["value"] == "Conseillère"
    page = await newcomer.press(page, "Commencer", telephone="01 99 00 12 34", conditions="oui")
    assert page.h1 == "Mon profil"


@pytest.mark.parametrize("hostile", ["\0", "x" * 5000, "<script>"])
async def test_hostile_words_are_answered_in_words(newcomer: Browser, hostile: str) -> None:
    page = await newcomer.press(
        await newcomer.get("/bienvenue"), "Commencer", **(TYPED_VALUES | {"telephone": hostile})
    )

    assert page.status == 422 and page.h1 == "Votre première visite"


async def test_it_is_asked_of_who_was_here_before_the_terms_and_loses_nothing(cast: Cast, sign_in: SignIn) -> None:
    browser = await sign_in(cast.agent_lot)
    page = await browser.get("/profil")
    await Person.update({Person.terms_accepted_at: None}).where(Person.id == cast.agent_lot.id)

    page = await browser.press(page, "Enregistrer mon profil", fonction="Nouvelle fonction")
    assert page.h1 == "Votre première visite n’est pas terminée"
    await browser.press(await browser.get("/bienvenue"), "Commencer", **TYPED_VALUES)
    page = await browser.press(page, "Envoyer de nouveau")

    assert page.h1 == "Mon profil" and page.control("Fonction")["value"] == "Nouvelle fonction"
