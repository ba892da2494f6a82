"""/personnes/{id}/roles: an administrator gives and takes roles. /personnes/nouvelle: they open an account with one."""

from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from app.domain.accounts.actor import Actor
from app.domain.accounts.duties import Duty, require_duty
from app.domain.people.detail import load_person
from app.domain.people.platform_account import PlatformPerson, open_platform_account
from app.domain.people.roles import change_roles, load_roles
from app.routes import guards
from app.routes.deps import RowId
from app.routes.forms import Form
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import build_page, flash, redirect_after_post
from app.routes.teams.role_form import (
    ROLE,
    RoleFormValues,
    list_role_choices,
    list_saved_roles,
    read_role_values,
    read_roles,
)

Req = Request[Any, Any, Any]
_PATH, _NEW_PATH = "/personnes/{person_id:int}/roles", "/personnes/nouvelle"
_VERSION = "vu"
_IDENTITY = ("adresse", "prenom", "nom")


@get(_PATH, guards=[guards.require_recent_login])
async def show_roles(actor: NamedDependency[Actor], person_id: RowId) -> Response[Any]:
    return await _build_roles_page(actor, person_id)


async def _build_roles_page(
    actor: Actor, person_id: int, typed: RoleFormValues | None = None, **context: Any
) -> Response[Any]:
    """typed: of a refused form. After a conflict, the roles that are stored by now are shown instead."""
    roles = await load_roles(actor, person_id)
    return build_page(
        "people/roles.html",
        person=await load_person(actor, person_id),
        version=roles.version,
        typed=typed or list_saved_roles(roles),
        **await list_role_choices(),
        **context,
    )


async def _show_roles_again(refusal: Refusal, actor: Actor, person_id: int, form: Form) -> Response[Any]:
    typed = None if refusal.status == 409 else read_role_values(form)
    return await _build_roles_page(actor, person_id, typed, errors=refusal.one_field(ROLE))


@post(_PATH, guards=[guards.require_recent_login])
@redisplay(_show_roles_again)
async def save_roles(
    request: Req,
    actor: NamedDependency[Actor],
    person_id: RowId,
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    await change_roles(actor, person_id, read_roles(form), form.read_as_typed(_VERSION), now)
    return flash(redirect_after_post(f"/personnes/{person_id}"), "roles")


@get(_NEW_PATH, guards=[guards.require_recent_login])
async def show_new_account(actor: NamedDependency[Actor]) -> Response[Any]:
    return await _build_new_page(actor, dict.fromkeys(_IDENTITY, ""), RoleFormValues())


async def _build_new_page(
    actor: Actor, identity: dict[str, str], typed: RoleFormValues, **context: Any
) -> Response[Any]:
    require_duty(actor, Duty.GIVE_ROLES)
    return build_page("people/opening.html", identity=identity, typed=typed, **await list_role_choices(), **context)


async def _show_new_again(refusal: Refusal, actor: Actor, form: Form) -> Response[Any]:
    identity = {name: form.read_as_typed(name) for name in _IDENTITY}
    return await _build_new_page(actor, identity, read_role_values(form), errors=refusal.one_field("adresse"))


@post(_NEW_PATH, guards=[guards.require_recent_login])
@redisplay(_show_new_again)
async def open_account(
    request: Req, actor: NamedDependency[Actor], form: NamedDependency[Form], now: NamedDependency[datetime]
) -> Response[Any]:
    person = PlatformPerson(*(form.read_text(name, max_length=254) for name in _IDENTITY))
    person_id = await open_platform_account(actor, person, read_roles(form), now)
    return flash(redirect_after_post(f"/personnes/{person_id}"), "compte-ouvert")
