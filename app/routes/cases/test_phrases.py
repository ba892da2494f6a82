"""Ready phrases in the form of a message: words, answers, and what contradicts them."""

import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.thread.ready_phrases import save_phrase
from app.domain.catalogue.phrases import PhraseAnswer
from app.tests.support.browser import Browser, Page
from db.tables.email import Email
from db.tables.thread import Message

SignIn = Callable[[Actor], Awaitable[Browser]]
INTERNAL = {"lecteurs": "referents"}
PART = {"hx-request": "true", "hx-request-type": "partial"}
WORDS = "Les droits sont rouverts."


async def keep(cast: Cast, now: datetime, answer: PhraseAnswer, title: str = "Droits", body: str = WORDS) -> None:
    await save_phrase(cast.referent_caf_lot, None, None, title, body, answer=answer, seen=0, now=now)


@pytest.fixture
async def referent(cast: Cast, sign_in: SignIn) -> Browser:
    return await sign_in(cast.referent_caf_lot)


def read_message(page: Page) -> str:
    return page.control("Votre message").get_text().strip()


async def test_the_answer_of_a_phrase_is_asked_then_sent(
    cast: Cast, case_id: UUID, referent: Browser, now: datetime
) -> None:
    await keep(cast, now, PhraseAnswer.HANDLED)
    page = await referent.get(f"/demandes/{case_id}")

    page = await referent.press(page, "Droits (C’est traité)", message="Bonjour,")

    assert read_message(page) == f"Bonjour,\n\n{WORDS}" and "Répondre « C’est traité » ?" in page.text
    assert await Message.count().where(Message.case == case_id) == 0
    page = await referent.press(page, "Confirmer « C’est traité »")
    assert WORDS in page.text and await Message.count().where(Message.case == case_id) == 1


async def test_a_message_between_referents_keeps_no_answer_of_a_phrase(
    cast: Cast, case_id: UUID, referent: Browser, now: datetime
) -> None:
    await keep(cast, now, PhraseAnswer.IRRELEVANT)
    page = await referent.get(f"/demandes/{case_id}")

    page = await referent.press(page, "Droits (Non pertinente)", message="", **INTERNAL)

    assert read_message(page) == WORDS and page.list_ticked("lecteurs")[0].startswith(
        "Lu par : les référents de CAF du Lot"
    )
    assert "sans sa réponse « Non pertinente »" in page.text and not page.has_button("Confirmer « Non pertinente »")


async def test_of_two_answers_neither_stays(cast: Cast, case_id: UUID, referent: Browser, now: datetime) -> None:
    await keep(cast, now, PhraseAnswer.HANDLED)
    page, letters = await referent.get(f"/demandes/{case_id}"), await Email.count()
    page = await referent.press(page, "Non pertinente", message="Déclarez en ligne.")

    page = await referent.press(page, "Droits (C’est traité)")

    assert "aucune des deux réponses n’est plus choisie" in page.text
    assert page.has_button("Envoyer le message") and not page.has_button("Confirmer « C’est traité »")
    assert read_message(page) == f"Déclarez en ligne.\n\n{WORDS}"
    assert await Email.count() == letters and await Message.count().where(Message.case == case_id) == 0


async def test_the_same_answer_and_a_plain_phrase_leave_the_question(
    cast: Cast, case_id: UUID, referent: Browser, now: datetime
) -> None:
    await keep(cast, now, PhraseAnswer.HANDLED)
    await keep(cast, now, PhraseAnswer.MESSAGE, "Salut", "Bien à vous.")
    page = await referent.press(await referent.get(f"/demandes/{case_id}"), "C’est traité", message="Versé.")
    page = await referent.press(page, "Droits (C’est traité)")
    page = await referent.press(page, "Salut")
    assert page.has_button("Confirmer « C’est traité »") and read_message(page) == f"Versé.\n\n{WORDS}\n\nBien à vous."


