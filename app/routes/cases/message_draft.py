"""The page's own autosave of a message that is being typed: it keeps, shows nothing and asks for nothing.

A message too long to be sent is kept too: PLAIN is what any form may weigh.
"""

from datetime import datetime
from uuid import UUID

from litestar import post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.domain.accounts.actor import Actor
from app.domain.cases.message_draft import keep
from app.domain.errors import Conflict
from app.routes import access
from app.routes.cases.reply_form import is_internal
from app.routes.forms import PLAIN, Form

LEFT = "Ce message est déjà parti : il est dans le fil."


@post("/demandes/{case_id:uuid}/message-en-cours", guards=[access.signed_in], status_code=204)
async def keep_message(
    actor: NamedDependency[Actor],
    case_id: FromPath[UUID],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> None:
    body = form.text("message", most=PLAIN)
    if not await keep(actor, case_id, body, key=str(form.uuid("cle")), apart=is_internal(form), now=now):
        raise Conflict(LEFT)
