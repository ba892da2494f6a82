"""The form of a message: one address, and one function for each button. Without a known button, the message is sent."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.domain.accounts.actor import Actor
from app.domain.cases.access import load_visible_case
from app.domain.cases.thread.ready_phrases import load_ready_phrases
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
from app.routes.cases.show import build_fragment_or_page
from app.routes.cases.uploads import MAX_FORM_WITH_FILES
from app.routes.forms import Form
from app.routes.middleware import upload_guards
from app.routes.redisplay import Refusal, redisplay

PressButton = Callable[[MessageForm], Awaitable[Response[Any]]]


async def show_refused_form(
    refusal: Refusal, request: Req, actor: Actor, case_id: UUID, form: Form, now: datetime
) -> Response[Any]:
    """After a refusal with a message nothing can be sent, so the question before an answer is not shown any more."""
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
    return await find_button(form)(message)


async def choose_text(message: MessageForm) -> Response[Any]:
    """« Reprendre » or « Ne pas garder », for the text of another page. The form then shows what is saved."""
    await save_words(message, message.words)
    return await build_fragment_or_page(
        message.actor, message.case_id, message.request, FRAGMENT, errors=message.files.errors
    )


async def insert_phrase(message: MessageForm) -> Response[Any]:
    """The phrase is added after what is typed, never instead of it, and saved with it."""
    case = await load_visible_case(message.actor, message.case_id)
    phrases, chosen = await load_ready_phrases(message.actor, case), message.form.read_number("phrase")
    bodies = [phrase.body for phrase in phrases if phrase.id == chosen]
    words = "\n\n".join([text for text in (message.words, *bodies) if text])
    await save_words(message, words)
    return await show_form(message, typed=words, errors=message.files.errors)


async def join_or_remove_files(message: MessageForm) -> Response[Any]:
    """open_form has received or removed the files."""
    return await show_saved_form(message)


async def return_to_message(message: MessageForm) -> Response[Any]:
    """From the question before an answer: read_answer_code then returns no answer."""
    return await show_saved_form(message)


BUTTONS: dict[str, PressButton] = {
    TAKE_BUTTON: choose_text,
    DROP_BUTTON: choose_text,
    "phrase": insert_phrase,
    "joindre": join_or_remove_files,
    "retirer-piece": join_or_remove_files,
    "revenir": return_to_message,
}
"""The buttons that send nothing. The first match wins, since a program may post several."""


def find_button(form: Form) -> PressButton:
    return next((press for name, press in BUTTONS.items() if form.has_field(name)), send_message)
