"""The catalogue's pages: lists and their order, one entry with its history. Source: features.md P8."""

from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from app.domain.accounts.actor import Actor
from app.domain.accounts.duties import Duty, require
from app.domain.catalogue.editing import add, edit, entry_for, move, restore, undo, withdraw
from app.domain.catalogue.entries import Entry, Kind, entries
from app.domain.catalogue.history import version_of
from app.domain.catalogue.rules import IDENTITY
from app.domain.errors import NotFound
from app.routes.administration.catalogue_forms import as_kept, as_typed, empty, offered, read
from app.routes.deps import RowId
from app.routes.forms import Form
from app.routes.history import differences, history_of
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import last_word, page, see, tell
from app.text.labels.catalogue import BY_SLUG, WORDS

Req = Request[Any, Any, Any]
PATH = "/administration/catalogue"
ENTRY = PATH + "/{slug:str}/{entry_id:int}"
_BUTTONS = {"retrait": (withdraw, "fiche-retiree"), "retablissement": (restore, "fiche-retablie")}
"""The last word of the address, its verb and its confirmation."""


def _kind(slug: str) -> Kind:
    if slug not in BY_SLUG:
        raise NotFound("Cette page n’existe pas, ou ne vous est pas ouverte.")
    return BY_SLUG[slug]


async def _listed(kind: Kind) -> list[Entry]:
    """First name, last name and birth are always in the form: nobody edits them."""
    return [entry for entry in await entries(kind) if entry.state.get("group") != IDENTITY]


@get(PATH)
async def show_catalogue(actor: NamedDependency[Actor]) -> Response[Any]:
    require(actor, Duty.KEEP_CATALOGUE)
    counts = {kind: len([one for one in await _listed(kind) if not one.withdrawn]) for kind in WORDS}
    return page("administration/catalogue/index.html", kinds=[(WORDS[kind], counts[kind]) for kind in WORDS])


@get(PATH + "/{slug:str}")
async def list_entries(actor: NamedDependency[Actor], slug: FromPath[str]) -> Response[Any]:
    require(actor, Duty.KEEP_CATALOGUE)
    kind = _kind(slug)
    listed = await _listed(kind)
    here = [entry for entry in listed if not entry.withdrawn]
    groups: list[tuple[str, int | None, list[Entry]]] = [(WORDS[kind].title, None, here)]
    if kind == Kind.SUBJECT:
        groups = [
            (category.name, category.id, [entry for entry in here if entry.state["category"] == category.id])
            for category in await entries(Kind.CATEGORY)
            if not category.withdrawn
        ]
    return page(
        "administration/catalogue/list.html",
        words=WORDS[kind],
        groups=groups,
        gone=[entry for entry in listed if entry.withdrawn],
        ordered=kind != Kind.ORGANISATION,
    )


@get(PATH + "/{slug:str}/ajout")
async def show_new(request: Req, actor: NamedDependency[Actor], slug: FromPath[str]) -> Response[Any]:
    require(actor, Duty.KEEP_CATALOGUE)
    kind = _kind(slug)
    return await _form(kind, empty(kind, request.query_params.get("categorie", "")[:9]))


async def _form(kind: Kind, typed: dict[str, Any], **context: Any) -> Response[Any]:
    return page(
        "administration/catalogue/entry.html",
        **{
            "words": WORDS[kind],
            "entry": None,
            "history": [],
            "blocked": "",
            "theirs": [],
            "seen": 0,
            "typed": typed,
            **await offered(typed),
            **context,
        },
    )


async def _show_new_again(refusal: Refusal, slug: str, form: Form) -> Response[Any]:
    return await _form(_kind(slug), as_typed(_kind(slug), form), errors=refusal.fields, blocked=refusal.message)


@post(PATH + "/{slug:str}/ajout")
@redisplay(_show_new_again)
async def add_entry(
    request: Req,
    actor: NamedDependency[Actor],
    slug: FromPath[str],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    require(actor, Duty.KEEP_CATALOGUE)
    kind = _kind(slug)
    return _back_to(slug, await add(actor, kind, read(kind, form), now), "fiche-ajoutee")


def _back_to(slug: str, entry_id: int, notice: str) -> Redirect:
    return tell(see(f"{PATH}/{slug}/{entry_id}"), notice)


@get(ENTRY)
async def show_entry(actor: NamedDependency[Actor], slug: FromPath[str], entry_id: RowId) -> Response[Any]:
    return await _entry_page(actor, _kind(slug), entry_id)


async def _entry_page(
    actor: Actor, kind: Kind, entry_id: int, typed: dict[str, Any] | None = None, **context: Any
) -> Response[Any]:
    entry = await entry_for(actor, kind, entry_id)
    return await _form(
        kind,
        typed or as_kept(kind, entry.state),
        **{"entry": entry, "history": await history_of(entry), "seen": await version_of(kind, entry_id), **context},
    )


async def _show_entry_again(refusal: Refusal, actor: Actor, slug: str, entry_id: int, form: Form) -> Response[Any]:
    kind = _kind(slug)
    kept = (await entry_for(actor, kind, entry_id)).state
    theirs = await differences(kept, read(kind, form)) if refusal.message else []
    seen = {"seen": form.number("vu") or 0} if refusal.fields else {}
    said = {"errors": refusal.fields, "blocked": refusal.message, "theirs": theirs, **seen}
    return await _entry_page(actor, kind, entry_id, as_typed(kind, form), **said)


@post(ENTRY)
@redisplay(_show_entry_again)
async def change_entry(
    request: Req,
    actor: NamedDependency[Actor],
    slug: FromPath[str],
    entry_id: RowId,
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    kind = _kind(slug)
    await edit(actor, kind, entry_id, read(kind, form), seen=form.number("vu") or 0, now=now)
    return _back_to(slug, entry_id, "fiche")


@post([f"{ENTRY}/{button}" for button in _BUTTONS])
async def withdraw_or_restore(
    request: Req,
    actor: NamedDependency[Actor],
    slug: FromPath[str],
    entry_id: RowId,
    now: NamedDependency[datetime],
) -> Response[Any]:
    verb, notice = _BUTTONS[last_word(request)]
    await verb(actor, _kind(slug), entry_id, now)
    return _back_to(slug, entry_id, notice)


@post(ENTRY + "/place")
async def move_entry(
    actor: NamedDependency[Actor],
    slug: FromPath[str],
    entry_id: RowId,
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    await move(actor, _kind(slug), entry_id, up=form.typed("sens") == "haut", now=now)
    return tell(see(f"{PATH}/{slug}#fiche-{entry_id}"), "fiche-deplacee")


async def _show_undo_again(refusal: Refusal, actor: Actor, slug: str, entry_id: int) -> Response[Any]:
    return await _entry_page(actor, _kind(slug), entry_id, blocked=refusal.message)


@post(ENTRY + "/annulation")
@redisplay(_show_undo_again)
async def undo_change(
    request: Req,
    actor: NamedDependency[Actor],
    slug: FromPath[str],
    entry_id: RowId,
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    return _back_to(slug, await undo(actor, _kind(slug), form.number("changement") or 0, now), "fiche-annulee")
