"""The form of a message sends files without words, without scripts too."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.accounts.profile import change_profile
from app.tests.support.attachments_fixtures import PDF
from app.tests.support.browser import Browser
from db.tables.thread import Message

SignIn = Callable[[Actor], Awaitable[Browser]]
RELEVE = [("relevé.pdf", PDF)]


async def share_account(actor: Actor, now: datetime) -> None:
    names = {"first_name": actor.first_name, "last_name": actor.last_name, "function": actor.function}
    await change_profile(actor, **names, phone=actor.phone, signature="Léa, accueil", now=now)


async def test_files_leave_alone_and_an_empty_form_is_refused(cast: Cast, case_id: UUID, sign_in: SignIn) -> None:
    agent = await sign_in(cast.agent_lot)
    page = await agent.get(f"/demandes/{case_id}")

    page = await agent.press(page, "Envoyer le message", message="  ")
    assert page.status == 422 and "Écrivez votre message avant de l’envoyer." in page.text
    page = await agent.press_with(RELEVE, page, "Envoyer le message", message=" ")

    assert page.status == 200 and "Télécharger relevé.pdf" in page.text
    assert page.soup.select_one("#fil .message") and not page.soup.select_one("#fil .message-body")


@pytest.mark.parametrize(("button", "body"), [("Envoyer le message", "— Léa, accueil"), ("C’est traité", "Le blocage")])
async def test_a_shared_account_still_says_who_sent_them(
    button: str, body: str, cast: Cast, case_id: UUID, sign_in: SignIn, now: datetime
) -> None:
    await share_account(cast.referent_caf_lot, now)
    referent = await sign_in(cast.referent_caf_lot)
    page = await referent.press_with(RELEVE, await referent.get(f"/demandes/{case_id}"), button)
    if button == "C’est traité":
        page = await referent.press(page, "Confirmer « C’est traité »")

    assert page.status == 200 and [row["body"][: len(body)] for row in await Message.select(Message.body)] == [body]


async def test_a_signature_is_no_procedure(cast: Cast, case_id: UUID, sign_in: SignIn, now: datetime) -> None:
    await share_account(cast.referent_caf_lot, now)
    referent = await sign_in(cast.referent_caf_lot)
    page = await referent.get(f"/demandes/{case_id}")

    refused = await referent.press_with(RELEVE, page, "Non pertinente", message="", confirmer="oui")

    assert refused.status == 422 and "Indiquez à l’agent la procédure" in refused.text and not await Message.exists()
