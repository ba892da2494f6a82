"""The ready phrases on one page: each referent keeps their own, managers those of their teams."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from app.domain.accounts.actor import Actor
from app.domain.cases.thread.offered_phrases import COMMON_PHRASE
from app.domain.cases.thread.ready_phrases import (
    BODY_LENGTH,
    TITLE_LENGTH,
    ReadyPhrase,
    list_managed_seats,
    list_own_phrases,
    list_removed_phrases,
    list_team_phrases,
    remove_phrase,
    save_phrase,
)
from app.domain.catalogue.editing import load_editable_entry, restore_entry, revert_change
from app.domain.catalogue.entries import EntryKind
from app.domain.catalogue.history import load_versions
from app.domain.catalogue.phrases import FIELD_NAMES, PhraseAnswer
from app.domain.errors import AccessDenied
from app.routes.deps import RowId
from app.routes.entry_history import load_entry_history
from app.routes.forms import Form
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import build_page, flash, redirect_after_post
from app.text.labels.catalogue import PHRASE_ANSWER_CHOICE

Req = Request[Any, Any, Any]
PATH = "/equipe/phrases"


@dataclass(frozen=True)
class Shelf:
    """Phrases kept together: those of a team, or with team_id None those of the actor alone."""

    team_id: int | None
    title: str
    phrases: list[ReadyPhrase]
    removed: list[ReadyPhrase]


async def _build_phrases_page(
    actor: Actor, form: Form | None = None, errors: dict[str, str] | None = None, message: str = ""
) -> Response[Any]:
    if not actor.may_keep_phrases:
        raise AccessDenied("Cette page est celle des référents et de leurs responsables.")
    wrong = (form.read_number("equipe"), form.read_number("phrase")) if form else None
    shelves = [await _load_shelf(actor, None, "Mes phrases", wrong)]
    shelves += [await _load_shelf(actor, seat.team_id, seat.team_name, wrong) for seat in list_managed_seats(actor)]
    return build_page(
        "teams/phrases.html",
        shelves=shelves,
        seen=await load_versions(EntryKind.PHRASE),
        field_names=FIELD_NAMES,
        common=COMMON_PHRASE,
        answers=[{"id": code, "name": label} for code, label in PHRASE_ANSWER_CHOICE.items()],
        form=form,
        wrong=wrong,
        blocked=message,
        errors=errors or {},
    )


async def _load_shelf(
    actor: Actor, team_id: int | None, title: str, wrong: tuple[int | None, int | None] | None
) -> Shelf:
    """A phrase that was removed while its form was being typed stays on the page."""
    removed = await list_removed_phrases(actor, team_id)
    kept = await (list_own_phrases(actor) if team_id is None else list_team_phrases([team_id]))
    return Shelf(team_id, title, [*kept, *(one for one in removed if wrong and one.id == wrong[1])], removed)


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
    team, phrase = form.read_number("equipe"), form.read_number("phrase")
    if form.has_field("supprimer") and phrase:
        await remove_phrase(actor, team, phrase, now)
        return flash(redirect_after_post(PATH), "phrase-retiree")
    title, body = form.read_text("titre", max_length=TITLE_LENGTH), form.read_text("texte", max_length=BODY_LENGTH)
    answer, seen = form.read_as_typed("reponse") or PhraseAnswer.MESSAGE, form.read_number("vu") or 0
    days = _read_remind_days(form)
    await save_phrase(actor, team, phrase, title, body, answer=answer, remind_days=days, seen=seen, now=now)
    return flash(redirect_after_post(PATH), "phrase")


def _read_remind_days(form: Form) -> int | None:
    """0, which is refused, for what is no number."""
    return (form.read_number("rappel") or 0) if form.read_text("rappel") else None


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
