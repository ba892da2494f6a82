"""The ready-made phrases of teams, edited by their managers on one page."""

from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from app.domain.accounts.actor import Actor
from app.domain.cases.thread.ready_phrases import (
    BODY_LENGTH,
    TITLE_LENGTH,
    list_managed_seats,
    list_removed_phrases,
    list_team_phrases,
    remove_phrase,
    save_phrase,
)
from app.domain.catalogue.editing import load_editable_entry, restore_entry, revert_change
from app.domain.catalogue.entries import EntryKind
from app.domain.catalogue.history import load_versions
from app.domain.errors import AccessDenied
from app.routes.deps import RowId
from app.routes.entry_history import load_entry_history
from app.routes.forms import Form
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import build_page, flash, redirect_after_post

Req = Request[Any, Any, Any]
PATH = "/equipe/phrases"


async def _build_phrases_page(
    actor: Actor, form: Form | None = None, errors: dict[str, str] | None = None, message: str = ""
) -> Response[Any]:
    teams = list_managed_seats(actor)
    if not teams:
        raise AccessDenied("Cette page est celle des responsables d’équipe.")
    wrong = (form.read_number("equipe"), form.read_number("phrase")) if form else (None, None)
    shown = []
    for seat in teams:
        removed = await list_removed_phrases(seat.team_id)
        being_typed = [phrase for phrase in removed if phrase.id == wrong[1]]
        shown.append((seat, [*await list_team_phrases([seat.team_id]), *being_typed], removed))
    return build_page(
        "teams/phrases.html",
        teams=shown,
        seen=await load_versions(EntryKind.PHRASE),
        form=form,
        wrong=wrong,
        blocked=message,
        errors=errors or {},
    )


@get(PATH)
async def show_phrases(actor: NamedDependency[Actor]) -> Response[Any]:
    return await _build_phrases_page(actor)


async def _show_again(refusal: Refusal, actor: Actor, form: Form) -> Response[Any]:
    return await _build_phrases_page(actor, form, refusal.fields, refusal.message)


@post(PATH)
@redisplay(_show_again)
async def save_or_remove_phrase(
    request: Req, actor: NamedDependency[Actor], form: NamedDependency[Form], now: NamedDependency[datetime]
) -> Response[Any]:
    team, phrase = form.read_number("equipe") or 0, form.read_number("phrase")
    if form.has_field("supprimer") and phrase:
        await remove_phrase(actor, team, phrase, now)
        return flash(redirect_after_post(PATH), "phrase-retiree")
    title, body = form.read_text("titre", max_length=TITLE_LENGTH), form.read_text("texte", max_length=BODY_LENGTH)
    await save_phrase(actor, team, phrase, title, body, seen=form.read_number("vu") or 0, now=now)
    return flash(redirect_after_post(PATH), "phrase")


@get(PATH + "/{phrase_id:int}")
async def show_phrase(actor: NamedDependency[Actor], phrase_id: RowId) -> Response[Any]:
    return await _build_history_page(actor, phrase_id)


async def _build_history_page(actor: Actor, phrase_id: int, message: str = "") -> Response[Any]:
    entry = await load_editable_entry(actor, EntryKind.PHRASE, phrase_id)
    return build_page("teams/phrase.html", entry=entry, history=await load_entry_history(entry), blocked=message)


@post(PATH + "/{phrase_id:int}/retablissement")
async def restore_phrase(
    actor: NamedDependency[Actor],
    phrase_id: RowId,
    now: NamedDependency[datetime],
) -> Response[Any]:
    await restore_entry(actor, EntryKind.PHRASE, phrase_id, now)
    return flash(redirect_after_post(f"{PATH}/{phrase_id}"), "phrase")


async def _show_history_again(refusal: Refusal, actor: Actor, phrase_id: int) -> Response[Any]:
    return await _build_history_page(actor, phrase_id, refusal.message)


@post(PATH + "/{phrase_id:int}/annulation")
@redisplay(_show_history_again)
async def undo_phrase(
    request: Req,
    actor: NamedDependency[Actor],
    phrase_id: RowId,
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    changed = await revert_change(actor, EntryKind.PHRASE, form.read_number("changement") or 0, now)
    return flash(redirect_after_post(f"{PATH}/{changed}"), "fiche-annulee")
