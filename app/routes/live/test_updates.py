"""The poll that replaces a stream: the same content, to the same people, in very few bytes."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from bs4 import BeautifulSoup

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.audience import Audience
from app.domain.authentication.sessions import SessionsEnded
from app.domain.cases.lifecycle.assignment import take_charge
from app.domain.cases.lifecycle.completion import complete
from app.domain.cases.live_update import LiveUpdate
from app.domain.cases.thread.posting import post_message
from app.domain.errors import NotFound
from app.domain.opaque_ids import IdPurpose, encode_id
from app.routes.live import stream
from app.tests.support.browser import Browser

SignIn = Callable[[Actor], Awaitable[Browser]]
_CHANGING = re.compile(r'name="(?:jeton|cle)" value="[^"]*')
NOTHING = 100
"""Bytes of an answer without updates: two a minute stay under the 200 of an idle page (bench/budgets.py)."""


async def ask(browser: Browser, address: str, tag: str = "") -> httpx2.Response:
    return await browser.http.get(address, headers={"if-none-match": tag} if tag else {})


async def test_a_message_comes_once_as_the_stream_would_bring_it(cast: Cast, case_id: UUID, sign_in: SignIn) -> None:
    agent, referent = await sign_in(cast.agent_lot), await sign_in(cast.referent_caf_lot)
    news = f"/demandes/{case_id}/nouvelles"
    page = await referent.get(f"/demandes/{case_id}")
    shown = (await ask(agent, news)).headers["etag"]
    await referent.press(page, "Envoyer le message", message="Je regarde.")

    found = await ask(agent, news, shown)

    assert found.status_code == 200 and "Je regarde." in found.text and "Message de la CAF." in found.text
    assert "Statut : Répondue" in found.text and "<html" not in found.text
    assert (await ask(agent, news, found.headers["etag"])).status_code == 304
    weak = f"W/{found.headers['etag']}"
    assert (await ask(agent, news, weak)).status_code == 304, "a relay has compressed the last answer"


async def test_what_the_panels_beside_the_thread_show_comes_with_its_line(
    cast: Cast, case_id: UUID, sign_in: SignIn, now: datetime
) -> None:
    agent, referent = await sign_in(cast.agent_lot), cast.referent_caf_lot
    news = f"/demandes/{case_id}/nouvelles"
    shown = (await ask(agent, news)).headers["etag"]
    await complete(referent, case_id, "Numéro fiscal", "1234567890123", now)

    completed = await ask(agent, news, shown)
    assert '<dd class="summary-value">1234567890123</dd>' in completed.text
    assert 'id="usager" hx-swap-oob="outerMorph"' in completed.text and 'id="dossier"' not in completed.text

    await take_charge(referent, case_id, now)
    taken = await ask(agent, news, completed.headers["etag"])
    assert re.search(r'id="organismes"[^>]* hx-swap-oob="true".*CAF du Lot : .*Julien Delmas s’en occupe', taken.text)
    assert 'id="usager"' not in taken.text


async def test_a_list_hears_of_what_its_filters_show(cast: Cast, case_id: UUID, sign_in: SignIn) -> None:
    agent, referent = await sign_in(cast.agent_lot), await sign_in(cast.referent_caf_lot)
    shown = (await ask(agent, "/nouvelles")).headers["etag"]
    assert (await ask(agent, "/nouvelles", shown)).status_code == 304
    await referent.get(f"/demandes/{case_id}")

    found = await ask(agent, "/nouvelles", shown)
    assert f'id="c-{case_id}"' in found.text and "Statut : Consultée" in found.text
    assert "Aide en retard – La CAF a ouvert la demande." in found.text
    own = await ask(referent, "/nouvelles", shown)
    assert f'id="c-{case_id}"' in own.text and "annonces" not in own.text, "one’s own doings are not announced"
    gone = await ask(agent, "/nouvelles?vue=en-cours&statut=new", shown)
    assert re.search(rf'id="c-{case_id}" hx-swap-oob="delete"', gone.text)


async def test_nothing_new_weighs_next_to_nothing(cast: Cast, case_id: UUID, sign_in: SignIn) -> None:
    browser = await sign_in(cast.agent_lot)
    for news in ("/nouvelles", f"/demandes/{case_id}/nouvelles"):
        shown = (await ask(browser, news)).headers["etag"]
        answer = await ask(browser, news, shown)
        date = len("date: Tue, 24 Nov 2026 10:00:00 GMT\r\n")
        headers = sum(len(name) + len(value) + 4 for name, value in answer.headers.raw)
        assert len("HTTP/1.1 304 Not Modified\r\n\r\n") + date + headers + len(answer.content) <= NOTHING


async def test_the_stream_greets_before_anything_and_tells_the_same(
    cast: Cast, case_id: UUID, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page that gets no greeting knows that something on the way holds the stream back."""

    async def the_end(queue: object, matters: object, idle_until: float) -> list[object]:
        raise NotFound("Fin du flux.")

    monkeypatch.setattr("app.routes.live.stream._wait_for_signals", the_end)
    browser = await sign_in(cast.agent_lot)
    for place in ("", f"/demandes/{case_id}"):
        found = await ask(browser, f"{place}/nouvelles")
        stream = (await ask(browser, f"{place}/flux")).text
        greeting, _, news = stream.partition("\n\n")
        assert greeting == "event: p\ndata:"
        lines = [line.removeprefix("data: ") for line in news.strip().split("\n")]
        assert lines[0] == f"id: {found.headers['etag'].strip(chr(34))}"
        assert _CHANGING.sub("", "\n".join(lines[1:])) == _CHANGING.sub("", found.text)


