"""Opens a case, and records that a person is shown its content: on the case and in the audit log.

Functions that return content (the case page, a live update, a file, a message) take an OpenedCase, which only this
module makes: a route that forgets to open the case does not type-check. Source: fiche-agent.txt, « Consultée : au moins
un Référent a ouvert ma demande »; features.md G5.
"""

from dataclasses import replace
from datetime import datetime
from typing import NewType
from uuid import UUID

from app.domain.accounts.actor import Actor, Side
from app.domain.audit.log import write_audit_daily
from app.domain.case_status import Status
from app.domain.cases.access import load_visible_case
from app.domain.cases.events import EventKind, record_event
from app.domain.cases.permissions import CaseFacts, find_side
from app.domain.cases.progress import steps
from app.domain.cases.progress.rows import build_progress, write_progress
from db.engine import transaction
from db.read_only import is_read_only

OpenedCase = NewType("OpenedCase", CaseFacts)


async def open_case(actor: Actor, case: CaseFacts, now: datetime) -> OpenedCase:
    """The case becomes Consultée if the actor opens it as a referent. The audit log has one reading a day.

    During maintenance nothing is written to the database: only the process's log has the reading. Raises NotFound if
    the case is withdrawn, or leaves the actor's team, meanwhile.
    """
    if not _is_first_opening(actor, case):
        await _audit_reading(actor, case.id, now)
        return OpenedCase(case)
    async with transaction():
        seen = await _mark_seen(actor, case.id, now)
        await _audit_reading(actor, case.id, now)
        return OpenedCase(seen)


def _is_first_opening(actor: Actor, case: CaseFacts) -> bool:
    """By a team of the actor. A person who is also in the author's team opens the case as an agent."""
    return bool(_list_unopened_teams(actor, case)) and find_side(actor, case) == Side.REFERENT and not is_read_only()


def _list_unopened_teams(actor: Actor, case: CaseFacts) -> list[int]:
    """The actor's teams of which no member has opened the case."""
    return [
        team
        for team in actor.list_teams(Side.REFERENT)
        if team in case.recipient_teams and not case.teams[team].seen_at
    ]


async def _mark_seen(actor: Actor, case_id: UUID, now: datetime) -> CaseFacts:
    """Returns the new facts. Of simultaneous openings, only the first finds a team to mark."""
    case = await load_visible_case(actor, case_id, locked=True)
    teams = _list_unopened_teams(actor, case)
    after = steps.open_by(build_progress(case), teams, now)
    change = await write_progress(case, after)
    seen = replace(case, teams=after.teams, status=after.status)
    if case.status == Status.CLOSED or not teams:
        return seen
    opened = await record_event(case, EventKind.OPENED, actor=actor, team_id=teams[0], now=now, change=change)
    return replace(seen, last_event=opened)


async def _audit_reading(actor: Actor, case_id: UUID, now: datetime) -> None:
    await write_audit_daily("case.read", now=now, person_id=actor.id, case_id=case_id)
