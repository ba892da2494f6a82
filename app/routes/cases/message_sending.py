"""« Envoyer le message » and its answers: what is sent, and what the page shows then."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any
from uuid import uuid4

from litestar import Response

from app.domain.accounts.profile import SIGNATURE_LENGTH, signed
from app.domain.cases.events import EventKind
from app.domain.cases.thread.answers import announce_handled, dismiss
from app.domain.cases.thread.internal_notes import post_apart
from app.domain.cases.thread.message_draft import forget_shown
from app.domain.cases.thread.posting import MESSAGE_LENGTH, post
from app.domain.cases.thread.resubmission import SentBefore, sent_before, unsaid
from app.domain.errors import Invalid
from app.domain.text_length import JOIN_A_FILE
from app.routes.cases.message_form import MessageForm, save_words, show_saved_form
from app.routes.cases.reply_form import (
    answer_of,
    audience_of,
    check_one_audience,
    is_internal,
    must_confirm,
    shown_again,
)
from app.routes.cases.saves import base_of
from app.routes.cases.show import changed
from app.routes.forms import Form
from app.routes.respond import see, tell, wants_fragment

ALREADY_SENT_MORE_TYPED = (
    "Votre message était déjà parti. Ce que vous avez écrit ensuite est resté ici : relisez, puis envoyez."
)
ALREADY_SENT_OTHERWISE = (
    "Ce formulaire a déjà envoyé un message, à d’autres lecteurs ou avec une autre réponse : il est dans le fil. "
    "Celui-ci n’est pas parti : relisez, puis envoyez."
)


async def send_message(message: MessageForm) -> Response[Any]:
    """An answer is sent once its question is confirmed. Raises Invalid, and as the verb does."""
    words, signature = _read_sendable_texts(message)
    sent = await sent_before(message.actor, message.case_id, str(message.key))
    if sent and not _is_same_kind(sent, message.form):
        return await _show_unsent_words(message, ALREADY_SENT_OTHERWISE, words)
    if not sent and await must_confirm(message.actor, message.case_id, message.form):
        return await show_saved_form(message)
    await _send_as_answered(message, signed(words, signature))
    if rest := unsaid(sent, words, signature):
        return await _show_unsent_words(message, ALREADY_SENT_MORE_TYPED, rest)
    return await _show_sent(message)


def _read_sendable_texts(message: MessageForm) -> tuple[str, str]:
    """The words and the signature. Raises Invalid where the form sends nothing as it is."""
    if message.files.refused:
        raise Invalid(**message.files.refused)
    check_one_audience(message.form)
    words = message.form.text("message", most=MESSAGE_LENGTH, advice=JOIN_A_FILE)
    return words, message.form.text("signature", most=SIGNATURE_LENGTH)


def _is_same_kind(sent: SentBefore, form: Form) -> bool:
    return (sent.audience, sent.kind) == (audience_of(form), answer_of(form))


async def _send_as_answered(message: MessageForm, body: str) -> None:
    """Then what the form showed when it was opened is deleted, unless another page has changed it since."""
    files, verb = [*message.form.uuids("piece"), *message.files.kept], _find_verb(message.form)
    await verb(message.actor, message.case_id, body, key=str(message.key), now=message.now, attachments=files)
    if base := base_of(message.form):
        await forget_shown(message.actor, message.case_id, base)


def _find_verb(form: Form) -> Callable[..., Awaitable[None]]:
    answers = {EventKind.HANDLED: announce_handled, EventKind.IRRELEVANT: dismiss}
    return answers.get(answer_of(form)) or (post_apart if is_internal(form) else post)


async def _show_sent(message: MessageForm) -> Response[Any]:
    """The new lines and a fresh form."""
    internal = is_internal(message.form)
    if not wants_fragment(message.request):
        return tell(see(f"/demandes/{message.case_id}"), "message-entre-referents" if internal else "message")
    return await _show_new_lines(message, "cases/posted.html", internal=internal)


async def _show_unsent_words(message: MessageForm, conflict: str, words: str) -> Response[Any]:
    """The lines of a message that had left already, and a fresh form with what it does not say, saved."""
    fresh = replace(message, key=uuid4())
    await save_words(fresh, words)
    shown = await shown_again(message.actor, message.case_id, message.form)
    context = {"internal": is_internal(message.form), **shown, "typed": words, "conflict": conflict, "asked": ""}
    template = "cases/posted.html" if wants_fragment(message.request) else "cases/show.html"
    return await _show_new_lines(fresh, template, key=fresh.key, **context)


async def _show_new_lines(message: MessageForm, template: str, **context: Any) -> Response[Any]:
    lines_from = message.form.typed("vu")
    return await changed(message.actor, message.case_id, message.request, template, shown=lines_from, **context)
