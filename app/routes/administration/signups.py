"""The requests for an account: a list, and a page for each with its two answers. Source: features.md P4."""

from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency, Provide

from app.domain.accounts.actor import Actor
from app.domain.signup.decision import (
    MAX_ANSWER_LENGTH,
    Applicant,
    accept_applicant,
    list_applicants,
    list_team_choices,
    load_applicant,
    refuse_applicant,
)
from app.routes.deps import RowId
from app.routes.forms import Form
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import build_page, flash, redirect_after_post

Req = Request[Any, Any, Any]
PATH = "/administration/inscriptions"
ONE = PATH + "/{applicant_id:int}"


@get(PATH)
async def list_signups(actor: NamedDependency[Actor]) -> Response[Any]:
    return build_page("administration/signups.html", applicants=await list_applicants(actor))


async def provide_applicant(actor: NamedDependency[Actor], applicant_id: RowId) -> Applicant:
    """A dependency, so that the page can be shown again when another admin has answered first. Raises NotFound."""
    return await load_applicant(actor, applicant_id)


_APPLICANT = {"applicant": Provide(provide_applicant)}


@get(ONE, dependencies=_APPLICANT)
async def show_signup(actor: NamedDependency[Actor], applicant: NamedDependency[Applicant]) -> Response[Any]:
    return await _build_signup_page(actor, applicant)


async def _build_signup_page(
    actor: Actor, applicant: Applicant, *, chosen: str = "", answer: str = "", **context: Any
) -> Response[Any]:
    teams = await list_team_choices(actor, applicant)
    return build_page(
        "administration/signup.html", applicant=applicant, teams=teams, chosen=chosen, answer=answer, **context
    )


async def _show_again(refusal: Refusal, actor: Actor, applicant: Applicant, form: Form) -> Response[Any]:
    chosen, answer = form.read_as_typed("equipe"), form.read_as_typed("reponse")
    return await _build_signup_page(actor, applicant, chosen=chosen, answer=answer, errors=refusal.one_field("equipe"))


@post(f"{ONE}/acceptation", dependencies=_APPLICANT)
@redisplay(_show_again)
async def accept_signup(
    request: Req,
    actor: NamedDependency[Actor],
    applicant: NamedDependency[Applicant],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    await accept_applicant(actor, applicant.id, form.read_number("equipe"), now)
    return flash(redirect_after_post(PATH), "inscription-acceptee")


@post(f"{ONE}/refus", dependencies=_APPLICANT)
@redisplay(_show_again)
async def refuse_signup(
    request: Req,
    actor: NamedDependency[Actor],
    applicant: NamedDependency[Applicant],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    await refuse_applicant(actor, applicant.id, form.read_text("reponse", max_length=MAX_ANSWER_LENGTH), now)
    return flash(redirect_after_post(PATH), "inscription-refusee")
