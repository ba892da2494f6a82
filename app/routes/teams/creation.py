"""/equipes/nouvelle: a team is created."""

from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from app.domain.accounts.actor import Actor
from app.domain.teams.creation import open_team, organisations_to_choose, require_opener
from app.domain.teams.form import TeamCard
from app.domain.teams.refusals import helper_kinds
from app.domain.teams.territories import areas_to_give
from app.routes.forms import Form
from app.routes.redisplay import Refusal, redisplay
from app.routes.respond import page, see, tell
from app.routes.teams.card import Typed, area_items, kind_items, shown, typed_in, wish_of

PATH = "/equipes/nouvelle"


async def _show(actor: Actor, typed: Typed, **context: Any) -> Response[Any]:
    return page(
        "teams/creation.html",
        typed=typed,
        organisations=await organisations_to_choose(),
        areas=area_items(await areas_to_give(actor)),
        kinds=kind_items(await helper_kinds()),
        others=[],
        **context,
    )


@get(PATH)
async def show_new_team(actor: NamedDependency[Actor]) -> Response[Any]:
    require_opener(actor)
    everyone = frozenset(kind.id for kind in await helper_kinds())
    return await _show(actor, shown(TeamCard(""), frozenset(), everyone))


async def _show_again(refusal: Refusal, actor: Actor, form: Form) -> Response[Any]:
    return await _show(actor, typed_in(form), errors=refusal.fields)


@post(PATH)
@redisplay(_show_again)
async def create(
    request: Request[Any, Any, Any],
    actor: NamedDependency[Actor],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    require_opener(actor)
    team_id = await open_team(actor, form.number("organisme"), wish_of(form), now)
    return tell(see(f"/equipes/{team_id}"), "equipe-creee")
