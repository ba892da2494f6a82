"""« Administration »: links to the pages of the actor's duties."""

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency

from app.domain.accounts.actor import Actor
from app.domain.accounts.duties import Duty, list_duties
from app.domain.errors import AccessDenied
from app.domain.operations.after_restore import load_held_emails
from app.domain.people.listing import count_unreachable_people
from app.domain.teams.listing import count_unreachable
from app.routes.respond import build_page
from app.text.labels.administration import ADMINISTRATION_PAGES


@get("/administration")
async def show_administration(actor: NamedDependency[Actor]) -> Response[Any]:
    """Pages are in the order of ADMINISTRATION_PAGES. Raises AccessDenied for an actor without duties."""
    duties = list_duties(actor)
    if not duties:
        raise AccessDenied("Cette page n’existe pas, ou ne vous est pas ouverte.")
    return build_page(
        "administration/index.html",
        pages=[shown for duty, shown in ADMINISTRATION_PAGES.items() if duty in duties],
        held=(await load_held_emails()).count if Duty.RUN_PLATFORM in duties else 0,
        unreachable=await count_unreachable(actor) if Duty.MANAGE_TEAMS in duties else 0,
        unreachable_people=await count_unreachable_people(actor) if Duty.MANAGE_MEMBERS in duties else 0,
    )
