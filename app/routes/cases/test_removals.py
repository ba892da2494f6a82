"""« Retirer un message ou une pièce mis par erreur »: by its author, by two people, and on open pages of others."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from bs4 import BeautifulSoup

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.draft.submission import submit
from app.domain.cases.lifecycle.closure import close
from app.domain.cases.thread.posting import post_message
from app.tests.support.attachments_fixtures import attach_file
from app.tests.support.browser import Browser, Page
from app.tests.support.cases_fixtures import make_draft

if TYPE_CHECKING:
    from app.domain.files.store import FileStore

SignIn = Callable[[Actor], Awaitable[Browser]]
LINK = "Retirer un message ou une pièce mis par erreur"
REMOVE, CONFIRM = "Retirer, ou demander le retrait", "Confirmer le retrait"
WORDS, WHY = "Zibeline habite ailleurs", "C’est une autre personne"


async def find_page(browser: Browser, case_id: UUID, panel: str = "complement") -> Page:
    return await browser.get((await browser.get(f"/demandes/{case_id}/{panel}")).link(LINK))


async def read_news(browser: Browser, case_id: UUID, tag: str) -> BeautifulSoup:
    news = await browser.http.get(f"/demandes/{case_id}/nouvelles", headers={"if-none-match": tag})
    return BeautifulSoup(news.text, "html.parser")


async def read_tag(browser: Browser, case_id: UUID) -> str:
    return str((await browser.http.get(f"/demandes/{case_id}/nouvelles")).headers["etag"])


async def test_an_author_takes_away_their_message_and_open_pages_lose_its_words(
    cast: Cast, case_id: UUID, files: FileStore, sign_in: SignIn, now: datetime
) -> None:
    author, reader = await sign_in(cast.referent_caf_lot), await sign_in(cast.agent_lot)
    file = await attach_file(cast.referent_caf_lot, files, case_id, now)
    await post_message(cast.referent_caf_lot, case_id, WORDS, key="key", now=now, attachments=[file])
    assert WORDS in (await reader.get(f"/demandes/{case_id}")).text
    tag = await read_tag(reader, case_id)
    page = await find_page(author, case_id)
    assert page.h1 == LINK and WORDS in page.text

    chosen = page.find_value("Message de Julien Delmas")
    refused = await author.press(page, REMOVE, quoi=chosen)
    assert refused.status == 422 and "Dites en quelques mots" in refused.text
    assert refused.list_ticked("quoi")[0].startswith("Message de Julien Delmas")
    refused = await author.press(page, REMOVE, motif=WHY)
    assert refused.status == 422 and "Choisissez le message" in refused.text and WHY in refused.text
    done = await author.press(page, REMOVE, quoi=chosen, motif=WHY)

    assert "C’est retiré." in done.text and "Message retiré par Julien Delmas (CAF du Lot), le" in done.text
    assert f"Avait été lu. Motif : {WHY}" in done.text and WORDS not in done.text
    news = await read_news(reader, case_id, tag)
    (line,) = news.select("li[hx-swap-oob]")
    assert "Message retiré par Julien Delmas" in line.text and WORDS not in news.text and str(file) not in str(news)
    assert "Message retiré après lecture par la CAF." in news.text
    assert (await reader.http.get(f"/pieces/{file}")).status_code == 404
    assert WORDS not in (await reader.get(f"/demandes/{case_id}?fil=entier")).text
    assert "Rien n’est à retirer" in (await find_page(author, case_id)).text


async def test_a_second_person_confirms_once(cast: Cast, case_id: UUID, sign_in: SignIn, now: datetime) -> None:
    await post_message(cast.referent_caf_lot, case_id, WORDS, key="key", now=now)
    first, second, third = [
        await sign_in(actor) for actor in (cast.agent_lot, cast.colleague_lot, cast.referent_msa_lot)
    ]
    page = await find_page(first, case_id)
    page = await first.press(page, REMOVE, quoi=page.find_value("Message de Julien Delmas"), motif=WHY)
    assert "dès qu’une deuxième personne le confirme" in page.text and WORDS in page.text
    assert "Retrait d’un message ou d’une pièce demandé par Carmen Vidal" in page.text and WHY in page.text
    page = await first.get(page.link("Voir ce qui est demandé"))
    assert page.has_button("Ne pas retirer") and not page.has_button(CONFIRM) and WORDS in page.text

    page, late = await find_page(second, case_id), await find_page(third, case_id)
    page = await second.press(page, CONFIRM)
    assert "Message retiré par" in page.text and "à la demande de Carmen Vidal" in page.text
    late = await third.press(late, CONFIRM)
    assert late.status == 409 and "Ce retrait est déjà fait" in late.text


async def test_a_request_is_set_aside(cast: Cast, case_id: UUID, sign_in: SignIn, now: datetime) -> None:
    await post_message(cast.referent_caf_lot, case_id, WORDS, key="key", now=now)
    agent, author = await sign_in(cast.agent_lot), await sign_in(cast.referent_caf_lot)
    page = await find_page(agent, case_id)
    await agent.press(page, REMOVE, quoi=page.find_value("Message de Julien Delmas"), motif=WHY)
    page = await author.press(await find_page(author, case_id), "Ne pas retirer")
    assert "Le retrait est écarté" in page.text and WORDS in page.text
    assert "Demande de retrait écartée par Julien Delmas" in page.text


async def test_a_file_of_the_case_leaves_the_panel_of_an_open_page(
    cast: Cast, files: FileStore, sign_in: SignIn, now: datetime
) -> None:
    case_id = await make_draft(cast.agent_lot, now, "CAF")
    file = await attach_file(cast.agent_lot, files, case_id, now, "faux.pdf")
    await submit(cast.agent_lot, case_id, now)
    agent, referent = await sign_in(cast.agent_lot), await sign_in(cast.referent_caf_lot)
    assert "faux.pdf" in (await referent.get(f"/demandes/{case_id}")).text
    tag = await read_tag(referent, case_id)
    page = await find_page(agent, case_id)
    await agent.press(page, REMOVE, quoi=page.find_value("Pièce jointe de Carmen Vidal"), motif=WHY)

    news = await read_news(referent, case_id, tag)
    assert (
        news.select("#usager") and "faux.pdf" not in news.text and "Pièce jointe retirée par Carmen Vidal" in news.text
    )
    assert (await referent.http.get(f"/pieces/{file}")).status_code == 404


async def test_a_file_of_an_older_message_leaves_its_line_and_the_others_stay(
    cast: Cast, case_id: UUID, files: FileStore, sign_in: SignIn, now: datetime
) -> None:
    kept, wrong = [await attach_file(cast.agent_lot, files, case_id, now, f"{name}.pdf") for name in ("bon", "faux")]
    await post_message(cast.agent_lot, case_id, WORDS, key="key", now=now, attachments=[kept, wrong])
    for number in range(20):
        await post_message(cast.referent_caf_lot, case_id, "Vu", key=str(number), now=now)
    agent, referent = await sign_in(cast.agent_lot), await sign_in(cast.referent_msa_lot)
    await referent.get(f"/demandes/{case_id}?fil=entier")
    await referent.get(f"/demandes/{case_id}")
    tag = await read_tag(referent, case_id)
    page = await find_page(agent, case_id)
    files_shown = [label for label in page.soup.find_all("label") if "Pièce jointe" in label.text]
    hints = [hint for hint in page.soup.select(".choice .hint") if hint.text == "faux.pdf"]
    assert len(files_shown) == 2 and len(hints) == 1
    await agent.press(page, REMOVE, quoi=str(wrong), motif=WHY)

    (line,) = (await read_news(referent, case_id, tag)).select("li[hx-swap-oob]")
    assert "bon.pdf" in line.text and "faux.pdf" not in line.text and WORDS in line.text


async def test_a_correction_that_comes_too_late_leads_there(
    cast: Cast, case_id: UUID, sign_in: SignIn, now: datetime
) -> None:
    agent, referent = await sign_in(cast.agent_lot), await sign_in(cast.referent_caf_lot)
    page = await agent.press(await agent.get(f"/demandes/{case_id}"), "Envoyer le message", message=WORDS)
    address = page.link("Corriger ou retirer")
    form = await agent.get(address)
    await referent.get(f"/demandes/{case_id}")

    for late in (await agent.get(address), await agent.press(form, "Retirer ce message")):
        assert late.status == 409 and WORDS in (await agent.get(late.link(LINK))).text


async def test_on_a_closed_case_the_way_is_in_the_panel_that_all_readers_have(
    cast: Cast, case_id: UUID, sign_in: SignIn, now: datetime
) -> None:
    await post_message(cast.referent_caf_lot, case_id, WORDS, key="key", now=now)
    await close(cast.agent_lot, case_id, "solved", now)
    for actor in (cast.agent_lot, cast.referent_caf_lot):
        assert WORDS in (await find_page(await sign_in(actor), case_id, "coordonnees")).text
