"""Answers to htmx for a page put into an open one: the next step at once, refusals beside the form."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import httpx2
import pytest
from bs4 import BeautifulSoup

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.routes.cases.test_journey import fill_to_check, to_organisations
from app.tests.support.browser import BASE, Browser, Page
from db.tables.cases import Case
from db.tables.sessions import Session

SignIn = Callable[[Actor], Awaitable[Browser]]
IN_PLACE = {"origin": BASE, "hx-request-type": "partial"}


@pytest.fixture
async def agent(cast: Cast, sign_in: SignIn) -> Browser:
    return await sign_in(cast.agent_lot)


async def send(browser: Browser, page: Page, button: str, **typed: str) -> httpx2.Response:
    form = page.form(button)
    token = str(form.find("input", {"name": "jeton"})["value"])  # type: ignore[index]
    data = {"jeton": token, **typed}
    return await browser.http.post(str(form["action"]), data=data, headers=IN_PLACE, follow_redirects=False)


async def test_a_step_is_answered_by_the_next_one_with_its_title_and_address(agent: Browser) -> None:
    page = await agent.press(await agent.get("/demandes/nouvelle"), "Continuer", mode="guided")

    answer = await send(agent, page, "Continuer", categorie=page.find_value("Social / Famille"))

    shown = BeautifulSoup(answer.text, "html5lib")
    assert answer.status_code == 200 and answer.headers["hx-push-url"] == page.path.replace("categorie", "sujet")
    assert shown.title and shown.title.get_text().startswith("Quel est le sujet")
    assert shown.find("form", id="etape") and not shown.find("nav")


async def test_a_refused_step_keeps_its_address(agent: Browser) -> None:
    page = await agent.press(await agent.get("/demandes/nouvelle"), "Continuer", mode="guided")

    answer = await send(agent, page, "Continuer")

    assert answer.status_code == 422 and "hx-push-url" not in answer.headers
    assert "Il y a un problème" in answer.text and "<nav" not in answer.text


async def test_sending_leads_to_the_whole_page_of_the_case(agent: Browser) -> None:
    check = await fill_to_check(agent, await to_organisations(agent))

    for _ in range(2):
        answer = await send(agent, check, "Envoyer ma demande")
        assert (answer.status_code, answer.text) == (204, "")
        assert answer.headers["hx-redirect"] == f"/demandes/{check.path.split('/')[2]}"
    assert await Case.count() == 1


async def test_a_session_that_ended_is_told_beside_the_form_and_the_form_is_still_good(
    cast: Cast, agent: Browser, sign_in: SignIn, case_id: UUID
) -> None:
    page = await agent.get(f"/demandes/{case_id}")
    await Session.delete(force=True)

    answer = await send(agent, page, "Envoyer le message", message="Écrit trop tard")

    assert answer.status_code == 401 and answer.headers["hx-retarget"] == "find [data-sending]"
    assert "connectez-vous dans un nouvel onglet" in answer.text and "<form" not in answer.text
    again = await sign_in(cast.agent_lot)
    assert (await send(again, page, "Envoyer le message", message="Écrit trop tard")).status_code == 200
    assert "Écrit trop tard" in (await again.get(f"/demandes/{case_id}")).text
