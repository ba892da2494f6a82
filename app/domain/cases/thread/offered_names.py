"""The names that the form of a message proposes after « @ ». Source: features.md W7."""

from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.audience import Readership
from app.domain.cases.access import check_allowed, load_readable_case
from app.domain.cases.permissions import Action
from app.domain.cases.thread.internal_notes import check_note_access
from app.domain.cases.thread.mentions import list_callable_names, list_colleagues
from app.domain.cases.thread.message_fields import choose_one_team


async def list_offered_names(actor: Actor, case_id: UUID, readership: Readership) -> list[str]:
    """Of the colleagues of one's side who may read such a line, as mentions.py understands them.

    Raises NotFound, Forbidden (who may not write or read it), Conflict (closed).
    """
    case = await load_readable_case(actor, case_id)
    check_allowed(actor, case, Action.WRITE)
    readership = choose_one_team(actor, case, readership)
    if readership.is_apart:
        check_note_access(actor, case, readership)
    return list_callable_names(await list_colleagues(actor, case, readership))
