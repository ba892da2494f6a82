"""Gestures on the ticked rows of a list: taking, giving, marking, setting aside, transferring, and their undo.

What sends no email is done at once, and the list says so with « Annuler ». Giving and transferring ask first, setting
aside asks for the day. The answer to a post is the list itself, whose page has what the undo needs.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, post
from litestar.di import NamedDependency

from app.domain.accounts.actor import Actor
from app.domain.cases.inbox.listing import load_rows_by_id
from app.domain.cases.inbox.marking import mark_several, undo_marking_several
from app.domain.cases.lifecycle.joining import REASON_LENGTH
from app.domain.cases.lifecycle.several import (
    Several,
    give_several,
    set_several_aside,
    take_several,
    transfer_several,
    undo_setting_several_aside,
    undo_taking_several,
)
from app.domain.errors import Invalid
from app.routes.cases.index import build_list_page
from app.routes.cases.set_aside import is_for_team, read_day
from app.routes.cases.several_question import QUESTIONS, build_question, describe_left
from app.routes.forms import Form
from app.routes.query_params import find_choice
from app.routes.redisplay import Refusal, note_denied_access, redisplay
from app.text.labels.several import Gesture, format_done, format_unchanged

Req = Request[Any, Any, Any]
Act = Callable[[Actor, list[UUID], Form, datetime], Awaitable[Several]]
Undo = Callable[[Actor, dict[UUID, str], Form, datetime], Awaitable[Several]]


_ACTS: dict[Gesture, Act] = {
    Gesture.TAKE: lambda actor, ids, form, now: take_several(actor, ids, now),
    Gesture.GIVE: lambda actor, ids, form, now: give_several(actor, ids, form.read_number("personne"), now),
    Gesture.READ: lambda actor, ids, form, now: mark_several(actor, ids, now, read=True),
    Gesture.UNREAD: lambda actor, ids, form, now: mark_several(actor, ids, now, read=False),
    Gesture.SET_ASIDE: lambda actor, ids, form, now: set_several_aside(
        actor, ids, read_day(form, now), now, for_team=is_for_team(form)
    ),
    Gesture.TRANSFER: lambda actor, ids, form, now: transfer_several(
        actor, ids, form.read_number("equipe"), form.read_text("motif", max_length=REASON_LENGTH), now
    ),
}
_UNDOS: dict[Gesture, Undo] = {
    Gesture.TAKE: lambda actor, done, form, now: undo_taking_several(actor, done, now),
    Gesture.READ: lambda actor, done, form, now: undo_marking_several(actor, done, now),
    Gesture.UNREAD: lambda actor, done, form, now: undo_marking_several(actor, done, now),
    Gesture.SET_ASIDE: lambda actor, done, form, now: undo_setting_several_aside(
        actor, done, read_day(form, now), now, for_team=is_for_team(form)
    ),
}
"""What sends an email has no undo."""


async def _show_again(refusal: Refusal, request: Req, form: Form, now: datetime) -> Response[Any]:
    """The question with what was typed; the list if no question was asked."""
    gesture = find_choice(Gesture, form.read_as_typed("geste"))
    if gesture and gesture in QUESTIONS and "demande" not in refusal.fields:
        return await build_question(request, gesture, form, now, errors=refusal.fields)
    return await build_list_page(request, now, errors=refusal.fields)


@post("/demandes/lot")
@redisplay(_show_again)
async def act_on_several(request: Req, form: NamedDependency[Form], now: NamedDependency[datetime]) -> Response[Any]:
    gesture, case_ids = _read_gesture(form), form.read_uuids("demande")
    if gesture in QUESTIONS and not form.has_field("confirme"):
        return await build_question(request, gesture, form, now)
    found = await _ACTS[gesture](request.user, case_ids, form, now)
    undo = {"gesture": gesture, "done": found.done, "form": form} if gesture in _UNDOS and found.done else None
    return await _build_result(request, gesture, found, now, undo=undo)


@post("/demandes/lot/annulation")
@redisplay(_show_again)
async def undo_several(request: Req, form: NamedDependency[Form], now: NamedDependency[datetime]) -> Response[Any]:
    gesture = _read_gesture(form)
    done = dict(zip(form.read_uuids("demande"), form.read_texts("avant"), strict=False))
    if gesture not in _UNDOS:
        raise Invalid(demande="Ce qui a envoyé des mails ne s’annule pas.")
    return await _build_result(request, gesture, await _UNDOS[gesture](request.user, done, form, now), now, undone=True)


def _read_gesture(form: Form) -> Gesture:
    gesture = find_choice(Gesture, form.read_text("geste"))
    if gesture is None:
        raise Invalid(demande="Choisissez ce qu’il faut faire de ces demandes.")
    return gesture


async def _build_result(
    request: Req, gesture: Gesture, found: Several, now: datetime, *, undone: bool = False, undo: Any = None
) -> Response[Any]:
    """The list, and above it what was done."""
    for refused in found.left.values():
        if refused.denied_case:
            note_denied_access(request, refused)
    rows = await load_rows_by_id(request.user, list(found.left), now)
    said = [format_done(gesture, len(found.done), undone=undone), format_unchanged(len(found.unchanged), undone=undone)]
    result = {"said": " ".join(filter(None, said)), "left": describe_left(found.left, rows)}
    return await build_list_page(request, now, result={**result, "undo": undo})
