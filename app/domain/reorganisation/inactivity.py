"""Closes the accounts that are not used. Source: issue 17, point 2; CNIL, « durées de conservation ».

| days without a visit | what happens                                                                         |
|----------------------|--------------------------------------------------------------------------------------|
| 120                  | a first email                                                                        |
| 150                  | a second one; those who keep a team that the person alone reads hear of it too       |
| 180                  | the account is closed, and its cases are handed over to its teams                    |

Each step comes 30 days after the one before, however late the daily job runs: an account that this rule
finds unused for a year is warned twice first. The only reader of a team is not closed before 30 days after those who
keep that team heard of it, and never while the team has open cases (features.md P6): they hear of it every 30 days. A
member whose mailbox refuses emails is no reader. An account that has drafts waits until they are sent or expire. The
last administrator who has come is left alone. A visit begins the count anew (app/domain/accounts/last_visit.py).
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from piccolo.columns.combination import And, Or

from app.domain.accounts.active_admins import lock_active_admins
from app.domain.audit.log import write_audit
from app.domain.calendar.time_zones import PARIS
from app.domain.email.queue_account_email import queue_member_emails
from app.domain.email.queue_email import EmailKind, queue_emails
from app.domain.members.departure import Departure, load_departure
from app.domain.members.handover import CASES_FIELD, DELETE_DRAFTS, DRAFTS_FIELD, WHOLE_TEAM, hand_over
from app.domain.members.own_teams import list_team_ids, lock_teams
from app.domain.reorganisation.closed_account import close_account
from app.domain.teams.dead_mailboxes import build_undelivered_query
from app.domain.teams.keepers import list_keepers
from db.engine import is_postgres, transaction
from db.tables.members import Membership
from db.tables.people import InactivityNotice, Person

log = logging.getLogger("aplus.jobs")
FIRST_WARNING, SECOND_WARNING, CLOSING = timedelta(days=120), timedelta(days=150), timedelta(days=180)
STEP = timedelta(days=30)


class Notice(StrEnum):
    FIRST = "first"
    SECOND = "second"
    KEEPERS = "keepers"


@dataclass(frozen=True)
class _IdleAccount:
    """notices: kind and team -> the day of the last one. alone: the teams that this person alone reads."""

    id: int
    idle_for: timedelta
    notices: dict[tuple[Notice, int | None], date]
    alone: tuple[int, ...]
    today: date

    def was_sent(self, kind: Notice, team: int | None = None, *, before: timedelta = timedelta()) -> bool:
        sent = self.notices.get((kind, team))
        return sent is not None and sent <= self.today - before


async def close_idle_accounts(now: datetime) -> int:
    """Returns how many accounts were warned or closed. A second run of the day changes nothing."""
    return sum([await _take_step_alone(person_id, now) for person_id in await _list_idle_accounts(now)])


async def _take_step_alone(person_id: int, now: datetime) -> bool:
    """In a transaction of its own: a failure is logged, and leaves the others done."""
    try:
        async with transaction():
            return await _take_step(person_id, now)
    except Exception:
        log.exception("the inactivity of account %s was not looked at", person_id)
        return False


async def _list_idle_accounts(now: datetime) -> list[int]:
    long_ago = now - FIRST_WARNING
    day = long_ago.astimezone(PARIS).date()
    rows = await (
        Person.select(Person.id)
        .where(
            Person.active.eq(True),
            Or(Person.idle_from <= day, And(Person.idle_from.is_null(), Person.created_at <= long_ago)),
        )
        .order_by(Person.id)
    )
    return [row["id"] for row in rows]


async def _take_step(person_id: int, now: datetime) -> bool:
    account = await _load_account(person_id, now)
    if account is None:
        return False
    if account.idle_for >= FIRST_WARNING and not account.was_sent(Notice.FIRST):
        return await _warn(account, Notice.FIRST, EmailKind.IDLE_FIRST, now)
    if account.idle_for < SECOND_WARNING or not account.was_sent(Notice.FIRST, before=STEP):
        return False
    if not account.was_sent(Notice.SECOND):
        await _notify_keepers(account, account.alone, now)
        return await _warn(account, Notice.SECOND, EmailKind.IDLE_SECOND, now)
    if account.idle_for < CLOSING or not account.was_sent(Notice.SECOND, before=STEP):
        return False
    return await _close_when_possible(account, now)


async def _load_account(person_id: int, now: datetime) -> _IdleAccount | None:
    """Locked, so that a visit at the same moment comes before or after. None for an account that stays.

    The order of the locks is that of deactivation.py.
    """
    await lock_teams(await list_team_ids(person_id))
    if await _is_last_admin(person_id, await lock_active_admins()):
        return None
    query = Person.select(Person.idle_from, Person.created_at).where(Person.id == person_id, Person.active.eq(True))
    rows = await (query.lock_rows("NO KEY UPDATE") if is_postgres() else query)
    if not rows:
        return None
    sent = await InactivityNotice.select().where(InactivityNotice.person == person_id)
    today = now.astimezone(PARIS).date()
    since = rows[0]["idle_from"] or rows[0]["created_at"].astimezone(PARIS).date()
    notices = {(Notice(one["kind"]), one["team"]): one["sent_on"] for one in sent}
    return _IdleAccount(person_id, today - since, notices, await _list_teams_read_alone(person_id), today)


async def _is_last_admin(person_id: int, admins: list[int]) -> bool:
    """An administrator who never came is not another one."""
    others = [admin for admin in admins if admin != person_id]
    arrived = Person.terms_accepted_at.is_not_null()
    return person_id in admins and not (others and await Person.exists().where(Person.id.is_in(others), arrived))


async def _list_teams_read_alone(person_id: int) -> tuple[int, ...]:
    """A member whose mailbox refuses emails reads nothing."""
    read = Membership.select(Membership.team).where(
        Membership.person != person_id,
        Membership.person.active.eq(True),
        Membership.person.not_in(build_undelivered_query()),
    )
    rows = await Membership.select(Membership.team).where(Membership.person == person_id, Membership.team.not_in(read))
    return tuple(sorted(row["team"] for row in rows))


async def _warn(account: _IdleAccount, notice: Notice, kind: EmailKind, now: datetime) -> bool:
    await _record_notice(account, notice)
    await queue_emails(kind, [account.id], now=now)
    return True


async def _record_notice(account: _IdleAccount, notice: Notice, team: int | None = None) -> None:
    of_team = InactivityNotice.team.is_null() if team is None else InactivityNotice.team == team
    await InactivityNotice.delete().where(
        InactivityNotice.person == account.id, InactivityNotice.kind == notice, of_team
    )
    await InactivityNotice.insert(InactivityNotice(person=account.id, kind=notice, team=team, sent_on=account.today))


async def _notify_keepers(account: _IdleAccount, teams: Sequence[int], now: datetime) -> bool:
    """Returns False where there is none."""
    for team in teams:
        await _record_notice(account, Notice.KEEPERS, team)
        keepers = await list_keepers(team, without=account.id)
        await queue_member_emails(EmailKind.IDLE_KEEPERS, [(one, team) for one in keepers], now=now)
    return bool(teams)


async def _close_when_possible(account: _IdleAccount, now: datetime) -> bool:
    departure = await load_departure(account.id, await list_team_ids(account.id))
    stranded = {share.team_id for share in departure.stranded_teams}
    due = [team for team in account.alone if not account.was_sent(Notice.KEEPERS, team, before=STEP)]
    unheard = [team for team in due if not account.was_sent(Notice.KEEPERS, team)]
    again = [team for team in account.alone if team in stranded and team not in due]
    if due or stranded or any(share.drafts for share in departure.team_departures):
        return await _notify_keepers(account, [*unheard, *again], now)
    await hand_over(departure, _give_to_teams(departure), departure.preview_version, now)
    await close_account(account.id, now)
    await queue_emails(EmailKind.IDLE_CLOSED, [account.id], now=now)
    await write_audit("account.idle", now=now, target_person_id=account.id)
    return True


def _give_to_teams(departure: Departure) -> dict[str, str]:
    """Drafts are for none: an account that has any stays."""
    teams = [share.team_id for share in departure.team_departures]
    return {f"{CASES_FIELD}-{team}": WHOLE_TEAM for team in teams} | {
        f"{DRAFTS_FIELD}-{team}": DELETE_DRAFTS for team in teams
    }
