"""The step of the mandate: how it was given, when, and a photo of it."""

from datetime import date, datetime
from typing import Any

from litestar import Request

from app import formats, labels
from app.domain.accounts.actor import Actor
from app.domain.attachments.reading import waiting_with
from app.domain.cases.draft import Draft
from app.domain.cases.steps import Problems
from app.domain.mandates.attestation import REASON_LENGTH, attest, date_problem
from app.domain.mandates.mandate import MandateKind
from app.routes.forms import Form

Req = Request[Any, Any, Any]
KINDS = [{"value": kind.value, "label": labels.MANDATE[kind]} for kind in MandateKind]
_DATES = {MandateKind.PAPER: "signature", MandateKind.PHONE: "appel"}


async def show(draft: Draft, form: Form | None, request: Req) -> dict[str, Any]:
    waiting = await waiting_with(request.user, draft.id, mandate=True)
    return {"kinds": KINDS, "waiting": waiting, **(_typed(form) if form else _kept(draft))}


def _typed(form: Form) -> dict[str, str]:
    return {name: form.typed(name) for name in ("mandat", "signature", "appel", "motif")}


def _kept(draft: Draft) -> dict[str, str]:
    held = draft.mandate
    if held is None:
        return {"mandat": "", "signature": "", "appel": "", "motif": ""}
    day = f"{held.signed_on:%d/%m/%Y}" if held.signed_on else ""
    days = {name: day if kind == held.kind else "" for kind, name in _DATES.items()}
    return {"mandat": held.kind.value, "motif": held.reason, **days}


async def keep(actor: Actor, draft: Draft, form: Form, now: datetime) -> Problems:
    kind = form.typed("mandat")
    values, errors = form.readable({"motif": REASON_LENGTH})
    field = _DATES.get(MandateKind(kind), "") if kind in list(MandateKind) else ""
    day, wrong = _day(form.typed(field), now) if field else (None, "")
    await attest(actor, draft.id, kind, signed_on=day, reason=values.get("motif", ""), now=now)
    return {**errors, **({field: wrong} if wrong else {})}


def _day(typed: str, now: datetime) -> tuple[date | None, str]:
    """What was typed as a day that a mandate can have, or why not. Empty is not wrong here: the step says it lacks."""
    if not typed.strip():
        return None, ""
    day = formats.read_day(typed)
    if day is None:
        return None, "Saisissez une date comme 24/11/2026."
    wrong = date_problem(day, now)
    return (None, wrong) if wrong else (day, "")
