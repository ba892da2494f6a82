"""After each thing that another person does, an open page has the buttons and choices of a page that is loaded anew."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

import httpx2
import pytest
from bs4 import BeautifulSoup, Tag

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.lifecycle.assignment import give_back, take_charge
from app.domain.cases.lifecycle.closure import close, reopen
from app.domain.cases.lifecycle.invitation import invite_expert, invite_team
from app.domain.cases.lifecycle.stepping_out import step_out
from app.domain.cases.lifecycle.transfer import transfer
from app.domain.cases.thread.answers import announce_handled, dismiss
from app.domain.cases.thread.posting import post_message
from app.tests.support.browser import Browser
from app.tests.support.recipients import find_team_id

SignIn = Callable[[Actor], Awaitable[Browser]]
PANELS = ("prise-en-charge", "reponse", "geste", "cloture")


async def take(cast: Cast, case_id: UUID, now: datetime) -> None:
    await take_charge(cast.referent_caf_lot, case_id, now)


async def take_and_give_back(cast: Cast, case_id: UUID, now: datetime) -> None:
    await take_charge(cast.referent_caf_lot, case_id, now)
    await give_back(cast.referent_caf_lot, case_id, now)


async def leave(cast: Cast, case_id: UUID, now: datetime) -> None:
    await step_out(cast.referent_msa_lot, case_id, "Pas de dossier chez nous", now)


async def hand_on(cast: Cast, case_id: UUID, now: datetime) -> None:
    await transfer(cast.referent_msa_lot, case_id, await find_team_id("CPAM du Lot"), "Compétente", now)


async def invite(cast: Cast, case_id: UUID, now: datetime) -> None:
    await invite_team(cast.referent_caf_lot, case_id, await find_team_id("CPAM du Lot"), "Un avis", now, opinion=True)


async def call_expert(cast: Cast, case_id: UUID, now: datetime) -> None:
    await invite_expert(cast.agent_lot, case_id, "Bloqué", now)


async def answer(cast: Cast, case_id: UUID, now: datetime) -> None:
    await post_message(cast.referent_caf_lot, case_id, "Je regarde", key="a", now=now)


async def handle(cast: Cast, case_id: UUID, now: datetime) -> None:
    await announce_handled(cast.referent_msa_lot, case_id, "Versé", key="a", now=now)


async def dismiss_it(cast: Cast, case_id: UUID, now: datetime) -> None:
    await dismiss(cast.referent_msa_lot, case_id, "Voyez la CAF", key="a", now=now)


async def end(cast: Cast, case_id: UUID, now: datetime) -> None:
    await close(cast.agent_lot, case_id, "solved", now)


async def end_and_reopen(cast: Cast, case_id: UUID, now: datetime) -> None:
    await close(cast.agent_lot, case_id, "solved", now)
    await reopen(cast.agent_lot, case_id, now)


VERBS = (take, take_and_give_back, leave, hand_on, invite, call_expert, answer, handle, dismiss_it, end, end_and_reopen)
VIEWERS = ("agent_lot", "colleague_lot", "referent_caf_lot", "manager_caf_lot")


@pytest.mark.parametrize("verb", VERBS)
async def test_an_open_page_has_the_buttons_of_a_new_one(
    cast: Cast, case_id: UUID, sign_in: SignIn, now: datetime, verb: Callable[..., Awaitable[None]]
) -> None:
    browsers = {viewer: await sign_in(getattr(cast, viewer)) for viewer in VIEWERS}
    for browser in browsers.values():
        await browser.get(f"/demandes/{case_id}")
    shown = {
        viewer: (await browser.get(f"/demandes/{case_id}"), (await ask(browser, case_id, "")).headers["etag"])
        for viewer, browser in browsers.items()
    }

    await verb(cast, case_id, now)

    for viewer, browser in browsers.items():
        page, tag = shown[viewer]
        news = BeautifulSoup((await ask(browser, case_id, tag)).text, "html.parser")
        updated = [offered(news.find(id=panel) or page.soup.find(id=panel)) for panel in PANELS]
        anew = await browser.get(f"/demandes/{case_id}")
        assert updated == [offered(anew.soup.find(id=panel)) for panel in PANELS], viewer


async def ask(browser: Browser, case_id: UUID, tag: str) -> httpx2.Response:
    return await browser.http.get(f"/demandes/{case_id}/nouvelles", headers={"if-none-match": tag} if tag else {})


def offered(panel: Tag | None) -> list[str]:
    """The forms of a panel, their buttons, and the words of their choices."""
    parts = panel.find_all(["form", "button", "label", "option"]) if isinstance(panel, Tag) else []
    return [str(part.get("action") or " ".join(part.get_text().split())) for part in parts]
