"""« Administration »: what waits for the actor, and links to their pages. Who reads no case arrives here."""

from datetime import datetime
from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency

from app.domain.accounts.actor import Actor
from app.domain.accounts.duties import Duty, list_duties
from app.domain.errors import AccessDenied
from app.domain.operations.after_restore import load_held_emails
from app.routes.administration.waiting import find_last_backup, list_waiting
from app.routes.respond import build_page
from app.text.labels.administration import ADMINISTRATION_PAGES, format_waiting


@get("/administration")
async def show_administration(actor: NamedDependency[Actor], now: NamedDependency[datetime]) -> Response[Any]:
    """Pages are in the order of ADMINISTRATION_PAGES. Raises AccessDenied for an actor without duties."""
    duties = list_duties(actor)
    if not duties:
        raise AccessDenied("Cette page n’existe pas, ou ne vous est pas ouverte.")
    return build_page(
        "administration/index.html",
        pages=[shown for duty, shown in ADMINISTRATION_PAGES.items() if duty in duties],
        held=(await load_held_emails()).count if Duty.RUN_PLATFORM in duties else 0,
        waiting=[format_waiting(waiting, count) for waiting, count in await list_waiting(actor)],
        backup=await find_last_backup(actor, now),
    )
