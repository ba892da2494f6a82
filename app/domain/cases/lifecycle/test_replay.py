"""A message posted and withdrawn leaves the case as if it had not existed, in any history."""

from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.lifecycle.closure import close, reopen
from app.domain.cases.lifecycle.expiry import expire_inactive_cases
from app.domain.cases.lifecycle.late_notices import send_late_notices
from app.domain.cases.lifecycle.suspension import resume_by_sms, suspend
from app.domain.cases.lifecycle.transfer import transfer
from app.domain.cases.thread.answers import announce_handled, dismiss, take_charge
from app.domain.cases.thread.correction import correct, withdraw_message
from app.domain.cases.thread.internal_notes import post_internal_note
from app.domain.cases.thread.posting import post_message
from app.domain.cases.thread.test_correction import last_message
from app.domain.errors import DomainError
from app.tests.support.cases_fixtures import NewCase, open_and_read_case
from db.engine import transaction
from db.tables.attachments import Attachment
from db.tables.cases import Case
from db.tables.drafts import MessageDraft
from db.tables.email import Email
from db.tables.participants import Recipient
from db.tables.teams import Team

HOUR = timedelta(hours=1)
Verb = Callable[[Cast, UUID, datetime], Awaitable[None]]


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


async def passes_on(cast: Cast, case_id: UUID, now: datetime) -> None:
    row = await Team.select(Team.id).where(Team.name == "CPAM du Lot").first()
    assert row is not None
    await transfer(cast.referent_msa_lot, case_id, row["id"], "Régime général", now)


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


CAF, MSA, MANAGER, AGENT, COLLEAGUE = (
    "referent_caf_lot",
    "referent_msa_lot",
    "manager_caf_lot",
    "agent_lot",
    "colleague_lot",
)
BY_THE_CITIZEN = {"stops": stops, "consents": consents}
BY_REFERENTS = {
    **BY_THE_CITIZEN,
    "caf says": says(CAF),
    "msa says": says(MSA),
    "caf handles": handles(CAF),
    "msa handles": handles(MSA),
    "caf dismisses": dismisses(CAF),
    "manager dismisses": dismisses(MANAGER),
    "msa dismisses": dismisses(MSA),
    "msa takes": takes(MSA),
    "msa opens": opens(MSA),
}
BY_AGENTS = {
    **BY_THE_CITIZEN,
    "agent says": says(AGENT),
    "colleague says": says(COLLEAGUE),
    "closes": closes,
    "reopens": reopens,
    "colleague opens": opens(COLLEAGUE),
}
BEFORE = {
    **BY_REFERENTS,
    **BY_AGENTS,
    "agent opens": opens(AGENT),
    "caf opens": opens(CAF),
    "msa passes on": passes_on,
    "rounds": rounds,
}
WITHDRAWN: dict[str, tuple[str, Verb, dict[str, Verb]]] = {
    "an answer": (CAF, says(CAF), BY_REFERENTS),
    "« C’est traité »": (CAF, handles(CAF), BY_REFERENTS),
    "« Non pertinente »": (CAF, dismisses(CAF), BY_REFERENTS),
    "an agent’s message": (AGENT, says(AGENT), BY_AGENTS),
    "a message between referents": (CAF, notes(CAF), BY_AGENTS),
}


def steps(verbs: dict[str, Verb], most: int) -> st.SearchStrategy[list[tuple[str, timedelta]]]:
    hours = st.sampled_from([1, 30, 5 * 24, 16 * 24, 61 * 24])
    return st.lists(
        st.tuples(st.sampled_from(sorted(verbs)), hours.map(lambda one: timedelta(hours=one))), max_size=most
    )


stories = st.sampled_from(sorted(WITHDRAWN)).flatmap(
    lambda what: st.tuples(st.just(what), steps(BEFORE, 6), steps(WITHDRAWN[what][2], 3), st.booleans())
)


@settings(max_examples=12, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(story=stories)
@example(story=("« C’est traité »", [], [("stops", HOUR), ("consents", HOUR)], False))
@example(story=("an agent’s message", [("stops", HOUR), ("consents", HOUR), ("caf says", HOUR)], [], False))
async def test_withdrawing_leaves_what_the_case_would_be_without(
    cast: Cast, new_case: NewCase, now: datetime, story: Any
) -> None:
    what, before, after, corrected = story
    who, verb, _ = WITHDRAWN[what]
    loud, quiet = await new_case("CAF", "MSA"), await new_case("CAF", "MSA")
    for name, pause in before:
        now += pause
        await both(BEFORE[name], cast, loud, quiet, now)
    now += timedelta(hours=1)
    if await refused(verb, cast, loud, now):
        return
    message = await last_message()
    for name, pause in after:
        now += pause
        await both(BEFORE[name], cast, loud, quiet, now)
    if await Case.exists().where(Case.id == loud, Case.status == "closed"):
        return
    await both(consents, cast, loud, quiet, now)
    if corrected:
        await correct(actor(cast, who), loud, message, "Mieux dit", now)

    await withdraw_message(actor(cast, who), loud, message, now)

    left, expected = await rows(loud), {**await rows(quiet), "reminded_at": None}
    differing = {name: (left[name], expected[name]) for name in left if left[name] != expected[name]}
    assert not differing


async def both(verb: Verb, cast: Cast, loud: UUID, quiet: UUID, now: datetime) -> None:
    assert await refused(verb, cast, loud, now) == await refused(verb, cast, quiet, now)


async def refused(verb: Verb, cast: Cast, case_id: UUID, now: datetime) -> str:
    try:
        await verb(cast, case_id, now)
    except DomainError as failure:
        return type(failure).__name__
    return ""


_OWN = {"id", "last_event", "last_internal_event", "citizen_first_name", "citizen_last_name", "citizen_birth"}
"""Columns of the case itself, encrypted ones included."""


async def rows(case_id: UUID) -> dict[str, Any]:
    """All rows about the case, except its events, their last ids, and how far each person has read."""
    row = await Case.select().where(Case.id == case_id).first()
    waiting = await Email.select().where(Email.case == case_id, Email.state == "waiting")
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
