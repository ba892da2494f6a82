"""Ends an account of a person, which continues in their other one: all at once, in the caller's transaction.

| what                                                         | becomes                                              |
|--------------------------------------------------------------|------------------------------------------------------|
| seats; a manager stays a manager                             | the other account's, once in each team, whose other   |
|                                                              | managers read it                                     |
| open cases, drafts                                           | handed over by members/handover.py; the thread says  |
| closed cases, cases taken charge of, who closed them         | the other account's, without a line                  |
| invitations to a case, set-asides, own phrases, unsent files,| the other account's, once each; of two messages that |
| what was typed, reading marks, emails about cases that wait  | were typed on a case, the one saved last             |
| absence; invitations sent, or received                       | the other account's, unless it has its own           |
| messages, lines of threads, audit log, mandates, imports     | keep this account's number, shown under one name     |
| sessions, links, password, second factor, ProConnect         | end                                                  |
| address                                                      | stays, and opens nothing                             |

One name: this account gets the name of the other, and follows it from then on (accounts/profile.py, save_identity).
"""

from datetime import datetime
from typing import Any

from piccolo.columns import Column

from app.domain.account_keeping.account_rows import move_rows
from app.domain.accounts.profile import save_identity
from app.domain.audit.log import NewAuditEntry, write_audit, write_audit_entries
from app.domain.authentication.login_link import expire_login_links
from app.domain.authentication.provider_identity import unbind_identity
from app.domain.authentication.replace_address import drop_account_changes, move_invitations
from app.domain.authentication.sessions import end_person_sessions
from app.domain.authentication.stored_factor import delete_factor
from app.domain.email.queue_email import reschedule_emails
from app.domain.members.departure import load_departure
from app.domain.members.handover import CASES_FIELD, DRAFTS_FIELD, hand_over
from app.domain.members.manager_notices import notify_managers
from app.domain.members.own_teams import list_team_ids, lock_teams
from app.domain.search.people_and_teams import index_people
from app.domain.teams.dead_mailboxes import clear_undelivered
from app.domain.teams.teams import add_member, check_may_sit
from db.tables.members import Membership
from db.tables.people import InactivityNotice, Person


async def merge_account(ends: int, stays: int, now: datetime, *, by: int | None) -> None:
    """by: the admin who asked. Raises Forbidden when seats would pass to an admin."""
    teams = await list_team_ids(ends)
    await lock_teams(teams)
    if teams:
        await check_may_sit(stays)
    joined = await _move_seats(ends, stays, by, now)
    await move_rows(ends, stays)
    await _hand_over_cases(ends, stays, teams, now)
    await Membership.delete().where(Membership.person == ends)
    await _move_invitations(ends, stays)
    await reschedule_emails(stays, now)
    await _close_account(ends, stays, now)
    await notify_managers(joined, by=by, now=now, added=stays)
    await write_audit("account.joined", now=now, person_id=by, target_person_id=ends)
    await write_audit("account.continues", now=now, person_id=by, target_person_id=stays)


async def _move_seats(ends: int, stays: int, by: int | None, now: datetime) -> list[int]:
    """Returns the teams that the other account was not in."""
    own = await list_team_ids(stays)
    seats = await Membership.select().where(Membership.person == ends).order_by(Membership.team)
    for seat in seats:
        await add_member(stays, seat["team"], manager=seat["manager"])
        if seat["manager"]:
            await Membership.update({Membership.manager: True}).where(
                Membership.person == stays, Membership.team == seat["team"]
            )
    joined = [seat["team"] for seat in seats if seat["team"] not in own]
    await write_audit_entries([NewAuditEntry("member.added", by, stays, team) for team in joined], now=now)
    return joined


async def _hand_over_cases(ends: int, stays: int, teams: list[int], now: datetime) -> None:
    """The other account is a colleague of each team by now."""
    departure = await load_departure(ends, teams)
    chosen = {f"{field}-{team}": str(stays) for team in teams for field in (CASES_FIELD, DRAFTS_FIELD)}
    await hand_over(departure, chosen, departure.preview_version, now, notified=False)


async def _move_invitations(ends: int, stays: int) -> None:
    rows = await Person.select(Person.id, Person.address).where(Person.id.is_in([ends, stays]))
    addresses = {row["id"]: row["address"] for row in rows}
    await move_invitations({addresses[ends]: addresses[stays]})


async def _close_account(ends: int, stays: int, now: datetime) -> None:
    """Accounts that continued in this one continue in the other."""
    await end_person_sessions(ends)
    await expire_login_links(ends, now)
    await delete_factor(ends)
    await unbind_identity(ends)
    await drop_account_changes(ends)
    gone: dict[Column | str, Any] = {Person.active: False, Person.closed_at: now, Person.merged_into: stays}
    await Person.update({**gone, Person.password_hash: "", Person.signature: ""}).where(Person.id == ends)
    await clear_undelivered(ends, now)
    await InactivityNotice.delete().where(InactivityNotice.person == ends)
    await Person.update({Person.merged_into: stays}).where(Person.merged_into == ends)
    columns = (Person.first_name, Person.last_name, Person.function, Person.phone)
    named = await Person.select(*columns).where(Person.id == stays).first()
    assert named is not None
    await save_identity(stays, **named)
    await index_people([ends, stays])
