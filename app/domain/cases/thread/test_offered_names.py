"""The names proposed after « @ » are those that call one colleague who may read the line."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.audience import TO_ALL, TO_REFERENTS, Audience, Readership, build_team_readership
from app.domain.cases.access import load_visible_case
from app.domain.cases.lifecycle.closure import close
from app.domain.cases.lifecycle.invitation import invite_expert
from app.domain.cases.thread.mentions import find_mentions, list_callable_names, parse_mentions
from app.domain.cases.thread.offered_names import list_offered_names
from app.domain.errors import Conflict, Forbidden, NotFound


async def test_of_the_agents_side_for_an_agent(cast: Cast, case_id: UUID, now: datetime) -> None:
    await invite_expert(cast.agent_lot, case_id, "Bloqué", now)

    names = await list_offered_names(cast.agent_lot, case_id, TO_ALL)

    assert {cast.colleague_lot.full_name, cast.expert.full_name} <= set(names)
    others = (cast.agent_lot, cast.agent_cher, cast.referent_caf_lot, cast.manager_caf_lot, cast.referent_msa_lot)
    assert not {one.full_name for one in others} & set(names)


@pytest.mark.parametrize("audience", Audience)
async def test_for_a_referent_each_name_calls_one_reader_of_the_line(
    cast: Cast, case_id: UUID, audience: Audience
) -> None:
    julien = cast.referent_caf_lot
    team = build_team_readership(julien.seats[0].team_id)
    readership = {Audience.ALL: TO_ALL, Audience.INTERNAL: TO_REFERENTS, Audience.TEAM: team}[audience]

    names = await list_offered_names(julien, case_id, readership)

    assert cast.manager_caf_lot.full_name in names and julien.full_name not in names
    assert (cast.referent_msa_lot.full_name in names) is (audience != Audience.TEAM)
    assert not {cast.agent_lot.full_name, cast.referent_caf_cher.full_name} & set(names)
    found = await find_mentions(
        julien, await load_visible_case(julien, case_id), readership, " ".join(f"@{one}," for one in names)
    )
    assert len(found.people) == len(names) and not found.uncalled


async def test_a_team_without_a_number_is_one_s_own(cast: Cast, case_id: UUID) -> None:
    names = await list_offered_names(cast.referent_caf_lot, case_id, Readership(Audience.TEAM))
    assert cast.manager_caf_lot.full_name in names and cast.referent_msa_lot.full_name not in names


async def test_who_may_not_write_the_line_gets_no_name(cast: Cast, case_id: UUID, now: datetime) -> None:
    refused: list[tuple[Actor, Readership]] = [
        (cast.agent_lot, TO_REFERENTS),
        (cast.referent_msa_lot, build_team_readership(cast.referent_caf_lot.seats[0].team_id)),
    ]
    for one, readership in refused:
        with pytest.raises(Forbidden):
            await list_offered_names(one, case_id, readership)
    for stranger in (cast.agent_cher, cast.referent_caf_cher, cast.admin):
        with pytest.raises(NotFound):
            await list_offered_names(stranger, case_id, TO_ALL)
    await close(cast.agent_lot, case_id, "solved", now)
    with pytest.raises(Conflict):
        await list_offered_names(cast.agent_lot, case_id, TO_ALL)


def test_of_two_people_of_one_name_each_has_their_team_and_of_one_team_neither(cast: Cast) -> None:
    helene = cast.manager_caf_lot
    of_msa = replace(helene, id=helene.id + 1000, seats=cast.referent_msa_lot.seats)
    nameless = replace(helene, id=helene.id + 2000, first_name="", last_name="", address="1@exemple.fr")

    names = list_callable_names([helene, of_msa, nameless])

    assert names == ["Hélène Marty (CAF du Lot)", "Hélène Marty (MSA du Lot)"]
    assert parse_mentions(f"@{names[1]}", [helene, of_msa]).people == {of_msa.id}
    assert list_callable_names([helene, replace(helene, id=helene.id + 1000)]) == []
