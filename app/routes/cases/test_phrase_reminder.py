"""« Je transmets » in the form of a message: the day that it shows, and what its sending does."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.routes.cases.test_phrases import INTERNAL, PART, read_message
from app.tests.support.browser import Browser, Page
from db.tables.participants import SetAside
from db.tables.thread import Message

COMMON = "Je transmets (me le rappeler dans 10 jours ouvrés)"


@pytest.fixture
async def referent(cast: Cast, sign_in: Callable[[Actor], Awaitable[Browser]]) -> Browser:
    return await sign_in(cast.referent_caf_lot)


async def choose_common_phrase(referent: Browser, case_id: UUID, message: str = "Reçu.") -> Page:
    return await referent.press(await referent.get(f"/demandes/{case_id}"), COMMON, message=message)


async def test_a_phrase_sets_a_day_and_its_sending_sets_the_case_aside(
    cast: Cast, case_id: UUID, referent: Browser, now: datetime
) -> None:
    """NOW is Monday 23 November 2026: ten working days later is Monday 7 December."""
    page = await choose_common_phrase(referent, case_id)
    assert read_message(page).startswith("Reçu.\n\nBonjour Carmen Vidal, je transmets")
    assert page.control("Me le rappeler le")["value"] == "2026-12-07"
    assert await SetAside.count() == await Message.count().where(Message.case == case_id) == 0

    again = await referent.get(f"/demandes/{case_id}")
    assert again.control("Me le rappeler le")["value"] == "2026-12-07", "kept with the message"
    page = await referent.press(again, "Envoyer le message", rappel="2026-12-09")

    assert "mise de côté jusqu’au jour choisi." in page.text and "Mise de côté jusqu’au 9 décembre" in page.text
    assert read_message(page) == "" and "Me le rappeler le" not in page.text
    rows = await SetAside.select(SetAside.case, SetAside.person)
    assert rows == [{"case": case_id, "person": cast.referent_caf_lot.id}]


async def test_a_day_that_is_emptied_or_refused_sets_nothing_aside(
    case_id: UUID, referent: Browser, now: datetime
) -> None:
    page = await choose_common_phrase(referent, case_id)
    page = await referent.press(page, "Envoyer le message", rappel="2026-11-23")
    assert page.status == 422 and "Choisissez un jour à venir" in page.text and read_message(page).startswith("Reçu.")
    assert await Message.count().where(Message.case == case_id) == 0, "both or neither"

    page = await referent.press(page, "Envoyer le message", rappel="")
    assert "Votre message est envoyé." in page.text and not page.has_button("Reprendre maintenant")
    assert await SetAside.count() == 0 and await Message.count().where(Message.case == case_id) == 1


async def test_an_answer_keeps_the_day_and_a_note_sets_the_case_aside_too(
    case_id: UUID, referent: Browser, now: datetime
) -> None:
    page = await choose_common_phrase(referent, case_id)
    page = await referent.press(page, "C’est traité")
    assert page.control("Me le rappeler le")["value"] == "2026-12-07"
    page = await referent.press(page, "Revenir au message")
    answer = await referent.http.get(f"/demandes/{case_id}/phrases/0", headers=PART)
    assert answer.json()["reponse"] == "rappel" and "je transmets" in answer.json()["texte"]
    page = await referent.press(page, "Envoyer aux référents", **INTERNAL)
    assert "Mise de côté jusqu’au 7 décembre" in page.text and await SetAside.count() == 1
