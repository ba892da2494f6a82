"""The page's own autosave of a message that is being typed: it keeps, and shows what another page has kept.

A message too long to be sent is kept too: PLAIN is what any form may weigh.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.domain.accounts.actor import Actor
from app.domain.cases.access import readable_case
from app.domain.cases.form_saves import Decision
from app.domain.cases.thread.message_draft import keep, read_others
from app.domain.errors import Conflict
from app.routes.cases.reply_form import is_internal, signature_of
from app.routes.cases.saves import base_of, number_of
from app.routes.forms import PLAIN, Form
from app.routes.respond import page

LEFT = "Ce message est déjà parti : il est dans le fil."


@post("/demandes/{case_id:uuid}/message-en-cours")
async def keep_message(
    actor: NamedDependency[Actor],
    case_id: FromPath[UUID],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    """Nothing (204) when it is kept; with 202, what another page has kept, when both are."""
    body, key = form.text("message", most=PLAIN), str(form.uuid("cle"))
    decision = await keep(
        actor,
        case_id,
        body,
        key=key,
        apart=is_internal(form),
        signature=signature_of(form),
        now=now,
        number=number_of(form),
        base=base_of(form),
        pressed=False,
    )
    if decision is None:
        raise Conflict(LEFT)
    if decision is not Decision.BESIDE:
        return Response(None, status_code=204)
    found = await read_others(actor, await readable_case(actor, case_id), key)
    return page("cases/_kept_elsewhere.html", status=202, kept_elsewhere=found)
