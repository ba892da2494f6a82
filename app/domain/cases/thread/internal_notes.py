"""Between referents: a message that agents never see, in no list, count, letter, search or stream.

It moves no status, no date and no turn: for an agent the case is, byte for byte, what it was.
Source: fiche-referent.md; features.md S5.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.audience import Audience
from app.domain.cases import notifications
from app.domain.cases.access import check_allowed, posted_before, visible_case
from app.domain.cases.events import EventKind, record
from app.domain.cases.permissions import Action, CaseFacts, may_read
from app.domain.cases.thread.posting import insert_message, speaking_team
from app.domain.errors import Invalid, Refused
from db.engine import transaction
from db.search import fold
from db.tables import Case

_SPEAKS_FOR_THE_AGENTS = (
    "Vous suivez cette demande du côté de l’agent : vous n’y lisez pas ce que les référents s’écrivent. "
    "Rien n’est parti."
)


async def post_apart(
    actor: Actor, case_id: UUID, body: str, *, key: str, now: datetime, attachments: Sequence[UUID] = ()
) -> None:
    """For the referents of the teams on the case, present and to come. Not marked as read by its author: a reading
    shows to agents. The same key again changes nothing.

    Raises Invalid, NotFound, Conflict (closed), Refused for a person who could not read it back.
    """
    if not body:
        raise Invalid(message="Écrivez votre message avant de l’envoyer.")
    async with transaction():
        case = await visible_case(actor, case_id, locked=True)
        if await posted_before(actor, case_id, key):
            return
        check_allowed(actor, case, Action.ANSWER)
        check_internal(actor, case)
        message_id = await insert_message(actor, case, body, key, Audience.OPERATORS, now, attachments)
        await notifications.tell_apart(actor, case, now)
        await record(
            case,
            EventKind.MESSAGE,
            actor=actor,
            team_id=speaking_team(actor, case),
            now=now,
            message_id=message_id,
            audience=Audience.OPERATORS,
            change={Case.search_operators: Case.search_operators + f" {fold(body)}"},
        )


def check_internal(actor: Actor, case: CaseFacts) -> None:
    """Raises Refused for a person who could not read an internal note back: one of the agents' side, or of both."""
    if not may_read(actor, case, Audience.OPERATORS):
        raise Refused(_SPEAKS_FOR_THE_AGENTS, refused_case=case.id)
