"""The pages that the law asks for: one click from every page, for everybody, true of this installation."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.routes import legal
from app.settings import Operator, settings
from app.testing import Browser
from db.tables import SEALED, Audit, Case, MessageDraft, Person

SignIn = Callable[[Actor], Awaitable[Browser]]
PAGES = {
    "Accessibilité : non conforme": "Accessibilité",
    "Conditions d’utilisation": "Conditions d’utilisation",
    "Données personnelles": "Données personnelles",
    "Mentions légales": "Mentions légales",
}


@pytest.mark.parametrize("label", PAGES)
async def test_each_is_one_click_away_whoever_one_is(
    cast: Cast, anonymous: Browser, signed_in: SignIn, label: str
) -> None:
    for browser, start in ((anonymous, "/login"), (await signed_in(cast.agent_lot), "/demandes")):
        page = await browser.get((await browser.get(start)).link(label))
        assert (page.status, page.h1) == (200, PAGES[label])


async def test_what_the_operator_filled_in_is_said_and_the_rest_is_owned_up_to(
    database: str, anonymous: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await anonymous.get("/mentions-legales")).text.count("À renseigner par l’exploitant") == 4
    assert settings.contact_address in (await anonymous.get("/donnees-personnelles")).text

    operator = Operator("Agence <A>", "1 rue Basse", "Le directeur", "Hébergeur, 2 rue Haute", "dpo@exemple.fr")
    monkeypatch.setattr(legal, "settings", replace(settings, operator=operator))

    page = await anonymous.get("/mentions-legales")
    assert all(text in page.text for text in ("Agence <A>", "1 rue Basse", "Le directeur", "Hébergeur, 2 rue Haute"))
    assert "À renseigner" not in page.text
    assert (await anonymous.get("/donnees-personnelles")).link("dpo@exemple.fr") == "mailto:dpo@exemple.fr"


async def test_no_page_claims_an_audit_that_was_not_made(database: str, anonymous: Browser) -> None:
    text = (await anonymous.get("/accessibilite")).text

    assert "n’est pas conforme" in text and "aucun audit" in text


async def test_all_that_a_thief_of_the_database_would_read_is_said(database: str, anonymous: Browser) -> None:
    """What is not among the sealed columns (db/tables.py)."""
    page = await anonymous.get("/donnees-personnelles")
    told = page.text.split("Si la base était volée")[1].split("Combien de temps")[0]
    for seen in ("le sujet, la description et les échanges", "messages en cours de frappe", "la trace"):
        assert seen in told, seen
    assert "les noms, adresses mail et téléphones des agents" in told
    clear = [
        Person.last_name,
        Person.address,
        Person.phone,
        MessageDraft.body,
        Audit.action,
        Case.subject,
    ]
    sealed = [column for column, _ in SEALED]
    assert not any(one is other for one in clear for other in sealed)
