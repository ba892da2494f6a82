"""Takes back « Continuer dans 4827-1930 » within a day: both cases go on apart again. Source: features.md W10.

The case is open with the turns and clocks that it had. The teams and the people who came to the other case by it, and
have done nothing there since, step out of it.
"""

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.cases import notifications
from app.domain.cases.access import check_allowed, load_locked_case, load_visible_case
from app.domain.cases.events import EventKind, is_latest_action, record_event
from app.domain.cases.lifecycle.closure import NOT_CLOSED
from app.domain.cases.lifecycle.continuation import load_numbers, record_both
from app.domain.cases.lifecycle.continued_guests import remove_idle_guests
from app.domain.cases.lookalikes.links import delete_link, order_pair
from app.domain.cases.permissions import Action, CaseFacts
from app.domain.cases.progress import steps
from app.domain.cases.progress.kept_turns import decode_turns, restore_turns
from app.domain.cases.progress.rows import build_progress, write_progress
from app.domain.email.merging import merge_emails
from app.domain.email.queue_email import EmailKind
from app.domain.errors import Conflict, Invalid
from db.engine import transaction
from db.tables.case_links import CaseContinuation
from db.tables.thread import Event

UNDO_PERIOD = timedelta(days=1)
_TOO_LATE = "Plus d’un jour a passé : cela ne s’annule plus d’un geste. Vous pouvez rouvrir la demande."
_NOT_CONTINUED = "La demande ne continue pas dans une autre. Rien n’a changé ; voici où elle en est."


@dataclass(frozen=True)
class Continuation:
    other_id: UUID
    continued_at: datetime
    undo: dict[str, Any]


async def separate(actor: Actor, case_id: UUID, now: datetime) -> None:
    """For who may reopen the case: the person who continued it elsewhere, and the office. Again, it changes nothing.

    Raises NotFound, Forbidden, Conflict (open, a day has passed), Invalid (closed otherwise).
    """
    async with transaction():
        found = await load_continuation(case_id)
        pair = order_pair(case_id, found.other_id) if found else (case_id,)
        facts = {one: await _load_locked(actor, one, own=one == case_id) for one in pair}
        case = facts[case_id]
        assert case is not None
        if found is None and await is_latest_action(actor, case_id, EventKind.RECALLED):
            return
        check_allowed(actor, case, Action.REOPEN)
        if found is None or not case.duplicate:
            raise Invalid(suite=_NOT_CONTINUED)
        if now > found.continued_at + UNDO_PERIOD:
            raise Conflict(_TOO_LATE)
        with merge_emails(now):
            await _separate(actor, case, facts[found.other_id], found, now)


async def _load_locked(actor: Actor, case_id: UUID, *, own: bool) -> CaseFacts | None:
    """The other case is None once it is erased. Its reader has no part in taking the continuation back."""
    return await load_visible_case(actor, case_id, locked=True) if own else await load_locked_case(case_id)


async def _separate(actor: Actor, case: CaseFacts, other: CaseFacts | None, found: Continuation, now: datetime) -> None:
    opened = await write_progress(case, restore_turns(build_progress(case), decode_turns(found.undo["turns"])))
    await notifications.notify_reopened(actor, case, now)
    if found.undo["linked"]:
        await delete_link(case.id, found.other_id)
    await CaseContinuation.delete().where(CaseContinuation.case == case.id)
    if other is not None:
        await _step_out_of(actor, case, other, found, now)
    await record_both(actor, case, EventKind.RECALLED, {**opened, **NOT_CLOSED}, now, about="")


async def _step_out_of(actor: Actor, case: CaseFacts, other: CaseFacts, found: Continuation, now: datetime) -> None:
    numbers = await load_numbers(case.id)
    leaving = await _list_idle_teams(other, found)
    after = build_progress(other)
    for team in leaving:
        after = steps.leave(after, team, now)
    await notifications.notify_everyone(EmailKind.SEPARATED, replace(other, teams=after.teams), actor, now)
    change = await write_progress(other, after)
    await remove_idle_guests(other.id, found.undo["guests"], found.undo["since"])
    for team in leaving:
        about = f"{numbers[case.id]} ne continue plus ici."
        await record_event(
            other, EventKind.STEPPED_OUT, actor=None, team_id=team, now=now, about=about, writes_row=False
        )
    await record_both(actor, other, EventKind.SEPARATED, change, now, about=numbers[case.id])


async def _list_idle_teams(other: CaseFacts, found: Continuation) -> list[int]:
    """Opening the case is nothing done."""
    joined = [team for team in found.undo["teams"] if team in other.recipient_teams]
    if not joined:
        return []
    rows = await Event.select(Event.team).where(
        Event.case == other.id,
        Event.id > found.undo["since"],
        Event.team.is_in(joined),
        Event.kind != EventKind.OPENED,
    )
    return sorted(set(joined) - {row["team"] for row in rows})


async def load_continuation(case_id: UUID) -> Continuation | None:
    row = await (
        CaseContinuation.select(CaseContinuation.other_case, CaseContinuation.continued_at, CaseContinuation.undo)
        .where(CaseContinuation.case == case_id)
        .first()
    )
    return Continuation(row["other_case"], row["continued_at"], json.loads(row["undo"])) if row else None
