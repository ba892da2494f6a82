"""A folded thread: the last lines, and a link that loads the others in place or, without scripts, on a page."""

import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID, uuid4

import pytest
from bs4 import BeautifulSoup

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.access import load_visible_case
from app.domain.cases.thread.correction import correct
from app.domain.cases.thread.entries import RECENT_COUNT
from app.domain.cases.thread.posting import post_message
from app.tests.support.browser import BASE, Browser, Page
from app.tests.support.case_reads import read_thread

SignIn = Callable[[Actor], Awaitable[Browser]]
PARTIAL = {"hx-request": "true", "hx-request-type": "partial"}
LINK = "Voir les 6 lignes plus anciennes"


async def long_thread(cast: Cast, case_id: UUID, now: datetime) -> None:
    """One line for the sending, five more than are shown; its author has read them all."""
    for number in range(RECENT_COUNT + 5):
        await post_message(cast.agent_lot, case_id, f"Message {number}.", key=str(uuid4()), now=now)


def lines(page: Page) -> list[str]:
    return [str(line["id"]) for line in page.soup.select("#fil > li")]


async def test_a_long_thread_shows_its_last_lines_and_gives_the_others(
    cast: Cast, case_id: UUID, sign_in: SignIn, now: datetime
) -> None:
    await long_thread(cast, case_id, now)
    agent = await sign_in(cast.agent_lot)
    folded = await agent.get(f"/demandes/{case_id}")
    assert len(lines(folded)) == RECENT_COUNT and "Message 4." not in folded.text and "Message 5." in folded.text

    whole = await agent.get(folded.link(LINK))
    assert len(lines(whole)) == RECENT_COUNT + 6 and lines(whole)[6:] == lines(folded)
    assert "plus anciennes" not in whole.text and whole.link("Imprimer") == "/aide#imprimer"
    stranger = await sign_in(cast.agent_cher)
    assert (await stranger.get(folded.link(LINK))).status == 404


async def test_with_scripts_the_older_lines_come_before_the_others_and_are_focused(
    cast: Cast, case_id: UUID, sign_in: SignIn, now: datetime
) -> None:
    await long_thread(cast, case_id, now)
    agent = await sign_in(cast.agent_lot)
    folded = await agent.get(f"/demandes/{case_id}")
    link = folded.soup.find("a", string=LINK)
    assert link and (link["hx-target"], link["hx-swap"]) == ("#fil", "afterbegin")
    await post_message(cast.referent_caf_lot, case_id, "Entre-temps.", key=str(uuid4()), now=now)

    brought = (await agent.http.get(str(link["hx-get"]), headers=PARTIAL)).text

    case = await load_visible_case(cast.agent_lot, case_id)
    first = [f"e{entry.number}" for entry in await read_thread(cast.agent_lot, case)][:6]
    assert re.findall(r'<li id="(e\d+)"', brought) == first and "Entre-temps." not in brought
    assert re.findall(r'<li id="(e\d+)" tabindex="-1" autofocus', brought) == first[:1]
    assert '<div id="plus-ancien" hx-swap-oob="true"></div>' in brought and "data-print" in brought
    unread = await agent.get(f"/demandes/{case_id}")
    assert "Entre-temps." in unread.text, "what was not shown is not taken for read"


async def test_a_folded_page_says_what_it_does_not_print(
    cast: Cast, case_id: UUID, sign_in: SignIn, now: datetime
) -> None:
    await long_thread(cast, case_id, now)
    agent = await sign_in(cast.agent_lot)
    folded = await agent.get(f"/demandes/{case_id}")
    assert "data-print" not in str(folded.soup) and "6 lignes plus anciennes ne sont pas imprimées" in folded.text
    assert len(lines(await agent.get(folded.link("Tout afficher pour imprimer")))) == RECENT_COUNT + 6


async def test_a_folded_message_that_is_corrected_never_comes_at_the_end(
    cast: Cast, case_id: UUID, sign_in: SignIn, now: datetime
) -> None:
    await long_thread(cast, case_id, now)
    agent = await sign_in(cast.agent_lot)
    news = f"/demandes/{case_id}/nouvelles"
    shown = (await agent.http.get(news)).headers["etag"]
    old = (await read_thread(cast.agent_lot, await load_visible_case(cast.agent_lot, case_id)))[1]
    assert old.message_id
    await correct(cast.agent_lot, case_id, old.message_id, "Message corrigé.", now)

    news_shown = (await agent.http.get(news, headers={"if-none-match": shown})).text

    inserted = re.search(r"<hx-upsert[^>]*>(.*?)</hx-upsert>", news_shown, re.DOTALL)
    assert inserted and not inserted[1].strip()
    assert re.search(rf'<li id="e{old.number}" hx-swap-oob="true"[^>]*>.*Message corrigé\.', news_shown)


async def test_any_address_is_answered(cast: Cast, case_id: UUID, sign_in: SignIn) -> None:
    agent = await sign_in(cast.agent_lot)
    for query in ("fil=", "fil=rien", "fil=entier&avant=x", "fil=entier&avant=-1", f"fil=entier&avant={'9' * 30}"):
        assert (await agent.get(f"/demandes/{case_id}?{query}")).status == 200
        assert (await agent.http.get(f"/demandes/{case_id}?{query}", headers=PARTIAL)).status_code == 200


@pytest.mark.parametrize("first", ["", "x", "12", "9" * 30, "A" * 11])
async def test_a_page_whose_first_line_is_unknown_gets_the_thread_instead_of_what_it_has(
    cast: Cast, case_id: UUID, sign_in: SignIn, now: datetime, first: str
) -> None:
    """A line id of another key or of an older version: the same line under two ids would show twice."""
    await long_thread(cast, case_id, now)
    agent = await sign_in(cast.agent_lot)
    brought = await agent.http.get(f"/demandes/{case_id}?fil=entier&avant={first}", headers=PARTIAL)
    (thread,) = re.findall(r'<hx-partial hx-target="#fil">(.*)</hx-partial>', brought.text, re.DOTALL)
    assert len(re.findall(r'<li id="e', thread)) == len(re.findall(r'<li id="e', brought.text)) == RECENT_COUNT + 6


@pytest.mark.parametrize("seen", ["", "12", "A" * 11])
async def test_a_message_sent_from_a_page_of_before_brings_the_thread_instead(
    cast: Cast, case_id: UUID, sign_in: SignIn, now: datetime, seen: str
) -> None:
    await long_thread(cast, case_id, now)
    agent = await sign_in(cast.agent_lot)
    form = (await agent.get(f"/demandes/{case_id}")).form("Envoyer le message")
    typed = {str(field["name"]): str(field.get("value", "")) for field in form.select("input[type=hidden]")}
    sent = {**typed, "vu": seen, "message": "De la page d’avant."}

    brought = await agent.http.post(f"/demandes/{case_id}/messages", data=sent, headers={**PARTIAL, "origin": BASE})

    thread = BeautifulSoup(brought.text, "html.parser").select_one("ol#fil[hx-swap-oob=innerHTML]")
    assert brought.status_code == 200 and thread and len(thread.find_all("li")) == RECENT_COUNT
    assert "De la page d’avant." in thread.find_all("li")[-1].text and 'id="plus-ancien"' in brought.text
