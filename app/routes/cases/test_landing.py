"""A thread opens on what its reader has not read; what follows it at once is grouped, live too."""

import re
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from bs4 import Tag

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.inbox.marking import mark_several
from app.domain.cases.thread.entries import RECENT_COUNT
from app.domain.cases.thread.internal_notes import post_internal_note
from app.domain.cases.thread.posting import post_message
from app.tests.support.browser import Browser, Page
from app.tests.support.cases_fixtures import open_and_read_case

SignIn = Callable[[Actor], Awaitable[Browser]]
SAID = "Jusqu’ici vous aviez lu"
PARTIAL = {"hx-request": "true", "hx-request-type": "partial"}


async def write(actor: Actor, case_id: UUID, now: datetime, *bodies: str) -> None:
    for body in bodies:
        await post_message(actor, case_id, body, key=str(uuid4()), now=now)


def list_lines(page: Page) -> list[str]:
    return [line.get_text(" ", strip=True) for line in page.soup.select(".thread > li")]


def find_mark(page: Page) -> Tag | None:
    found = page.soup.select(".thread > #a-lire")
    assert len(found) < 2
    return found[0] if found else None


async def test_the_first_line_not_read_is_marked_where_the_page_opens(
    cast: Cast, case_id: UUID, sign_in: SignIn, now: datetime
) -> None:
    referent = await sign_in(cast.referent_caf_lot)
    assert find_mark(await referent.get(f"/demandes/{case_id}")) is None, "all of a first visit is new"
    await write(cast.agent_lot, case_id, now, "Avant.")
    await open_and_read_case(cast.referent_caf_lot, case_id, now)
    await write(cast.agent_lot, case_id, now, *(f"Après {number}." for number in range(RECENT_COUNT + 3)))

    page = await referent.get(f"/demandes/{case_id}")
    mark = find_mark(page)
    assert mark and mark.get_text() == SAID and mark.has_attr("autofocus") and mark["tabindex"] == "-1"
    assert "plus anciennes" in page.text and list_lines(page)[0] == SAID, "what is not read is never folded"
    assert "Carmen Vidal" in list_lines(page)[1] and list_lines(page)[2] == "Après 1."
    assert find_mark(await referent.get(f"/demandes/{case_id}")) is None


async def test_the_whole_thread_and_the_preview_have_it_in_its_place(
    cast: Cast, case_id: UUID, sign_in: SignIn, now: datetime
) -> None:
    referent = await sign_in(cast.referent_caf_lot)
    await open_and_read_case(cast.referent_caf_lot, case_id, now)
    for path, headers in ((f"/demandes/{case_id}?fil=entier", {}), (f"/demandes/{case_id}/apercu", PARTIAL)):
        await write(cast.agent_lot, case_id, now, path)
        page = await referent.get(path, headers=headers)
        before = list_lines(page).index(SAID)
        assert before > 0 and len(list_lines(page)) == before + 2 and path in list_lines(page)[-1]
        assert len(page.soup.select(".thread [autofocus], #titre-apercu[autofocus]")) == 1


async def test_one_s_own_words_and_one_s_own_mark_are_nothing_new(
    cast: Cast, case_id: UUID, sign_in: SignIn, now: datetime
) -> None:
    referent = await sign_in(cast.referent_caf_lot)
    await open_and_read_case(cast.referent_caf_lot, case_id, now)
    await post_internal_note(cast.referent_caf_lot, case_id, "À moi.", key="one", now=now)
    await mark_several(cast.referent_caf_lot, [case_id], now, read=False)
    assert find_mark(await referent.get(f"/demandes/{case_id}")) is None
    await write(cast.agent_lot, case_id, now, "Nouveau.")
    await mark_several(cast.referent_caf_lot, [case_id], now, read=True)

    assert list_lines(await referent.get(f"/demandes/{case_id}"))[-2] == SAID, "it was never shown"


async def test_rows_that_are_not_read_lead_there(cast: Cast, case_id: UUID, sign_in: SignIn, now: datetime) -> None:
    referent = await sign_in(cast.referent_caf_lot)
    unread = (await referent.get("/demandes")).soup.select_one("#demandes .case-title a")
    assert unread and unread["href"] == f"/demandes/{case_id}#a-lire"
    await open_and_read_case(cast.referent_caf_lot, case_id, now)

    read = (await referent.get("/demandes")).soup.select_one("#demandes .case-title a")
    assert read and read["href"] == f"/demandes/{case_id}"


async def test_a_refused_form_keeps_the_focus_on_what_is_wrong(
    cast: Cast, case_id: UUID, sign_in: SignIn, now: datetime
) -> None:
    referent = await sign_in(cast.referent_caf_lot)
    page = await referent.get(f"/demandes/{case_id}")
    await write(cast.agent_lot, case_id, now, "Entre-temps.")

    refused = await referent.press(page, "Envoyer le message", message="")

    assert refused.status == 422 and find_mark(refused) is None
    assert find_mark(await referent.get(f"/demandes/{case_id}")), "and what it showed is not taken for read"


async def test_what_arrives_live_is_grouped_as_on_the_page(
    cast: Cast, case_id: UUID, sign_in: SignIn, now: datetime
) -> None:
    referent, news = await sign_in(cast.referent_caf_lot), f"/demandes/{case_id}/nouvelles"
    await open_and_read_case(cast.referent_caf_lot, case_id, now)
    await write(cast.agent_lot, case_id, now, "Un.")
    shown = (await referent.http.get(news)).headers["etag"]
    await write(cast.agent_lot, case_id, now, "Deux.", "Trois.")
    await write(cast.agent_lot, case_id, now + timedelta(minutes=6), "Quatre.")

    arrived = (await referent.http.get(news, headers={"if-none-match": shown})).text

    lines = re.findall(r'<li id="e\d+".*?</li>', arrived, re.DOTALL)
    assert ["message-head" in line for line in lines] == [False, False, True] and "Un." not in arrived
    page = await referent.get(f"/demandes/{case_id}")
    heads = [bool(line.select(".message-head")) for line in page.soup.select("#fil > .message")]
    assert heads == [True, False, False, True]
