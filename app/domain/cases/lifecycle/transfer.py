"""« Transférer »: the competent team joins with a letter, the first steps out, the thread says so.

Source: fiche-referent.md; features.md S4.
"""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.cases import notifications
from app.domain.cases.access import case_for
from app.domain.cases.events import EventKind, did_last, record
from app.domain.cases.lifecycle.joining import chosen_team, join
from app.domain.cases.lifecycle.lateness import wait_for_newcomer
from app.domain.cases.permissions import Action
from app.domain.cases.thread.posting import speaking_team
from app.domain.email.queue_email import LetterKind
from app.domain.errors import Invalid
from db.engine import transaction
from db.tables import Recipient


async def transfer(actor: Actor, case_id: UUID, team_id: int | None, reason: str, now: datetime) -> None:
    """What was said between referents is the new team's to read too. The same post again changes nothing.

    Raises Invalid without a team or a reason, NotFound, Refused, Conflict (closed).
    """
    async with transaction():
        if await did_last(actor, case_id, EventKind.TRANSFERRED, about=reason, other_team=team_id):
            return
        case = await case_for(actor, case_id, Action.ANSWER)
        team = await chosen_team(case, team_id)
        if not reason:
            raise Invalid(motif="Dites en quelques mots pourquoi cette équipe est compétente.")
        leaving = speaking_team(actor, case)
        await join(case, team.id, now)
        await Recipient.delete().where(Recipient.case == case_id, Recipient.team == leaving)
        await notifications.tell_joining(actor, case, frozenset({team.id}), LetterKind.TRANSFERRED, now)
        await record(
            replace(case, recipient_teams=case.recipient_teams | {team.id}),
            EventKind.TRANSFERRED,
            actor=actor,
            team_id=leaving,
            now=now,
            about=reason,
            other_team=team.id,
            change=wait_for_newcomer(case, now),
        )
