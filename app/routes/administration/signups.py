"""Who asks for an account: a list, one page each, two answers. Source: features.md P4."""

from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Template

from app.domain.accounts.actor import Actor
from app.domain.signup.decision import ANSWER_LENGTH, accept, applicant_for, refuse, teams_for, waiting_applicants
from app.routes import guards
from app.routes.deps import RowId
from app.routes.forms import Form
from app.routes.respond import page, redisplay_prepared, see, tell

Req = Request[Any, Any, Any]
PATH = "/administration/inscriptions"


@get(PATH, guards=[guards.signed_in])
async def list_signups(actor: NamedDependency[Actor]) -> Response[Any]:
    return page("administration/signups.html", applicants=await waiting_applicants(actor))


@get(f"{PATH}/{{applicant_id:int}}", guards=[guards.signed_in])
async def show_signup(actor: NamedDependency[Actor], applicant_id: RowId) -> Response[Any]:
    return await _signup_page(actor, applicant_id)


async def _signup_page(actor: Actor, applicant_id: int, form: Form | None = None) -> Template:
    applicant = await applicant_for(actor, applicant_id)
    return page(
        "administration/signup.html",
        applicant=applicant,
        teams=await teams_for(actor, applicant),
        chosen=form.typed("equipe") if form else "",
        answer=form.typed("reponse") if form else "",
    )


@post(f"{PATH}/{{applicant_id:int}}/acceptation", guards=[guards.signed_in])
async def accept_signup(
    request: Req,
    actor: NamedDependency[Actor],
    applicant_id: RowId,
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    redisplay_prepared(request, await _signup_page(actor, applicant_id, form), "equipe")
    await accept(actor, applicant_id, form.number("equipe"), now)
    return tell(see(PATH), "inscription-acceptee")


@post(f"{PATH}/{{applicant_id:int}}/refus", guards=[guards.signed_in])
async def refuse_signup(
    request: Req,
    actor: NamedDependency[Actor],
    applicant_id: RowId,
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    redisplay_prepared(request, await _signup_page(actor, applicant_id, form), "equipe")
    await refuse(actor, applicant_id, form.text("reponse", most=ANSWER_LENGTH), now)
    return tell(see(PATH), "inscription-refusee")
