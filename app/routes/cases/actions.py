"""Actions on a case other than writing. Each opens a panel of the case page, or the page with that panel."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from litestar import Request, Response

from app.domain.accounts.actor import Actor
from app.routes.cases.show import build_fragment_or_page
from app.routes.forms import Form
from app.routes.redisplay import Refusal

Req = Request[Any, Any, Any]
FRAGMENT = "cases/_gesture.html"
ShowAgain = Callable[[Refusal, Req, Actor, UUID, Form], Awaitable[Response[Any]]]
LoadChoices = Callable[[Actor, UUID, Form], Awaitable[dict[str, Any]]]
"""Loads the choices of a panel, by the names that its template reads."""


async def build_action_panel(request: Req, actor: Actor, case_id: UUID, gesture: str, **context: Any) -> Response[Any]:
    """gesture is the last part of the address, and the panel's template in components/cases/gestures/."""
    return await build_fragment_or_page(actor, case_id, request, FRAGMENT, gesture=gesture, **context)


async def load_nothing(actor: Actor, case_id: UUID, form: Form) -> dict[str, Any]:
    return {}


def show_panel(gesture: str, load_choices: LoadChoices = load_nothing) -> ShowAgain:
    """The panel stays open, with what was typed, after 422 or 429. It closes after 403 or 409: nothing can be done."""

    async def show_again(refusal: Refusal, request: Req, actor: Actor, case_id: UUID, form: Form) -> Response[Any]:
        context: dict[str, Any] = {"errors": refusal.fields, "blocked": refusal.message, "form": form}
        if refusal.status not in (422, 429):
            return await build_action_panel(request, actor, case_id, "", **context)
        return await build_action_panel(
            request, actor, case_id, gesture, **context, **await load_choices(actor, case_id, form)
        )

    return show_again
