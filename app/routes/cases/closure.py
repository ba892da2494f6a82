"""Closing a case, reopening it, and answering the survey."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.domain.accounts.actor import Actor
from app.domain.cases.lifecycle.closure import close, reopen
from app.domain.cases.lifecycle.survey import answer_survey
from app.domain.cases.lifecycle.survey_counts import QUESTIONS
from app.routes.cases.show import build_fragment, build_fragment_or_page
from app.routes.forms import Form
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import flash, redirect_after_post, redirect_whole_page, wants_fragment

Req = Request[Any, Any, Any]
FRAGMENT = "cases/_closure.html"


@get("/demandes/{case_id:uuid}/cloture")
async def show_closure(request: Req, actor: NamedDependency[Actor], case_id: FromPath[UUID]) -> Response[Any]:
    return await build_fragment_or_page(actor, case_id, request, FRAGMENT, closing=True)


async def show_refused_closure(refusal: Refusal, request: Req, actor: Actor, case_id: UUID) -> Response[Any]:
    errors, message = refusal.fields, refusal.message
    return await build_fragment_or_page(actor, case_id, request, FRAGMENT, closing=True, errors=errors, refusal=message)


@post("/demandes/{case_id:uuid}/cloture")
@redisplay(show_refused_closure)
async def close_case(
    request: Req,
    actor: NamedDependency[Actor],
    case_id: FromPath[UUID],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    await close(actor, case_id, form.read_text("issue"), now)
    return redirect_whole_page(request, f"/demandes/{case_id}", "close")


async def show_refused_reopening(refusal: Refusal, request: Req, actor: Actor, case_id: UUID) -> Response[Any]:
    return await build_fragment_or_page(actor, case_id, request, FRAGMENT, refusal=refusal.message)


@post("/demandes/{case_id:uuid}/reouverture")
@redisplay(show_refused_reopening)
async def reopen_case(
    request: Req,
    actor: NamedDependency[Actor],
    case_id: FromPath[UUID],
    now: NamedDependency[datetime],
) -> Response[Any]:
    await reopen(actor, case_id, now)
    return redirect_whole_page(request, f"/demandes/{case_id}", "rouverte")


async def show_refused_answers(
    refusal: Refusal, request: Req, actor: Actor, case_id: UUID, form: Form
) -> Response[Any]:
    errors, answers = refusal.fields, _read_answers(form)
    return await build_fragment_or_page(
        actor, case_id, request, FRAGMENT, errors=errors, refusal=refusal.message, answers=answers
    )


@post("/demandes/{case_id:uuid}/sondage")
@redisplay(show_refused_answers)
async def send_survey_answer(
    request: Req,
    actor: NamedDependency[Actor],
    case_id: FromPath[UUID],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    await answer_survey(actor, case_id, _read_answers(form), now)
    if wants_fragment(request):
        return await build_fragment(actor, case_id, request, FRAGMENT, just_answered=True)
    return flash(redirect_after_post(f"/demandes/{case_id}"), "sondage")


def _read_answers(form: Form) -> dict[str, str]:
    return {name: form.read_as_typed(name) for name in QUESTIONS}
