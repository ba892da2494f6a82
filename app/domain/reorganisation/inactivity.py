"""Closes the accounts that are not used. Source: issue 17, point 2; CNIL, « durées de conservation ».

| days without a visit | what happens                                                                         |
|----------------------|--------------------------------------------------------------------------------------|
| 120                  | a first email                                                                        |
| 150                  | a second one; those who keep a team that the person alone reads hear of it too       |
| 180                  | the account is closed, and its cases are handed over to its teams                    |

Each step comes 30 days after the one before, however late the daily job runs: an account that this rule
finds unused for a year is warned twice first. The only reader of a team is not closed before 30 days after those who
keep it heard of it, and never while the team has open cases (features.md P6): they hear of it every 30 days. The
last administrator is warned and never closed. A visit begins the count anew (app/domain/accounts/last_visit.py).
"""

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
from app.domain.teams.keepers import list_keepers
from db.engine import is_postgres, transaction
from db.tables.members import Membership
from db.tables.people import InactivityNotice, Person

FIRST_WARNING, SECOND_WARNING, CLOSING = timedelta(days=120), timedelta(days=150), timedelta(days=180)
STEP = timedelta(days=30)


class Notice(StrEnum):
    FIRST = "first"
    SECOND = "second"
    KEEPERS = "keepers"


@dataclass(frozen=True)
class _IdleAccount:
    """notices: kind -> the day of the last one."""

    id: int
    idle_for: timedelta
    notices: dict[Notice, date]
    today: date

    def was_sent(self, kind: Notice, *, before: timedelta = timedelta()) -> bool:
        return kind in self.notices and self.notices[kind] <= self.today - before


async def close_idle_accounts(now: datetime) -> int:
    """Returns how many accounts were warned or closed. A second run of the day changes nothing."""
    return sum([await _take_step(person_id, now) for person_id in await _list_idle_accounts(now)])


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
    """One transaction for each account: a failure leaves the others done."""
    async with transaction():
        account = await _load_account(person_id, now)
        if account is None:
            return False
        if account.idle_for >= FIRST_WARNING and not account.was_sent(Notice.FIRST):
            return await _warn(account, Notice.FIRST, EmailKind.IDLE_FIRST, now)
        if account.idle_for >= SECOND_WARNING and account.was_sent(Notice.FIRST, before=STEP):
            if not account.was_sent(Notice.SECOND):
                await _notify_keepers(account, now)
                return await _warn(account, Notice.SECOND, EmailKind.IDLE_SECOND, now)
            if account.idle_for >= CLOSING and account.was_sent(Notice.SECOND, before=STEP):
                return await _close_when_possible(account, now)
    return False


async def _load_account(person_id: int, now: datetime) -> _IdleAccount | None:
    """Locked, so that a visit at the same moment comes before or after. None for an account that was closed."""
    await lock_teams(await list_team_ids(person_id))
    query = Person.select(Person.idle_from, Person.created_at).where(Person.id == person_id, Person.active.eq(True))
    rows = await (query.lock_rows("NO KEY UPDATE") if is_postgres() else query)
    if not rows:
        return None
    sent = await InactivityNotice.select().where(InactivityNotice.person == person_id)
    today = now.astimezone(PARIS).date()
    since = rows[0]["idle_from"] or rows[0]["created_at"].astimezone(PARIS).date()
    return _IdleAccount(person_id, today - since, {Notice(one["kind"]): one["sent_on"] for one in sent}, today)


async def _warn(account: _IdleAccount, notice: Notice, kind: EmailKind, now: datetime) -> bool:
    await _record_notice(account, notice)
    await queue_emails(kind, [account.id], now=now)
    return True


async def _record_notice(account: _IdleAccount, notice: Notice) -> None:
    await InactivityNotice.delete().where(InactivityNotice.person == account.id, InactivityNotice.kind == notice)
    await InactivityNotice.insert(InactivityNotice(person=account.id, kind=notice, sent_on=account.today))


async def _notify_keepers(account: _IdleAccount, now: datetime) -> bool:
    """Of each team that the person alone reads. Returns False where there is none."""
    alone = await _list_teams_read_alone(account.id)
    if alone:
        await _record_notice(account, Notice.KEEPERS)
    for team in alone:
        keepers = await list_keepers(team, without=account.id)
        await queue_member_emails(EmailKind.IDLE_KEEPERS, [(one, team) for one in keepers], now=now)
    return bool(alone)


async def _list_teams_read_alone(person_id: int) -> list[int]:
    read = Membership.select(Membership.team).where(Membership.person != person_id, Membership.person.active.eq(True))
    rows = await Membership.select(Membership.team).where(Membership.person == person_id, Membership.team.not_in(read))
    return sorted(row["team"] for row in rows)


async def _close_when_possible(account: _IdleAccount, now: datetime) -> bool:
    if await lock_active_admins() == [account.id]:
        return False
    departure = await load_departure(account.id, await list_team_ids(account.id))
    alone = any(not share.colleagues for share in departure.team_departures)
    if alone and not account.was_sent(Notice.KEEPERS, before=STEP):
        return not account.was_sent(Notice.KEEPERS) and await _notify_keepers(account, now)
    if departure.stranded_teams:
        return await _notify_keepers(account, now)
    await hand_over(departure, _give_to_teams(departure), departure.preview_version, now)
    await close_account(account.id, now)
    await queue_emails(EmailKind.IDLE_CLOSED, [account.id], now=now)
    await write_audit("account.idle", now=now, target_person_id=account.id)
    return True


def _give_to_teams(departure: Departure) -> dict[str, str]:
    """No draft is that old: it is deleted after 30 days."""
    teams = [share.team_id for share in departure.team_departures]
    return {f"{CASES_FIELD}-{team}": WHOLE_TEAM for team in teams} | {
        f"{DRAFTS_FIELD}-{team}": DELETE_DRAFTS for team in teams
    }
