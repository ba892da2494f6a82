"""What proves who a person is, taken away by an administrator: each on a page that says first what will happen."""

from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from app.domain.accounts.actor import Actor
from app.domain.authentication.close_sessions import close_sessions_of
from app.domain.authentication.second_factor import Checked, reset_factor
from app.domain.authentication.unbind_provider import unbind_provider
from app.domain.errors import NotFound
from app.domain.people.detail import PersonDetail, load_person
from app.routes import guards
from app.routes.deps import RowId
from app.routes.forms import Form
from app.routes.query_params import one_of
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import page, see, tell
from app.text.labels.people import CHECKED

Req = Request[Any, Any, Any]
_FACTOR = "/personnes/{person_id:int}/double-authentification/retrait"
_PROVIDER = "/personnes/{person_id:int}/proconnect/retrait"
_CHECKS = [{"value": checked.value, "label": label} for checked, label in CHECKED.items()]
_SESSIONS = "/personnes/{person_id:int}/sessions/fermeture"


@get(_FACTOR, guards=[guards.proved])
async def show_factor_removal(actor: NamedDependency[Actor], person_id: RowId) -> Response[Any]:
    person = await load_person(actor, person_id)
    return _factor_page(_only_if(person, person.factor_since))


def _factor_page(person: PersonDetail, **context: Any) -> Response[Any]:
    return page("people/factor.html", person=person, checks=_CHECKS, **context)


async def _show_factor_again(refusal: Refusal, actor: Actor, person_id: int) -> Response[Any]:
    return _factor_page(await load_person(actor, person_id), errors=refusal.one_field("verification"))


@post(_FACTOR, guards=[guards.proved])
@redisplay(_show_factor_again)
async def take_factor_away(
    request: Req,
    actor: NamedDependency[Actor],
    person_id: RowId,
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    await reset_factor(actor, person_id, one_of(Checked, form.typed("verification")), now)
    return tell(see(f"/personnes/{person_id}"), "double-reprise")


@get(_PROVIDER, guards=[guards.proved])
async def show_unbinding(actor: NamedDependency[Actor], person_id: RowId) -> Response[Any]:
    person = await load_person(actor, person_id)
    return page("people/provider.html", person=_only_if(person, person.provider_since))


@post(_PROVIDER, guards=[guards.proved])
async def unbind(actor: NamedDependency[Actor], person_id: RowId, now: NamedDependency[datetime]) -> Response[Any]:
    await unbind_provider(actor, person_id, now)
    return tell(see(f"/personnes/{person_id}"), "proconnect-delie")


@get(_SESSIONS)
async def show_closing(actor: NamedDependency[Actor], person_id: RowId) -> Response[Any]:
    person = await load_person(actor, person_id)
    return page("people/sessions.html", person=_only_if(person, person.may_end))


@post(_SESSIONS)
async def close_sessions(
    actor: NamedDependency[Actor], person_id: RowId, now: NamedDependency[datetime]
) -> Response[Any]:
    await close_sessions_of(actor, person_id, now)
    return tell(see(f"/personnes/{person_id}"), "sessions-de-quelqu-un")


def _only_if(person: PersonDetail, there: object) -> PersonDetail:
    """Raises NotFound where there is nothing to take away, or not for this viewer."""
    if not there:
        raise NotFound("Cette page n’existe pas, ou ne vous est pas ouverte.")
    return person
