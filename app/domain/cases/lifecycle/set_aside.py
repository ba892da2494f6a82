"""A referent sets a case aside until a day, for themselves or for their team. Source: features.md W6.

The case leaves the lists of the person, or of the team, for « Mises de côté » (inbox/views.py). It comes back on the
morning of that day, or as soon as a person writes in it or changes it (events.py). Turns and
clocks go on. No other person hears of it: there is no line in the thread, and no email before the day.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from piccolo.columns.combination import And, Or, Where

from app.domain.accounts.actor import Actor, Side
from app.domain.audience import Audience
from app.domain.audit.log import write_audit
from app.domain.calendar.time_zones import find_time_zone
from app.domain.cases.access import load_case_for_action, load_locked_case
from app.domain.cases.lifecycle.assignment import find_held_team
from app.domain.cases.lifecycle.promise_reminders import find_promise_maker
from app.domain.cases.live_update import NO_EVENT, LiveUpdate, event_recorded
from app.domain.cases.own_teams import list_own_teams
from app.domain.cases.permissions import Action, CaseFacts, find_side
from app.domain.email.queue_email import CaseAddress, EmailKind, queue_case_emails
from app.domain.email.shares import CaseReader, CaseShare
from app.domain.errors import Invalid
from db.engine import on_commit, transaction
from db.tables.participants import Recipient, SetAside

LONGEST = timedelta(days=180)


async def set_aside(
    actor: Actor, case_id: UUID, day: date | None, now: datetime, *, for_team: bool = False
) -> date | None:
    """Until the morning of `day` in the area of the case. A later day replaces the one before, which is returned.

    For oneself: in each own team that has the case. For the team: in the one for which the actor answers.

    Raises Invalid (no day, not after today, more than LONGEST away), NotFound, Forbidden, Conflict (closed).
    """
    async with transaction():
        case = await load_case_for_action(actor, case_id, Action.ANSWER)
        zone = find_time_zone(case.area)
        until = _find_morning(day, zone, now)
        former = await _delete(actor, case, for_team=for_team)
        await _insert(actor, case, until, now, for_team=for_team)
        return former[0].astimezone(zone).date() if former else None


async def undo_setting_aside(
    actor: Actor, case_id: UUID, day: date, former: date | None, now: datetime, *, for_team: bool
) -> bool:
    """Takes back set_aside until `day`, and restores the day before it. False if another gesture has replaced it.

    Raises NotFound, Forbidden, Conflict (closed).
    """
    async with transaction():
        case = await load_case_for_action(actor, case_id, Action.ANSWER)
        zone = find_time_zone(case.area)
        if not await _delete(actor, case, SetAside.until == _to_morning(day, zone), for_team=for_team):
            return False
        if former and _to_morning(former, zone) > now:
            await _insert(actor, case, _to_morning(former, zone), now, for_team=for_team)
            return True
        await write_audit("case.brought_back", now=now, person_id=actor.id, case_id=case_id)
        _announce_to_teams(case_id, _list_own_teams(actor, case))
        return True


async def _insert(actor: Actor, case: CaseFacts, until: datetime, now: datetime, *, for_team: bool) -> None:
    teams, person = _list_teams_to_set(actor, case, for_team=for_team), None if for_team else actor.id
    rows = (SetAside(case=case.id, team=team, person=person, until=until, set_at=now) for team in teams)
    await SetAside.insert(*rows)
    await write_audit("case.set_aside", now=now, person_id=actor.id, case_id=case.id, team_id=teams[0])
    _announce_to_teams(case.id, teams)


async def bring_back(actor: Actor, case_id: UUID, now: datetime) -> None:
    """For the actor and their team. A second time changes nothing. Raises NotFound, Forbidden, Conflict (closed)."""
    async with transaction():
        case = await load_case_for_action(actor, case_id, Action.ANSWER)
        if case.set_aside:
            for for_team in (True, False):
                await _delete(actor, case, for_team=for_team)
            await write_audit("case.brought_back", now=now, person_id=actor.id, case_id=case_id)
            _announce_to_teams(case_id, _list_own_teams(actor, case))


async def bring_back_due(now: datetime) -> int:
    """The recurring job: emails those who wanted to be reminded, and returns how many cases came back.

    Who set it aside for themselves; for a team, the member who has the case.
    """
    rows = await SetAside.select(SetAside.id, SetAside.case, SetAside.team, SetAside.person).where(
        SetAside.until <= now
    )
    for row in rows:
        async with transaction():
            # before the row: a verb that brings the case back locks the case first
            case = await load_locked_case(row["case"])
            removed = await SetAside.delete().where(SetAside.id == row["id"]).returning(SetAside.id)
            if removed and case:
                await _remind(case, row["team"], row["person"], now)
    return len(rows)


async def _remind(case: CaseFacts, team_id: int, person_id: int | None, now: datetime) -> None:
    """Lists are read again: the case is back in them. To who made the promise, it is its reminder too."""
    recipient = await (
        Recipient.select(Recipient.taken_by, Recipient.open, Recipient.left_at)
        .where(Recipient.case == case.id, Recipient.team == team_id)
        .first()
    )
    if recipient is None or not recipient["open"] or recipient["left_at"] is not None:
        return
    reminded = person_id or recipient["taken_by"]
    if reminded is not None:
        reader = CaseReader(reminded, CaseShare.MINE)
        await queue_case_emails(EmailKind.REMINDER, [reader], CaseAddress(case.id, office=team_id), now=now)
        if reminded == await find_promise_maker(case, team_id):
            await Recipient.update({Recipient.promise_reminded_at: now}).where(
                Recipient.case == case.id, Recipient.team == team_id
            )
    _announce_to_team(case.id, team_id)


@dataclass(frozen=True)
class CurrentSetAside:
    """For the actor: by themselves or by their team. until: the later of both."""

    until: datetime
    by_team: bool


async def find_set_aside(actor: Actor, case: CaseFacts, now: datetime) -> CurrentSetAside | None:
    """None if the case is in the actor's lists."""
    if not case.set_aside or find_side(actor, case) != Side.REFERENT:
        return None
    rows = await (
        SetAside.select(SetAside.until, SetAside.person)
        .where(SetAside.case == case.id, SetAside.until > now, _build_own_condition(actor, case))
        .order_by(SetAside.until, ascending=False)
    )
    return CurrentSetAside(rows[0]["until"], rows[0]["person"] is None) if rows else None


