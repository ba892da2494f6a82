"""Records what happens to a case, in the order of commits, and announces it after the commit.

A stream that resumes after event 41 misses nothing: ids are given under one lock that is held until the commit, so that
no smaller id becomes visible later. PostgreSQL's sequences alone do not ensure it.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from piccolo.columns.combination import Where

from app.domain.accounts.actor import Actor
from app.domain.audience import TO_ALL, Audience, Readership
from app.domain.audit.log import write_audit
from app.domain.cases.change import CaseChange, write_case_change
from app.domain.cases.live_update import build_live_update, event_recorded
from app.domain.cases.permissions import CaseFacts
from app.domain.rate_limit import LimitedAction, consume_rate_limit
from db.encryption import decrypt, encrypt
from db.engine import is_postgres, on_commit
from db.tables.cases import Case
from db.tables.participants import SetAside
from db.tables.thread import Event

_ORDER_LOCK = 2610


class EventKind(StrEnum):
    SENT = "sent"
    OPENED = "opened"
    MESSAGE = "message"
    TAKEN = "taken"
    GIVEN_BACK = "given_back"
    ASSIGNED = "assigned"
    HANDLED = "handled"
    IRRELEVANT = "irrelevant"
    TRANSFERRED = "transferred"
    STEPPED_OUT = "stepped_out"
    TEAM_INVITED = "team_invited"
    OPINION = "opinion"
    COLLEAGUE = "colleague"
    EXPERT = "expert"
    COMPLETED = "completed"
    IDENTITY = "identity"
    CORRECTED = "corrected"
    RETRACTED = "retracted"
    REMOVAL_ASKED = "removal_ask"
    REMOVAL_REFUSED = "removal_no"
    TAKEN_AWAY = "taken_away"
    FILE_REMOVED = "file_removed"
    CLOSED = "closed"
    REOPEN_ASKED = "reopen_asked"
    CONTINUED = "continued"
    CONTINUES = "continues"
    REOPENED = "reopened"
    RECALLED = "recalled"
    SEPARATED = "separated"
    WITHDRAWN = "withdrawn"
    HANDED_OVER = "handed_over"
    RELEASED = "released"
    TEAM_MERGED = "team_merged"
    TEAM_CLOSED = "team_closed"
    SUSPENDED = "suspended"
    RESUMED = "resumed"


ADMINISTRATIVE = (
    EventKind.OPENED,
    EventKind.RETRACTED,
    *(EventKind.REMOVAL_ASKED, EventKind.REMOVAL_REFUSED, EventKind.TAKEN_AWAY, EventKind.FILE_REMOVED),
    EventKind.HANDED_OVER,
    EventKind.RELEASED,
    EventKind.TEAM_MERGED,
    EventKind.TEAM_CLOSED,
)
"""No person of the case acts or writes: the case stays inactive."""


_NOT_BRINGING_BACK = frozenset(
    {*ADMINISTRATIVE, EventKind.TAKEN, EventKind.GIVEN_BACK, EventKind.ASSIGNED, EventKind.SENT}
)
"""A case that is set aside (lifecycle/set_aside.py) comes back by any other line: a person writes, or changes it."""
_NOT_RATE_LIMITED = frozenset({EventKind.OPENED, EventKind.TEAM_MERGED, EventKind.TEAM_CLOSED})
"""One click writes them on many cases, or reading a case writes them."""
_RATE_LIMITS = {
    EventKind.SENT: LimitedAction.CASE,
    EventKind.MESSAGE: LimitedAction.MESSAGE,
    EventKind.HANDLED: LimitedAction.MESSAGE,
    EventKind.IRRELEVANT: LimitedAction.MESSAGE,
    EventKind.COLLEAGUE: LimitedAction.INVITE,
}
_ENCRYPTED = (EventKind.COMPLETED,)
"""Their text has a number of the citizen."""


async def record_event(
    case: CaseFacts,
    kind: EventKind,
    *,
    actor: Actor | None,
    team_id: int | None,
    now: datetime,
    message_id: int | None = None,
    readership: Readership = TO_ALL,
    about: str = "",
    other_team: int | None = None,
    other_person: int | None = None,
    change: CaseChange | None = None,
    writes_row: bool = True,
    counted: bool = True,
) -> int:
    """Adds a line and writes the case's row: `change`, and the columns that depend on the line. Returns the event's id.

    It is the last write of an action, in its transaction: other writers wait from here on. `case` has the facts from
    before the change. actor is None for what happens without a person. Only the last of several lines sets writes_row;
    the note of one team does not (team_notes.py).

    Each line that a person adds counts for a rate limit, so that no action forgets it. A verb that adds lines to two
    cases counts before them (counted=False): the row of a limit, taken after the lock, could wait for its holder.
    Lines that everyone may read, except ADMINISTRATIVE, end inactivity (expiry.py). Raises TooManyRequests; Conflict if
    the status changed in the meantime.
    """
    if actor and counted and kind not in _NOT_RATE_LIMITED:
        await consume_rate_limit(_RATE_LIMITS.get(kind, LimitedAction.ACTION), actor, now)
    if is_postgres():
        await Event.raw("SELECT pg_advisory_xact_lock({})", _ORDER_LOCK)
    event = Event(
        case=case.id,
        kind=kind,
        actor=actor.id if actor else None,
        team=team_id,
        message=message_id,
        audience=readership.audience,
        happened_at=now,
        about="" if kind in _ENCRYPTED else about,
        other_team=other_team,
        other_person=other_person,
    )
    event_id: int = (await Event.insert(event).returning(Event.id))[0]["id"]
    if kind in _ENCRYPTED:
        await Event.update({Event.about: encrypt(Event.about, event_id, about)}).where(Event.id == event_id)
    await write_audit(
        f"case.{kind}",
        now=now,
        person_id=actor.id if actor else None,
        case_id=case.id,
        team_id=other_team or team_id,
        target_person_id=other_person,
    )
    if case.set_aside and kind not in _NOT_BRINGING_BACK:
        await SetAside.delete().where(*_list_set_aside_conditions(case, readership))
    announcement = build_live_update(case, event_id, readership)
    on_commit(lambda: event_recorded.send(announcement))
    if writes_row:
        await write_case_change(
            case, {**(change or {}), **_build_event_columns(kind, readership.audience, event_id, now)}
        )
    return event_id


def decode_about(row: Mapping[str, Any]) -> str:
    """The text of an event, from event_id, kind and about. Raises UnreadableError."""
    return decrypt(Event.about, row["event_id"], row["about"]) if row["kind"] in _ENCRYPTED else str(row["about"])


async def is_latest_action(
    actor: Actor, case_id: UUID, kind: EventKind, *, about: str = "", other_team: int | None = None
) -> bool:
    """Whether the actor's last action on the case is this one: a form sent again after a lost response."""
    rows = await (
        Event.select(Event.kind, Event.about, Event.other_team)
        .where(Event.case == case_id, Event.actor == actor.id)
        .order_by(Event.id, ascending=False)
        .limit(1)
    )
    return rows == [{"kind": kind, "about": about, "other_team": other_team}]


def _list_set_aside_conditions(case: CaseFacts, readership: Readership) -> list[Where]:
    """A note of one team brings the case back for this team alone."""
    of_case = SetAside.case == case.id
    return [of_case, SetAside.team == readership.team] if readership.team else [of_case]


def _build_event_columns(kind: EventKind, audience: Audience, event_id: int, now: datetime) -> CaseChange:
    if audience == Audience.INTERNAL:
        return {Case.last_internal_event: event_id}
    if kind in ADMINISTRATIVE:
        return {Case.last_event: event_id}
    return {Case.last_event: event_id, Case.active_at: now, Case.reminded_at: None}
