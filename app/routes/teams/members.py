"""The members of a team: who they are, whom one invites, who runs it. Source: features.md P3, P4."""

from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency, Provide

from app.domain.accounts.actor import Actor
from app.domain.members.invitation import Answer, cancel, invite, send_again
from app.domain.members.listing import kept_members, kept_team, pending_invitations
from app.domain.members.managers import name_manager, relieve_manager
from app.domain.teams.permissions import TeamFacts
from app.routes.deps import RowId
from app.routes.forms import Form
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import last_word, page, see, tell

Req = Request[Any, Any, Any]
PATH = "/equipes/{team_id:int}/membres"
LIST_LENGTH = 20_000
_INVITATION = "/equipes/{team_id:int}/invitations/{invitation_id:int}"
_BUTTONS = {"renvoi": (send_again, "membre-invited"), "annulation": (cancel, "invitation-annulee")}
"""The last word of the address, its verb and its confirmation."""


async def provide_kept_team(actor: NamedDependency[Actor], team_id: RowId) -> TeamFacts:
    """Before the verb: a person who may not see its members is refused first. Raises as kept_team does."""
    return await kept_team(actor, team_id)


_KEPT_TEAM = {"team": Provide(provide_kept_team)}


@get(PATH, dependencies=_KEPT_TEAM)
async def show_members(
    actor: NamedDependency[Actor], team: NamedDependency[TeamFacts], now: NamedDependency[datetime]
) -> Response[Any]:
    return await _members_page(actor, team, now)


async def _members_page(
    actor: Actor, team: TeamFacts, now: datetime, *, typed: str = "", answers: tuple[Answer, ...] = (), **context: Any
) -> Response[Any]:
    return page(
        "members/index.html",
        team=team,
        members=await kept_members(actor, team),
        pending=await pending_invitations(team, now),
        actor=actor,
        typed=typed,
        answers=answers,
        **context,
    )


async def _show_list_again(refusal: Refusal, actor: Actor, team: TeamFacts, form: Form, now: datetime) -> Response[Any]:
    errors = refusal.one_field("adresses")
    return await _members_page(actor, team, now, typed=form.typed("adresses"), errors=errors)


@post(PATH, dependencies=_KEPT_TEAM)
@redisplay(_show_list_again)
async def invite_members(
    request: Req,
    actor: NamedDependency[Actor],
    team: NamedDependency[TeamFacts],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    """One line answered well is told as everywhere; a list is answered line by line, the refused ones left to correct.

    Shown at once and not after a redirection: sent again, the same list invites nobody twice.
    """
    answers = tuple(await invite(actor, team.id, form.text("adresses", most=LIST_LENGTH), now))
    if len(answers) == 1 and answers[0].welcome:
        return tell(see(f"/equipes/{team.id}/membres"), f"membre-{answers[0].welcome}")
    refused = [answer for answer in answers if answer.refusal]
    errors = {"adresses": _refusals(refused)} if refused else {}
    shown = await _members_page(
        actor, team, now, typed="\n".join(answer.typed for answer in refused), answers=answers, errors=errors
    )
    shown.status_code = 422 if refused else 200
    return shown


def _refusals(refused: list[Answer]) -> str:
    if len(refused) == 1:
        return f"{refused[0].typed[:80]} : {refused[0].refusal}"
    return f"{len(refused)} lignes sont à corriger : elles sont restées dans le champ."


@post([f"{_INVITATION}/{button}" for button in _BUTTONS])
async def renew_or_cancel_invitation(
    request: Req,
    actor: NamedDependency[Actor],
    team_id: RowId,
    invitation_id: RowId,
    now: NamedDependency[datetime],
) -> Response[Any]:
    verb, notice = _BUTTONS[last_word(request)]
    await verb(actor, team_id, invitation_id, now)
    return tell(see(f"/equipes/{team_id}/membres"), notice)


async def _show_managers_again(refusal: Refusal, actor: Actor, team: TeamFacts, now: datetime) -> Response[Any]:
    return await _members_page(actor, team, now, errors=refusal.one_field("membres"))


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
    if form.text("responsable") == "oui":
        await name_manager(actor, team.id, person_id, now)
        return tell(see(path), "responsable")
    await relieve_manager(actor, team.id, person_id, now)
    return tell(see("/demandes" if person_id == actor.id else path), "plus-responsable")
