"""« À rouvrir ? »: a referent's word on a closed case, to the person who closed it. Source: issue 16, 2."""

from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.cases import notifications
from app.domain.cases.access import load_case_for_action
from app.domain.cases.events import EventKind, record_event
from app.domain.cases.permissions import Action
from app.domain.cases.thread.posting import find_actor_team
from app.domain.cases.thread.read_receipts import mark_read
from app.domain.errors import Conflict, Invalid
from db.engine import transaction
from db.tables.thread import Event

_ALREADY_ASKED = "Votre équipe l’a déjà demandé. La personne qui a clos la demande en est prévenue par mail."

_CLOSINGS = [EventKind.CLOSED, EventKind.CONTINUED]


async def ask_reopening(actor: Actor, case_id: UUID, words: str, now: datetime) -> None:
    """Once a team and closing. The thread has the words, and the person who closed the case gets an email.

    The same form again changes nothing. Raises Invalid without words, NotFound, Forbidden, Conflict (open, asked
    already).
    """
    async with transaction():
        case = await load_case_for_action(actor, case_id, Action.ASK_REOPENING)
        team_id = find_actor_team(actor, case)
        if not words:
            raise Invalid(mot="Dites en quelques mots pourquoi il faudrait la rouvrir.")
        if asked := await _find_request(case_id, team_id):
            if (asked["actor"], asked["about"]) == (actor.id, words):
                return
            raise Conflict(_ALREADY_ASKED)
        await notifications.notify_reopening_asked(actor, case, now)
        event_id = await record_event(case, EventKind.REOPEN_ASKED, actor=actor, team_id=team_id, now=now, about=words)
        await mark_read(actor, case_id, event_id, now)


async def _find_request(case_id: UUID, team_id: int | None) -> dict[str, Any] | None:
    """actor and about of the team's request since the case was last closed."""
    row = await (
        Event.select(Event.kind, Event.actor, Event.about)
        .where(
            Event.case == case_id,
            Event.kind.is_in(_CLOSINGS) | ((Event.kind == EventKind.REOPEN_ASKED) & (Event.team == team_id)),
        )
        .order_by(Event.id, ascending=False)
        .first()
    )
    return row if row is not None and row["kind"] == EventKind.REOPEN_ASKED else None
