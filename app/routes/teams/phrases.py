"""A team's ready-made phrases, kept by its managers on one page."""

from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from app.domain.accounts.actor import Actor
from app.domain.errors import NotFound
from app.domain.teams.phrases import BODY_LENGTH, TITLE_LENGTH, keep_phrase, managed_teams, phrases_of, remove_phrase
from app.routes import access
from app.routes.forms import Form
from app.routes.respond import page, redisplay_with, see, tell

PATH = "/equipe/phrases"


async def _show(actor: Actor, form: Form | None = None, errors: dict[str, str] | None = None) -> Response[Any]:
    teams = managed_teams(actor)
    if not teams:
        raise NotFound("Cette page est celle des responsables d’équipe.")
    return page(
        "teams/phrases.html",
        teams=[(seat, await phrases_of([seat.team_id])) for seat in teams],
        form=form,
        wrong=(form.number("equipe"), form.number("phrase")) if form else None,
        errors=errors or {},
    )


@get(PATH, guards=[access.signed_in])
async def show_phrases(actor: NamedDependency[Actor]) -> Response[Any]:
    return await _show(actor)


@post(PATH, guards=[access.signed_in])
async def keep(
    request: Request[Any, Any, Any],
    actor: NamedDependency[Actor],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    async def show(errors: dict[str, str], message: str) -> Response[Any]:
        return await _show(actor, form, errors or {"texte": message})

    redisplay_with(request, show)
    team, phrase = form.number("equipe") or 0, form.number("phrase")
    if form.checked("supprimer") and phrase:
        await remove_phrase(actor, team, phrase, now)
        return tell(see(PATH), "phrase-retiree")
    title, body = form.text("titre", most=TITLE_LENGTH), form.text("texte", most=BODY_LENGTH)
    await keep_phrase(actor, team, phrase, title, body, now)
    return tell(see(PATH), "phrase")
