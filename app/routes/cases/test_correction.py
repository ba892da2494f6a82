"""Corrections, on the page: a message, a field, a whole case."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

from bs4 import BeautifulSoup

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.lifecycle.closure import close
from app.domain.cases.lifecycle.suspension import suspend
from app.domain.cases.thread.answers import dismiss
from app.tests.support.browser import Browser
from db.engine import transaction

SignIn = Callable[[Actor], Awaitable[Browser]]


async def test_a_message_is_corrected_then_read_then_fixed(cast: Cast, case_id: UUID, sign_in: SignIn) -> None:
    agent, referent = await sign_in(cast.agent_lot), await sign_in(cast.referent_caf_lot)
    page = await agent.press(await agent.get(f"/demandes/{case_id}"), "Envoyer le message", message="Dossier 12")
    correction = page.link("Corriger ou retirer")

    page = await agent.press(await agent.get(correction), "Enregistrer la correction", message="Dossier 21")
    assert "Dossier 21" in page.text and "(corrigé)" in page.text and "Dossier 12" not in page.text

    await referent.get(f"/demandes/{case_id}")
    late = await agent.get(correction)
    assert late.status == 409 and "vient d’être lu" in late.text
    page = await agent.get(f"/demandes/{case_id}")
    assert "Lu par Julien Delmas" in page.text
    assert "Corriger ou retirer" not in page.text


async def test_a_correction_sent_too_late_keeps_what_was_typed(cast: Cast, case_id: UUID, sign_in: SignIn) -> None:
    agent, referent = await sign_in(cast.agent_lot), await sign_in(cast.referent_caf_lot)
    page = await agent.press(await agent.get(f"/demandes/{case_id}"), "Envoyer le message", message="Dossier 12")
    form = await agent.get(page.link("Corriger ou retirer"))
    await referent.get(f"/demandes/{case_id}")

    page = await agent.press(form, "Enregistrer la correction", message="Dossier 21, en fait")

    assert page.status == 409 and "Dossier 21, en fait" in page.text and "vient d’être lu" in page.text


async def test_a_message_is_withdrawn(cast: Cast, case_id: UUID, sign_in: SignIn) -> None:
    referent, agent = await sign_in(cast.referent_caf_lot), await sign_in(cast.agent_lot)
    page = await referent.press(await referent.get(f"/demandes/{case_id}"), "Envoyer le message", message="Oups")
    page = await referent.press(await referent.get(page.link("Corriger ou retirer")), "Retirer ce message")

    assert "Votre message est retiré." in page.text
    seen = await agent.get(f"/demandes/{case_id}")
    assert "Message retiré par son auteur." in seen.text and "Oups" not in seen.text


async def test_on_a_closed_case_no_link_promises_a_correction(
    cast: Cast, case_id: UUID, sign_in: SignIn, now: datetime
) -> None:
    """It would be refused; once reopened, the link is back."""
    agent, case = await sign_in(cast.agent_lot), f"/demandes/{case_id}"
    await agent.press(await agent.get(case), "Envoyer le message", message="Dossier 12")
    await close(cast.agent_lot, case_id, "solved", now)
    assert "Corriger ou retirer" not in (await agent.get(case)).text

    await agent.press(await agent.get(case), "Rouvrir la demande")

    assert "Corriger ou retirer" in (await agent.get(case)).text


async def test_on_a_suspended_case_no_link_promises_a_correction(
    cast: Cast, case_id: UUID, sign_in: SignIn, now: datetime
) -> None:
    agent, case = await sign_in(cast.agent_lot), f"/demandes/{case_id}"
    page = await agent.press(await agent.get(case), "Envoyer le message", message="Dossier 12")
    assert "Corriger ou retirer" in page.text
    async with transaction():
        await suspend(case_id, now)

    assert "Corriger ou retirer" not in (await agent.get(case)).text


def words(soup: BeautifulSoup, selector: str) -> str:
    return " ".join(found.get_text(" ") for found in soup.select(selector)).strip()


async def test_a_withdrawn_answer_leaves_the_page_as_it_was(
    cast: Cast, case_id: UUID, sign_in: SignIn, now: datetime
) -> None:
    """An open page too: the status, the tags and the file change with the line."""
    referent, other = await sign_in(cast.referent_caf_lot), await sign_in(cast.referent_msa_lot)
    page = await referent.get(f"/demandes/{case_id}")
    await dismiss(cast.referent_caf_lot, case_id, "Voyez en ligne.", key="once", now=now)
    shown = (await other.http.get(f"/demandes/{case_id}/nouvelles")).headers["etag"]
    page = await referent.get(f"/demandes/{case_id}")
    assert page.shows_status("Répondue") and "demande non pertinente" in words(page.soup, "#organismes")
    form = await referent.get(page.link("Corriger ou retirer"))

    empty = await referent.press(form, "Enregistrer la correction", message=" ")
    assert empty.status == 422 and "Indiquez à l’agent la procédure à suivre" in empty.text
    page = await referent.press(form, "Retirer ce message")

    assert page.shows_status("Consultée") and not page.soup.select("#fil .tag")
    assert "ertinente" not in words(page.soup, "#organismes") + words(page.soup, "#marques")
    news = await other.http.get(f"/demandes/{case_id}/nouvelles", headers={"if-none-match": shown})
    part = BeautifulSoup(news.text, "html.parser")
    assert "Message retiré" in words(part, "li[hx-swap-oob]")
    assert "Consultée" in words(part, "#statut") and not words(part, "#marques")
    assert "consultée" in words(part, "#organismes b") and "ertinente" not in words(part, "#organismes")


async def test_a_case_that_no_one_opened_is_withdrawn(cast: Cast, case_id: UUID, sign_in: SignIn) -> None:
    agent = await sign_in(cast.agent_lot)
    page = await agent.press(await agent.get(f"/demandes/{case_id}"), "Retirer la demande")
    page = await agent.press(page, "Confirmer le retrait")

    assert page.shows_status("Clôturée") and "plus aucun organisme ne la reçoit" in page.text
    assert not page.has_button("Rouvrir la demande") and not page.has_button("Répondre au sondage")
    assert (await (await sign_in(cast.referent_caf_lot)).get(f"/demandes/{case_id}")).status == 404


async def test_an_opened_case_says_why_it_cannot_be_withdrawn(cast: Cast, case_id: UUID, sign_in: SignIn) -> None:
    agent = await sign_in(cast.agent_lot)
    confirm = await agent.press(await agent.get(f"/demandes/{case_id}"), "Retirer la demande")
    await (await sign_in(cast.referent_caf_lot)).get(f"/demandes/{case_id}")

    page = await agent.press(confirm, "Confirmer le retrait")

    assert page.status == 409 and "Un référent a ouvert la demande entre-temps" in page.text


async def test_either_side_completes_the_file(cast: Cast, case_id: UUID, sign_in: SignIn) -> None:
    referent = await sign_in(cast.referent_caf_lot)
    page = await referent.press(await referent.get(f"/demandes/{case_id}"), "Compléter le dossier")
    page = await referent.press(page, "Enregistrer", champ="Numéro d’allocataire CAF", valeur="")
    assert page.status == 422 and "Saisissez ce qui a été trouvé" in page.text
    page = await referent.press(page, "Enregistrer", champ="Numéro d’allocataire CAF", valeur="1234567A")

    assert "Numéro d’allocataire CAF : 1234567A (auparavant : non connu)" in page.text
    closed = await sign_in(cast.agent_lot)
    assert "1234567A" in (await closed.get(f"/demandes/{case_id}")).text
