"""The legal pages: one click from every page, for everybody, true of this installation."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

import pytest
from litestar import get

from app import templating
from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.platform.state import begin_maintenance
from app.main import create_app
from app.routes import guards
from app.routes.handlers import list_route_handlers
from app.routes.pages import legal
from app.settings import OperatorSettings, settings
from app.tests.support.browser import BASE, Browser, parse_page
from db.tables.audit import AuditEntry
from db.tables.cases import Case
from db.tables.drafts import MessageDraft
from db.tables.encrypted_columns import ENCRYPTED_COLUMNS
from db.tables.people import Person

SignIn = Callable[[Actor], Awaitable[Browser]]
PAGES = {
    "Accessibilité : non conforme": "Accessibilité",
    "Conditions d’utilisation": "Conditions d’utilisation",
    "Données personnelles": "Données personnelles",
    "Mentions légales": "Mentions légales",
}


@pytest.mark.parametrize("label", PAGES)
async def test_each_is_one_click_away_for_each_person(
    cast: Cast, anonymous_browser: Browser, sign_in: SignIn, label: str
) -> None:
    for browser, start in ((anonymous_browser, "/login"), (await sign_in(cast.agent_lot), "/demandes")):
        page = await browser.get((await browser.get(start)).link(label))
        assert (page.status, page.h1) == (200, PAGES[label])


async def test_what_the_operator_filled_in_is_said_and_the_rest_is_owned_up_to(
    database: str, anonymous_browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await anonymous_browser.get("/mentions-legales")).text.count("À renseigner par l’exploitant") == 4
    assert settings.contact_address in (await anonymous_browser.get("/donnees-personnelles")).text

    operator = OperatorSettings("Agence <A>", "1 rue Basse", "Le directeur", "Hébergeur, 2 rue Haute", "dpo@exemple.fr")
    monkeypatch.setattr(legal, "settings", replace(settings, operator=operator))

    page = await anonymous_browser.get("/mentions-legales")
    assert all(text in page.text for text in ("Agence <A>", "1 rue Basse", "Le directeur", "Hébergeur, 2 rue Haute"))
    assert "À renseigner" not in page.text
    assert (await anonymous_browser.get("/donnees-personnelles")).link("dpo@exemple.fr") == "mailto:dpo@exemple.fr"


SOURCE = "https://forge.exemple.fr/aplus?a=1&b=2"


async def test_the_foot_leads_to_the_source_code_or_to_who_gives_it(
    cast: Cast, anonymous_browser: Browser, sign_in: SignIn
) -> None:
    """With or without a known address: EUPL 1.2, article 5, « Provision of Source Code »."""
    for browser in (anonymous_browser, await sign_in(cast.agent_lot)):
        for start in ("/login", "/demandes", "/aide", "/nulle-part"):
            page = await browser.get((await browser.get(start)).link("Code source"))
            assert (page.status, page.path, page.h1) == (200, "/mentions-legales", "Mentions légales")
            assert page.soup.select_one("h2#code") and "n’est pas renseignée" in page.text
            assert page.link("EUPL 1.2").startswith("https://eur-lex.europa.eu/")


async def test_the_address_of_the_source_code_is_at_the_foot_of_every_kind_of_page(
    cast: Cast, sign_in: SignIn, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(templating, "settings", replace(settings, source_url=SOURCE))
    monkeypatch.setattr("app.main.list_route_handlers", lambda: [*list_route_handlers(), break_down])
    async with Browser(create_app()) as browser:
        for path in ("/login", "/aide", "/mentions-legales", "/nulle-part", "/demandes/pas-un-numero", "/panne"):
            assert (await browser.get(path)).link("Code source") == SOURCE, path
        assert (await browser.get("/mentions-legales")).link("https://forge") == SOURCE
        assert "n’est pas renseignée" not in (await browser.get("/mentions-legales")).text
        browser.http.cookies.update((await sign_in(cast.agent_lot)).http.cookies)
        await begin_maintenance(cast.admin, now)
        assert (await browser.get("/demandes")).link("Code source") == SOURCE
        refused = parse_page(await browser.http.post(f"/demandes/{uuid4()}/messages", headers={"origin": BASE}))
        assert (refused.status, refused.link("Code source")) == (503, SOURCE)


@get("/panne", guards=[guards.allow_anyone])
async def break_down() -> None:
    raise ValueError


async def test_no_page_claims_an_audit_that_was_not_made(database: str, anonymous_browser: Browser) -> None:
    text = (await anonymous_browser.get("/accessibilite")).text

    assert "n’est pas conforme" in text and "aucun audit" in text


async def test_all_that_a_thief_of_the_database_would_read_is_said(database: str, anonymous_browser: Browser) -> None:
    """The columns that are not encrypted (db/tables/encrypted_columns.py)."""
    page = await anonymous_browser.get("/donnees-personnelles")
    found = page.text.split("Si la base était volée")[1].split("Combien de temps")[0]
    for seen in ("le sujet, la description et les échanges", "messages en cours de frappe", "la trace"):
        assert seen in found, seen
    assert "les noms, adresses mail et téléphones des agents" in found
    clear = [
        Person.last_name,
        Person.address,
        Person.phone,
        MessageDraft.body,
        AuditEntry.action,
        Case.subject,
    ]
    sealed = [column for column, *_ in ENCRYPTED_COLUMNS]
    assert not any(one is other for one in clear for other in sealed)
