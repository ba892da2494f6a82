"""Invites a team, the experts or colleagues to a case. Each invitation adds a line to the thread and sends emails.

The same form again changes nothing. Source: fiche-referent.md; features.md S6, N11.
"""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.cases import notifications
from app.domain.cases.access import check_allowed, load_case_for_action, load_visible_case
from app.domain.cases.change import CaseChange
from app.domain.cases.events import EventKind, is_latest_action, record_event
from app.domain.cases.lifecycle.joining import load_chosen_team
from app.domain.cases.permissions import Action, CaseFacts
from app.domain.cases.progress import steps
from app.domain.cases.progress.rows import build_progress, write_progress
from app.domain.cases.thread.posting import find_actor_team
from app.domain.cases.thread.read_receipts import mark_read
from app.domain.email.queue_email import EmailKind
from app.domain.errors import Invalid
from db.engine import transaction
from db.tables.members import Membership
from db.tables.participants import Guest
from db.tables.people import Person


async def invite_team(
    actor: Actor, case_id: UUID, team_id: int | None, reason: str, now: datetime, *, opinion: bool = False
) -> None:
    """A referent invites a team of any area, which receives the case beside the others.

    With `opinion`, the team owes no answer and has no clock. Raises Invalid without a team or a reason, NotFound,
    Forbidden, Conflict (closed).
    """
    kind = EventKind.OPINION if opinion else EventKind.TEAM_INVITED
    async with transaction():
        case = await load_case_for_action(actor, case_id, Action.INVITE_TEAM)
        there = team_id in case.recipient_teams
        if there and await is_latest_action(actor, case_id, kind, about=reason, other_team=team_id):
            return
        team = await load_chosen_team(case, team_id)
        _check_reason(reason)
        after = steps.join(build_progress(case), team.id, now, case.area, opinion=opinion)
        change = await write_progress(case, after)
        await notifications.notify_joining_teams(actor, case, frozenset({team.id}), EmailKind.INVITED, now)
        case = replace(case, teams=after.teams)
        await _record_invitation(actor, case, kind, now, about=reason, other_team=team.id, change=change)


async def invite_expert(actor: Actor, case_id: UUID, reason: str, now: datetime) -> None:
    """Invites every expert of the platform: they read the case while it is open, and the first available one helps.

    Raises Invalid without a reason or an expert to invite, NotFound, Forbidden, Conflict (closed).
    """
    async with transaction():
        case = await load_case_for_action(actor, case_id, Action.INVITE_EXPERT)
        if await is_latest_action(actor, case_id, EventKind.EXPERT, about=reason):
            return
        _check_reason(reason)
        rows = await Person.select(Person.id).where(Person.expert.eq(True), Person.active.eq(True))
        new = {row["id"] for row in rows} - case.guests
        if not new:
            raise Invalid(motif="L’équipe de la plateforme est déjà invitée, ou n’a pas d’expert pour le moment.")
        case = await _add_guests(actor, case, new, now)
        await _record_invitation(actor, case, EventKind.EXPERT, now, about=reason)


async def invite_colleagues(actor: Actor, case_id: UUID, people: set[int], now: datetime) -> None:
    """Colleagues are members of the agent's own team; they get the emails about the case from now on.

    Raises Invalid if no new colleague is chosen, NotFound, Forbidden, Conflict (closed).
    """
    async with transaction():
        await add_colleagues(actor, await load_visible_case(actor, case_id, locked=True), people, now)


async def add_colleagues(actor: Actor, case: CaseFacts, people: set[int], now: datetime) -> None:
    """For a caller that has loaded the locked facts. Raises as invite_colleagues does."""
    check_allowed(actor, case, Action.INVITE_COLLEAGUE)
    if people and people <= case.guests and await is_latest_action(actor, case.id, EventKind.COLLEAGUE):
        return
    new = people & {colleague["id"] for colleague in await list_invitable_colleagues(case.team_id, case)}
    if not new:
        raise Invalid(collegues="Choisissez au moins un collègue.")
    case = await _add_guests(actor, case, new, now)
    *others, last = sorted(new)
    team_id = find_actor_team(actor, case)
    for person in others:
        await record_event(
            case, EventKind.COLLEAGUE, actor=actor, team_id=team_id, now=now, other_person=person, writes_row=False
        )
    await _record_invitation(actor, case, EventKind.COLLEAGUE, now, other_person=last)


async def list_invitable_colleagues(team_id: int, case: CaseFacts) -> list[dict[str, object]]:
    """id, first_name, last_name of active members who are neither the author nor guests."""
    rows: list[dict[str, object]] = await (
        Membership.select(
            Membership.person.id.as_alias("id"),
            Membership.person.first_name.as_alias("first_name"),
            Membership.person.last_name.as_alias("last_name"),
        )
        .where(Membership.team == team_id, Membership.person.active.eq(True))
        .order_by(Membership.person.last_name)
    )
    return [row for row in rows if row["id"] not in case.guests | {case.author_id}]


def _check_reason(reason: str) -> None:
    if not reason:
        raise Invalid(motif="Dites en quelques mots ce que vous attendez.")


async def _add_guests(actor: Actor, case: CaseFacts, people: set[int], now: datetime) -> CaseFacts:
    await Guest.insert(
        *(Guest(case=case.id, person=person, invited_by=actor.id, invited_at=now) for person in sorted(people))
    )
    await notifications.notify_guests(actor, case, people, now)
    return replace(case, guests=case.guests | people)


async def _record_invitation(
    actor: Actor,
    case: CaseFacts,
    kind: EventKind,
    now: datetime,
    *,
    about: str = "",
    other_team: int | None = None,
    other_person: int | None = None,
    change: CaseChange | None = None,
) -> None:
    event_id = await record_event(
        case,
        kind,
        actor=actor,
        team_id=find_actor_team(actor, case),
        now=now,
        about=about,
        other_team=other_team,
        other_person=other_person,
        change=change,
    )
    await mark_read(actor, case.id, event_id, now)
