"""« Mes invitations »: a person who has an account accepts while logged in. Source: issue 14, point 19."""

from datetime import datetime
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency

from app.domain.accounts.actor import Actor
from app.domain.signup.own_invitations import join_team, list_own_invitations
from app.routes.deps import RowId
from app.routes.respond import build_page, flash, redirect_after_post

PATH = "/profil/invitations"


@get(PATH)
async def show_invitations(actor: NamedDependency[Actor], now: NamedDependency[datetime]) -> Response[Any]:
    return build_page("profile/invitations.html", invitations=await list_own_invitations(actor, now), actor=actor)


@post(PATH + "/{invitation_id:int}")
async def accept_own_invitation(
    actor: NamedDependency[Actor],
    invitation_id: RowId,
    now: NamedDependency[datetime],
) -> Response[Any]:
    await join_team(actor, invitation_id, now)
    return flash(redirect_after_post(PATH), "equipe-rejointe")