async def test_the_page_of_a_case_wakes_for_that_case_alone(case_id: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every member of a busy team has a page open: events of other cases must not make each of them query."""
    monkeypatch.setattr(stream, "IDLE_SECONDS", 0.05)
    here, elsewhere = (LiveUpdate(1, case, Audience.ALL, 1, frozenset(), frozenset()) for case in (case_id, uuid4()))

    async def wakes(*told: LiveUpdate | SessionsEnded | None) -> bool:
        queue = asyncio.Queue[Any]()
        for one in told:
            queue.put_nowait(one)
        return bool(
            await stream._wait_for_signals(queue, stream.make_case_filter(case_id), stream._compute_idle_deadline())
        )

    assert not await wakes() and not await wakes(elsewhere, elsewhere)
    assert await wakes(elsewhere, here) and await wakes(here, elsewhere)
    assert await wakes(SessionsEnded(1)) and await wakes(None)


async def test_strangers_and_who_is_signed_out_hear_nothing(
    cast: Cast, case_id: UUID, sign_in: SignIn, anonymous_browser: Browser
) -> None:
    stranger = await sign_in(cast.agent_cher)
    assert (await ask(stranger, f"/demandes/{case_id}/nouvelles", '"0"')).status_code == 404
    assert str(case_id) not in (await ask(stranger, "/nouvelles", '"0"')).text
    anonymous_browser.http.follow_redirects = False
    assert (await ask(anonymous_browser, "/nouvelles", '"0"')).status_code == 303


@pytest.mark.parametrize("tag", ["*", '"', "W/", '"-1"', f'"{10**30}"', '"douze"', "é", '"1", "2"'])
async def test_a_tag_that_is_none_of_ours_is_the_beginning(
    tag: str, cast: Cast, case_id: UUID, sign_in: SignIn
) -> None:
    browser = await sign_in(cast.agent_lot)
    answer = await browser.http.get(f"/demandes/{case_id}/nouvelles", headers=[(b"if-none-match", tag.encode())])
    assert answer.status_code == 200 and "Demande envoyée" in answer.text


async def test_a_page_of_another_key_or_of_an_older_version_gets_its_thread_whole(
    cast: Cast, case_id: UUID, sign_in: SignIn, now: datetime
) -> None:
    """No event id of it can be read: the whole thread is replaced, so that no line shows twice under two ids.

    Its forms stay, since they may have typed text; nothing is announced aloud, since no update is known.
    """
    await post_message(cast.referent_caf_lot, case_id, "Je regarde.", key="one", now=now)
    browser = await sign_in(cast.agent_lot)
    news = f"/demandes/{case_id}/nouvelles"
    shown = await ask(browser, news, '"12"')

    soup = BeautifulSoup(shown.text, "html.parser")
    thread = soup.select_one("ol#fil[hx-swap-oob=innerHTML]")
    assert thread and thread.find_all("li")[0].text.startswith("Demande envoyée")
    assert "Je regarde." in thread.text and "hx-upsert" not in shown.text
    assert {one["id"] for one in soup.select("[hx-swap-oob]")} >= {"fil", "statut", "marques", "usager", "dossier"}
    assert not soup.find("form") and "annonces" not in shown.text
    assert (await ask(browser, news, shown.headers["etag"])).status_code == 304
    with_another = await ask(browser, news, f'"{encode_id(IdPurpose.LIST_UPDATES, 1)}"')
    assert with_another.status_code == 200 and "ol" in with_another.text, "a list's mark says nothing of a case"


async def test_a_list_of_another_key_gets_its_rows_again(cast: Cast, case_id: UUID, sign_in: SignIn) -> None:
    browser = await sign_in(cast.agent_lot)
    shown = await ask(browser, "/nouvelles", '"12"')
    assert shown.status_code == 200 and f'id="c-{case_id}"' in shown.text
    assert (await ask(browser, "/nouvelles", shown.headers["etag"])).status_code == 304
