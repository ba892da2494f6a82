"""The buttons of a message's form: each has its function."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

import pytest
from litestar.datastructures import FormMultiDict

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.thread.ready_phrases import save_phrase
from app.routes.cases.message_sending import send_message
from app.routes.cases.messages import (
    BUTTONS,
    PressButton,
    choose_text,
    find_button_handler,
    return_to_message,
    show_form_after_files,
)
from app.routes.cases.phrases import append_phrase
from app.routes.cases.test_message_draft import save
from app.routes.forms import Form
from app.tests.support.attachments_fixtures import PDF
from app.tests.support.browser import Browser

SignIn = Callable[[Actor], Awaitable[Browser]]
SENDING = {"reponse", "pour", "confirmer"}


@pytest.mark.parametrize(
    ("names", "pressed"),
    [
        ({"message", "cle"}, send_message),
        (SENDING, send_message),
        ({"reprendre", "phrase", "joindre"}, choose_text),
        ({"ecarter"}, choose_text),
        ({"phrase", "joindre", "reponse"}, append_phrase),
        ({"joindre", "reponse"}, show_form_after_files),
        ({"retirer-piece", "confirmer"}, show_form_after_files),
        ({"revenir", "question"}, return_to_message),
    ],
)
def test_what_sends_nothing_comes_first(names: set[str], pressed: PressButton) -> None:
    assert find_button_handler(Form(FormMultiDict((name, "x") for name in names))) is pressed


async def test_each_button_of_the_form_has_its_function(
    cast: Cast, case_id: UUID, sign_in: SignIn, now: datetime
) -> None:
    """The form of a referent, with a phrase, an attached file, another page’s saved text and a question asked."""
    team = cast.referent_caf_lot.seats[0].team_id
    await save_phrase(cast.manager_caf_lot, team, None, "Délai", "Comptez trois semaines.", seen=0, now=now)
    referent = await sign_in(cast.referent_caf_lot)
    old, page = [await referent.get(f"/demandes/{case_id}") for _ in range(2)]
    await save(referent, old, message="De la vieille page", version="1.")
    page = await referent.press_with([("avis.pdf", PDF)], page, "Joindre et choisir d’autres fichiers", message="Voici")
    asked = await referent.press(page, "C’est traité")

    buttons = [button for shown in (page, asked) for button in shown.soup.select("#reponse button[name]")]

    assert {str(button["name"]) for button in buttons} == BUTTONS.keys() | SENDING
