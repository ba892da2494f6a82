"""A referent's answers: who took charge, « c'est traité », « non pertinente »."""

from datetime import datetime
from uuid import UUID, uuid4

import pytest

from app.cast import Cast
from app.domain.cases.access import load_visible_case
from app.domain.cases.inbox.filters import Filters
from app.domain.cases.inbox.listing import list_cases
from app.domain.cases.lifecycle.assignment import take_charge
from app.domain.cases.thread.answers import HANDLED_DEFAULT_MESSAGE, announce_handled, dismiss
from app.domain.cases.thread.posting import post_message
from app.domain.errors import Conflict, Forbidden, Invalid
from app.tests.support.case_reads import read_thread
from db.tables.cases import Case
from db.tables.participants import Recipient
from db.tables.thread import Event


def key() -> str:
    return str(uuid4())


async def kinds(cast: Cast, case_id: UUID) -> list[str]:
    return [entry.kind for entry in await read_thread(cast.agent_lot, await load_visible_case(cast.agent_lot, case_id))]


async def test_who_took_charge_shows_in_everybody_s_list_and_a_colleague_may_take_over(
    cast: Cast, case_id: UUID, now: datetime
) -> None:
    await take_charge(cast.referent_caf_lot, case_id, now)
    await take_charge(cast.referent_caf_lot, case_id, now)
    assert (await list_cases(cast.agent_lot, Filters(), now)).rows[0].taken_by == "Julien Delmas"
    assert await Event.count().where(Event.kind == "taken") == 1

    with pytest.raises(Conflict):
        await take_charge(cast.manager_caf_lot, case_id, now)
    await take_charge(cast.manager_caf_lot, case_id, now, instead_of=cast.referent_caf_lot.id)
    await take_charge(cast.referent_msa_lot, case_id, now)
    assert (await list_cases(cast.agent_lot, Filters(), now)).rows[0].taken_by == "Hélène Marty, Paul Castagné"


async def test_c_est_traite_is_an_answer_that_the_dialogue_takes_back(cast: Cast, case_id: UUID, now: datetime) -> None:
    once = key()
    await announce_handled(cast.referent_caf_lot, case_id, "", key=once, now=now)
    await announce_handled(cast.referent_caf_lot, case_id, "", key=once, now=now)

    assert (await load_visible_case(cast.agent_lot, case_id)).status == "answered"
    line = (await list_cases(cast.agent_lot, Filters(), now)).rows[0]
    assert line.your_turn and not line.handled, "the MSA has not said it"
    assert (await list_cases(cast.referent_caf_lot, Filters(), now)).rows[0].handled
    thread = await read_thread(cast.agent_lot, await load_visible_case(cast.agent_lot, case_id))
    assert [entry.body for entry in thread if entry.kind == "handled"] == [HANDLED_DEFAULT_MESSAGE]

    await announce_handled(cast.referent_msa_lot, case_id, "", key=key(), now=now)
    assert (await list_cases(cast.agent_lot, Filters(), now)).rows[0].handled
    await post_message(cast.agent_lot, case_id, "Pas encore reçu", key=key(), now=now)
    assert not (await list_cases(cast.agent_lot, Filters(), now)).rows[0].handled


async def test_non_pertinente_gives_the_procedure_and_leaves_the_status_to_the_answer(
    cast: Cast, case_id: UUID, now: datetime
) -> None:
    with pytest.raises(Invalid):
        await dismiss(cast.referent_caf_lot, case_id, "", key=key(), now=now)

    await dismiss(cast.referent_caf_lot, case_id, "Déclarez d’abord en ligne.", key=key(), now=now)

    assert (await kinds(cast, case_id))[-1] == "irrelevant"
    assert (await Case.select(Case.status).where(Case.id == case_id).first()) == {"status": "answered"}
    assert await Recipient.count().where(Recipient.irrelevant_at.is_not_null()) == 1


async def test_an_agent_answers_nothing_of_that(cast: Cast, case_id: UUID, now: datetime) -> None:
    with pytest.raises(Forbidden):
        await take_charge(cast.agent_lot, case_id, now)
    with pytest.raises(Forbidden):
        await announce_handled(cast.colleague_lot, case_id, "Fini", key=key(), now=now)
