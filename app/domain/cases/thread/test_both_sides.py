"""A person of the agent's team who is also in a recipient team: their answers are those of the recipient team."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.access import load_visible_case
from app.domain.cases.lifecycle.assignment import take_charge
from app.domain.cases.lifecycle.stepping_out import step_out
from app.domain.cases.lifecycle.transfer import list_transfer_choices, transfer
from app.domain.cases.progress.team import TeamProgress
from app.domain.cases.thread.answers import announce_handled, dismiss
from app.domain.cases.thread.posting import post_message

Answer = Callable[[Actor, UUID, datetime], Awaitable[object]]


async def handle(actor: Actor, case_id: UUID, now: datetime) -> None:
    await announce_handled(actor, case_id, "Versé", key="once", now=now)


async def refuse(actor: Actor, case_id: UUID, now: datetime) -> None:
    await dismiss(actor, case_id, "En ligne", key="once", now=now)


async def leave(actor: Actor, case_id: UUID, now: datetime) -> None:
    await step_out(actor, case_id, "Pas de dossier", now)


async def pass_on(actor: Actor, case_id: UUID, now: datetime) -> None:
    choices = await list_transfer_choices(actor, await load_visible_case(actor, case_id))
    assert "MSA du Lot" not in [team.name for team in choices]
    await transfer(actor, case_id, next(team.id for team in choices if team.name == "CPAM du Lot"), "Salariée", now)


@pytest.fixture
def both(cast: Cast) -> Actor:
    return replace(cast.colleague_lot, seats=(*cast.colleague_lot.seats, *cast.referent_msa_lot.seats))


async def load_msa(cast: Cast, case_id: UUID) -> TeamProgress:
    teams = (await load_visible_case(cast.agent_lot, case_id)).teams
    return teams[cast.referent_msa_lot.seats[0].team_id]


@pytest.mark.parametrize(
    ("act", "column"),
    [
        (handle, "handled_at"),
        (refuse, "irrelevant_at"),
        (leave, "left_at"),
        (pass_on, "left_at"),
        (take_charge, "taken_by"),
    ],
)
async def test_their_answer_is_the_recipient_team_s(
    cast: Cast, case_id: UUID, both: Actor, now: datetime, act: Answer, column: str
) -> None:
    await act(both, case_id, now)

    msa = await load_msa(cast, case_id)
    assert getattr(msa, column) == (both.id if column == "taken_by" else now)
    assert msa.has_turn == (act is take_charge)


async def test_their_plain_message_is_the_agents(cast: Cast, case_id: UUID, both: Actor, now: datetime) -> None:
    await handle(cast.referent_msa_lot, case_id, now)

    await post_message(both, case_id, "Une question", key="plain", now=now)

    assert (await load_msa(cast, case_id)).has_turn
