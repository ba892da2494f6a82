"""My profile: who I am here, when my letters leave, my open sessions. Source: features.md L4, L7, P7, S13."""

from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from app.domain.accounts.actor import Actor
from app.domain.accounts.profile import change_profile, choose_shortcuts
from app.domain.authentication.password import has_password
from app.domain.authentication.recovery_codes import codes_left
from app.domain.authentication.second_factor_login import factor_since
from app.domain.authentication.sessions import close_my_other_sessions, close_session, list_sessions
from app.domain.email.preferences import choose_times, chosen_times
from app.routes.deps import RowId
from app.routes.forms import Form
from app.routes.identity_fields import TYPED, identity_in, identity_of
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import page, see, tell
from app.text.labels import LETTER_TIMES

Req = Request[Any, Any, Any]


@get("/profil")
async def show_profile(request: Req, actor: NamedDependency[Actor], now: NamedDependency[datetime]) -> Response[Any]:
    return await _profile_page(request, actor, now, _typed(actor))


def _typed(actor: Actor) -> dict[str, str]:
    return {**identity_of(actor), "signature": actor.signature}


async def _profile_page(
    request: Req, actor: Actor, now: datetime, typed: dict[str, str], **context: Any
) -> Response[Any]:
    return page(
        "profile/show.html",
        actor=actor,
        typed=typed,
        sessions=await list_sessions(actor, now),
        current=request.auth.id,
        with_password=await has_password(actor),
        factor_since=await factor_since(actor.id),
        codes_left=await codes_left(actor.id),
        times=LETTER_TIMES,
        **{"choice": await chosen_times(actor), **context},
    )


async def _show_again(refusal: Refusal, request: Req, actor: Actor, form: Form, now: datetime) -> Response[Any]:
    typed = {name: form.typed(name) for name in (*TYPED, "signature")}
    return await _profile_page(request, actor, now, typed, errors=refusal.fields)


@post("/profil")
@redisplay(_show_again)
async def change(
    request: Req, actor: NamedDependency[Actor], form: NamedDependency[Form], now: NamedDependency[datetime]
) -> Response[Any]:
    await change_profile(actor, **identity_in(form), signature=form.text("signature"), now=now)
    return tell(see("/profil"), "profil")


async def _show_frequency_again(
    refusal: Refusal, request: Req, actor: Actor, form: Form, now: datetime
) -> Response[Any]:
    return await _profile_page(request, actor, now, _typed(actor), errors=refusal.fields, choice=form.typed("mails"))


@post("/profil/mails")
@redisplay(_show_frequency_again)
async def choose_letters(
    request: Req, actor: NamedDependency[Actor], form: NamedDependency[Form], now: NamedDependency[datetime]
) -> Response[Any]:
    await choose_times(actor, form.text("mails"), now)
    return tell(see("/profil"), "mails")


@post("/profil/raccourcis")
async def choose_keys(actor: NamedDependency[Actor], form: NamedDependency[Form]) -> Response[Any]:
    await choose_shortcuts(actor, form.checked("raccourcis"))
    return tell(see("/profil"), "raccourcis")


@post("/profil/sessions/{session_id:int}/fermeture")
async def end_session(
    actor: NamedDependency[Actor],
    session_id: RowId,
    now: NamedDependency[datetime],
) -> Response[Any]:
    await close_session(actor, session_id, now)
    return tell(see("/profil"), "session-fermee")


@post("/profil/autres-sessions/fermeture")
async def end_other_sessions(
    request: Req, actor: NamedDependency[Actor], now: NamedDependency[datetime]
) -> Response[Any]:
    await close_my_other_sessions(actor, request.auth, now)
    return tell(see("/profil"), "autres-sessions-fermees")
