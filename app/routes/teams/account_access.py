"""An admin removes a person's second factor or ProConnect identity, or closes their sessions. Each has a preview."""

from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from app.domain.accounts.actor import Actor
from app.domain.authentication.close_sessions import close_person_sessions
from app.domain.authentication.second_factor import IdentityCheck, reset_factor
from app.domain.authentication.unbind_provider import unbind_provider
from app.domain.errors import NotFound
from app.domain.people.detail import PersonDetail, load_person
from app.routes import guards
from app.routes.deps import RowId
from app.routes.forms import Form
from app.routes.query_params import find_choice
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import build_page, flash, redirect_after_post
from app.text.labels.people import IDENTITY_CHECK

Req = Request[Any, Any, Any]
_FACTOR_PATH = "/personnes/{person_id:int}/double-authentification/retrait"
_PROCONNECT_PATH = "/personnes/{person_id:int}/proconnect/retrait"
_IDENTITY_CHECKS = [{"value": checked.value, "label": label} for checked, label in IDENTITY_CHECK.items()]
_SESSIONS_PATH = "/personnes/{person_id:int}/sessions/fermeture"


@get(_FACTOR_PATH, guards=[guards.require_recent_login])
async def show_factor_removal(actor: NamedDependency[Actor], person_id: RowId) -> Response[Any]:
    person = await load_person(actor, person_id)
    return _build_factor_page(_require_present(person, person.second_factor_since))


def _build_factor_page(person: PersonDetail, **context: Any) -> Response[Any]:
    return build_page("people/factor.html", person=person, checks=_IDENTITY_CHECKS, **context)


async def _show_factor_again(refusal: Refusal, actor: Actor, person_id: int) -> Response[Any]:
    return _build_factor_page(await load_person(actor, person_id), errors=refusal.one_field("verification"))


@post(_FACTOR_PATH, guards=[guards.require_recent_login])
@redisplay(_show_factor_again)
async def remove_person_factor(
    request: Req,
    actor: NamedDependency[Actor],
    person_id: RowId,
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    await reset_factor(actor, person_id, find_choice(IdentityCheck, form.read_as_typed("verification")), now)
    return flash(redirect_after_post(f"/personnes/{person_id}"), "double-reprise")


@get(_PROCONNECT_PATH, guards=[guards.require_recent_login])
async def show_proconnect_removal(actor: NamedDependency[Actor], person_id: RowId) -> Response[Any]:
    person = await load_person(actor, person_id)
    return build_page("people/provider.html", person=_require_present(person, person.provider_since))


@post(_PROCONNECT_PATH, guards=[guards.require_recent_login])
async def remove_person_proconnect(
    actor: NamedDependency[Actor], person_id: RowId, now: NamedDependency[datetime]
) -> Response[Any]:
    await unbind_provider(actor, person_id, now)
    return flash(redirect_after_post(f"/personnes/{person_id}"), "proconnect-delie")


@get(_SESSIONS_PATH)
async def show_sessions_closure(actor: NamedDependency[Actor], person_id: RowId) -> Response[Any]:
    person = await load_person(actor, person_id)
    return build_page("people/sessions.html", person=_require_present(person, person.may_close_sessions))


@post(_SESSIONS_PATH)
async def confirm_person_sessions_closure(
    actor: NamedDependency[Actor], person_id: RowId, now: NamedDependency[datetime]
) -> Response[Any]:
    await close_person_sessions(actor, person_id, now)
    return flash(redirect_after_post(f"/personnes/{person_id}"), "sessions-de-quelqu-un")


def _require_present(person: PersonDetail, there: object) -> PersonDetail:
    """Raises NotFound when there is nothing to remove, or the viewer may not see it."""
    if not there:
        raise NotFound("Cette page n’existe pas, ou ne vous est pas ouverte.")
    return person
