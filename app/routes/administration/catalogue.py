"""The pages of the catalogue: lists and their order, one entry and its history. Source: features.md P8."""

from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from app.domain.accounts.actor import Actor
from app.domain.accounts.duties import Duty, require_duty
from app.domain.catalogue.editing import (
    create_entry,
    edit_entry,
    load_editable_entry,
    reorder_entry,
    restore_entry,
    revert_change,
    withdraw_entry,
)
from app.domain.catalogue.entries import Entry, EntryKind, load_entries
from app.domain.catalogue.history import find_version
from app.domain.catalogue.rules import IDENTITY_GROUP
from app.domain.errors import NotFound
from app.routes.administration.catalogue_forms import (
    list_empty_values,
    list_saved_values,
    list_typed_values,
    load_form_choices,
    read_state,
)
from app.routes.deps import RowId
from app.routes.entry_history import list_differences, load_entry_history
from app.routes.forms import Form
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import build_page, flash, read_last_segment, redirect_after_post
from app.text.labels.catalogue import BY_SLUG, WORDS

Req = Request[Any, Any, Any]
PATH = "/administration/catalogue"
ENTRY_PATH = PATH + "/{slug:str}/{entry_id:int}"
_BUTTONS = {"retrait": (withdraw_entry, "fiche-retiree"), "retablissement": (restore_entry, "fiche-retablie")}
"""Last part of the address -> the domain's function and the notice shown afterwards."""


def _parse_kind(slug: str) -> EntryKind:
    if slug not in BY_SLUG:
        raise NotFound("Cette page n’existe pas, ou ne vous est pas ouverte.")
    return BY_SLUG[slug]


async def _list_editable_entries(kind: EntryKind) -> list[Entry]:
    """Entries of the kind, without first name, last name and birth: these fields are in every form."""
    return [entry for entry in await load_entries(kind) if entry.state.get("group") != IDENTITY_GROUP]


@get(PATH)
async def show_catalogue(actor: NamedDependency[Actor]) -> Response[Any]:
    require_duty(actor, Duty.MANAGE_CATALOGUE)
    counts = {kind: len([one for one in await _list_editable_entries(kind) if not one.withdrawn]) for kind in WORDS}
    return build_page("administration/catalogue/index.html", kinds=[(WORDS[kind], counts[kind]) for kind in WORDS])


@get(PATH + "/{slug:str}")
async def list_entries(actor: NamedDependency[Actor], slug: FromPath[str]) -> Response[Any]:
    require_duty(actor, Duty.MANAGE_CATALOGUE)
    kind = _parse_kind(slug)
    listed = await _list_editable_entries(kind)
    here = [entry for entry in listed if not entry.withdrawn]
    groups: list[tuple[str, int | None, list[Entry]]] = [(WORDS[kind].title, None, here)]
    if kind == EntryKind.SUBJECT:
        groups = [
            (category.name, category.id, [entry for entry in here if entry.state["category"] == category.id])
            for category in await load_entries(EntryKind.CATEGORY)
            if not category.withdrawn
        ]
    return build_page(
        "administration/catalogue/list.html",
        words=WORDS[kind],
        groups=groups,
        gone=[entry for entry in listed if entry.withdrawn],
        ordered=kind != EntryKind.ORGANISATION,
    )


@get(PATH + "/{slug:str}/ajout")
async def show_new_entry(request: Req, actor: NamedDependency[Actor], slug: FromPath[str]) -> Response[Any]:
    require_duty(actor, Duty.MANAGE_CATALOGUE)
    kind = _parse_kind(slug)
    return await _build_form_page(kind, list_empty_values(kind, request.query_params.get("categorie", "")[:9]))


async def _build_form_page(kind: EntryKind, typed: dict[str, Any], **context: Any) -> Response[Any]:
    return build_page(
        "administration/catalogue/entry.html",
        **{
            "words": WORDS[kind],
            "entry": None,
            "history": [],
            "blocked": "",
            "theirs": [],
            "seen": 0,
            "typed": typed,
            **await load_form_choices(typed),
            **context,
        },
    )


