"""The absence of a member, set by the people who manage the team: a colleague falls ill. Source: features.md W4."""

from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency, Provide

from app.domain.absences.absence import find_planned_absences
from app.domain.absences.change import (
    list_member_replacements,
    load_member_name,
    remove_member_absence,
    set_member_absence,
)
from app.domain.absences.plan import find_today
from app.domain.accounts.actor import Actor
from app.routes.absence_form import list_values, read_plan
from app.routes.deps import RowId
from app.routes.forms import Form
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import build_page, flash, redirect_after_post

PATH = "/equipes/{team_id:int}/membres/{person_id:int}/absence"


async def provide_member_name(actor: NamedDependency[Actor], team_id: RowId, person_id: RowId) -> str:
    """A dependency, so that a person without the right is refused first. Raises what load_member_name raises."""
    return await load_member_name(actor, team_id, person_id)


_MEMBER = {"member": Provide(provide_member_name)}


@get(PATH, dependencies=_MEMBER)
async def show_member_absence(
    member: NamedDependency[str], team_id: RowId, person_id: RowId, now: NamedDependency[datetime]
) -> Response[Any]:
    return await _build_absence_page(member, team_id, person_id, now)


async def _build_absence_page(
    member: str, team_id: int, person_id: int, now: datetime, refused: Form | None = None, **context: Any
) -> Response[Any]:
    planned = (await find_planned_absences([person_id], now)).get(person_id)
    return build_page(
        "absences/member.html",
        path=PATH.replace("{team_id:int}", str(team_id)).replace("{person_id:int}", str(person_id)),
        member=member,
        team_id=team_id,
        planned=planned,
        typed=list_values(planned, refused),
        colleagues=await list_member_replacements(person_id, team_id, now),
        **context,
    )


async def _show_again(
    refusal: Refusal, member: str, team_id: int, person_id: int, form: Form, now: datetime
) -> Response[Any]:
    errors = refusal.one_field("du")
    return await _build_absence_page(member, team_id, person_id, now, form, errors=errors)


@post(PATH, dependencies=_MEMBER)
@redisplay(_show_again)
async def save_member_absence(
    request: Request[Any, Any, Any],
    actor: NamedDependency[Actor],
    member: NamedDependency[str],
    team_id: RowId,
    person_id: RowId,
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    plan = read_plan(form, await find_today(person_id, now))
    clash = await set_member_absence(actor, team_id, person_id, plan, now)
    return flash(redirect_after_post(f"/equipes/{team_id}/membres"), "absence-double" if clash else "absence")


@post(f"{PATH}/suppression")
async def delete_member_absence(
    actor: NamedDependency[Actor], team_id: RowId, person_id: RowId, now: NamedDependency[datetime]
) -> Response[Any]:
    await remove_member_absence(actor, team_id, person_id, now)
    return flash(redirect_after_post(f"/equipes/{team_id}/membres"), "absence-supprimee")
