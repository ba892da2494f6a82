"""Internal notes: the agents’ answers are the same, byte for byte, before and after."""

import re
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from bs4 import BeautifulSoup

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.thread.internal_notes import post_internal_note
from app.domain.cases.thread.posting import post_message
from app.routes.live import stream
from app.tests.access_matrix.thread_visibility import add_to_teams
from app.tests.access_matrix.world import end_each_stream
from app.tests.support.browser import Browser
from app.tests.support.cases_fixtures import NewCase

SignIn = Callable[[Actor], Awaitable[Browser]]
_CHANGING = re.compile(rb'(name="(?:jeton|cle)" value=")[^"]*')
NEWS = ("/nouvelles", "/nouvelles?depuis=1")
SEARCHES = ("/demandes?q=chuchotement", "/demandes?vue=en-cours", "/demandes?vue=a-traiter", "/demandes?tri=anciennes")


async def everything(browser: Browser, case_id: UUID) -> dict[str, tuple[int, str, bytes]]:
    """Every page and live update that the person may see, without tokens and keys, which change at each display."""
    case = f"/demandes/{case_id}"
    pages = [case, f"{case}?fil=entier", "/demandes", "/profil", "/aide", *SEARCHES]
    paths = [*pages, *NEWS, *(f"{case}{news}" for news in NEWS), "/flux", f"{case}/flux"]
    answers = {path: await browser.http.get(path) for path in paths}
    return {
        path: (answer.status_code, answer.headers.get("etag", ""), _CHANGING.sub(rb"\1", answer.content))
        for path, answer in answers.items()
    }


