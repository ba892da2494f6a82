"""« Pas encore de compte ? »: one answer for every address, the typed text is kept, emails only to the address."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from app.cast import Cast
from app.tests.support.browser import Browser
from db.tables.signup import Signup

if TYPE_CHECKING:
    from app.gateways.email.transport import FolderTransport
    from app.gateways.email.worker import EmailWorker

SAID = {
    "prenom": "Zoé",
    "nom": "Neuve",
    "adresse": "zoe@exemple.fr",
    "fonction": "Conseillère",
    "telephone": "01 99 00 12 34",
    "departement": "46",
    "organisme": "autre",
    "structure": "France Services de Figeac",
    "motif": "J’accueille du public.",
}
BUTTON = "Envoyer ma demande d’inscription"


async def test_from_login_one_asks_for_an_account(
    anonymous_browser: Browser, cast: Cast, email_worker: EmailWorker, email_folder: FolderTransport
) -> None:
    page = await anonymous_browser.get((await anonymous_browser.get("/login")).link("demandez un compte"))

    page = await anonymous_browser.press(page, BUTTON, **SAID)

    assert page.h1 == "Votre demande d’inscription est envoyée"
    await email_worker.deliver_due()
    (letter,) = await email_folder.read()
    assert (letter.to, letter.subject) == ("zoe@exemple.fr", "Votre demande d’inscription est enregistrée")


async def test_the_answer_is_the_same_for_an_address_that_has_an_account(
    anonymous_browser: Browser, cast: Cast, email_worker: EmailWorker, email_folder: FolderTransport
) -> None:
    answers = []
    for address in ("zoe@exemple.fr", cast.agent_lot.address):
        page = await anonymous_browser.press(
            await anonymous_browser.get("/inscription"), BUTTON, **(SAID | {"adresse": address})
        )
        answers.append((page.status, page.path, re.sub(r'value="[0-9a-f]{48}"', "", page.response.text)))

    assert answers[0] == answers[1]
    await email_worker.deliver_due()
    (letter,) = await email_folder.read(cast.agent_lot.address)
    assert letter.subject == "Vous avez déjà un compte" and "/login" in letter.text


async def test_what_is_missing_is_said_first_and_what_was_typed_stays(anonymous_browser: Browser, cast: Cast) -> None:
    page = await anonymous_browser.press(
        await anonymous_browser.get("/inscription"), BUTTON, **(SAID | {"telephone": "non", "departement": ""})
    )

    assert page.status == 422
    summary = page.soup.find(id="erreurs")
    assert summary and [link["href"] for link in summary.find_all("a")] == ["#telephone", "#departement"]
    assert page.control("Prénom")["value"] == "Zoé"
    assert page.control("Pourquoi demandez-vous").get_text().strip() == "J’accueille du public."
    page = await anonymous_browser.press(page, BUTTON, telephone="01 99 00 12 34", departement="46")
    assert page.h1 == "Votre demande d’inscription est envoyée"


async def test_the_sixth_says_when_to_come_back(anonymous_browser: Browser, cast: Cast) -> None:
    for _ in range(6):
        page = await anonymous_browser.press(await anonymous_browser.get("/inscription"), BUTTON, **SAID)

    assert page.status == 429 and "Réessayez à partir de" in page.text and page.control("Nom")["value"] == "Neuve"


@pytest.mark.parametrize("field", ["prenom", "adresse", "departement", "organisme", "structure", "motif"])
@pytest.mark.parametrize("hostile", ["\0", "x" * 5000, "9" * 60])
async def test_hostile_words_are_no_crash(anonymous_browser: Browser, cast: Cast, field: str, hostile: str) -> None:
    page = await anonymous_browser.press(
        await anonymous_browser.get("/inscription"), BUTTON, **(SAID | {field: hostile})
    )

    assert page.status in (200, 422)
    assert page.status == 422 or await Signup.count() == 1
