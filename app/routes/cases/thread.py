"""Posting a message: the fresh form and the new lines for htmx, the page otherwise."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.domain.accounts.actor import Actor
from app.domain.accounts.profile import SIGNATURE_LENGTH, signed
from app.domain.attachments.reception import Arrivals
from app.domain.attachments.rules import FIELD
from app.domain.cases.answers import announce_handled, dismiss, standard_procedure
from app.domain.cases.apart import post_apart
from app.domain.cases.facts import posted_before, visible_case
from app.domain.cases.thread import MESSAGE_LENGTH
from app.domain.cases.thread import post as post_message
from app.domain.cases.unsaid import unsaid
from app.domain.errors import Invalid
from app.domain.teams.phrases import phrases_for
from app.routes import access
from app.routes.cases.show import again, changed
from app.routes.cases.uploads import WITH_FILES, drop_chosen, keep_files
from app.routes.forms import Form
from app.routes.respond import redisplay_with, see, tell, wants_fragment

Req = Request[Any, Any, Any]
GONE_BEFORE = "Votre message était déjà parti. Ce que vous avez écrit ensuite est resté ici : relisez, puis envoyez."
HANDLED, DISMISSED = "traitee", "non-pertinente"
TWO_AUDIENCES = (
    "« C’est traité » et « Non pertinente » s’adressent à l’agent, ce message aux référents seulement. "
    "Rien n’est parti. Décochez la case pour répondre à l’agent, ou envoyez ce message aux référents."
)


@post("/demandes/{case_id:uuid}/messages", guards=[access.signed_in], request_max_body_size=WITH_FILES)
async def send_message(
    request: Req,
    actor: NamedDependency[Actor],
    case_id: FromPath[UUID],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    key = form.uuid("cle")

    async def show(errors: dict[str, str], message: str) -> Response[Any]:
        kept = {"typed": await _as_typed(case_id, form), "conflict": message, "key": key, **_choices(form)}
        return await again(actor, case_id, request, "cases/_reply.html", errors=errors, **kept)

    redisplay_with(request, show)
    if form.checked("phrase"):
        return await _with_phrase(request, actor, case_id, form)
    arrivals = await _join_files(request, actor, case_id, form, key, now)
    if form.checked("joindre") or form.checked("retirer-piece"):
        return await show(arrivals.refused, "")
    if arrivals.refused:
        raise Invalid(**arrivals.refused)
    _check_one_audience(form)
    words, signature = form.text("message", most=MESSAGE_LENGTH), form.text("signature", most=SIGNATURE_LENGTH)
    left = await unsaid(actor, case_id, str(key), words, signature)
    await _send(actor, case_id, form, signed(words, signature), str(key), now, [*form.uuids("piece"), *arrivals.kept])
    return await _posted(request, actor, case_id, form, left)


async def _posted(request: Req, actor: Actor, case_id: UUID, form: Form, left: str) -> Response[Any]:
    """The new lines and a fresh form; in it what the message does not say (app/domain/cases/unsaid.py)."""
    kept = {"typed": left, "conflict": GONE_BEFORE, **_choices(form)} if left else {}
    if not wants_fragment(request):
        return await changed(actor, case_id, request, "cases/show.html", **kept) if left else _done(case_id, form)
    shown, internal = form.typed("vu"), _is_internal(form)
    return await changed(actor, case_id, request, "cases/posted.html", shown=shown, internal=internal, **kept)


def _done(case_id: UUID, form: Form) -> Response[Any]:
    return tell(see(f"/demandes/{case_id}"), "message-entre-referents" if _is_internal(form) else "message")


async def _join_files(request: Req, actor: Actor, case_id: UUID, form: Form, key: UUID, now: datetime) -> Arrivals:
    """Of a message sent twice, the files come once. Raises as reception.begin does."""
    await drop_chosen(actor, form)
    if not form.files(FIELD) or await posted_before(actor, case_id, str(key)):
        return Arrivals([], {})
    return await keep_files(request, actor, case_id, form, now)


def _is_internal(form: Form) -> bool:
    """The box, or the button of the internal mode where a browser shows both buttons: either is enough."""
    return form.checked("entre-referents") or form.typed("pour") == "referents"


def _check_one_audience(form: Form) -> None:
    """An answer is for the agent, an internal note never is: together they send nothing.

    Raises Invalid(entre-referents).
    """
    if form.typed("reponse") in (HANDLED, DISMISSED) and _is_internal(form):
        raise Invalid(**{"entre-referents": TWO_AUDIENCES})


def _choices(form: Form) -> dict[str, Any]:
    return {"apart": _is_internal(form), "signature": form.typed("signature")}


async def _as_typed(case_id: UUID, form: Form) -> str:
    """« Non pertinente » with nothing typed proposes the catalogue's procedure for this subject, to the agent alone."""
    typed, dismissed = form.typed("message"), form.typed("reponse") == DISMISSED
    return typed or (await standard_procedure(case_id) if dismissed and not _is_internal(form) else "")


async def _send(
    actor: Actor, case_id: UUID, form: Form, body: str, key: str, now: datetime, attachments: list[UUID]
) -> None:
    """The pressed button says which answer the message is."""
    if form.typed("reponse") == HANDLED:
        await announce_handled(actor, case_id, body, key=key, now=now, attachments=attachments)
    elif form.typed("reponse") == DISMISSED:
        await dismiss(actor, case_id, body, key=key, now=now, attachments=attachments)
    elif _is_internal(form):
        await post_apart(actor, case_id, body, key=key, now=now, attachments=attachments)
    else:
        await post_message(actor, case_id, body, key=key, now=now, attachments=attachments)


async def _with_phrase(request: Req, actor: Actor, case_id: UUID, form: Form) -> Response[Any]:
    """A ready-made phrase goes after what is typed, never instead of it."""
    case = await visible_case(actor, case_id)
    chosen = [known.body for known in await phrases_for(actor, case) if known.id == form.number("phrase")]
    typed = "\n\n".join([text for text in (form.typed("message"), *chosen) if text])
    kept = {"typed": typed, "key": form.uuid("cle"), **_choices(form)}
    return await again(actor, case_id, request, "cases/_reply.html", **kept)
