"""The profile: identity, email preferences, open sessions. Source: features.md L4, L7, P7, S13."""

from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from app.domain.absences.absence import find_planned_absences
from app.domain.account_keeping.address_change import find_pending_change
from app.domain.accounts.actor import Actor
from app.domain.accounts.profile import change_profile, set_shortcuts
from app.domain.authentication.password import has_password
from app.domain.authentication.recovery_codes import count_codes_left
from app.domain.authentication.sessions import close_own_other_sessions, close_session, list_sessions
from app.domain.authentication.stored_factor import find_factor_since
from app.domain.email.preferences import change_email_choices, load_email_choices
from app.routes.deps import RowId
from app.routes.email_choices import build_choice_groups, read_choices_as_typed, read_email_choices
from app.routes.forms import Form
from app.routes.identity_fields import IDENTITY_FIELDS, list_identity_values, read_identity
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import build_page, flash, redirect_after_post

Req = Request[Any, Any, Any]


@get("/profil")
async def show_profile(request: Req, actor: NamedDependency[Actor], now: NamedDependency[datetime]) -> Response[Any]:
    return await _build_profile_page(request, actor, now, _list_profile_values(actor))


def _list_profile_values(actor: Actor) -> dict[str, str]:
    return {**list_identity_values(actor), "signature": actor.signature}


async def _build_profile_page(
    request: Req, actor: Actor, now: datetime, typed: dict[str, str], **context: Any
) -> Response[Any]:
    return build_page(
        "profile/show.html",
        actor=actor,
        typed=typed,
        sessions=await list_sessions(actor, now),
        current=request.auth.id,
        change=await find_pending_change(actor.id, now),
        with_password=await has_password(actor),
        factor_since=await find_factor_since(actor.id),
        codes_left=await count_codes_left(actor.id),
        planned=(await find_planned_absences([actor.id], now)).get(actor.id),
        **{"choices": build_choice_groups(actor, await load_email_choices(actor)), **context},
    )


async def _show_again(refusal: Refusal, request: Req, actor: Actor, form: Form, now: datetime) -> Response[Any]:
    typed = {name: form.read_as_typed(name) for name in (*IDENTITY_FIELDS, "signature")}
    return await _build_profile_page(request, actor, now, typed, errors=refusal.fields)


@post("/profil")
@redisplay(_show_again)
async def save_profile(
    request: Req, actor: NamedDependency[Actor], form: NamedDependency[Form], now: NamedDependency[datetime]
) -> Response[Any]:
    await change_profile(actor, **read_identity(form), signature=form.read_text("signature"), now=now)
    return flash(redirect_after_post("/profil"), "profil")


async def _show_frequency_again(
    refusal: Refusal, request: Req, actor: Actor, form: Form, now: datetime
) -> Response[Any]:
    choices = build_choice_groups(actor, read_choices_as_typed(form))
    return await _build_profile_page(
        request, actor, now, _list_profile_values(actor), errors=refusal.fields, choices=choices
    )


@post("/profil/mails")
@redisplay(_show_frequency_again)
async def save_own_email_preferences(
    request: Req, actor: NamedDependency[Actor], form: NamedDependency[Form], now: NamedDependency[datetime]
) -> Response[Any]:
    await change_email_choices(actor, read_email_choices(form), now)
    return flash(redirect_after_post("/profil"), "mails")


@post("/profil/raccourcis")
async def save_shortcuts(actor: NamedDependency[Actor], form: NamedDependency[Form]) -> Response[Any]:
    await set_shortcuts(actor, form.has_field("raccourcis"))
    return flash(redirect_after_post("/profil"), "raccourcis")


@post("/profil/sessions/{session_id:int}/fermeture")
async def end_session(
    actor: NamedDependency[Actor],
    session_id: RowId,
    now: NamedDependency[datetime],
) -> Response[Any]:
    await close_session(actor, session_id, now)
    return flash(redirect_after_post("/profil"), "session-fermee")


@post("/profil/autres-sessions/fermeture")
async def end_other_sessions(
    request: Req, actor: NamedDependency[Actor], now: NamedDependency[datetime]
) -> Response[Any]:
    await close_own_other_sessions(actor, request.auth, now)
    return flash(redirect_after_post("/profil"), "autres-sessions-fermees")
