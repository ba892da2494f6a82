"""Who asks for an account: a list, one page each, two answers. Source: features.md P4."""

from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency, Provide

from app.domain.accounts.actor import Actor
from app.domain.signup.decision import (
    ANSWER_LENGTH,
    Applicant,
    accept,
    applicant_for,
    refuse,
    teams_for,
    waiting_applicants,
)
from app.routes.deps import RowId
from app.routes.forms import Form
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import page, see, tell

Req = Request[Any, Any, Any]
PATH = "/administration/inscriptions"
ONE = PATH + "/{applicant_id:int}"


@get(PATH)
async def list_signups(actor: NamedDependency[Actor]) -> Response[Any]:
    return page("administration/signups.html", applicants=await waiting_applicants(actor))


async def provide_applicant(actor: NamedDependency[Actor], applicant_id: RowId) -> Applicant:
    """Before the verb: the page of an answer that comes second still names the person. Raises NotFound."""
    return await applicant_for(actor, applicant_id)


_APPLICANT = {"applicant": Provide(provide_applicant)}


@get(ONE, dependencies=_APPLICANT)
async def show_signup(actor: NamedDependency[Actor], applicant: NamedDependency[Applicant]) -> Response[Any]:
    return await _signup_page(actor, applicant)


async def _signup_page(
    actor: Actor, applicant: Applicant, *, chosen: str = "", answer: str = "", **context: Any
) -> Response[Any]:
    teams = await teams_for(actor, applicant)
    return page("administration/signup.html", applicant=applicant, teams=teams, chosen=chosen, answer=answer, **context)


async def _show_again(refusal: Refusal, actor: Actor, applicant: Applicant, form: Form) -> Response[Any]:
    chosen, answer = form.typed("equipe"), form.typed("reponse")
    return await _signup_page(actor, applicant, chosen=chosen, answer=answer, errors=refusal.one_field("equipe"))


@post(f"{ONE}/acceptation", dependencies=_APPLICANT)
@redisplay(_show_again)
async def accept_signup(
    request: Req,
    actor: NamedDependency[Actor],
    applicant: NamedDependency[Applicant],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    await accept(actor, applicant.id, form.number("equipe"), now)
    return tell(see(PATH), "inscription-acceptee")


@post(f"{ONE}/refus", dependencies=_APPLICANT)
@redisplay(_show_again)
async def refuse_signup(
    request: Req,
    actor: NamedDependency[Actor],
    applicant: NamedDependency[Applicant],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    await refuse(actor, applicant.id, form.text("reponse", most=ANSWER_LENGTH), now)
    return tell(see(PATH), "inscription-refusee")