async def _show_new_again(refusal: Refusal, slug: str, form: Form) -> Response[Any]:
    return await _build_form_page(
        _parse_kind(slug), list_typed_values(_parse_kind(slug), form), errors=refusal.fields, blocked=refusal.message
    )


@post(PATH + "/{slug:str}/ajout")
@redisplay(_show_new_again)
async def add_entry(
    request: Req,
    actor: NamedDependency[Actor],
    slug: FromPath[str],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    require_duty(actor, Duty.MANAGE_CATALOGUE)
    kind = _parse_kind(slug)
    return _redirect_to_entry(slug, await create_entry(actor, kind, read_state(kind, form), now), "fiche-ajoutee")


def _redirect_to_entry(slug: str, entry_id: int, notice: str) -> Redirect:
    return flash(redirect_after_post(f"{PATH}/{slug}/{entry_id}"), notice)


@get(ENTRY_PATH)
async def show_entry(actor: NamedDependency[Actor], slug: FromPath[str], entry_id: RowId) -> Response[Any]:
    return await _build_entry_page(actor, _parse_kind(slug), entry_id)


async def _build_entry_page(
    actor: Actor, kind: EntryKind, entry_id: int, typed: dict[str, Any] | None = None, **context: Any
) -> Response[Any]:
    entry = await load_editable_entry(actor, kind, entry_id)
    return await _build_form_page(
        kind,
        typed or list_saved_values(kind, entry.state),
        **{
            "entry": entry,
            "history": await load_entry_history(entry),
            "seen": await find_version(kind, entry_id),
            **context,
        },
    )


async def _show_entry_again(refusal: Refusal, actor: Actor, slug: str, entry_id: int, form: Form) -> Response[Any]:
    kind = _parse_kind(slug)
    kept = (await load_editable_entry(actor, kind, entry_id)).state
    theirs = await list_differences(kept, read_state(kind, form)) if refusal.message else []
    seen = {"seen": form.read_number("vu") or 0} if refusal.fields else {}
    said = {"errors": refusal.fields, "blocked": refusal.message, "theirs": theirs, **seen}
    return await _build_entry_page(actor, kind, entry_id, list_typed_values(kind, form), **said)


@post(ENTRY_PATH)
@redisplay(_show_entry_again)
async def change_entry(
    request: Req,
    actor: NamedDependency[Actor],
    slug: FromPath[str],
    entry_id: RowId,
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    kind = _parse_kind(slug)
    await edit_entry(actor, kind, entry_id, read_state(kind, form), seen_version=form.read_number("vu") or 0, now=now)
    return _redirect_to_entry(slug, entry_id, "fiche")


@post([f"{ENTRY_PATH}/{button}" for button in _BUTTONS])
async def withdraw_or_restore(
    request: Req,
    actor: NamedDependency[Actor],
    slug: FromPath[str],
    entry_id: RowId,
    now: NamedDependency[datetime],
) -> Response[Any]:
    verb, notice = _BUTTONS[read_last_segment(request)]
    await verb(actor, _parse_kind(slug), entry_id, now)
    return _redirect_to_entry(slug, entry_id, notice)


@post(ENTRY_PATH + "/place")
async def move_entry(
    actor: NamedDependency[Actor],
    slug: FromPath[str],
    entry_id: RowId,
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    await reorder_entry(actor, _parse_kind(slug), entry_id, up=form.read_as_typed("sens") == "haut", now=now)
    return flash(redirect_after_post(f"{PATH}/{slug}#fiche-{entry_id}"), "fiche-deplacee")


async def _show_undo_again(refusal: Refusal, actor: Actor, slug: str, entry_id: int) -> Response[Any]:
    return await _build_entry_page(actor, _parse_kind(slug), entry_id, blocked=refusal.message)


@post(ENTRY_PATH + "/annulation")
@redisplay(_show_undo_again)
async def undo_change(
    request: Req,
    actor: NamedDependency[Actor],
    slug: FromPath[str],
    entry_id: RowId,
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    return _redirect_to_entry(
        slug, await revert_change(actor, _parse_kind(slug), form.read_number("changement") or 0, now), "fiche-annulee"
    )
