"""What people do on a case, as verbs that tests put in any order, and all rows that they leave."""

from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from app.cast import Cast
from app.domain.accounts.actor import Actor, load_actors
from app.domain.audience import Audience
from app.domain.cases.access import load_locked_case
from app.domain.cases.draft.submission import submit
from app.domain.cases.lifecycle.assignment import take_charge
from app.domain.cases.lifecycle.closure import close, reopen
from app.domain.cases.lifecycle.completion import complete
from app.domain.cases.lifecycle.continuation import continue_in
from app.domain.cases.lifecycle.continuation_undo import separate
from app.domain.cases.lifecycle.expiry import expire_inactive_cases
from app.domain.cases.lifecycle.invitation import invite_team
from app.domain.cases.lifecycle.late_notices import send_late_notices
from app.domain.cases.lifecycle.stepping_out import step_out
from app.domain.cases.lifecycle.suspension import resume_by_sms, suspend
from app.domain.cases.lifecycle.transfer import transfer
from app.domain.cases.permissions import may_read
from app.domain.cases.thread.answers import announce_handled, dismiss
from app.domain.cases.thread.internal_notes import post_internal_note
from app.domain.cases.thread.posting import post_message
from app.domain.errors import DomainError
from app.tests.support.cases_fixtures import make_draft, open_and_read_case
from app.tests.support.recipients import find_team_id
from db.engine import transaction
from db.tables.attachments import Attachment
from db.tables.cases import Case
from db.tables.drafts import MessageDraft
from db.tables.email import Email
from db.tables.participants import Recipient

Verb = Callable[[Cast, UUID, datetime], Awaitable[object]]


def says(who: str) -> Verb:
    return lambda cast, case_id, now: post_message(actor(cast, who), case_id, "Un mot", key=str(uuid4()), now=now)


def handles(who: str) -> Verb:
    return lambda cast, case_id, now: announce_handled(actor(cast, who), case_id, "", key=str(uuid4()), now=now)


def dismisses(who: str) -> Verb:
    return lambda cast, case_id, now: dismiss(actor(cast, who), case_id, "En ligne", key=str(uuid4()), now=now)


def notes(who: str) -> Verb:
    return lambda cast, case_id, now: post_internal_note(
        actor(cast, who), case_id, "Entre nous", key=str(uuid4()), now=now
    )


def takes(who: str) -> Verb:
    return lambda cast, case_id, now: take_charge(actor(cast, who), case_id, now)


async def closes(cast: Cast, case_id: UUID, now: datetime) -> None:
    await close(cast.agent_lot, case_id, "solved", now)


async def reopens(cast: Cast, case_id: UUID, now: datetime) -> None:
    await reopen(cast.agent_lot, case_id, now)


async def continues(cast: Cast, case_id: UUID, now: datetime) -> None:
    """In another case of the CPAM, sent for it."""
    other_id = await make_draft(cast.agent_lot, now, "CPAM")
    await submit(cast.agent_lot, other_id, now)
    await continue_in(cast.agent_lot, case_id, other_id, now)


async def recalls(cast: Cast, case_id: UUID, now: datetime) -> None:
    await separate(cast.agent_lot, case_id, now)


def passes_on(who: str, team: str) -> Verb:
    async def verb(cast: Cast, case_id: UUID, now: datetime) -> None:
        await transfer(actor(cast, who), case_id, await find_team_id(team), "De leur ressort", now)

    return verb


def invites(who: str, team: str, *, opinion: bool = False) -> Verb:
    async def verb(cast: Cast, case_id: UUID, now: datetime) -> None:
        await invite_team(actor(cast, who), case_id, await find_team_id(team), "Voilà", now, opinion=opinion)

    return verb


def asks(who: str, team: str) -> Verb:
    """A message of the agents' side that names this team."""

    async def verb(cast: Cast, case_id: UUID, now: datetime) -> None:
        named = [await find_team_id(team)]
        await post_message(actor(cast, who), case_id, "Et vous ?", key=str(uuid4()), now=now, addressed=named)

    return verb


def completes(who: str) -> Verb:
    return lambda cast, case_id, now: complete(actor(cast, who), case_id, "Numéro fiscal", f"{now:%d%m%H}", now)


def steps_out(who: str) -> Verb:
    return lambda cast, case_id, now: step_out(actor(cast, who), case_id, "Pas de dossier", now)


def opens(who: str) -> Verb:
    async def verb(cast: Cast, case_id: UUID, now: datetime) -> None:
        await open_and_read_case(actor(cast, who), case_id, now)

    return verb


async def stops(cast: Cast, case_id: UUID, now: datetime) -> None:
    async with transaction():
        await suspend(case_id, now)


async def consents(cast: Cast, case_id: UUID, now: datetime) -> None:
    async with transaction():
        await resume_by_sms(case_id, now)


async def rounds(cast: Cast, case_id: UUID, now: datetime) -> None:
    await send_late_notices(now)
    await expire_inactive_cases(now)


def actor(cast: Cast, who: str) -> Actor:
    found: Actor = getattr(cast, who)
    return found


async def refused(verb: Verb, cast: Cast, case_id: UUID, now: datetime) -> str:
    try:
        await verb(cast, case_id, now)
    except DomainError as failure:
        return type(failure).__name__
    return ""


_OWN = {"id", "number", "last_event", "last_internal_event", "citizen_first_name", "citizen_last_name", "citizen_birth"}
"""Columns of the case itself, encrypted ones included."""


async def rows(case_id: UUID, until: datetime | None = None) -> dict[str, Any]:
    """All rows about the case, except its events, their last ids, and how far each person has read.

    until: leaves out the emails written after that.
    """
    row = await Case.select().where(Case.id == case_id).first()
    assert row is not None
    waiting = [one for one in await list_waiting_emails(case_id) if until is None or one["written_at"] <= until]
    return {
        **{name: value for name, value in row.items() if name not in _OWN},
        "recipients": [
            {name: value for name, value in one.items() if name not in ("id", "case", "last_event")}
            for one in await Recipient.select().where(Recipient.case == case_id).order_by(Recipient.team)
        ],
        "letters": Counter(
            tuple(value for name, value in one.items() if name not in ("id", "case")) for one in waiting
        ),
        "files": await Attachment.count().where(Attachment.case == case_id),
        "drafts": await MessageDraft.count().where(MessageDraft.case == case_id),
    }


async def list_waiting_emails(case_id: UUID) -> list[dict[str, Any]]:
    """Those that would leave: an email to a person who reads the case no more does not."""
    rows = await Email.select().where(Email.case == case_id, Email.state == "waiting")
    case = await load_locked_case(case_id)
    assert case is not None
    readers = {
        one.id for one in await load_actors({row["person"] for row in rows}) if may_read(one, case, Audience.ALL)
    }
    return [row for row in rows if row["person"] in readers]


async def list_places(case_id: UUID) -> dict[int, tuple[bool, bool]]:
    """Team -> whether it is there and concerned: what decides to whom emails are written."""
    case = await load_locked_case(case_id)
    assert case is not None
    return {team: (one.is_present, one.is_concerned) for team, one in case.teams.items()}