async def test_the_words_of_a_transfer_go_to_its_panel(
    cast: Cast, case_id: UUID, referent: Browser, now: datetime
) -> None:
    await keep(cast, now, PhraseAnswer.TRANSFER, "À la CPAM", "{agent} : ceci relève de la CPAM.")
    page = await referent.get(f"/demandes/{case_id}")

    page = await referent.press(page, "À la CPAM (Transférer)", message="Mon brouillon.")

    assert read_message(page) == "Mon brouillon."
    reason = page.control("Pourquoi cette équipe ?").get_text().strip()
    assert reason == "Carmen Vidal : ceci relève de la CPAM." and page.has_button("Transférer la demande")
    assert "Mon brouillon." in read_message(await referent.get(f"/demandes/{case_id}"))


async def test_the_page_has_the_titles_and_a_search_has_the_words(
    cast: Cast, case_id: UUID, referent: Browser, sign_in: SignIn, now: datetime
) -> None:
    await keep(cast, now, PhraseAnswer.HANDLED)
    await keep(cast, now, PhraseAnswer.MESSAGE, "Accueil", "Bonjour {agent}.")
    page = await referent.get(f"/demandes/{case_id}")
    assert page.has_button("Accueil") and "Bonjour {agent}" not in page.response.text and WORDS not in page.text

    address = f"/demandes/{case_id}/phrases"
    found = (await referent.http.get(f"{address}?q=ROUVERTS", headers=PART)).text
    assert WORDS in found and "Accueil" not in found
    assert "Aucune phrase" in (await referent.http.get(f"{address}?q=zzz", headers=PART)).text
    assert (await referent.get(f"{address}?q=droits")).h1 == page.h1, "without htmx, the case"
    number = re.findall(r'name="phrase" value="(\d+)"[^>]*>Accueil', page.response.text)[0]
    answer = await referent.http.get(f"{address}/{number}", headers=PART)
    assert answer.json() == {"texte": "Bonjour Carmen Vidal.", "reponse": ""}
    helene = await sign_in(cast.manager_caf_lot)
    assert (await helene.http.get(f"{address}/{number}", headers=PART)).json() == {"texte": "", "reponse": ""}


async def test_words_that_the_script_has_inserted_are_not_added_again(
    cast: Cast, case_id: UUID, referent: Browser, now: datetime
) -> None:
    await keep(cast, now, PhraseAnswer.HANDLED)
    page = await referent.get(f"/demandes/{case_id}")
    page = await referent.press(page, "Droits (C’est traité)", message=f"A {WORDS} B", inseree="oui")
    assert read_message(page) == f"A {WORDS} B" and page.has_button("Confirmer « C’est traité »")


async def test_each_referent_keeps_their_own_on_a_page(cast: Cast, referent: Browser, sign_in: SignIn) -> None:
    page = await referent.get("/equipe/phrases")
    page = await referent.press(page, "Ajouter à mes phrases", titre="Rappel", texte="{usager}", reponse="handled")
    assert page.status == 422 and "« {usager} » n’est pas un champ connu." in page.text
    assert "« {agent} », « {structure} », « {organisme} », « {date d’envoi} », « {aujourd’hui} »" in page.text
    page = await referent.press(page, "Ajouter à mes phrases", texte="Bonjour {agent}.")
    assert "La phrase est enregistrée." in page.text
    page = await referent.press(page, "Enregistrer", rappel="dix")
    assert page.status == 422 and "Indiquez un nombre de jours ouvrés, de 1 à 60" in page.text
    page = await referent.press(page, "Enregistrer", rappel="5", reponse="message")
    assert "me le rappeler dans 5 jours ouvrés" in (await referent.get(page.link("Historique"))).text
    page = await referent.press(page, "Enregistrer", rappel="", reponse="handled")
    page = await referent.press(page, "Enregistrer", reponse="transfer", texte="a" * 501)
    assert page.status == 422 and "1 de trop" in page.text
    page = await referent.press(page, "Enregistrer", texte="À la CPAM.")
    history = page.link("Historique")
    assert "Transférer, pour cette raison" in (await referent.get(history)).text
    for other in (cast.manager_caf_lot, cast.admin):
        assert (await (await sign_in(other)).get(history)).status == 404
    page = await referent.press(page, "Supprimer")
    assert "La phrase est supprimée." in page.text
