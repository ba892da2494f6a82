"""Posting a message: the fresh form and the new lines for htmx, the page otherwise."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.domain.accounts.actor import Actor
from app.domain.accounts.profile import SIGNATURE_LENGTH, signed
from app.domain.cases.access import posted_before, visible_case
from app.domain.cases.attachments.upload import Arrivals
from app.domain.cases.events import EventKind
from app.domain.cases.thread.answers import announce_handled, dismiss
from app.domain.cases.thread.internal_notes import post_apart
from app.domain.cases.thread.message_draft import forget_shown, keep
from app.domain.cases.thread.posting import MESSAGE_LENGTH
from app.domain.cases.thread.posting import post as post_message
from app.domain.cases.thread.ready_phrases import phrases_for
from app.domain.cases.thread.resubmission import sent_before, unsaid
from app.domain.errors import Invalid
from app.domain.files.limits import FIELD
from app.domain.text_length import JOIN_A_FILE
from app.routes import guards
from app.routes.cases.reply_form import (
    answer_of,
    audience_of,
    check_one_audience,
    check_side,
    is_internal,
    must_confirm,
    shown_again,
    signature_of,
)
from app.routes.cases.saves import base_of, choice_of, number_of, plain
from app.routes.cases.show import again, changed
from app.routes.cases.uploads import WITH_FILES, drop_chosen, keep_files
from app.routes.forms import Form
from app.routes.middleware import before_body
from app.routes.respond import redisplay_with, see, tell, wants_fragment

Req = Request[Any, Any, Any]
GONE_BEFORE = "Votre message était déjà parti. Ce que vous avez écrit ensuite est resté ici : relisez, puis envoyez."
GONE_OTHERWISE = (
    "Ce formulaire a déjà envoyé un message, à d’autres lecteurs ou avec une autre réponse : il est dans le fil. "
    "Celui-ci n’est pas parti : relisez, puis envoyez."
)


@post(
    "/demandes/{case_id:uuid}/messages",
    guards=[guards.signed_in, before_body.writes_on_case],
    request_max_body_size=WITH_FILES,
)
async def send_message(
    request: Req,
    actor: NamedDependency[Actor],
    case_id: FromPath[UUID],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    key = form.uuid("cle")

    async def show(errors: dict[str, str], message: str) -> Response[Any]:
        kept = {"conflict": message, "key": key, "base": base_of(form), **await shown_again(actor, case_id, form)}
        words = form.typed("message")
        if message and words and words == kept["typed"]:  # in the form again once the case is open
            await _keep(actor, case_id, form, words, key, now)
        if message:
            kept["asked"] = ""
        return await again(actor, case_id, request, "cases/_reply.html", errors=errors, **kept)

    redisplay_with(request, show)
    arrivals = await _join_files(request, actor, case_id, form, key, now)
    await check_side(actor, case_id, form)
    if choice_of(form):
        await _keep(actor, case_id, form, form.typed("message"), key, now)
        return await again(actor, case_id, request, "cases/_reply.html", errors=arrivals.refused)
    if form.checked("phrase"):
        return await _with_phrase(request, actor, case_id, form, arrivals.refused, key, now)
    if any(map(form.checked, ("joindre", "retirer-piece", "revenir"))):
        await _keep(actor, case_id, form, form.typed("message"), key, now)
        return await show(arrivals.refused, "")
    if arrivals.refused:
        raise Invalid(**arrivals.refused)
    check_one_audience(form)
    words = form.text("message", most=MESSAGE_LENGTH, advice=JOIN_A_FILE)
    signature = form.text("signature", most=SIGNATURE_LENGTH)
    sent = await sent_before(actor, case_id, str(key))
    if sent and (sent.audience, sent.kind) != (audience_of(form), answer_of(form)):
        return await _shown(request, actor, case_id, form, GONE_OTHERWISE, words, now)
    if not sent and await must_confirm(actor, case_id, form):
        await _keep(actor, case_id, form, words, key, now)
        return await show({}, "")
    await _send(actor, case_id, form, signed(words, signature), str(key), now, [*form.uuids("piece"), *arrivals.kept])
    if base_of(form):
        await forget_shown(actor, case_id, base_of(form))
    left = unsaid(sent, words, signature)
    if left:
        return await _shown(request, actor, case_id, form, GONE_BEFORE, left, now)
    return await _posted(request, actor, case_id, form)


async def _posted(request: Req, actor: Actor, case_id: UUID, form: Form) -> Response[Any]:
    """The new lines and a fresh form."""
    internal = is_internal(form)
    if not wants_fragment(request):
        return tell(see(f"/demandes/{case_id}"), "message-entre-referents" if internal else "message")
    shown = form.typed("vu")
    return await changed(actor, case_id, request, "cases/posted.html", shown=shown, internal=internal)


async def _shown(
    request: Req, actor: Actor, case_id: UUID, form: Form, conflict: str, left: str, now: datetime
) -> Response[Any]:
    """The lines of a message that had left already, and a fresh form with what it does not say, kept."""
    key = uuid4()
    await _keep(actor, case_id, form, left, key, now)
    kept = {
        "key": key,
        **await shown_again(actor, case_id, form),
        "typed": left,
        "conflict": conflict,
        "internal": is_internal(form),
        "asked": "",
    }
    template = "cases/posted.html" if wants_fragment(request) else "cases/show.html"
    return await changed(actor, case_id, request, template, shown=form.typed("vu"), **kept)


async def _join_files(request: Req, actor: Actor, case_id: UUID, form: Form, key: UUID, now: datetime) -> Arrivals:
    """Of a message sent twice, the files come once. Raises as reception.begin does."""
    await drop_chosen(actor, form)
    if not form.files(FIELD) or await posted_before(actor, case_id, str(key)):
        return Arrivals([], {})
    return await keep_files(request, actor, case_id, form, now)


async def _keep(actor: Actor, case_id: UUID, form: Form, words: str, key: UUID, now: datetime) -> None:
    """As the page's own autosave does, without scripts too."""
    await keep(
        actor,
        case_id,
        plain(words),
        key=str(key),
        apart=is_internal(form),
        signature=signature_of(form),
        now=now,
        number=number_of(form),
        base=base_of(form),
        choice=choice_of(form),
    )


async def _send(
    actor: Actor, case_id: UUID, form: Form, body: str, key: str, now: datetime, attachments: list[UUID]
) -> None:
    answer = answer_of(form)
    if answer == EventKind.HANDLED:
        await announce_handled(actor, case_id, body, key=key, now=now, attachments=attachments)
    elif answer == EventKind.IRRELEVANT:
        await dismiss(actor, case_id, body, key=key, now=now, attachments=attachments)
    elif is_internal(form):
        await post_apart(actor, case_id, body, key=key, now=now, attachments=attachments)
    else:
        await post_message(actor, case_id, body, key=key, now=now, attachments=attachments)


async def _with_phrase(
    request: Req, actor: Actor, case_id: UUID, form: Form, errors: dict[str, str], key: UUID, now: datetime
) -> Response[Any]:
    """A ready-made phrase goes after what is typed, never instead of it, and is kept with it."""
    case = await visible_case(actor, case_id)
    chosen = [known.body for known in await phrases_for(actor, case) if known.id == form.number("phrase")]
    typed = "\n\n".join([text for text in (form.typed("message"), *chosen) if text])
    await _keep(actor, case_id, form, typed, key, now)
    kept = {
        **await shown_again(actor, case_id, form),
        "typed": typed,
        "key": key,
        "base": base_of(form),
        "errors": errors,
    }
    return await again(actor, case_id, request, "cases/_reply.html", **kept)
