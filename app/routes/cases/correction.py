"""Correcting or withdrawing a message that the other side has not read."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.domain.accounts.actor import Actor
from app.domain.cases.thread.correction import correct, own_message, withdraw_message
from app.domain.cases.thread.posting import MESSAGE_LENGTH
from app.domain.opaque_ids import Use, reveal
from app.routes.forms import Form
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import page, see, tell

Req = Request[Any, Any, Any]


@get("/demandes/{case_id:uuid}/messages/{message:str}/correction")
async def show_correction(
    actor: NamedDependency[Actor], case_id: FromPath[UUID], message: FromPath[str], now: NamedDependency[datetime]
) -> Response[Any]:
    body = await own_message(actor, case_id, _number(message), now)
    return page("cases/correction.html", case_id=case_id, message=message, typed=body, blocked="")


async def show_refused_correction(refusal: Refusal, case_id: UUID, message: str, form: Form) -> Response[Any]:
    return page(
        "cases/correction.html",
        errors=refusal.fields,
        case_id=case_id,
        message=message,
        typed=form.typed("message"),
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
    if form.checked("retirer"):
        await withdraw_message(actor, case_id, _number(message), now)
        return tell(see(f"/demandes/{case_id}"), "message-retire")
    await correct(actor, case_id, _number(message), form.text("message", most=MESSAGE_LENGTH), now)
    return tell(see(f"/demandes/{case_id}"), "message-corrige")


def _number(message: str) -> int:
    """No message has the number 0."""
    return reveal(Use.MESSAGE, message) or 0