async def test_nothing_of_it_reaches_an_agent(
    cast: Cast, case_id: UUID, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    end_each_stream(monkeypatch)
    both = await add_to_teams(cast.referent_cpam_lot, "MSA du Lot", cast.agent_lot.seats[0].team_name)
    readers = [await sign_in(person) for person in (cast.agent_lot, cast.colleague_lot, cast.agent_cher, both)]
    referent, other = await sign_in(cast.referent_caf_lot), await sign_in(cast.referent_msa_lot)
    page = await referent.get(f"/demandes/{case_id}")
    await other.get(f"/demandes/{case_id}")
    for reader in readers:
        await everything(reader, case_id)
    before = [await everything(reader, case_id) for reader in readers]

    typed = {"message": "Un chuchotement", "lecteurs": "referents"}
    page = await referent.press(page, "Envoyer le message", **typed)
    assert "Un chuchotement" in page.text
    assert "Un chuchotement" in (await other.get(f"/demandes/{case_id}")).text
    assert str(case_id) in (await other.get("/demandes?q=chuchotement")).response.text

    assert [await everything(reader, case_id) for reader in readers] == before
    for news in NEWS:
        found = await other.http.get(f"/demandes/{case_id}{news}")
        assert "Un chuchotement" in found.text, "the referents’ own news has it"


async def test_nor_does_its_correction_or_its_withdrawal(
    cast: Cast, case_id: UUID, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    end_each_stream(monkeypatch)
    both = await add_to_teams(cast.referent_cpam_lot, "MSA du Lot", cast.agent_lot.seats[0].team_name)
    readers = [await sign_in(person) for person in (cast.agent_lot, cast.colleague_lot, both)]
    referent, other = await sign_in(cast.referent_caf_lot), await sign_in(cast.referent_msa_lot)
    page = await referent.get(f"/demandes/{case_id}")
    await other.get(f"/demandes/{case_id}")
    for reader in readers:
        await everything(reader, case_id)
    before = [await everything(reader, case_id) for reader in readers]

    page = await referent.press(page, "Envoyer aux référents", message="Un chuchotement")
    correction = page.link("Corriger ou retirer")
    for reader in readers:
        assert (await reader.get(correction)).status == 404
    form = await referent.get(correction)
    page = await referent.press(form, "Enregistrer la correction", message="Un murmure")
    assert "Un murmure" in page.text and "(corrigé)" in page.text
    assert [await everything(reader, case_id) for reader in readers] == before
    page = await referent.press(await referent.get(correction), "Retirer ce message")

    assert "Message retiré par son auteur." in page.text
    assert [await everything(reader, case_id) for reader in readers] == before
    news = (await other.http.get(f"/demandes/{case_id}/nouvelles?depuis=1")).text
    assert "Message retiré par son auteur." in news and "murmure" not in news


async def test_an_agent_s_open_page_and_list_have_nothing_new(
    cast: Cast, case_id: UUID, sign_in: SignIn, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same poll gets the same answer: no change, under the same tag; a stream only sends its greeting."""
    end_each_stream(monkeypatch)
    both = await add_to_teams(cast.referent_cpam_lot, "MSA du Lot", cast.agent_lot.seats[0].team_name)
    await (await sign_in(cast.referent_caf_lot)).get(f"/demandes/{case_id}")
    readers = [await sign_in(person) for person in (cast.agent_lot, cast.colleague_lot, both)]
    for reader in readers:
        await reader.get(f"/demandes/{case_id}")
    places = ("", f"/demandes/{case_id}")
    tags = {place: (await readers[0].http.get(f"{place}/nouvelles")).headers["etag"] for place in places}

    await post_internal_note(
        cast.referent_caf_lot, case_id, "Un chuchotement", key="apart", now=now + timedelta(hours=1)
    )

    for place, tag in tags.items():
        for reader in readers:
            answer = await reader.http.get(f"{place}/nouvelles", headers={"if-none-match": tag})
            assert (answer.status_code, answer.headers["etag"], answer.content) == (304, tag, b"")
            answer = await reader.http.get(f"{place}/flux", headers={"last-event-id": tag.strip('"')})
            assert answer.content == stream.PING


async def test_no_number_tells_that_something_was_said_apart(
    cast: Cast, sign_in: SignIn, new_case: NewCase, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two identical cases, except that referents talk on one: all that an agent receives of each is the same.

    Opaque ids, which have no order and no distance, differ (app/domain/test_opaque_ids.py). A number or a gap would
    show.
    """
    end_each_stream(monkeypatch)
    talked, quiet = await new_case("CAF", "MSA"), await new_case("CAF", "MSA")
    for case in (talked, quiet):
        for body in ("Une question", "Une autre", "Une dernière"):
            await post_message(cast.agent_lot, case, body, key=body, now=now)
            if case == talked:
                await post_internal_note(cast.referent_caf_lot, case, "Un chuchotement", key=f"{body} apart", now=now)
    agent = await sign_in(cast.agent_lot)

    answers = {case: await unmarked(agent, case) for case in (talked, quiet)}

    assert answers[talked] == answers[quiet]
    assert "/messages/" in answers[quiet]["page"] and 'name="vu"' in answers[quiet]["page"]
    assert {name: text.count(MARK) for name, text in answers[quiet].items()} == {
        "page": 3 + 2,  # corrections, depuis and vu
        "news": 3,
        "stream": 1 + 3,
        "row": 0,
    }


async def test_a_page_of_a_referent_who_joined_the_agents_loses_what_they_may_not_read(
    cast: Cast, case_id: UUID, sign_in: SignIn, now: datetime
) -> None:
    """Their open page has other line ids: it gets its whole thread again, at its stream’s next update."""
    referent = await sign_in(cast.referent_msa_lot)
    await post_internal_note(cast.referent_caf_lot, case_id, "Un chuchotement", key="apart", now=now)
    await post_message(cast.referent_caf_lot, case_id, "Bonjour", key="post", now=now)
    page = await referent.get(f"/demandes/{case_id}")
    shown = (await referent.http.get(f"/demandes/{case_id}/nouvelles")).headers["etag"]
    assert [line["id"] for line in page.soup.select("#fil > li")] == ["e1", "e2", "e3", "e4"]

    await add_to_teams(cast.referent_msa_lot, cast.agent_lot.seats[0].team_name)
    anew = await referent.http.get(f"/demandes/{case_id}/nouvelles", headers={"if-none-match": shown})

    thread = BeautifulSoup(anew.text, "html.parser").select_one("ol#fil[hx-swap-oob=innerHTML]")
    assert thread and [line["id"] for line in thread.find_all("li")] == ["e1", "e2", "e3"]
    assert "Bonjour" in thread.text and "chuchotement" not in anew.text


MARK = "✱"
_MARKS = re.compile(r'((?:depuis=|avant=|name="vu" value="|id: |/messages/))[\w-]{11}(?=["&/\n])')


_NUMBER = re.compile(r"\b\d{4}-\d{4}\b")
"""Of a case: drawn, it has no order either (app/domain/case_number.py)."""


async def unmarked(browser: Browser, case: UUID) -> dict[str, str]:
    """What the person receives of a case, without the case’s id and with each opaque id replaced by a star."""
    path = f"/demandes/{case}"
    answers = {"page": path, "news": f"{path}/nouvelles", "stream": f"{path}/flux", "row": "/demandes"}
    found = {name: (await browser.http.get(address)).text for name, address in answers.items()}
    row = re.search(rf'<li id="c-{case}".*?</li>', found["row"], re.DOTALL)
    assert row
    found["row"] = row[0]
    changing = _CHANGING.pattern.decode()
    return {
        name: _NUMBER.sub("", _MARKS.sub(rf"\1{MARK}", re.sub(changing, r"\1", text)).replace(str(case), ""))
        for name, text in found.items()
    }


async def test_an_agent_s_forged_tick_writes_nothing(cast: Cast, case_id: UUID, sign_in: SignIn) -> None:
    agent = await sign_in(cast.agent_lot)
    typed = {"message": "Bonjour", "lecteurs": "referents"}

    page = await agent.press(await agent.get(f"/demandes/{case_id}"), "Envoyer le message", **typed)

    assert page.status == 403 and "Bonjour" in page.text
