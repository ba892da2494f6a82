"""Autosave of a message that is being typed. The answer shows a text that another page has saved.

A message too long to be sent is saved too, up to MAX_FORM_BYTES.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.domain.accounts.actor import Actor
from app.domain.cases.access import load_readable_case
from app.domain.cases.form_saves import SaveDecision
from app.domain.cases.thread.message_draft import load_other_message_drafts, save_message_draft
from app.domain.errors import Conflict
from app.routes.cases.form_saves import read_base_version, read_save_number
from app.routes.cases.reply_form import read_addressed_teams, read_readership, read_reminder, read_signature
from app.routes.forms import MAX_FORM_BYTES, Form
from app.routes.respond import build_page

ALREADY_SENT = "Ce message est déjà parti : il est dans le fil."


@post("/demandes/{case_id:uuid}/message-en-cours")
async def autosave_message(
    actor: NamedDependency[Actor],
    case_id: FromPath[UUID],
    form: NamedDependency[Form],
    now: NamedDependency[datetime],
) -> Response[Any]:
    """204 when the text is saved; 202 with the other page’s text when both are saved. Raises Conflict once sent."""
    body, key = form.read_text("message", max_length=MAX_FORM_BYTES), str(form.read_uuid("cle"))
    decision = await save_message_draft(
        actor,
        case_id,
        body,
        key=key,
        readership=read_readership(form),
        signature=read_signature(form),
        addressed=read_addressed_teams(form),
        reminder=read_reminder(form),
        now=now,
        number=read_save_number(form),
        base=read_base_version(form),
        by_button=False,
    )
    if decision is None:
        raise Conflict(ALREADY_SENT)
    if decision is not SaveDecision.COPY:
        return Response(None, status_code=204)
    found = await load_other_message_drafts(actor, await load_readable_case(actor, case_id), key)
    return build_page("cases/_kept_elsewhere.html", status=202, kept_elsewhere=found)
