"""The page of a team: its description, its contact details, and the actions of the viewer."""

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency

from app.domain.accounts.actor import Actor
from app.domain.teams.detail import load_team
from app.domain.teams.permissions import load_visible_team
from app.routes.deps import RowId
from app.routes.respond import build_page


@get("/equipes/{team_id:int}")
async def show_team(team_id: RowId, actor: NamedDependency[Actor]) -> Response[Any]:
    team, allowed = await load_visible_team(actor, team_id)
    return build_page("teams/show.html", team=await load_team(team), allowed=allowed)
