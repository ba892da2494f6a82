"""Posting a message: the fresh form and the new lines for htmx, the page otherwise."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.domain.accounts.actor import Actor
from app.domain.cases.facts import visible_case
from app.domain.cases.thread import MESSAGE_LENGTH, read_thread
from app.domain.cases.thread import post as post_message
from app.routes import access
from app.routes.cases.show import again, changed
from app.routes.forms import Form
from app.routes.respond import redisplay_with, see, tell, wants_fragment


@post("/demandes/{case_id:uuid}/messages", guards=[access.signed_in])
async def send_message(
    request: Request[Any, Any, Any],
    actor: NamedDependency[Actor],
    case_id: FromPath[UUID],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    key = form.uuid("cle")

    async def show(errors: dict[str, str], message: str) -> Response[Any]:
        kept = {"typed": form.typed("message"), "conflict": message, "key": key}
        return await again(actor, case_id, request, "cases/_reply.html", errors=errors, **kept)

    redisplay_with(request, show)
    body = form.text("message", most=MESSAGE_LENGTH)
    await post_message(actor, case_id, body, key=str(key), now=now)
    if not wants_fragment(request):
        return tell(see(f"/demandes/{case_id}"), "message")
    seen = (form.numbers("vu") or [0])[0]
    new = await read_thread(actor, await visible_case(actor, case_id), after=seen)
    return await changed(actor, case_id, "cases/posted.html", new=new)
