"""A firewall strips the HX-* headers: the address asks for a fragment, and the answer is understood without them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from uuid import UUID

import httpx2
import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.routes.cases.test_journey import fill_to_check, to_organisations
from app.tests.support.browser import BASE, Browser, Page
from db.tables.audit import AuditEntry
from db.tables.sessions import Session

SignIn = Callable[[Actor], Awaitable[Browser]]


@pytest.fixture
async def agent(cast: Cast, sign_in: SignIn) -> Browser:
    return await sign_in(cast.agent_lot)


async def send(browser: Browser, page: Page, button: str, **typed: str) -> httpx2.Response:
    """As sending.js does, without one HX-* header."""
    form = page.form(button)
    token = str(form.find("input", {"name": "jeton"})["value"])  # type: ignore[index]
    action = f"{form['action']}?fragment=1"
    data = {"jeton": token, **typed}
    return await browser.http.post(action, data=data, headers={"origin": BASE}, follow_redirects=False)


async def test_a_step_comes_without_its_shell_and_says_its_address_in_a_standard_header(agent: Browser) -> None:
    page = await agent.press(await agent.get("/demandes/nouvelle"), "Continuer", mode="guided")

    answer = await send(agent, page, "Continuer", categorie=page.find_value("Social / Famille"))

    assert answer.status_code == 200 and "<html" not in answer.text and "fragment=1" not in answer.text
    assert answer.headers["content-location"] == page.path.replace("categorie", "sujet")


async def test_where_to_go_after_a_gesture_is_said_in_a_standard_header(agent: Browser) -> None:
    check = await fill_to_check(agent, await to_organisations(agent))
    answer = await send(agent, check, "Envoyer ma demande")
    assert (answer.status_code, answer.text) == (204, "")
    assert answer.headers["location"] == f"/demandes/{check.path.split('/')[2]}"


async def test_what_is_said_beside_a_form_names_its_place_in_the_body(agent: Browser, case_id: UUID) -> None:
    page = await agent.get(f"/demandes/{case_id}")
    await Session.delete(force=True)
    answer = await send(agent, page, "Envoyer le message", message="Trop tard")
    assert answer.status_code == 401 and answer.text.startswith('<hx-partial hx-target="find [data-sending]">')
    assert "connectez-vous dans un nouvel onglet" in answer.text and "<form" not in answer.text


async def test_a_draft_that_was_sent_is_said_beside_the_form_of_its_older_page(agent: Browser) -> None:
    check = await fill_to_check(agent, await to_organisations(agent))
    old = await agent.get(check.path.replace("verification", "blocage"))
    await agent.press(check, "Envoyer ma demande")
    answer = await send(agent, old, "Continuer", description="Écrit après l’envoi")
    assert answer.status_code == 410 and answer.text.startswith('<hx-partial hx-target="find [data-sending]">')
    assert "Cette demande a été envoyée le" in answer.text and "<form" not in answer.text


async def test_a_redirection_asks_for_a_fragment_too(agent: Browser) -> None:
    page = await agent.press(await to_organisations(agent), "Continuer")
    moved = await send(agent, page, "Ajouter ce champ", autres="Numéro fiscal", **{"rester-ici": "autres"})
    assert moved.status_code == 303 and moved.headers["location"] == f"{page.path}?fragment=1#autres"
    brought = await agent.http.get(moved.headers["location"])
    assert "Numéro fiscal" in brought.text and "<html" not in brought.text and "fragment=1" not in brought.text
    assert brought.headers["content-location"] == page.path


@pytest.mark.parametrize(
    "address", ["?fragment=1&q=caf&vue=toutes", "?q=caf&fragment=1&vue=toutes", "?q=caf&vue=toutes&fragment=1"]
)
async def test_the_mark_is_in_no_link_no_way_back_and_no_trail(
    agent: Browser, anonymous_browser: Browser, case_id: UUID, address: str
) -> None:
    page = await agent.get(f"/demandes{address}")
    assert page.status == 200 and "fragment=1" not in page.response.text and 'value="caf"' in page.response.text
    for browser in (agent, anonymous_browser):
        await browser.http.get(f"/demandes/{case_id}{address}")
    assert not [row for row in await AuditEntry.select() if "fragment" in str(row)]
    plain = await anonymous_browser.http.get("/profil", params={"fragment": "11"}, follow_redirects=False)
    assert plain.status_code == 303 and plain.headers["location"] == "/login?next=/profil%3Ffragment%3D11", "not ours"
