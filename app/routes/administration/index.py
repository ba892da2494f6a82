"""« Administration »: the pages of what the actor may do beside cases."""

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency

from app.domain.accounts.actor import Actor
from app.domain.accounts.duties import Duty, duties_of
from app.domain.errors import NotYours
from app.domain.operations.after_restore import held_letters
from app.domain.teams.listing import count_unreachable
from app.routes.respond import page
from app.text.labels.administration import PAGES


@get("/administration")
async def show_administration(actor: NamedDependency[Actor]) -> Response[Any]:
    """In the order of app/text/labels/administration.py. Nothing to do there: the page does not exist."""
    duties = duties_of(actor)
    if not duties:
        raise NotYours("Cette page n’existe pas, ou ne vous est pas ouverte.")
    return page(
        "administration/index.html",
        pages=[shown for duty, shown in PAGES.items() if duty in duties],
        held=(await held_letters()).number if Duty.RUN_PLATFORM in duties else 0,
        unreachable=await count_unreachable(actor) if Duty.KEEP_TEAMS in duties else 0,
    )
