"""« Retirer un message ou une pièce mis par erreur »: what may be taken away, and what is asked for."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.domain.accounts.actor import Actor
from app.domain.cases.access import load_readable_case
from app.domain.cases.lifecycle.opening import open_case
from app.domain.cases.thread.removals import Removals, RemovalTarget, TargetKey, load_removals
from app.domain.cases.thread.taking_away import REASON_LENGTH, accept_removal, refuse_removal, request_removal
from app.domain.errors import Invalid
from app.domain.opaque_ids import IdPurpose, decode_id, encode_id
from app.routes.deps import provide_now
from app.routes.forms import Form
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import build_page, flash, redirect_after_post
from app.text.formats import format_time

Req = Request[Any, Any, Any]
_EXCERPT = 80
_CHOOSE = "Choisissez le message ou la pièce à retirer."


@get("/demandes/{case_id:uuid}/retraits")
async def show_removals(request: Req, actor: NamedDependency[Actor], case_id: FromPath[UUID]) -> Response[Any]:
    return await _build_removals_page(request, actor, case_id)


async def _build_removals_page(
    request: Req, actor: Actor, case_id: UUID, form: Form | None = None, refusal: Refusal | None = None
) -> Response[Any]:
    """It counts as opening the case, as its page does."""
    case = await open_case(actor, await load_readable_case(actor, case_id), await provide_now(request.app.state))
    found = await load_removals(actor, case)
    return build_page(
        "cases/removals.html",
        case_id=case_id,
        actor=actor,
        pending=[(one, describe_target(one.target)) for one in found.pending.values()],
        choices=_list_choices(found),
        chosen=form.read_as_typed("quoi") if form else "",
        typed=form.read_as_typed("motif") if form else "",
        most=REASON_LENGTH,
        errors=refusal.fields if refusal else {},
        blocked=refusal.message if refusal else "",
    )


def _list_choices(found: Removals) -> list[dict[str, str]]:
    return [
        {"value": encode_target(one.key), "label": describe_target(one), "hint": _shorten(one.words)}
        for one in sorted(found.choices, key=lambda one: not one.own)
    ]


def describe_target(target: RemovalTarget) -> str:
    what = "Pièce jointe" if target.is_file else "Message"
    return f"{what} de {target.author}, le {format_time(target.at)}"


def _shorten(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= _EXCERPT else f"{line[:_EXCERPT]}…"


def encode_target(key: TargetKey) -> str:
    return str(key) if isinstance(key, UUID) else encode_id(IdPurpose.MESSAGE, key)


def _read_target(form: Form) -> TargetKey:
    """Raises Invalid."""
    files = form.read_uuids("quoi")
    key = files[0] if files else decode_id(IdPurpose.MESSAGE, form.read_as_typed("quoi"))
    if key is None:
        raise Invalid(quoi=_CHOOSE)
    return key


async def show_refused_removal(
    refusal: Refusal, request: Req, actor: Actor, case_id: UUID, form: Form
) -> Response[Any]:
    return await _build_removals_page(request, actor, case_id, form, refusal)


@post("/demandes/{case_id:uuid}/retraits")
@redisplay(show_refused_removal)
async def send_removal(
    request: Req,
    actor: NamedDependency[Actor],
    case_id: FromPath[UUID],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    reason = form.read_text("motif", max_length=REASON_LENGTH)
    removed = await request_removal(actor, case_id, _read_target(form), reason, now)
    return flash(redirect_after_post(f"/demandes/{case_id}"), "retrait-fait" if removed else "retrait-demande")


@post("/demandes/{case_id:uuid}/retraits/decision")
@redisplay(show_refused_removal)
async def decide_removal(
    request: Req,
    actor: NamedDependency[Actor],
    case_id: FromPath[UUID],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    """« garder » refuses it."""
    asked = decode_id(IdPurpose.REMOVAL, form.read_as_typed("demande"))
    if asked is None:
        raise Invalid(demande=_CHOOSE)
    decide = refuse_removal if form.has_field("garder") else accept_removal
    await decide(actor, case_id, asked, now)
    notice = "retrait-ecarte" if form.has_field("garder") else "retrait-fait"
    return flash(redirect_after_post(f"/demandes/{case_id}"), notice)
