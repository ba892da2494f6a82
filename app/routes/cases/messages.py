"""The form of a message: one URL, and one function for each button. Without a known button, the message is sent."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.domain.accounts.actor import Actor
from app.routes.cases.form_saves import DROP_BUTTON, TAKE_BUTTON
from app.routes.cases.message_form import (
    FRAGMENT,
    MessageForm,
    Req,
    open_form,
    read_message_form,
    save_refused_words,
    save_words,
    show_form,
    show_saved_form,
)
from app.routes.cases.message_sending import send_message
from app.routes.cases.phrases import append_phrase
from app.routes.cases.show import build_fragment_or_page
from app.routes.cases.uploads import MAX_FORM_WITH_FILES
from app.routes.forms import Form
from app.routes.middleware import upload_guards
from app.routes.redisplay import Refusal, redisplay

PressButton = Callable[[MessageForm], Awaitable[Response[Any]]]


async def show_refused_form(
    refusal: Refusal, request: Req, actor: Actor, case_id: UUID, form: Form, now: datetime
) -> Response[Any]:
    """After a conflict (the refusal has a text) the form cannot be sent as it is: its words are saved, and the question
    that confirms an answer is hidden.
    """
    message = read_message_form(request, actor, case_id, form, now)
    if not refusal.message:
        return await show_form(message, errors=refusal.fields)
    await save_refused_words(message)
    return await show_form(message, conflict=refusal.message, asked="")


@post(
    "/demandes/{case_id:uuid}/messages",
    guards=[upload_guards.require_case_writing],
    request_max_body_size=MAX_FORM_WITH_FILES,
)
@redisplay(show_refused_form)
async def post_message_form(
    request: Req,
    actor: NamedDependency[Actor],
    case_id: FromPath[UUID],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    message = await open_form(request, actor, case_id, form, now)
    return await find_button_handler(form)(message)


async def choose_text(message: MessageForm) -> Response[Any]:
    """« Reprendre » or « Ne pas garder »: the person chooses between this text and one typed in another window.
    open_form has put the chosen text in message.words.
    """
    await save_words(message, message.words)
    return await build_fragment_or_page(
        message.actor, message.case_id, message.request, FRAGMENT, errors=message.files.errors
    )


async def show_form_after_files(message: MessageForm) -> Response[Any]:
    """« Joindre » and « Retirer »: open_form has received or removed the files."""
    return await show_saved_form(message)


async def return_to_message(message: MessageForm) -> Response[Any]:
    """« Revenir » of the question that confirms an answer: the form is shown without that question."""
    return await show_saved_form(message)


BUTTONS: dict[str, PressButton] = {
    TAKE_BUTTON: choose_text,
    DROP_BUTTON: choose_text,
    "phrase": append_phrase,
    "joindre": show_form_after_files,
    "retirer-piece": show_form_after_files,
    "revenir": return_to_message,
}
"""The buttons that send nothing. The first match wins, since a script may post several."""


def find_button_handler(form: Form) -> PressButton:
    return next((press for name, press in BUTTONS.items() if form.has_field(name)), send_message)
