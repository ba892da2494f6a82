"""Correcting or withdrawing a message that the other side has not read."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.domain.accounts.actor import Actor
from app.domain.cases.thread.correction import correct, load_own_message, withdraw_message
from app.domain.cases.thread.posting import MESSAGE_LENGTH
from app.domain.errors import Conflict
from app.domain.opaque_ids import IdPurpose, decode_id
from app.routes.forms import Form
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import build_page, flash, redirect_after_post

Req = Request[Any, Any, Any]


@get("/demandes/{case_id:uuid}/messages/{message:str}/correction")
async def show_correction(
    actor: NamedDependency[Actor], case_id: FromPath[UUID], message: FromPath[str], now: NamedDependency[datetime]
) -> Response[Any]:
    """A message that was read meanwhile has no form: the page leads to removals.py."""
    shown: dict[str, Any] = {"case_id": case_id, "message": message}
    try:
        body = await load_own_message(actor, case_id, _read_message_id(message), now)
    except Conflict as read:
        return build_page("cases/correction.html", status=409, typed=None, blocked=str(read), **shown)
    return build_page("cases/correction.html", typed=body, blocked="", **shown)


async def show_refused_correction(refusal: Refusal, case_id: UUID, message: str, form: Form) -> Response[Any]:
    return build_page(
        "cases/correction.html",
        errors=refusal.fields,
        case_id=case_id,
        message=message,
        typed=form.read_as_typed("message"),
        blocked=refusal.message,
    )


@post("/demandes/{case_id:uuid}/messages/{message:str}/correction")
@redisplay(show_refused_correction)
async def correct_message(
    request: Req,
    actor: NamedDependency[Actor],
    case_id: FromPath[UUID],
    message: FromPath[str],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    if form.has_field("retirer"):
        await withdraw_message(actor, case_id, _read_message_id(message), now)
        return flash(redirect_after_post(f"/demandes/{case_id}"), "message-retire")
    await correct(actor, case_id, _read_message_id(message), form.read_text("message", max_length=MESSAGE_LENGTH), now)
    return flash(redirect_after_post(f"/demandes/{case_id}"), "message-corrige")


def _read_message_id(message: str) -> int:
    """0 when the id is unreadable: no message has this number."""
    return decode_id(IdPurpose.MESSAGE, message) or 0
