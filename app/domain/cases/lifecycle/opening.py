"""Opening a case: the one place that notes that its content is shown, on the case and in the trail.

What returns content (the sheet, what is new, a file, a message) takes an OpenedCase, which only this module makes: a
route that forgets to open the case does not type-check. Source: the sheet, « Consultée : au moins un Référent a ouvert
ma demande »; features.md G5.
"""

from dataclasses import replace
from datetime import datetime
from typing import NewType
from uuid import UUID

from app.domain.accounts.actor import Actor, Side
from app.domain.audit.log import write_audit_daily
from app.domain.case_status import Status, Step, compute_next_status
from app.domain.cases.access import load_visible_case
from app.domain.cases.events import EventKind, record_event
from app.domain.cases.permissions import CaseFacts, find_side
from db.engine import transaction
from db.read_only import is_read_only
from db.tables import Case, Recipient

OpenedCase = NewType("OpenedCase", CaseFacts)


async def open_case(actor: Actor, case: CaseFacts, now: datetime) -> OpenedCase:
    """The case, Consultée from now on if the actor opens it as a referent; the trail has the reading once a day.

    In maintenance nothing is written: the journal alone has the reading. Raises NotFound if the case is withdrawn or
    leaves the actor's team in the meantime.
    """
    if not _is_first_opening(actor, case):
        await _audit_reading(actor, case.id, now)
        return OpenedCase(case)
    async with transaction():
        seen = await _mark_seen(actor, case.id, now)
        await _audit_reading(actor, case.id, now)
        return OpenedCase(seen)


def _is_first_opening(actor: Actor, case: CaseFacts) -> bool:
    """For a team of the actor's. Those who also sit in the author's team open it as agents."""
    unopened = case.unopened_by.intersection(actor.list_teams(Side.REFERENT))
    return bool(unopened) and find_side(actor, case) == Side.REFERENT and not is_read_only()


async def _mark_seen(actor: Actor, case_id: UUID, now: datetime) -> CaseFacts:
    """The facts from then on. Once, however many open it at the same moment: the second finds no team left to mark."""
    case = await load_visible_case(actor, case_id, locked=True)
    teams = await (
        Recipient.update({Recipient.seen_at: now})
        .where(
            Recipient.case == case_id,
            Recipient.team.is_in(actor.list_teams(Side.REFERENT)),
            Recipient.seen_at.is_null(),
        )
        .returning(Recipient.team)
    )
    seen = replace(case, unopened_by=case.unopened_by - {row["team"] for row in teams})
    if case.status == Status.CLOSED or not teams:
        return seen
    status, team = compute_next_status(case.status, Step.OPENED), teams[0]["team"]
    opened = await record_event(
        case, EventKind.OPENED, actor=actor, team_id=team, now=now, change={Case.status: status}
    )
    return replace(seen, status=status, last_event=opened)


async def _audit_reading(actor: Actor, case_id: UUID, now: datetime) -> None:
    await write_audit_daily("case.read", now=now, person_id=actor.id, case_id=case_id)
