"""The members of a team, its invitations and its managers. Source: features.md P3, P4."""

from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency, Provide

from app.domain.accounts.actor import Actor
from app.domain.members.invitation import EntryResult, cancel_invitation, invite_to_team, resend_invitation
from app.domain.members.listing import list_managed_members, list_pending_invitations, load_team_to_manage
from app.domain.members.managers import add_manager, remove_manager
from app.domain.teams.permissions import TeamFacts
from app.routes.deps import RowId
from app.routes.forms import Form
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import build_page, flash, read_last_segment, redirect_after_post

Req = Request[Any, Any, Any]
PATH = "/equipes/{team_id:int}/membres"
MAX_LIST_LENGTH = 20_000
_INVITATION_PATH = "/equipes/{team_id:int}/invitations/{invitation_id:int}"
_BUTTONS = {"renvoi": (resend_invitation, "membre-invited"), "annulation": (cancel_invitation, "invitation-annulee")}
"""Last part of the address -> the domain's function and the notice shown afterwards."""


async def provide_kept_team(actor: NamedDependency[Actor], team_id: RowId) -> TeamFacts:
    """A dependency, so that a person without the right is refused first. Raises what load_team_to_manage raises."""
    return await load_team_to_manage(actor, team_id)


_KEPT_TEAM = {"team": Provide(provide_kept_team)}


@get(PATH, dependencies=_KEPT_TEAM)
async def show_members(
    actor: NamedDependency[Actor], team: NamedDependency[TeamFacts], now: NamedDependency[datetime]
) -> Response[Any]:
    return await _build_members_page(actor, team, now)


async def _build_members_page(
    actor: Actor,
    team: TeamFacts,
    now: datetime,
    *,
    typed: str = "",
    answers: tuple[EntryResult, ...] = (),
    **context: Any,
) -> Response[Any]:
    return build_page(
        "members/index.html",
        team=team,
        members=await list_managed_members(actor, team, now),
        pending=await list_pending_invitations(team, now),
        actor=actor,
        typed=typed,
        answers=answers,
        **context,
    )


async def _show_list_again(refusal: Refusal, actor: Actor, team: TeamFacts, form: Form, now: datetime) -> Response[Any]:
    errors = refusal.one_field("adresses")
    return await _build_members_page(actor, team, now, typed=form.read_as_typed("adresses"), errors=errors)


@post(PATH, dependencies=_KEPT_TEAM)
@redisplay(_show_list_again)
async def invite_members(
    request: Req,
    actor: NamedDependency[Actor],
    team: NamedDependency[TeamFacts],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    """One accepted address redirects with a notice. A list is answered line by line; refused lines stay in the form.

    The answer needs no redirection: posting the same list again invites no one twice.
    """
    answers = tuple(await invite_to_team(actor, team.id, form.read_text("adresses", max_length=MAX_LIST_LENGTH), now))
    if len(answers) == 1 and answers[0].offer:
        return flash(redirect_after_post(f"/equipes/{team.id}/membres"), f"membre-{answers[0].offer}")
    refused = [answer for answer in answers if answer.refusal]
    errors = {"adresses": _format_refusals(refused)} if refused else {}
    shown = await _build_members_page(
        actor, team, now, typed="\n".join(answer.typed for answer in refused), answers=answers, errors=errors
    )
    shown.status_code = 422 if refused else 200
    return shown


def _format_refusals(refused: list[EntryResult]) -> str:
    if len(refused) == 1:
        return f"{refused[0].typed[:80]} : {refused[0].refusal}"
    return f"{len(refused)} lignes sont à corriger : elles sont restées dans le champ."


@post([f"{_INVITATION_PATH}/{button}" for button in _BUTTONS])
async def renew_or_cancel_invitation(
    request: Req,
    actor: NamedDependency[Actor],
    team_id: RowId,
    invitation_id: RowId,
    now: NamedDependency[datetime],
) -> Response[Any]:
    verb, notice = _BUTTONS[read_last_segment(request)]
    await verb(actor, team_id, invitation_id, now)
    return flash(redirect_after_post(f"/equipes/{team_id}/membres"), notice)


async def _show_managers_again(refusal: Refusal, actor: Actor, team: TeamFacts, now: datetime) -> Response[Any]:
    return await _build_members_page(actor, team, now, errors=refusal.one_field("membres"))


@post(PATH + "/{person_id:int}/responsabilite", dependencies=_KEPT_TEAM)
@redisplay(_show_managers_again)
async def change_manager(
    request: Req,
    actor: NamedDependency[Actor],
    team: NamedDependency[TeamFacts],
    person_id: RowId,
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    path = f"/equipes/{team.id}/membres"
    if form.read_text("responsable") == "oui":
        await add_manager(actor, team.id, person_id, now)
        return flash(redirect_after_post(path), "responsable")
    await remove_manager(actor, team.id, person_id, now)
    return flash(redirect_after_post("/demandes" if person_id == actor.id else path), "plus-responsable")
