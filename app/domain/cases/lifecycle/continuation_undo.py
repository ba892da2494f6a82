"""Takes back « Continuer dans 4827-1930 » within a day: both cases go on apart again. Source: features.md W10.

The case is open with the turns and clocks that it had. The teams and the people who came to the other case by it step
out of it, unless they have done something there, were asked something, or have another case that continues there.
"""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.cases import notifications
from app.domain.cases.access import check_allowed, load_locked_case, load_visible_case
from app.domain.cases.events import EventKind, is_latest_action, record_event
from app.domain.cases.lifecycle.closure import NOT_CLOSED
from app.domain.cases.lifecycle.continuation import load_numbers, record_both
from app.domain.cases.lifecycle.continuation_row import (
    Continuation,
    delete_continuation,
    load_continuation,
)
from app.domain.cases.lifecycle.continued_guests import remove_idle_guests
from app.domain.cases.lifecycle.idle_teams import list_idle_teams, load_held, load_since
from app.domain.cases.lifecycle.merged_teams import load_merged_teams
from app.domain.cases.lookalikes.links import delete_link, order_pair
from app.domain.cases.permissions import Action, CaseFacts
from app.domain.cases.progress.bringing import take_away
from app.domain.cases.progress.kept_turns import restore_turns
from app.domain.cases.progress.rows import build_progress, write_progress
from app.domain.email.merging import merge_emails
from app.domain.email.queue_email import EmailKind
from app.domain.errors import Conflict, Invalid
from app.domain.rate_limit import LimitedAction, consume_rate_limit
from db.engine import transaction

_TOO_LATE = "Plus d’un jour a passé : cela ne s’annule plus d’un geste. Vous pouvez rouvrir la demande."
_NOT_CONTINUED = "La demande ne continue pas dans une autre. Rien n’a changé ; voici où elle en est."
_CHAINED = "L’autre demande continue elle-même dans une autre : c’est elle qu’il faut d’abord rouvrir. Rien n’a changé."


async def separate(actor: Actor, case_id: UUID, now: datetime) -> None:
    """For who may reopen the case: the person who continued it elsewhere, and the office. Again, it changes nothing.

    Raises NotFound, Forbidden, Conflict (open, a day has passed, the other case continues elsewhere), Invalid (closed
    otherwise).
    """
    async with transaction():
        case, other, found = await _load_both(actor, case_id)
        if found is None and await is_latest_action(actor, case_id, EventKind.RECALLED):
            return
        check_allowed(actor, case, Action.REOPEN)
        if found is None or not case.duplicate:
            raise Invalid(suite=_NOT_CONTINUED)
        if not found.is_undoable(now):
            raise Conflict(_TOO_LATE)
        if other is not None and other.duplicate and await load_continuation(other.id):
            raise Conflict(_CHAINED)
        await consume_rate_limit(LimitedAction.ACTION, actor, now)
        with merge_emails(now):
            await _separate(actor, case, other, found, now)


async def _load_both(actor: Actor, case_id: UUID) -> tuple[CaseFacts, CaseFacts | None, Continuation | None]:
    """Both cases, locked in their order, and what is kept, read again once they are: it may have changed meanwhile.

    The other case is None once it is erased. Its reader has no part in taking the continuation back.
    """
    guessed = await load_continuation(case_id)
    pair = order_pair(case_id, guessed.other_id) if guessed else (case_id,)
    facts = {
        one: await load_visible_case(actor, one, locked=True) if one == case_id else await load_locked_case(one)
        for one in pair
    }
    found, case = await load_continuation(case_id), facts[case_id]
    assert case is not None
    if found and found.other_id not in facts:
        raise Conflict(_NOT_CONTINUED)
    return case, facts[found.other_id] if found else None, found


async def _separate(actor: Actor, case: CaseFacts, other: CaseFacts | None, found: Continuation, now: datetime) -> None:
    places = await load_merged_teams()
    opened = await write_progress(case, restore_turns(build_progress(case), found.undo.kept, places))
    await notifications.notify_reopened(actor, case, now)
    if found.undo.linked:
        await delete_link(case.id, found.other_id)
    await delete_continuation(case.id)
    if other is not None:
        await _step_out_of(actor, case, other, found, places, now)
    await record_both(actor, case, EventKind.RECALLED, {**opened, **NOT_CLOSED}, now, about="")


async def _step_out_of(
    actor: Actor, case: CaseFacts, other: CaseFacts, found: Continuation, places: dict[int, int], now: datetime
) -> None:
    numbers, undo = await load_numbers(case.id), found.undo
    teams, people = await load_held(other.id, case.id)
    since = await load_since(other.id, undo.since)
    after = build_progress(other)
    for team, former in list_idle_teams(other, undo, since, places, teams).items():
        after = take_away(after, team, former, now)
    after = replace(after, next_side=undo.side) if since.quiet and not teams else after
    leaving = [team for team in other.recipient_teams if not after.teams[team].is_present]
    await notifications.notify_everyone(EmailKind.SEPARATED, replace(other, teams=after.teams), actor, now)
    change = await write_progress(other, after)
    await remove_idle_guests(other.id, set(undo.guests) - people, undo.since)
    for team in sorted(leaving):
        about = f"{numbers[case.id]} ne continue plus ici."
        await record_event(
            other, EventKind.STEPPED_OUT, actor=None, team_id=team, now=now, about=about, writes_row=False
        )
    await record_both(actor, other, EventKind.SEPARATED, change, now, about=numbers[case.id])
