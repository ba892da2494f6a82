"""The agents' side completes the citizen's file: the teams that asked have the turn and an email."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.lifecycle.completion import complete
from app.tests.support.cases_fixtures import NewCase
from app.tests.support.recipients import find_team_id, list_emailed, list_turns, read_recipients, say
from db.tables.cases import Case

HOUR = timedelta(hours=1)
CAF_PEOPLE = ["referent.caf.lot", "responsable.caf.lot"]


async def fill_in(actor: Actor, case_id: UUID, now: datetime, value: str = "1234567") -> None:
    await complete(actor, case_id, "Numéro fiscal", value, now)


@pytest.mark.parametrize("who", ["agent_lot", "colleague_lot"])
async def test_the_team_that_asked_has_its_turn_again_with_a_clock_and_an_email(
    cast: Cast, case_id: UUID, now: datetime, who: str
) -> None:
    await say(cast.referent_caf_lot, case_id, now)
    assert await list_turns(case_id) == {"MSA"}

    await fill_in(getattr(cast, who), case_id, now + HOUR)

    assert await list_turns(case_id) == {"CAF", "MSA"}
    assert (await read_recipients(case_id))["CAF"]["waiting_since"] == now + HOUR
    assert await list_emailed("completed") == CAF_PEOPLE
    assert await Case.exists().where(Case.id == case_id, Case.next_side == "referent")


async def test_a_second_field_says_nothing_again(cast: Cast, case_id: UUID, now: datetime) -> None:
    await say(cast.referent_caf_lot, case_id, now)
    await fill_in(cast.agent_lot, case_id, now + HOUR)

    for value in ("7654321", "7654321"):
        await fill_in(cast.agent_lot, case_id, now + 2 * HOUR, value)

    assert (await read_recipients(case_id))["CAF"]["waiting_since"] == now + HOUR
    assert await list_emailed("completed") == CAF_PEOPLE


@pytest.mark.parametrize("kind", ["handled", "irrelevant"])
async def test_a_team_that_asked_nothing_gets_nothing(cast: Cast, new_case: NewCase, now: datetime, kind: str) -> None:
    case_id = await new_case("CAF")
    await say(cast.referent_caf_lot, case_id, now, kind=kind)

    await fill_in(cast.agent_lot, case_id, now + HOUR)

    assert await list_turns(case_id) == set() and await list_emailed("completed") == []


async def test_a_referent_who_completes_it_gives_no_turn(cast: Cast, case_id: UUID, now: datetime) -> None:
    await say(cast.referent_caf_lot, case_id, now)

    for referent in (cast.referent_caf_lot, cast.referent_msa_lot):
        await fill_in(referent, case_id, now + HOUR, f"{referent.id}")

    assert await list_turns(case_id) == {"MSA"} and await list_emailed("completed") == []


async def test_once_the_agents_side_has_answered_nothing_is_given(cast: Cast, case_id: UUID, now: datetime) -> None:
    """The message goes to the MSA: the agents' side has no turn any more, and the CAF stays without one."""
    await say(cast.referent_caf_lot, case_id, now)
    await say(cast.agent_lot, case_id, now + HOUR, addressed=[await find_team_id("MSA du Lot")])

    await fill_in(cast.agent_lot, case_id, now + 2 * HOUR)

    assert await list_turns(case_id) == {"MSA"} and await list_emailed("completed") == []
