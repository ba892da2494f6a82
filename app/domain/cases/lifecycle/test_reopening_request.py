"""« À rouvrir ? »: who reads it, how often a team may ask, and when not."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.access import load_visible_case
from app.domain.cases.lifecycle.closure import Outcome, close, close_automatically, reopen
from app.domain.cases.lifecycle.continuation import continue_in
from app.domain.cases.lifecycle.invitation import invite_expert
from app.domain.cases.lifecycle.reopening_request import ask_reopening
from app.domain.cases.lifecycle.withdrawal import withdraw
from app.domain.errors import Conflict, Forbidden, Invalid, NotFound
from app.tests.support.case_reads import read_thread
from app.tests.support.cases_fixtures import NewCase
from app.tests.support.recipients import list_emailed
from db.tables.cases import Case
from db.tables.members import Membership
from db.tables.thread import Event

DAY = timedelta(days=1)
WHY = "Le versement a échoué"


async def list_words(actor: Actor, case_id: UUID) -> list[str]:
    thread = await read_thread(actor, await load_visible_case(actor, case_id))
    return [entry.about for entry in thread if entry.kind == "reopen_asked"]


async def test_the_person_who_closed_it_reads_it_and_the_case_stays_closed(
    cast: Cast, case_id: UUID, now: datetime
) -> None:
    await close(cast.colleague_lot, case_id, "solved", now)
    for _ in range(2):
        await ask_reopening(cast.referent_caf_lot, case_id, WHY, now + DAY)

    assert await list_emailed("reopen_asked") == ["collegue.lot"]
    assert await list_words(cast.agent_lot, case_id) == [WHY]
    assert (await load_visible_case(cast.agent_lot, case_id)).status == "closed"
    await reopen(cast.colleague_lot, case_id, now + DAY)


async def test_an_expert_who_closed_it_reads_it(cast: Cast, case_id: UUID, now: datetime) -> None:
    await invite_expert(cast.agent_lot, case_id, "Bloqué", now)
    await close(cast.expert, case_id, "not_solved", now)
    await ask_reopening(cast.referent_caf_lot, case_id, WHY, now)
    assert await list_emailed("reopen_asked") == ["expert"]


async def test_the_author_reads_it_when_no_reader_closed_it(cast: Cast, case_id: UUID, now: datetime) -> None:
    """The platform, or a person who has left."""
    await close_automatically(case_id, Outcome.HANDLED, Case.active_at <= now, now)
    await ask_reopening(cast.referent_caf_lot, case_id, WHY, now)
    await reopen(cast.agent_lot, case_id, now)
    await close(cast.colleague_lot, case_id, "solved", now)
    await Membership.delete().where(Membership.person == cast.colleague_lot.id)
    await ask_reopening(cast.referent_caf_lot, case_id, "Encore", now)
    assert await list_emailed("reopen_asked") == ["agent.lot", "agent.lot"]


async def test_a_team_asks_once_for_each_closing(cast: Cast, case_id: UUID, now: datetime) -> None:
    await close(cast.agent_lot, case_id, "solved", now)
    with pytest.raises(Invalid):
        await ask_reopening(cast.referent_caf_lot, case_id, "", now)
    await ask_reopening(cast.referent_caf_lot, case_id, WHY, now)
    for asking in (cast.manager_caf_lot, cast.referent_caf_lot):
        with pytest.raises(Conflict, match="Votre équipe l’a déjà demandé"):
            await ask_reopening(asking, case_id, "S’il vous plaît", now)
    await ask_reopening(cast.referent_msa_lot, case_id, "Nous aussi", now)

    await reopen(cast.agent_lot, case_id, now)
    await close(cast.agent_lot, case_id, "solved", now)
    await ask_reopening(cast.manager_caf_lot, case_id, "Deuxième échec", now)
    assert await list_words(cast.agent_lot, case_id) == [WHY, "Nous aussi", "Deuxième échec"]
    assert len(await list_emailed("reopen_asked")) == 3


async def test_a_team_asks_again_once_the_case_continues_in_another(
    cast: Cast, new_case: NewCase, now: datetime
) -> None:
    case_id, other = await new_case("CAF"), await new_case("MSA")
    await close(cast.agent_lot, case_id, "solved", now)
    await ask_reopening(cast.referent_caf_lot, case_id, WHY, now)
    await reopen(cast.agent_lot, case_id, now)
    await continue_in(cast.agent_lot, case_id, other, now)
    await ask_reopening(cast.referent_caf_lot, case_id, "Ce n’est pas le même blocage", now + DAY)
    assert await list_words(cast.agent_lot, case_id) == [WHY, "Ce n’est pas le même blocage"]


async def test_an_open_or_withdrawn_case_is_not_asked_for(cast: Cast, case_id: UUID, now: datetime) -> None:
    with pytest.raises(Conflict, match="déjà ouverte"):
        await ask_reopening(cast.referent_caf_lot, case_id, WHY, now)
    await withdraw(cast.agent_lot, case_id, now)
    with pytest.raises(NotFound):
        await ask_reopening(cast.referent_caf_lot, case_id, WHY, now)
    assert not await Event.exists().where(Event.kind == "reopen_asked")


async def test_a_referent_who_reopens_it_reads_who_may(cast: Cast, case_id: UUID, now: datetime) -> None:
    with pytest.raises(Conflict, match="déjà ouverte"):
        await reopen(cast.referent_caf_lot, case_id, now)
    await close(cast.agent_lot, case_id, "solved", now)
    with pytest.raises(Forbidden, match=r"La demande est close : l’agent, .* « Demander de rouvrir »"):
        await reopen(cast.referent_caf_lot, case_id, now)
    with pytest.raises(Forbidden, match="revient aux référents"):
        await ask_reopening(cast.agent_lot, case_id, WHY, now)
    assert (await load_visible_case(cast.agent_lot, case_id)).status == "closed"


async def test_a_withdrawn_case_is_not_reopened(cast: Cast, case_id: UUID, now: datetime) -> None:
    await withdraw(cast.agent_lot, case_id, now)
    with pytest.raises(Conflict, match="retirée avant d’être ouverte : elle ne se rouvre pas"):
        await reopen(cast.agent_lot, case_id, now)
