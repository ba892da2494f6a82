"""The posted form of a message: opened once for all its buttons, its words saved, the form shown again."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response

from app.domain.accounts.actor import Actor
from app.domain.cases.access import posted_before
from app.domain.cases.attachments.upload import Arrivals
from app.domain.cases.thread.message_draft import keep
from app.domain.files.limits import FIELD
from app.routes.cases.reply_form import check_side, is_internal, shown_again, signature_of
from app.routes.cases.saves import base_of, choice_of, number_of, plain
from app.routes.cases.show import again
from app.routes.cases.uploads import drop_chosen, keep_files
from app.routes.forms import Form

Req = Request[Any, Any, Any]
FRAGMENT = "cases/_reply.html"


@dataclass(frozen=True)
class MessageForm:
    """key: the form's own, so that its message counts once. files: what came with it."""

    request: Req
    actor: Actor
    case_id: UUID
    form: Form
    now: datetime
    key: UUID
    files: Arrivals

    @property
    def words(self) -> str:
        return self.form.typed("message")


def read_message_form(request: Req, actor: Actor, case_id: UUID, form: Form, now: datetime) -> MessageForm:
    return MessageForm(request, actor, case_id, form, now, form.uuid("cle"), Arrivals([], {}))


async def open_form(request: Req, actor: Actor, case_id: UUID, form: Form, now: datetime) -> MessageForm:
    """What every button does first: the files are received, then the right to write between referents is checked.

    Raises Refused, NotFound, and as reception.begin does.
    """
    message = read_message_form(request, actor, case_id, form, now)
    files = await _receive_files(message)
    await check_side(actor, case_id, form)
    return replace(message, files=files)


async def _receive_files(message: MessageForm) -> Arrivals:
    """The files of a message that is sent twice are received once."""
    await drop_chosen(message.actor, message.form)
    if not message.form.files(FIELD) or await posted_before(message.actor, message.case_id, str(message.key)):
        return message.files
    return await keep_files(message.request, message.actor, message.case_id, message.form, message.now)


async def save_words(message: MessageForm, words: str) -> None:
    """As the page's own autosave does, without scripts too."""
    form = message.form
    await keep(
        message.actor,
        message.case_id,
        plain(words),
        key=str(message.key),
        apart=is_internal(form),
        signature=signature_of(form),
        now=message.now,
        number=number_of(form),
        base=base_of(form),
        choice=choice_of(form),
    )


async def save_refused_words(message: MessageForm) -> None:
    """They are in the form again once the case is open.

    Nothing is saved of an internal note whose author no longer reads internal notes: the form does not show it again.
    """
    shown = await shown_again(message.actor, message.case_id, message.form)
    if message.words and message.words == shown["typed"]:
        await save_words(message, message.words)


async def show_form(message: MessageForm, **context: Any) -> Response[Any]:
    """The form as it was typed; context replaces what it names."""
    shown = await shown_again(message.actor, message.case_id, message.form)
    context = {"key": message.key, "base": base_of(message.form), **shown, **context}
    return await again(message.actor, message.case_id, message.request, FRAGMENT, **context)


async def show_saved_form(message: MessageForm) -> Response[Any]:
    await save_words(message, message.words)
    return await show_form(message, errors=message.files.refused)
