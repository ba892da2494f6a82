"""The mandate step: how and when the mandate was given, and a photo of it, or the SMS and its reply."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from app.domain.accounts.actor import Actor
from app.domain.cases.attachments.access import list_unsent_attachments
from app.domain.cases.draft.draft import AlreadySent, Draft, load_editable_draft
from app.domain.cases.draft.locked_draft import LockedDraft
from app.domain.cases.draft.pending_choices import load_pending_answers, save_pending_answers
from app.domain.cases.draft.steps import Problems
from app.domain.cases.mandate.attestation import attest_mandate, find_date_problem
from app.domain.cases.mandate.mandate import REASON_LENGTH, MandateKind
from app.domain.cases.mandate.request_by_sms import build_sms_body, request_mandate_by_sms
from app.domain.errors import Forbidden, Invalid
from app.domain.text_length import find_length_errors
from app.routes.cases.wizard_choices import is_continuing
from app.routes.forms import MAX_FORM_BYTES, Form
from app.routes.respond import build_page
from app.settings import settings
from app.text import formats, labels

Req = Request[Any, Any, Any]
_DATE_FIELDS = {MandateKind.PAPER: "signature", MandateKind.PHONE: "appel"}
_FIELDS = ("mandat", "signature", "appel", "motif", "telephone")
_PREFILLED_FIELDS = ("mandat", "telephone")
"""Saved empty, these fields are filled with what the draft knows."""
_PHONE_LABEL = "Numéro de téléphone"
_SEND = ("sms", "texto")
"""Values of « Envoyer le SMS »: the present one, and the one of pages opened before the release of 2026-11-27."""
_OTHER_KIND_CHOSEN = (
    "Le SMS n’est pas parti : une autre forme de mandat est choisie. "
    f"Choisissez « {labels.MANDATE[MandateKind.SMS]} » pour l’envoyer."
)


async def show(draft: Draft, form: Form | None, request: Req) -> dict[str, Any]:
    waiting = await list_unsent_attachments(request.user, draft.id, mandate=True)
    typed = {name: form.read_as_typed(name) for name in _FIELDS} if form else await _load_values(draft)
    mandate_context = {
        "texts_leave": settings.can_send_sms,
        "text_id": uuid4(),
        "preview": await _build_sms_preview(request.user, draft),
    }
    return {"kinds": _list_kinds(), "waiting": waiting, **typed, **mandate_context, **_build_sms_context(draft)}


def _list_kinds() -> list[dict[str, str]]:
    """The mandate by SMS is offered only where the platform can send SMS."""
    offered = [kind for kind in MandateKind if kind != MandateKind.SMS or settings.can_send_sms]
    return [{"value": kind.value, "label": labels.MANDATE[kind]} for kind in offered]


async def _load_values(draft: Draft) -> dict[str, str]:
    """What was typed and waits for « Continuer », else the values of the draft."""
    typed = await load_pending_answers(draft.id)
    said = {name: typed[name] for name in _FIELDS if name in typed and (typed[name] or name not in _PREFILLED_FIELDS)}
    return _list_mandate_values(draft) | said


def _list_mandate_values(draft: Draft) -> dict[str, str]:
    held, blank = draft.mandate, dict.fromkeys(_FIELDS, "")
    known = next((detail.value for detail in draft.details if detail.label == _PHONE_LABEL), "")
    if held is None:
        return {**blank, "telephone": known}
    day = f"{held.signed_on:%d/%m/%Y}" if held.signed_on else ""
    days = {name: day if kind == held.kind else "" for kind, name in _DATE_FIELDS.items()}
    phone = formats.format_phone(held.last_sms.phone) if held.last_sms else known
    return {**blank, "mandat": held.kind.value, "motif": held.reason, "telephone": phone, **days}


async def _build_sms_preview(actor: Actor, draft: Draft) -> str:
    """Empty while the draft lacks what the SMS quotes."""
    try:
        return await build_sms_body(actor, draft, settings.brand)
    except Invalid:
        return ""


def _build_sms_context(draft: Draft) -> dict[str, Any]:
    """Context of _texto.html. seen changes when an SMS changes state or receives a reply."""
    held = draft.mandate
    states = [f"{text.state}-{len(text.replies)}" for text in held.sms_list] if held else []
    return {"held": held, "awaited": bool(held and held.awaits_reply), "seen": ".".join(states)}


async def keep(actor: Actor, held: LockedDraft, draft: Draft, form: Form, now: datetime) -> Problems:
    await save_pending_answers(actor, held, {name: form.read_as_typed(name) for name in _FIELDS}, now)
    if form.read_as_typed("rester-ici") in _SEND:
        return await _send_sms(actor, held, form, now)
    kind = form.read_as_typed("mandat")
    values, errors = form.read_valid_texts({"motif": MAX_FORM_BYTES})
    errors |= find_length_errors({"motif": (values.get("motif", ""), REASON_LENGTH)})
    field = _DATE_FIELDS.get(MandateKind(kind), "") if kind in list(MandateKind) else ""
    day, wrong = read_mandate_day(form.read_as_typed(field), now) if field else (None, "")
    if is_continuing(form) or (draft.mandate is not None and draft.mandate.kind == kind):
        await attest_mandate(actor, held, kind, signed_on=day, reason=values.get("motif", ""), now=now)
    return {**errors, **({field: wrong} if wrong else {})}


async def _send_sms(actor: Actor, held: LockedDraft, form: Form, now: datetime) -> Problems:
    if not settings.can_send_sms:
        raise Forbidden("Cette installation n’envoie pas de SMS : choisissez une autre forme de mandat.")
    if form.read_as_typed("mandat") not in ("", MandateKind.SMS):
        return {"mandat": _OTHER_KIND_CHOSEN}
    try:
        await request_mandate_by_sms(
            actor, held, form.read_uuid("sms"), form.read_text("telephone"), brand=settings.brand, now=now
        )
    except Invalid as refused:
        return refused.fields
    await save_pending_answers(actor, held, {"mandat": MandateKind.SMS}, now)
    return {}


def read_mandate_day(typed: str, now: datetime) -> tuple[date | None, str]:
    """The day, or None and the error to show. Empty text is not an error here: the step reports what is missing."""
    if not typed.strip():
        return None, ""
    day = formats.parse_day(typed)
    if day is None:
        return None, "Saisissez une date comme 24/11/2026."
    wrong = find_date_problem(day, now)
    return (None, wrong) if wrong else (day, "")


@get("/brouillons/{draft_id:uuid}/mandat/sms")
async def show_sms(actor: NamedDependency[Actor], draft_id: FromPath[UUID], vu: FromQuery[str] = "") -> Response[Any]:
    """The open page calls this every few seconds. 204 while nothing has changed."""
    nothing = Response(None, status_code=204)
    try:
        draft = await load_editable_draft(actor, draft_id)
    except AlreadySent:
        return nothing
    exchange = _build_sms_context(draft)
    if exchange["seen"] == vu:
        return nothing
    return build_page("wizard/_texto.html", draft=draft, **exchange)
