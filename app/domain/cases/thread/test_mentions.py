"""A name in a message calls a colleague of the side who may read it, and gives no right."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.audience import TO_REFERENTS, Readership, build_team_readership
from app.domain.cases.access import load_visible_case
from app.domain.cases.lifecycle.invitation import invite_expert
from app.domain.cases.thread.correction import correct, withdraw_message
from app.domain.cases.thread.internal_notes import post_internal_note
from app.domain.cases.thread.mentions import parse_mentions
from app.domain.cases.thread.posting import post_message
from app.domain.email.preferences import change_email_frequency
from app.domain.email.schedule import EmailFrequency
from app.tests.support.case_reads import read_thread
from db.tables.email import Email
from db.tables.thread import Message


async def list_called(case_id: UUID, state: str = "waiting") -> list[int]:
    rows = await Email.select(Email.person).where(Email.case == case_id, Email.kind == "mention", Email.state == state)
    return sorted(row["person"] for row in rows)


def write_to(*people: Actor) -> str:
    return " ".join(f"@{one.full_name}," for one in people)


async def test_an_agent_calls_colleagues_and_guests_and_no_referent(cast: Cast, case_id: UUID, now: datetime) -> None:
    await invite_expert(cast.agent_lot, case_id, "Bloqué", now)
    words = write_to(cast.colleague_lot, cast.expert, cast.referent_caf_lot, cast.agent_cher)

    await post_message(cast.agent_lot, case_id, words, key="k", now=now)

    assert await list_called(case_id) == sorted([cast.colleague_lot.id, cast.expert.id])


@pytest.mark.parametrize("audience", ["all", "internal", "team"])
async def test_a_referent_calls_those_who_may_read_the_line(
    cast: Cast, case_id: UUID, now: datetime, audience: str
) -> None:
    words = write_to(cast.manager_caf_lot, cast.referent_msa_lot, cast.agent_lot, cast.referent_caf_cher)
    team = build_team_readership(cast.referent_caf_lot.seats[0].team_id)
    notes: dict[str, Readership] = {"internal": TO_REFERENTS, "team": team}

    if audience == "all":
        await post_message(cast.referent_caf_lot, case_id, words, key="k", now=now)
    else:
        await post_internal_note(cast.referent_caf_lot, case_id, words, key="k", now=now, readership=notes[audience])

    other = [] if audience == "team" else [cast.referent_msa_lot.id]
    assert await list_called(case_id) == sorted([cast.manager_caf_lot.id, *other])
    case = await load_visible_case(cast.manager_caf_lot, case_id)
    line = (await read_thread(cast.manager_caf_lot, case))[-1]
    assert (f"@{cast.manager_caf_lot.full_name}", True) in line.body_parts
    assert "".join(part for part, _ in line.body_parts) == words
    rows = await Email.select(Email.person).where(Email.case == case_id, Email.kind == "internal")
    assert cast.manager_caf_lot.id not in {row["person"] for row in rows}, "one email is enough"


@pytest.mark.parametrize(("frequency", "called"), [(EmailFrequency.DAILY, True), (EmailFrequency.NONE, False)])
async def test_it_leaves_at_once_unless_the_person_wants_none(
    cast: Cast, case_id: UUID, now: datetime, frequency: EmailFrequency, called: bool
) -> None:
    await change_email_frequency(cast.manager_caf_lot, frequency, now)

    await post_message(cast.referent_caf_lot, case_id, write_to(cast.manager_caf_lot), key="k", now=now)

    rows = await Email.select(Email.due_at, Email.slot).where(Email.kind == "mention")
    assert rows == ([{"due_at": now, "slot": None}] if called else [])


async def test_a_correction_calls_whom_it_adds_and_a_withdrawal_cancels(
    cast: Cast, case_id: UUID, now: datetime
) -> None:
    referent, added = cast.referent_caf_lot, write_to(cast.manager_caf_lot, cast.referent_msa_lot)
    await post_internal_note(referent, case_id, write_to(cast.manager_caf_lot), key="k", now=now)
    row = await Message.select(Message.id).where(Message.case == case_id).first()
    assert row is not None

    await correct(referent, case_id, row["id"], added, now)
    assert await list_called(case_id) == sorted([cast.manager_caf_lot.id, cast.referent_msa_lot.id])
    await withdraw_message(referent, case_id, row["id"], now)

    assert await list_called(case_id) == []


@pytest.mark.parametrize(
    "typed",
    ["@Hélène Marty", "vois @helene marty.", "(@hélène.marty)", "@Hélène Marty (CAF du Lot) ?", "@HÉLÈNE MARTY, merci"],
)
def test_a_name_is_found_however_it_is_typed(cast: Cast, typed: str) -> None:
    found = parse_mentions(typed, [cast.manager_caf_lot, cast.referent_msa_lot])

    assert found.people == {cast.manager_caf_lot.id} and not found.uncalled
    assert all(name in typed for name in found.names)


@pytest.mark.parametrize(
    ("typed", "uncalled"),
    [
        ("@Xavier Dupont", ("@Xavier",)),
        ("à 14 h @ Cahors", ()),
        ("caf@exemple.fr", ()),
        ("@Hélène", ("@Hélène",)),
        ("@", ()),
    ],
)
def test_what_names_no_one_calls_no_one(cast: Cast, typed: str, uncalled: tuple[str, ...]) -> None:
    found = parse_mentions(typed, [cast.manager_caf_lot])

    assert (found.people, found.names, found.uncalled) == (frozenset(), (), uncalled)


def test_a_name_of_two_people_calls_neither_unless_the_team_follows(cast: Cast) -> None:
    helene = cast.manager_caf_lot
    other = replace(helene, id=helene.id + 1000, seats=cast.referent_msa_lot.seats)

    both = parse_mentions("@Hélène Marty", [helene, other])
    one = parse_mentions("@Hélène Marty (MSA du Lot)", [helene, other])

    assert (both.people, both.uncalled) == (frozenset(), ("@Hélène Marty",))
    assert one.people == {other.id}
