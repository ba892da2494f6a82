"""What people do on a case of one team, by name: verbs that the former release has too."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID, uuid4

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.lifecycle.assignment import load_assignment_choices, take_charge
from app.domain.cases.lifecycle.closure import Outcome, close, reopen
from app.domain.cases.lifecycle.completion import complete
from app.domain.cases.lifecycle.invitation import invite_colleagues, invite_expert
from app.domain.cases.lifecycle.suspension import resume_by_sms, suspend
from app.domain.cases.lifecycle.transfer import transfer
from app.domain.cases.lifecycle.withdrawal import withdraw
from app.domain.cases.thread.answers import announce_handled, dismiss
from app.domain.cases.thread.correction import correct, withdraw_message
from app.domain.cases.thread.internal_notes import post_internal_note
from app.domain.cases.thread.posting import post_message
from app.domain.errors import NotFound
from app.tests.support.cases_fixtures import open_and_read_case
from db.engine import transaction
from db.tables.citizen_fields import CitizenField
from db.tables.teams import Team
from db.tables.thread import Message

Verb = Callable[[Cast, UUID, datetime], Awaitable[object]]
PEOPLE = {
    "agent": "agent_lot",
    "colleague": "colleague_lot",
    "referent": "referent_caf_lot",
    "manager": "manager_caf_lot",
    "other": "referent_cpam_lot",
    "expert": "expert",
}
"""« other » is the referent of the CPAM, the team to which the CAF transfers a case."""


def find_person(cast: Cast, name: str) -> Actor:
    found: Actor = getattr(cast, PEOPLE[name])
    return found


async def _withdraw_last(actor: Actor, case_id: UUID, now: datetime) -> None:
    await withdraw_message(actor, case_id, await _find_last_message(actor, case_id), now)


async def _correct_last(actor: Actor, case_id: UUID, now: datetime) -> None:
    await correct(actor, case_id, await _find_last_message(actor, case_id), "Mieux dit", now)


async def _find_last_message(actor: Actor, case_id: UUID) -> int:
    kept = Message.select(Message.id).where(
        Message.case == case_id, Message.author == actor.id, Message.withdrawn_at.is_null()
    )
    row = await kept.order_by(Message.id, ascending=False).first()
    if row is None:
        raise NotFound("No message")
    return int(row["id"])


async def _transfer(actor: Actor, case_id: UUID, now: datetime) -> None:
    row = await Team.select(Team.id).where(Team.name == "CPAM du Lot").first()
    assert row is not None
    await transfer(actor, case_id, row["id"], "Régime général", now)


async def _complete(actor: Actor, case_id: UUID, now: datetime) -> None:
    row = await CitizenField.select(CitizenField.label).order_by(CitizenField.id).first()
    assert row is not None
    await complete(actor, case_id, row["label"], f"{now:%d%m%H}", now)


async def _take_charge(actor: Actor, case_id: UUID, now: datetime) -> None:
    """From a colleague too: the former release asked nothing."""
    holder = (await load_assignment_choices(actor, case_id)).holder
    await take_charge(actor, case_id, now, instead_of=holder.id if holder else None)


async def _invite_colleague(cast: Cast, case_id: UUID, now: datetime) -> None:
    await invite_colleagues(cast.agent_lot, case_id, {cast.colleague_lot.id}, now)


async def _stop(cast: Cast, case_id: UUID, now: datetime) -> None:
    async with transaction():
        await suspend(case_id, now)


async def _consent(cast: Cast, case_id: UUID, now: datetime) -> None:
    async with transaction():
        await resume_by_sms(case_id, now)


async def _pass(cast: Cast, case_id: UUID, now: datetime) -> None:
    """Time alone passes."""


BY_ANYONE: dict[str, Callable[[Actor, UUID, datetime], Awaitable[object]]] = {
    "opens": open_and_read_case,
    "says": lambda actor, case_id, now: post_message(actor, case_id, "Un mot", key=str(uuid4()), now=now),
    "takes charge": _take_charge,
    "handles": lambda actor, case_id, now: announce_handled(actor, case_id, "", key=str(uuid4()), now=now),
    "dismisses": lambda actor, case_id, now: dismiss(actor, case_id, "En ligne", key=str(uuid4()), now=now),
    "notes": lambda actor, case_id, now: post_internal_note(actor, case_id, "Note", key=str(uuid4()), now=now),
    "withdraws the message": _withdraw_last,
    "corrects the message": _correct_last,
    "transfers": _transfer,
    "completes": _complete,
    "closes": lambda actor, case_id, now: close(actor, case_id, Outcome.SOLVED, now),
    "reopens": reopen,
    "withdraws": withdraw,
    "invites the expert": lambda actor, case_id, now: invite_expert(actor, case_id, "Un avis", now),
}
BY_NO_PERSON: dict[str, Verb] = {
    "time passes": _pass,
    "citizen stops": _stop,
    "citizen consents": _consent,
    "agent invites the colleague": _invite_colleague,
}


def find_verb(name: str) -> Verb:
    """« referent says », « citizen stops »."""
    if name in BY_NO_PERSON:
        return BY_NO_PERSON[name]
    person, _, action = name.partition(" ")
    return lambda cast, case_id, now: BY_ANYONE[action](find_person(cast, person), case_id, now)
