"""« Transférer »: the competent team joins, the referent's leaves. Source: fiche-referent.md; features.md S4."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.cases import notifications
from app.domain.cases.access import load_case_for_action
from app.domain.cases.events import EventKind, is_latest_action, record_event
from app.domain.cases.lifecycle.joining import add_recipient_team, load_chosen_team
from app.domain.cases.lifecycle.lateness import build_transfer_deadline
from app.domain.cases.permissions import Action
from app.domain.cases.thread.posting import find_actor_team
from app.domain.email.queue_email import EmailKind
from app.domain.errors import Invalid
from db.engine import transaction
from db.tables.participants import Recipient


async def transfer(actor: Actor, case_id: UUID, team_id: int | None, reason: str, now: datetime) -> None:
    """The new team reads the internal notes too. The same form again changes nothing.

    Raises Invalid without a team or a reason, NotFound, Forbidden, Conflict (closed).
    """
    async with transaction():
        if await is_latest_action(actor, case_id, EventKind.TRANSFERRED, about=reason, other_team=team_id):
            return
        case = await load_case_for_action(actor, case_id, Action.ANSWER)
        team = await load_chosen_team(case, team_id)
        if not reason:
            raise Invalid(motif="Dites en quelques mots pourquoi cette équipe est compétente.")
        leaving = find_actor_team(actor, case)
        await add_recipient_team(case, team.id, now)
        await Recipient.delete().where(Recipient.case == case_id, Recipient.team == leaving)
        await notifications.notify_joining_teams(actor, case, frozenset({team.id}), EmailKind.TRANSFERRED, now)
        await record_event(
            replace(case, recipient_teams=case.recipient_teams | {team.id}),
            EventKind.TRANSFERRED,
            actor=actor,
            team_id=leaving,
            now=now,
            about=reason,
            other_team=team.id,
            change=build_transfer_deadline(case, now),
        )
