"""« Mise de côté jusqu’au … », on the open page of a case: it comes and goes without a line in the thread.

A day that ends, a colleague who sets the case aside for the team, a message that brings it back. A page without a
stream shows it at its next load, and so does one that was drawn without it, whose case came back during a cut: a
stream that comes back without news says nothing.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.accounts.actor import Actor, Side
from app.domain.cases.access import load_readable_case
from app.domain.cases.lifecycle.set_aside import find_set_aside
from app.domain.cases.permissions import CaseFacts
from app.routes.cases.show import build_actor_context
from app.routes.deps import provide_now
from app.routes.live.updates import LoadUpdates, Req, render_template

_UNKNOWN = object()


def follow_set_aside(request: Req, case_id: UUID, news: LoadUpdates) -> LoadUpdates:
    """`news`, followed by what a referent's page says of it once that has changed."""
    shown = _UNKNOWN if "aside" in request.query_params else None

    async def with_set_aside(actor: Actor, last: str) -> tuple[str, str]:
        nonlocal shown
        html, last = await news(actor, last)
        if actor.list_teams(Side.REFERENT):
            now, case = await provide_now(request.app.state), await load_readable_case(actor, case_id)
            aside = await find_set_aside(actor, case, now)
            if aside != shown:
                context = _build_context(actor, case, now)
                html += render_template(request, "cases/_taking.html", {**context, "aside": aside, "oob": True})
                shown = aside
        return html, last

    return with_set_aside


def _build_context(actor: Actor, case: CaseFacts, now: datetime) -> dict[str, Any]:
    mine = any(team.taken_by == actor.id for team in case.teams.values())
    return {**build_actor_context(actor, case, now), "case": case, "mine": mine}
