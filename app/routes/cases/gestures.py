"""What can be done on a case beside writing: each opens a panel on its page, or the page with that panel open."""

from typing import Any
from uuid import UUID

from litestar import Request, Response

from app.domain.accounts.actor import Actor
from app.routes.cases.show import again
from app.routes.forms import Form
from app.routes.respond import redisplay_with

Req = Request[Any, Any, Any]
FRAGMENT = "cases/_gesture.html"


async def panel(request: Req, actor: Actor, case_id: UUID, gesture: str, **context: Any) -> Response[Any]:
    """gesture is the last part of the address, and the name of the panel under components/cases/gestures/."""
    return await again(actor, case_id, request, FRAGMENT, gesture=gesture, **context)


def redisplay(request: Req, actor: Actor, case_id: UUID, gesture: str, form: Form, **context: Any) -> None:
    """The same panel with what was typed, when the rules refuse or it is too soon; alone when the case has moved on."""

    async def show(errors: dict[str, str], message: str) -> Response[Any]:
        shown = gesture if errors or request.state.get("too_soon") else ""
        return await panel(request, actor, case_id, shown, errors=errors, blocked=message, form=form, **context)

    redisplay_with(request, show)
