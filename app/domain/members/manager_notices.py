"""Emails the managers of a team who was invited or added to it, and by whom. Source: issue 14, point 19.

The actor gets no email. The others get theirs at once, at any hour, because it is about accounts. The queued row holds
the moment alone; names are read when the email leaves. An invited person is named as typed, never as an account with
this address is.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from app.domain.accounts.actor import Actor
from app.domain.accounts.names import format_full_name
from app.domain.email.queue_account_email import queue_member_emails
from app.domain.email.queue_email import EmailKind
from db.bulk import is_any_of
from db.tables.audit import AuditEntry
from db.tables.members import Invitation, Membership
from db.tables.people import Person

MAX_NAMES = 30
"""In one email. The email says how many more there are; the page of the members has them all."""


@dataclass(frozen=True)
class JoiningNotice:
    team_id: int
    team: str
    by: tuple[str, ...]
    invited: tuple[str, ...]
    added: tuple[str, ...]
    more: int


async def notify_managers(teams: Iterable[int], *, by: int | None, now: datetime, added: int | None = None) -> None:
    """Managers who have done their first visit: before it no email names a person. Inside the caller's transaction.

    added: the one person whom it is about, who gets no email even as a manager.
    """
    seats = await Membership.select(Membership.person, Membership.team).where(
        is_any_of(Membership.team, sorted(set(teams))),
        Membership.manager.eq(True),
        Membership.person.not_in([one for one in (by, added) if one] or [0]),
        Membership.person.active.eq(True),
        Membership.person.terms_accepted_at.is_not_null(),
    )
    await queue_member_emails(EmailKind.JOINING, [(seat["person"], seat["team"]) for seat in seats], now=now)


async def load_joining_notice(reader: Actor, team_id: int | None, moment: datetime) -> JoiningNotice | None:
    """Returns None when the reader is no manager of the team any more, or nothing of that moment is left."""
    seat = reader.find_seat([team_id]) if team_id else None
    if seat is None or not seat.manager:
        return None
    acts = await AuditEntry.select(AuditEntry.action, AuditEntry.person_id, AuditEntry.target_person_id).where(
        AuditEntry.team_id == team_id,
        AuditEntry.happened_at == moment,
        AuditEntry.action.is_in(["member.invited", "member.added"]),
    )
    added = [act["target_person_id"] for act in acts if act["target_person_id"]]
    names = await _list_person_names(added)
    invited = [name for name in await _list_invited_names(seat.team_id, moment) if name not in names]
    if not names and not invited:
        return None
    return JoiningNotice(
        team_id=seat.team_id,
        team=seat.team_name,
        by=tuple(await _list_person_names([act["person_id"] for act in acts if act["person_id"]])),
        invited=tuple(invited[:MAX_NAMES]),
        added=tuple(names[: max(0, MAX_NAMES - len(invited))]),
        more=max(0, len(names) + len(invited) - MAX_NAMES),
    )


async def _list_invited_names(team_id: int, moment: datetime) -> list[str]:
    rows = await (
        Invitation.select(Invitation.first_name, Invitation.last_name, Invitation.address)
        .where(Invitation.team == team_id, Invitation.invited_at == moment)
        .order_by(Invitation.id)
    )
    return [format_name_and_address(row) for row in rows]


async def _list_person_names(ids: list[int]) -> list[str]:
    rows = await (
        Person.select(Person.first_name, Person.last_name, Person.address)
        .where(is_any_of(Person.id, sorted(set(ids))))
        .order_by(Person.id)
    )
    return [format_name_and_address(row) for row in rows]


def format_name_and_address(row: dict[str, str]) -> str:
    """The address alone before the first visit."""
    name = format_full_name(row)
    return name if name == row["address"] else f"{name}, {row['address']}"
