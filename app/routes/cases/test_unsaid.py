"""A message’s form is sent again with more in it: the message counts once, the rest is in the form."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.routes.cases.test_in_place import send
from app.routes.cases.test_signature import shared
from app.tests.support.browser import Browser, Page
from db.tables.thread import Message

SignIn = Callable[[Actor], Awaitable[Browser]]
LEFT = "Votre message était déjà parti. Ce que vous avez écrit ensuite est resté ici"


@pytest.mark.parametrize(
    ("again", "left"),
    [
        ("Bonjour.", ""),
        ("Bonjour. Et le dossier ?", "Et le dossier ?"),
        ("Tout autre chose.", "Tout autre chose."),
    ],
)
@pytest.mark.parametrize("signature", [False, True], ids=["alone", "on a shared account"])
async def test_what_it_has_more_is_kept(
    cast: Cast, case_id: UUID, sign_in: SignIn, now: datetime, again: str, left: str, signature: bool
) -> None:
    if signature:
        await shared(cast.agent_lot, now)
    agent = await sign_in(cast.agent_lot)
    page = await agent.get(f"/demandes/{case_id}")
    sent = {"message": "Bonjour.", "signature": "Léa, accueil" if signature else ""}
    await agent.press(page, "Envoyer le message", **sent)

    shown = await agent.press(page, "Envoyer le message", **{**sent, "message": again})

    assert shown.control("Votre message").get_text().strip() == left
    assert (LEFT in shown.text) == bool(left) and await Message.count() == 1
    if left:
        after = await agent.press(shown, "Envoyer le message")
        assert after.control("Votre message").get_text().strip() == "" and await Message.count() == 2


async def test_in_an_open_page_the_message_shows_too(cast: Cast, case_id: UUID, sign_in: SignIn) -> None:
    agent = await sign_in(cast.agent_lot)
    page = await agent.get(f"/demandes/{case_id}")
    form = page.form("Envoyer le message")
    key = {"cle": str(form.find("input", {"name": "cle"})["value"])}  # type: ignore[index]
    await send(agent, page, "Envoyer le message", message="Bonjour.", **key)

    answer = Page(await send(agent, page, "Envoyer le message", message="Bonjour. Un mot de plus.", **key))

    assert [body.get_text() for body in answer.soup.select(".message-body")] == ["Bonjour."]
    assert answer.control("Votre message").get_text().strip() == "Un mot de plus." and LEFT in answer.text
    assert answer.form("Envoyer le message").find("input", {"name": "cle"})["value"] != key["cle"]  # type: ignore[index]
