"""The step of the mandate: how it was given, when, and a photo of it; or by text, the answer awaited."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from app.domain.accounts.actor import Actor
from app.domain.cases.attachments.access import waiting_with
from app.domain.cases.draft.held_draft import HeldDraft
from app.domain.cases.draft.pending_choices import keep_pending, pending_of
from app.domain.cases.draft.steps import Problems
from app.domain.cases.draft.view import AlreadySent, Draft, load_draft
from app.domain.cases.mandate.attestation import attest, date_problem
from app.domain.cases.mandate.mandate import REASON_LENGTH, MandateKind
from app.domain.cases.mandate.request_by_sms import ask, text_for
from app.domain.errors import Invalid, Refused
from app.domain.text_length import too_long
from app.routes.cases.wizard_choices import goes_on
from app.routes.forms import PLAIN, Form
from app.routes.respond import page
from app.settings import settings
from app.text import formats, labels

Req = Request[Any, Any, Any]
_DATES = {MandateKind.PAPER: "signature", MandateKind.PHONE: "appel"}
_FIELDS = ("mandat", "signature", "appel", "motif", "telephone")
_ALWAYS_KNOWN = ("mandat", "telephone")
"""Empty, they say nothing: what the draft knows is shown."""
_USUAL_PHONE = "Numéro de téléphone"
_SEND = ("sms", "texto")
"""What « Envoyer le SMS » says of itself, and what it said on pages opened before the release of 2026-11-27."""
_ANOTHER_KIND = (
    "Le SMS n’est pas parti : une autre forme de mandat est choisie. "
    f"Choisissez « {labels.MANDATE[MandateKind.SMS]} » pour l’envoyer."
)


async def show(draft: Draft, form: Form | None, request: Req) -> dict[str, Any]:
    waiting = await waiting_with(request.user, draft.id, mandate=True)
    typed = {name: form.typed(name) for name in _FIELDS} if form else await _kept(draft)
    told = {"texts_leave": settings.texts_leave, "text_id": uuid4(), "preview": await _preview(request.user, draft)}
    return {"kinds": _kinds(), "waiting": waiting, **typed, **told, **_exchange(draft)}


def _kinds() -> list[dict[str, str]]:
    """By text where texts leave."""
    offered = [kind for kind in MandateKind if kind != MandateKind.SMS or settings.texts_leave]
    return [{"value": kind.value, "label": labels.MANDATE[kind]} for kind in offered]


async def _kept(draft: Draft) -> dict[str, str]:
    """As it was typed, each kind's own fields; else as the draft holds it."""
    typed = await pending_of(draft.id)
    said = {name: typed[name] for name in _FIELDS if name in typed and (typed[name] or name not in _ALWAYS_KNOWN)}
    return _held(draft) | said


def _held(draft: Draft) -> dict[str, str]:
    held, blank = draft.mandate, dict.fromkeys(_FIELDS, "")
    known = next((detail.value for detail in draft.details if detail.label == _USUAL_PHONE), "")
    if held is None:
        return {**blank, "telephone": known}
    day = f"{held.signed_on:%d/%m/%Y}" if held.signed_on else ""
    days = {name: day if kind == held.kind else "" for kind, name in _DATES.items()}
    phone = formats.phone(held.text.phone) if held.text else known
    return {**blank, "mandat": held.kind.value, "motif": held.reason, "telephone": phone, **days}


async def _preview(actor: Actor, draft: Draft) -> str:
    """The text as it would leave; empty until the draft says what it recalls."""
    try:
        return await text_for(actor, draft, settings.brand)
    except Invalid:
        return ""


def _exchange(draft: Draft) -> dict[str, Any]:
    """What _texto.html needs. seen tells a page that looks again whether anything has changed."""
    held = draft.mandate
    states = [f"{text.state}-{len(text.replies)}" for text in held.texts] if held else []
    return {"held": held, "awaited": bool(held and held.awaited), "seen": ".".join(states)}


async def keep(actor: Actor, held: HeldDraft, draft: Draft, form: Form, now: datetime) -> Problems:
    await keep_pending(actor, held, {name: form.typed(name) for name in _FIELDS}, now)
    if form.typed("rester-ici") in _SEND:
        return await _send_text(actor, held, form, now)
    kind = form.typed("mandat")
    values, errors = form.readable({"motif": PLAIN})
    errors |= too_long({"motif": (values.get("motif", ""), REASON_LENGTH)})
    field = _DATES.get(MandateKind(kind), "") if kind in list(MandateKind) else ""
    day, wrong = read_mandate_day(form.typed(field), now) if field else (None, "")
    if goes_on(form) or (draft.mandate is not None and draft.mandate.kind == kind):
        await attest(actor, held, kind, signed_on=day, reason=values.get("motif", ""), now=now)
    return {**errors, **({field: wrong} if wrong else {})}


async def _send_text(actor: Actor, held: HeldDraft, form: Form, now: datetime) -> Problems:
    if not settings.texts_leave:
        raise Refused("Cette installation n’envoie pas de SMS : choisissez une autre forme de mandat.")
    if form.typed("mandat") not in ("", MandateKind.SMS):
        return {"mandat": _ANOTHER_KIND}
    try:
        await ask(actor, held, form.uuid("sms"), form.text("telephone"), brand=settings.brand, now=now)
    except Invalid as refused:
        return refused.fields
    await keep_pending(actor, held, {"mandat": MandateKind.SMS}, now)
    return {}


def read_mandate_day(typed: str, now: datetime) -> tuple[date | None, str]:
    """What was typed as a day that a mandate can have, or why not. Empty is not wrong here: the step says it lacks."""
    if not typed.strip():
        return None, ""
    day = formats.read_day(typed)
    if day is None:
        return None, "Saisissez une date comme 24/11/2026."
    wrong = date_problem(day, now)
    return (None, wrong) if wrong else (day, "")


@get("/brouillons/{draft_id:uuid}/mandat/sms")
async def show_text(actor: NamedDependency[Actor], draft_id: FromPath[UUID], vu: FromQuery[str] = "") -> Response[Any]:
    """For the open page, every few seconds: nothing (204) while nothing has come."""
    nothing = Response(None, status_code=204)
    try:
        draft = await load_draft(actor, draft_id)
    except AlreadySent:
        return nothing
    exchange = _exchange(draft)
    if exchange["seen"] == vu:
        return nothing
    return page("wizard/_texto.html", draft=draft, **exchange)
