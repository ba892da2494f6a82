"""The posted form of a message: read for all of its buttons, saved, shown again."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response

from app.domain.accounts.actor import Actor
from app.domain.cases.access import is_message_posted
from app.domain.cases.attachments.upload import UploadResult
from app.domain.cases.thread.message_draft import save_message_draft
from app.domain.files.limits import FILES_FIELD
from app.routes.cases.form_saves import clean_text, read_base_version, read_save_number, read_text_choice
from app.routes.cases.reply_form import (
    check_note_right,
    list_form_values,
    read_addressed_teams,
    read_readership,
    read_reminder,
    read_signature,
)
from app.routes.cases.show import build_fragment_or_page
from app.routes.cases.uploads import discard_chosen_files, receive_uploads
from app.routes.forms import Form
from app.routes.respond import wants_fragment

Req = Request[Any, Any, Any]
FRAGMENT = "cases/_reply.html"


@dataclass(frozen=True)
class MessageForm:
    """key identifies the form, so that its message is sent once. files are those that were posted with it."""

    request: Req
    actor: Actor
    case_id: UUID
    form: Form
    now: datetime
    key: UUID
    files: UploadResult

    @property
    def words(self) -> str:
        return self.form.read_as_typed("message")


def read_message_form(request: Req, actor: Actor, case_id: UUID, form: Form, now: datetime) -> MessageForm:
    return MessageForm(request, actor, case_id, form, now, form.read_uuid("cle"), UploadResult([], {}))


async def open_form(request: Req, actor: Actor, case_id: UUID, form: Form, now: datetime) -> MessageForm:
    """Receives the files, then checks the right to write a note.

    Raises Invalid, Forbidden, NotFound, and what begin_upload raises.
    """
    message = read_message_form(request, actor, case_id, form, now)
    files = await _receive_files(message)
    await check_note_right(actor, case_id, form)
    return replace(message, files=files)


async def _receive_files(message: MessageForm) -> UploadResult:
    """The files of a message that is posted twice are received once."""
    await discard_chosen_files(message.actor, message.form)
    if not message.form.read_files(FILES_FIELD) or await is_message_posted(
        message.actor, message.case_id, str(message.key)
    ):
        return message.files
    return await receive_uploads(message.request, message.actor, message.case_id, message.form, message.now)


async def save_words(message: MessageForm, words: str, *, reminder: str = "") -> None:
    """Saves like autosave, also without scripts. reminder replaces the one of the form."""
    form = message.form
    await save_message_draft(
        message.actor,
        message.case_id,
        clean_text(words),
        key=str(message.key),
        readership=read_readership(form),
        signature=read_signature(form),
        addressed=read_addressed_teams(form),
        reminder=reminder or read_reminder(form),
        now=message.now,
        number=read_save_number(form),
        base=read_base_version(form),
        choice=read_text_choice(form),
    )


async def save_refused_words(message: MessageForm) -> None:
    """The form shows the text again once the case is reopened.

    A note is not saved when its author may not read it any more: the form would not show it.
    """
    shown = await list_form_values(message.actor, message.case_id, message.form)
    if message.words and message.words == shown["typed"]:
        await save_words(message, message.words)


async def show_form(message: MessageForm, fragment: str = FRAGMENT, **context: Any) -> Response[Any]:
    """The form with what was typed. context replaces any value of it. fragment: its template, for htmx.

    A fragment shows no line of the thread: its form still has the last line that the page showed, unless it asks about
    newer messages.
    """
    shown = await list_form_values(message.actor, message.case_id, message.form)
    if wants_fragment(message.request) and not context.get("newer"):
        shown["seen"] = message.form.read_as_typed("vu")
    context = {"key": message.key, "base": read_base_version(message.form), **shown, **context}
    return await build_fragment_or_page(message.actor, message.case_id, message.request, fragment, **context)


async def show_saved_form(message: MessageForm, **context: Any) -> Response[Any]:
    await save_words(message, message.words)
    return await show_form(message, errors=message.files.errors, **context)
