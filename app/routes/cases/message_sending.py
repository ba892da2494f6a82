"""« Envoyer le message »: what is sent, and what the page shows afterwards."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import uuid4

from litestar import Response

from app.domain.accounts.profile import SIGNATURE_LENGTH, add_signature
from app.domain.audience import Audience
from app.domain.calendar.time_zones import PARIS
from app.domain.cases.events import EventKind
from app.domain.cases.thread.answers import announce_handled, dismiss
from app.domain.cases.thread.internal_notes import post_internal_note
from app.domain.cases.thread.mentions import find_uncalled
from app.domain.cases.thread.message_draft import delete_shown_draft
from app.domain.cases.thread.posting import MESSAGE_LENGTH, post_message
from app.domain.cases.thread.reminder import send_with_reminder
from app.domain.cases.thread.resubmission import SentMessage, extract_unsent_text, load_sending_state
from app.domain.errors import Invalid
from app.domain.text_length import ATTACH_FILE_ADVICE
from app.routes.cases.form_saves import read_base_version
from app.routes.cases.last_shown import read_shown_event
from app.routes.cases.message_form import MessageForm, save_words, show_saved_form
from app.routes.cases.reply_form import (
    check_one_audience,
    list_form_values,
    must_confirm,
    read_addressed_teams,
    read_answer_event,
    read_readership,
    read_reminder,
)
from app.routes.cases.show import build_fragment
from app.routes.forms import Form
from app.routes.respond import flash, redirect_after_post, wants_fragment
from app.text.absences import parse_day_after

SENT_NOTICES = {
    Audience.ALL: "message",
    Audience.INTERNAL: "message-entre-referents",
    Audience.TEAM: "message-equipe",
}
ASIDE_NOTICES = {
    Audience.ALL: "message-et-rappel",
    Audience.INTERNAL: "message-entre-referents-et-rappel",
    Audience.TEAM: "message-equipe-et-rappel",
}
"""Where the message has set the case aside."""
ALREADY_SENT_MORE_TYPED = (
    "Votre message était déjà parti. Ce que vous avez écrit ensuite est resté ici : relisez, puis envoyez."
)
ALREADY_SENT_OTHERWISE = (
    "Ce formulaire a déjà envoyé un message, à d’autres lecteurs ou avec une autre réponse : il est dans le fil. "
    "Celui-ci n’est pas parti : relisez, puis envoyez."
)


async def send_message(message: MessageForm) -> Response[Any]:
    """An answer is sent once it is confirmed, and so is a message over a newer one of the same team (W5).

    Raises Invalid, and what the domain's functions raise.
    """
    words, signature = _read_sendable_texts(message)
    shown = await read_shown_event(message.form, message.actor, message.case_id)
    state = await load_sending_state(message.actor, message.case_id, str(message.key), shown)
    sent = state.sent
    if sent and not _is_same_kind(sent, message.form):
        return await _show_unsent_words(message, ALREADY_SENT_OTHERWISE, words)
    if not sent and (await must_confirm(message.actor, message.case_id, message.form) or state.newer):
        return await show_saved_form(message, newer=state.newer)
    await _send_as_answered(message, words, signature)
    if rest := extract_unsent_text(sent, words, signature):
        return await _show_unsent_words(message, ALREADY_SENT_MORE_TYPED, rest)
    return await _show_sent(message)


def _read_sendable_texts(message: MessageForm) -> tuple[str, str]:
    """The text and the signature. Raises Invalid for a refused file, two audiences, or a text that cannot be sent."""
    if message.files.errors:
        raise Invalid(**message.files.errors)
    check_one_audience(message.form)
    words = message.form.read_text("message", max_length=MESSAGE_LENGTH, advice=ATTACH_FILE_ADVICE)
    return words, message.form.read_text("signature", max_length=SIGNATURE_LENGTH)


def _is_same_kind(sent: SentMessage, form: Form) -> bool:
    return (sent.readership, sent.kind) == (read_readership(form), read_answer_event(form))


async def _send_as_answered(message: MessageForm, words: str, signature: str) -> None:
    """The draft that the form showed when it was opened is then deleted, unless another page has changed it since.

    The signature alone is no procedure: an answer without words has none.
    """
    files = [*message.form.read_uuids("piece"), *message.files.stored_ids]
    plain = read_answer_event(message.form) == EventKind.MESSAGE
    body = add_signature(words, signature, with_files=plain and bool(files))
    await _send(message, partial(_find_verb(message.form), message.actor, message.case_id, body, attachments=files))
    if base := read_base_version(message.form):
        await delete_shown_draft(message.actor, message.case_id, base)


async def _send(message: MessageForm, verb: Callable[..., Awaitable[None]]) -> None:
    once: dict[str, Any] = {"key": str(message.key), "now": message.now}
    if reminder := read_reminder(message.form):
        day = parse_day_after(reminder, message.now.astimezone(PARIS).date())
        await send_with_reminder(partial(verb, **once), message.actor, message.case_id, day=day, **once)
    else:
        await verb(**once)


def _find_verb(form: Form) -> Callable[..., Awaitable[None]]:
    answers = {EventKind.HANDLED: announce_handled, EventKind.IRRELEVANT: dismiss}
    plain = partial(post_message, addressed=read_addressed_teams(form))
    readership = read_readership(form)
    note = partial(post_internal_note, readership=readership)
    return answers.get(read_answer_event(form)) or (note if readership.is_apart else plain)


async def _show_sent(message: MessageForm) -> Response[Any]:
    readership = read_readership(message.form)
    notice, words = SENT_NOTICES[readership.audience], message.form.read_as_typed("message")
    uncalled = await find_uncalled(message.actor, message.case_id, readership, words)
    if not wants_fragment(message.request):
        notice = ASIDE_NOTICES[readership.audience] if read_reminder(message.form) else notice
        return flash(redirect_after_post(f"/demandes/{message.case_id}"), "message-sans-appel" if uncalled else notice)
    return await _show_new_lines(message, "cases/posted.html", notice=notice, uncalled=uncalled)


async def _show_unsent_words(message: MessageForm, conflict: str, words: str) -> Response[Any]:
    """The message was already sent: its lines, and a new form that holds and saves the rest of the text."""
    fresh = replace(message, key=uuid4())
    await save_words(fresh, words)
    shown = await list_form_values(message.actor, message.case_id, message.form)
    context = {"notice": "", **shown, "typed": words, "conflict": conflict, "asked": ""}
    template = "cases/posted.html" if wants_fragment(message.request) else "cases/show.html"
    return await _show_new_lines(fresh, template, key=fresh.key, **context)


async def _show_new_lines(message: MessageForm, template: str, **context: Any) -> Response[Any]:
    lines_from = message.form.read_as_typed("vu")
    return await build_fragment(message.actor, message.case_id, message.request, template, shown=lines_from, **context)