def _build_own_condition(actor: Actor, case: CaseFacts) -> And:
    return And(
        SetAside.team.is_in(_list_own_teams(actor, case)),
        Or(SetAside.person.is_null(), SetAside.person == actor.id),
    )


def _find_morning(day: date | None, zone: ZoneInfo, now: datetime) -> datetime:
    today = now.astimezone(zone).date()
    if day is None:
        raise Invalid(jour="Indiquez un jour, par exemple 12/05/2027.")
    if day <= today:
        raise Invalid(jour="Choisissez un jour à venir : à partir de demain.")
    if day - today > LONGEST:
        raise Invalid(jour="Choisissez un jour d’ici six mois.")
    return _to_morning(day, zone)


def _to_morning(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


async def _delete(actor: Actor, case: CaseFacts, *more: Where, for_team: bool) -> list[datetime]:
    """Returns until when the deleted rows were."""
    by = SetAside.person.is_null() if for_team else SetAside.person == actor.id
    teams = _list_teams_to_set(actor, case, for_team=for_team)
    gone = SetAside.delete().where(SetAside.case == case.id, SetAside.team.is_in(teams), by, *more)
    rows = await gone.returning(SetAside.until)
    return [row["until"] for row in rows]


def _list_teams_to_set(actor: Actor, case: CaseFacts, *, for_team: bool) -> list[int]:
    """For oneself: each own team that has the case. For the team: the one for which the actor answers."""
    team_id = find_held_team(actor, case)
    return [team_id] if for_team and team_id is not None else _list_own_teams(actor, case)


def _list_own_teams(actor: Actor, case: CaseFacts) -> list[int]:
    return sorted(list_own_teams(actor, case.recipient_teams))


def _announce_to_teams(case_id: UUID, teams: list[int]) -> None:
    for team_id in teams:
        _announce_to_team(case_id, team_id)


def _announce_to_team(case_id: UUID, team_id: int) -> None:
    """The lists of the team's members change. No page of another team, nor of an agent, wakes."""
    update = LiveUpdate(NO_EVENT, case_id, Audience.INTERNAL, 0, frozenset({team_id}), frozenset())
    on_commit(lambda: event_recorded.send(update))
