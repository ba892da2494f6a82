"""Internal notes: messages between referents, absent from every list, count, email, search and stream of agents.

A note of one team is as absent for the referents of other teams (team_notes.py). Both change no status, no date and no
turn: the other pages stay the same. Source: fiche-referent.md; features.md S5, W7.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.audience import TO_REFERENTS, Audience, Readership
from app.domain.cases.access import check_allowed, is_message_posted, load_visible_case
from app.domain.cases.events import EventKind, record_event
from app.domain.cases.note_emails import notify_note
from app.domain.cases.permissions import Action, CaseFacts, may_read
from app.domain.cases.thread.mentions import find_mentions
from app.domain.cases.thread.posting import check_content, find_actor_team, insert_message
from app.domain.cases.thread.team_notes import record_note_event
from app.domain.errors import Forbidden
from db.engine import transaction
from db.search import fold_text
from db.tables.cases import Case

_ON_AGENT_SIDE = (
    "Vous suivez cette demande du côté de l’agent : vous n’y lisez pas ce que les référents s’écrivent. "
    "Rien n’est parti."
)
_OF_ANOTHER_TEAM = (
    "Cette équipe n’est pas la vôtre, ou ne suit plus la demande : vous n’y liriez pas ce message. Rien n’est parti."
)


async def post_internal_note(
    actor: Actor,
    case_id: UUID,
    body: str,
    *,
    key: str,
    now: datetime,
    attachments: Sequence[UUID] = (),
    readership: Readership = TO_REFERENTS,
) -> None:
    """Posts for the referents of the teams that have, or will receive, the case, or for those of one team.

    The same key again changes nothing. The note is not marked as read by its author, as agents see read receipts.
    Raises Invalid, NotFound, Conflict (closed), Forbidden if the actor could not read the note.
    """
    check_content(body, attachments)
    async with transaction():
        case = await load_visible_case(actor, case_id, locked=True)
        if await is_message_posted(actor, case_id, key):
            return
        check_allowed(actor, case, Action.ANSWER)
        check_note_access(actor, case, readership)
        team_id = readership.team or find_actor_team(actor, case)
        mentions = await find_mentions(actor, case, readership, body)
        message_id = await insert_message(actor, case, team_id, body, key, readership, now, attachments, mentions)
        await notify_note(actor, case, message_id, readership, now, mentions.people)
        if readership.team:
            await record_note_event(case, EventKind.MESSAGE, actor, team_id, readership, message_id, now)
            return
        await record_event(
            case,
            EventKind.MESSAGE,
            actor=actor,
            team_id=team_id,
            now=now,
            message_id=message_id,
            readership=readership,
            change={Case.search_internal: Case.search_internal + f" {fold_text(body)}"},
        )


def check_note_access(actor: Actor, case: CaseFacts, readership: Readership) -> None:
    """Raises Forbidden for a person who could not read the note: of the agents' side, of both, of another team."""
    if not may_read(actor, case, *readership):
        between_referents = may_read(actor, case, Audience.INTERNAL)
        raise Forbidden(_OF_ANOTHER_TEAM if between_referents else _ON_AGENT_SIDE, denied_case=case.id)
