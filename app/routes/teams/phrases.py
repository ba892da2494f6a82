"""A team's ready-made phrases, kept by its managers on one page."""

from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from app.domain.accounts.actor import Actor
from app.domain.cases.thread.ready_phrases import (
    BODY_LENGTH,
    TITLE_LENGTH,
    keep_phrase,
    managed_teams,
    phrases_of,
    remove_phrase,
    removed_phrases,
)
from app.domain.catalogue.editing import entry_for, restore, undo
from app.domain.catalogue.entries import Kind
from app.domain.catalogue.history import versions
from app.domain.errors import NotYours
from app.routes.deps import RowId
from app.routes.forms import Form
from app.routes.history import history_of
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import page, see, tell

Req = Request[Any, Any, Any]
PATH = "/equipe/phrases"


async def _show(
    actor: Actor, form: Form | None = None, errors: dict[str, str] | None = None, message: str = ""
) -> Response[Any]:
    teams = managed_teams(actor)
    if not teams:
        raise NotYours("Cette page est celle des responsables d’équipe.")
    wrong = (form.number("equipe"), form.number("phrase")) if form else (None, None)
    shown = []
    for seat in teams:
        removed = await removed_phrases(seat.team_id)
        being_typed = [phrase for phrase in removed if phrase.id == wrong[1]]
        shown.append((seat, [*await phrases_of([seat.team_id]), *being_typed], removed))
    return page(
        "teams/phrases.html",
        teams=shown,
        seen=await versions(Kind.PHRASE),
        form=form,
        wrong=wrong,
        blocked=message,
        errors=errors or {},
    )


@get(PATH)
async def show_phrases(actor: NamedDependency[Actor]) -> Response[Any]:
    return await _show(actor)


async def _show_again(refusal: Refusal, actor: Actor, form: Form) -> Response[Any]:
    return await _show(actor, form, refusal.fields, refusal.message)


@post(PATH)
@redisplay(_show_again)
async def keep(
    request: Req, actor: NamedDependency[Actor], form: NamedDependency[Form], now: NamedDependency[datetime]
) -> Response[Any]:
    team, phrase = form.number("equipe") or 0, form.number("phrase")
    if form.checked("supprimer") and phrase:
        await remove_phrase(actor, team, phrase, now)
        return tell(see(PATH), "phrase-retiree")
    title, body = form.text("titre", most=TITLE_LENGTH), form.text("texte", most=BODY_LENGTH)
    await keep_phrase(actor, team, phrase, title, body, seen=form.number("vu") or 0, now=now)
    return tell(see(PATH), "phrase")


@get(PATH + "/{phrase_id:int}")
async def show_phrase(actor: NamedDependency[Actor], phrase_id: RowId) -> Response[Any]:
    return await _history(actor, phrase_id)


async def _history(actor: Actor, phrase_id: int, message: str = "") -> Response[Any]:
    entry = await entry_for(actor, Kind.PHRASE, phrase_id)
    return page("teams/phrase.html", entry=entry, history=await history_of(entry), blocked=message)


@post(PATH + "/{phrase_id:int}/retablissement")
async def restore_phrase(
    actor: NamedDependency[Actor],
    phrase_id: RowId,
    now: NamedDependency[datetime],
) -> Response[Any]:
    await restore(actor, Kind.PHRASE, phrase_id, now)
    return tell(see(f"{PATH}/{phrase_id}"), "phrase")


async def _show_history_again(refusal: Refusal, actor: Actor, phrase_id: int) -> Response[Any]:
    return await _history(actor, phrase_id, refusal.message)


@post(PATH + "/{phrase_id:int}/annulation")
@redisplay(_show_history_again)
async def undo_phrase(
    request: Req,
    actor: NamedDependency[Actor],
    phrase_id: RowId,
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    changed = await undo(actor, Kind.PHRASE, form.number("changement") or 0, now)
    return tell(see(f"{PATH}/{changed}"), "fiche-annulee")
