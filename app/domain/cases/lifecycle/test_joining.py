"""Transfer and invitations: who joins, who leaves, what the thread and the emails say."""

from datetime import datetime
from uuid import UUID, uuid4

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.access import load_visible_case
from app.domain.cases.inbox.filters import Filters
from app.domain.cases.inbox.listing import list_cases
from app.domain.cases.lifecycle.closure import close
from app.domain.cases.lifecycle.invitation import invite_colleagues, invite_expert, invite_team
from app.domain.cases.lifecycle.joining import list_joinable_teams
from app.domain.cases.lifecycle.transfer import transfer
from app.domain.cases.thread.posting import post_message
from app.domain.errors import Conflict, Forbidden, Invalid, NotFound
from app.tests.support.case_reads import read_thread
from db.tables.email import Email
from db.tables.teams import Team


async def team(name: str) -> int:
    row = await Team.select(Team.id).where(Team.name == name).first()
    assert row is not None
    return int(row["id"])


async def last(actor: Actor, case_id: UUID) -> tuple[str, str, str]:
    entry = (await read_thread(actor, await load_visible_case(actor, case_id)))[-1]
    return entry.kind, entry.other, entry.about


async def told(kind: str) -> set[int]:
    return {row["person"] for row in await Email.select(Email.person).where(Email.kind == kind)}


async def test_a_transfer_brings_the_competent_team_in_and_the_first_steps_out(
    cast: Cast, case_id: UUID, now: datetime
) -> None:
    await post_message(cast.referent_caf_lot, case_id, "Pas chez nous", key=str(uuid4()), now=now)

    await transfer(cast.referent_caf_lot, case_id, await team("CPAM du Lot"), "Régime général", now)

    assert await last(cast.agent_lot, case_id) == ("transferred", "CPAM du Lot", "Régime général")
    assert "Pas chez nous" in [
        entry.body
        for entry in await read_thread(cast.referent_cpam_lot, await load_visible_case(cast.referent_cpam_lot, case_id))
    ]
    assert await told("transferred") == {cast.referent_cpam_lot.id}
    for gone in (cast.referent_caf_lot, cast.manager_caf_lot):
        with pytest.raises(NotFound):
            await load_visible_case(gone, case_id)
        assert (await list_cases(gone, Filters(), now)).total == 0
    await load_visible_case(cast.referent_msa_lot, case_id)


async def test_only_a_team_that_a_person_reads_and_that_is_not_there_yet_can_join(
    cast: Cast, case_id: UUID, now: datetime
) -> None:
    case = await load_visible_case(cast.referent_caf_lot, case_id)
    names = [found.name for found in await list_joinable_teams(case)]
    assert names == ["CPAM du Lot", "France Travail du Lot", "Préfecture du Lot"]
    assert "CPAM de la Creuse" not in [found.name for found in await list_joinable_teams(case, area="23")]
    for impossible in (
        await team("CAF du Lot"),
        await team("CPAM de la Creuse"),
        await team("France Services de démonstration du Lot"),
        None,
        999_999,
    ):
        with pytest.raises(Invalid):
            await transfer(cast.referent_caf_lot, case_id, impossible, "Voilà", now)
        with pytest.raises(Invalid):
            await invite_team(cast.referent_msa_lot, case_id, impossible, "Voilà", now)
    with pytest.raises(Invalid):
        await transfer(cast.referent_caf_lot, case_id, await team("CPAM du Lot"), "", now)


async def test_a_referent_brings_a_team_of_another_territory(cast: Cast, case_id: UUID, now: datetime) -> None:
    await invite_team(cast.referent_msa_lot, case_id, await team("CAF du Cher"), "L’usager y vivait", now)

    assert await last(cast.agent_lot, case_id) == ("team_invited", "CAF du Cher", "L’usager y vivait")
    assert await told("invited") == {cast.referent_caf_cher.id}
    await post_message(cast.referent_caf_cher, case_id, "Bonjour", key=str(uuid4()), now=now)
    with pytest.raises(Forbidden):
        await invite_team(cast.agent_lot, case_id, await team("CPAM du Lot"), "Voilà", now)


async def test_an_expert_invited_by_either_side_sees_the_case_while_it_is_open(
    cast: Cast, case_id: UUID, now: datetime
) -> None:
    with pytest.raises(Invalid):
        await invite_expert(cast.agent_lot, case_id, "", now)
    await invite_expert(cast.referent_caf_lot, case_id, "Dialogue bloqué", now)
    with pytest.raises(Invalid):
        await invite_expert(cast.agent_lot, case_id, "Encore", now)

    assert (await list_cases(cast.expert, Filters(), now)).total == 1
    assert await told("invited") == {cast.expert.id}
    await close(cast.agent_lot, case_id, "solved", now)
    with pytest.raises(NotFound):
        await load_visible_case(cast.expert, case_id)


async def test_an_invited_colleague_is_told_of_what_follows(cast: Cast, case_id: UUID, now: datetime) -> None:
    await invite_colleagues(cast.agent_lot, case_id, {cast.colleague_lot.id, cast.agent_cher.id}, now)
    with pytest.raises(Invalid):
        await invite_colleagues(cast.agent_lot, case_id, {cast.agent_cher.id}, now)

    assert await told("invited") == {cast.colleague_lot.id}
    assert await last(cast.agent_lot, case_id) == ("colleague", "Bastien Roques", "")
    await post_message(cast.referent_caf_lot, case_id, "Voici", key=str(uuid4()), now=now)
    assert await told("message") == {cast.agent_lot.id, cast.colleague_lot.id}


async def test_nothing_of_that_on_a_closed_case(cast: Cast, case_id: UUID, now: datetime) -> None:
    await close(cast.agent_lot, case_id, "solved", now)

    with pytest.raises(Conflict):
        await transfer(cast.referent_caf_lot, case_id, await team("CPAM du Lot"), "Voilà", now)
    with pytest.raises(Conflict):
        await invite_expert(cast.agent_lot, case_id, "Voilà", now)
