"""What is kept about a person, for the person. Source: issue 17, point 2; RGPD, articles 15 and 20.

The words of messages and cases are about citizens: they are counted and dated here, and read in their case.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain.accounts.actor import Actor
from app.domain.audit.log import write_audit
from app.domain.rate_limit import LimitedAction, consume_rate_limit
from db.engine import transaction
from db.tables.absences import Absence
from db.tables.address_changes import AddressChange
from db.tables.audit import AuditEntry
from db.tables.cases import Case
from db.tables.email import Email
from db.tables.members import Membership
from db.tables.people import Person, SupervisedOrganisation, Supervision
from db.tables.proconnect import ProviderIdentity
from db.tables.second_factor import SecondFactor
from db.tables.sessions import Session
from db.tables.thread import Message

_SECRET = {"id", "password_hash", "sort_name", "search_text", "pseudonymised_at", "closed_at", "merged_into"}


@dataclass(frozen=True)
class OwnData:
    """Rows by subject, each a mapping of column names."""

    account: dict[str, Any]
    rows: dict[str, list[dict[str, Any]]]


async def export_own_data(actor: Actor, now: datetime) -> OwnData:
    """Of the actor alone. Raises TooManyRequests."""
    async with transaction():
        await consume_rate_limit(LimitedAction.EXPORT, actor, now)
        await write_audit("data.exported", now=now, person_id=actor.id)
    (account,) = await Person.select().where(Person.id == actor.id)
    return OwnData(
        account={name: value for name, value in account.items() if name not in _SECRET},
        rows={name: await query for name, query in _build_queries(actor.id, await _list_accounts(actor.id)).items()},
    )


async def _list_accounts(person_id: int) -> list[int]:
    """Theirs, and those that continue in it: what was written from these keeps their number."""
    rows = await Person.select(Person.id).where((Person.id == person_id) | (Person.merged_into == person_id))
    return [row["id"] for row in rows]


def _build_queries(person_id: int, accounts: list[int]) -> dict[str, Any]:
    """Neither secrets nor what is said of another person."""
    return {
        "teams": Membership.select(Membership.team.name.as_alias("team"), Membership.manager).where(
            Membership.person == person_id
        ),
        "areas": Supervision.select(Supervision.area.name.as_alias("area")).where(Supervision.person == person_id),
        "organisations": SupervisedOrganisation.select(
            SupervisedOrganisation.organisation.name.as_alias("organisation")
        ).where(SupervisedOrganisation.person == person_id),
        "absences": Absence.select(Absence.first_day, Absence.last_day).where(Absence.person == person_id),
        "addresses": AddressChange.select(
            *(AddressChange.former, AddressChange.address, AddressChange.asked_at, AddressChange.done_at)
        ).where(AddressChange.person.is_in(accounts)),
        "sessions": Session.select(Session.browser, Session.created_at, Session.seen_at).where(
            Session.person == person_id
        ),
        "second_factors": SecondFactor.select(SecondFactor.since).where(SecondFactor.person == person_id),
        "proconnect": ProviderIdentity.select(ProviderIdentity.since).where(ProviderIdentity.person == person_id),
        "cases": Case.select(Case.number, Case.started_at, Case.sent_at, Case.status)
        .where(Case.author == person_id)
        .order_by(Case.started_at),
        "messages": Message.select(Message.case.number.as_alias("number"), Message.posted_at)
        .where(Message.author.is_in(accounts))
        .order_by(Message.id),
        "emails": Email.select(Email.kind, Email.written_at, Email.sent_at, Email.state)
        .where(Email.person == person_id)
        .order_by(Email.written_at),
        "actions": AuditEntry.select(AuditEntry.happened_at, AuditEntry.action, AuditEntry.network, AuditEntry.browser)
        .where(AuditEntry.person_id.is_in(accounts))
        .order_by(AuditEntry.id),
    }
