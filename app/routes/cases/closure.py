"""Closing, reopening, and the survey that follows."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.domain.accounts.actor import Actor
from app.domain.cases.lifecycle.closure import close, reopen
from app.domain.cases.lifecycle.survey import answer_survey
from app.domain.cases.lifecycle.survey_sums import QUESTIONS
from app.routes import guards
from app.routes.cases.show import again, changed
from app.routes.forms import Form
from app.routes.respond import leave_for, redisplay_with, see, tell, wants_fragment

Req = Request[Any, Any, Any]
FRAGMENT = "cases/_closure.html"


@get("/demandes/{case_id:uuid}/cloture", guards=[guards.signed_in])
async def show_closing(request: Req, actor: NamedDependency[Actor], case_id: FromPath[UUID]) -> Response[Any]:
    return await again(actor, case_id, request, FRAGMENT, closing=True)


@post("/demandes/{case_id:uuid}/cloture", guards=[guards.signed_in])
async def close_case(
    request: Req,
    actor: NamedDependency[Actor],
    case_id: FromPath[UUID],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    async def show(errors: dict[str, str], message: str) -> Response[Any]:
        return await again(actor, case_id, request, FRAGMENT, closing=True, errors=errors, refusal=message)

    redisplay_with(request, show)
    await close(actor, case_id, form.text("issue"), now)
    return leave_for(request, f"/demandes/{case_id}", "close")


@post("/demandes/{case_id:uuid}/reouverture", guards=[guards.signed_in])
async def reopen_case(
    request: Req,
    actor: NamedDependency[Actor],
    case_id: FromPath[UUID],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    async def show(errors: dict[str, str], message: str) -> Response[Any]:
        return await again(actor, case_id, request, FRAGMENT, refusal=message)

    redisplay_with(request, show)
    await reopen(actor, case_id, now)
    return leave_for(request, f"/demandes/{case_id}", "rouverte")


@post("/demandes/{case_id:uuid}/sondage", guards=[guards.signed_in])
async def answer(
    request: Req,
    actor: NamedDependency[Actor],
    case_id: FromPath[UUID],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    answers = {name: form.typed(name) for name in QUESTIONS}

    async def show(errors: dict[str, str], message: str) -> Response[Any]:
        return await again(actor, case_id, request, FRAGMENT, errors=errors, refusal=message, answers=answers)

    redisplay_with(request, show)
    await answer_survey(actor, case_id, answers, now)
    if wants_fragment(request):
        return await changed(actor, case_id, request, FRAGMENT, just_answered=True)
    return tell(see(f"/demandes/{case_id}"), "sondage")
