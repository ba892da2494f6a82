"""« Continuer dans 4827-1930 »: closes a case as a duplicate of another one of the same citizen, which goes on.

Its teams and people are invited to the other case, and both threads say so. continuation_undo.py takes it back.
Source: issue 16, 16; features.md W10; docs/decisions/0168.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.case_number import format_case_number
from app.domain.case_status import OPEN_STATUSES, Status
from app.domain.cases import notifications
from app.domain.cases.access import check_allowed, load_visible_case
from app.domain.cases.change import CaseChange
from app.domain.cases.events import EventKind, record_event
from app.domain.cases.lifecycle.closure import Outcome, write_closing
from app.domain.cases.lifecycle.continuation_row import Undo, save_continuation
from app.domain.cases.lifecycle.continued_guests import add_continued_guests, find_continued_guests
from app.domain.cases.lookalikes.links import check_two_cases, insert_link
from app.domain.cases.lookalikes.same_citizen import is_same_citizen
from app.domain.cases.permissions import Action, CaseFacts, list_allowed_actions
from app.domain.cases.progress.bringing import bring, list_brought, list_invited
from app.domain.cases.progress.kept_turns import keep_turns
from app.domain.cases.progress.rows import build_progress, write_progress
from app.domain.cases.progress.team import TeamProgress
from app.domain.cases.thread.posting import find_actor_team
from app.domain.cases.thread.read_receipts import mark_read
from app.domain.email.merging import merge_emails
from app.domain.email.queue_email import EmailKind
from app.domain.errors import Conflict, Invalid, NotFound
from app.domain.rate_limit import LimitedAction, consume_rate_limit
from db.engine import transaction
from db.tables.case_links import CaseContinuation
from db.tables.cases import Case

_OTHER_CLOSED = "L’autre demande est close ou suspendue : celle-ci ne peut pas y continuer. Rien n’a changé."
_SUSPENDED = "L’usager a retiré son accord par SMS : la demande ne continue nulle part. Vous pouvez la clore."
_OTHER_CITIZEN = "Ce n’est pas le même usager, d’après son nom et sa naissance. Cochez pour continuer quand même."
_UNREADABLE = "L’autre demande n’existe pas, ou ne vous a pas été adressée."


async def continue_in(
    actor: Actor, case_id: UUID, other_id: UUID, now: datetime, *, another_citizen: bool = False
) -> None:
    """The same form again changes nothing. another_citizen: the actor knows that the citizens look different.

    Raises NotFound, Forbidden (a referent), Conflict (closed or suspended, the other one too), Invalid.
    """
    async with transaction():
        pair = {one: await load_visible_case(actor, one, locked=True) for one in sorted({case_id, other_id}, key=str)}
        case, other = pair[case_id], pair[other_id]
        if await _is_repeated(actor, case, other):
            return
        check_both(actor, case, other)
        if not another_citizen and not await is_same_citizen(case_id, other_id):
            raise Invalid(autre_usager=_OTHER_CITIZEN)
        with merge_emails(now):
            await _continue(actor, case, other, now)


async def _is_repeated(actor: Actor, case: CaseFacts, other: CaseFacts) -> bool:
    return (
        case.status == Status.CLOSED
        and case.duplicate
        and case.closed_by == actor.id
        and await CaseContinuation.exists().where(
            CaseContinuation.case == case.id, CaseContinuation.other_case == other.id
        )
    )


def check_both(actor: Actor, case: CaseFacts, other: CaseFacts) -> None:
    check_allowed(actor, case, Action.CLOSE)
    check_two_cases(case.id, other.id)
    if case.suspended:
        raise Conflict(_SUSPENDED)
    if Action.READ not in list_allowed_actions(actor, other):
        raise NotFound(_UNREADABLE)
    if other.status not in OPEN_STATUSES or other.suspended:
        raise Conflict(_OTHER_CLOSED)


async def _continue(actor: Actor, case: CaseFacts, other: CaseFacts, now: datetime) -> None:
    numbers = await load_numbers(case.id, other.id)
    guests = await find_continued_guests(case, other)
    await _count(actor, guests, now)
    brought = list_brought(case.teams)
    reached = bring(build_progress(other), brought, now)
    invited = list_invited(brought, other.teams)
    closed = await write_closing(case, Outcome.DUPLICATE, actor, now)
    joined = await write_progress(other, reached)
    await notifications.notify_everyone(EmailKind.CONTINUED, case, actor, now)
    staying = {team: one for team, one in other.teams.items() if team not in invited}
    await notifications.notify_everyone(EmailKind.CONTINUES, replace(other, teams=staying), actor, now)
    await notifications.notify_joining_teams(actor, other, frozenset(invited), EmailKind.INVITED, now)
    await add_continued_guests(actor, other, guests, now)
    linked = await insert_link(actor, case.id, other.id, now)
    after = replace(other, teams=reached.teams, guests=other.guests | guests.keys())
    await _record_invitations(actor, after, invited, guests, numbers[case.id], now)
    await record_both(actor, case, EventKind.CONTINUED, closed, now, about=numbers[other.id])
    since = await record_both(actor, after, EventKind.CONTINUES, joined, now, about=numbers[case.id])
    changed = {team: reached.teams[team] for team in brought if reached.teams[team] != other.teams.get(team)}
    former = {team: other.teams.get(team) for team in changed}
    kept = keep_turns(build_progress(case))
    undo = Undo(kept, other.next_side, former, changed, sorted(guests), linked, since)
    await save_continuation(case.id, other.id, undo, now)


async def _count(actor: Actor, guests: Mapping[int, EventKind], now: datetime) -> None:
    """One gesture, for any number of teams."""
    await consume_rate_limit(LimitedAction.ACTION, actor, now)
    if guests:
        await consume_rate_limit(LimitedAction.INVITE, actor, now, times=len(guests))


async def load_numbers(*case_ids: UUID) -> dict[UUID, str]:
    """« N° 4827-1930 », by case."""
    rows = await Case.select(Case.id, Case.number).where(Case.id.is_in(list(case_ids)))
    return {row["id"]: f"N° {format_case_number(row['number'])}" for row in rows}


async def _record_invitations(
    actor: Actor,
    other: CaseFacts,
    invited: Mapping[int, TeamProgress],
    guests: Mapping[int, EventKind],
    number: str,
    now: datetime,
) -> None:
    teams = [
        (EventKind.OPINION if one.opinion else EventKind.TEAM_INVITED, team, None) for team, one in invited.items()
    ]
    people = [(kind, None, person) for person, kind in guests.items()]
    for kind, team, person in [*teams, *people]:
        await record_event(
            other,
            kind,
            actor=actor,
            team_id=find_actor_team(actor, other),
            now=now,
            about=f"{number} continue ici.",
            other_team=team,
            other_person=person,
            writes_row=False,
            counted=False,
        )


async def record_both(
    actor: Actor, case: CaseFacts, kind: EventKind, change: CaseChange, now: datetime, *, about: str
) -> int:
    """Returns the event's id. about: the number of the case at the other end. The caller has counted the gesture."""
    team = find_actor_team(actor, case)
    event_id = await record_event(
        case, kind, actor=actor, team_id=team, now=now, about=about, change=change, counted=False
    )
    if Action.READ in list_allowed_actions(actor, case):
        await mark_read(actor, case.id, event_id, now)
    return event_id
