"""Who of a team has a case: only by the rules of assignment.py, and the people concerned are notified."""

from datetime import datetime
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor, load_actor
from app.domain.cases.inbox.counters import load_list_counts
from app.domain.cases.inbox.views import View
from app.domain.cases.lifecycle.assignment import assign, give_back, load_assignment_choices, take_charge
from app.domain.cases.lifecycle.closure import close
from app.domain.errors import Conflict, Forbidden, Invalid
from app.domain.teams.teams import add_member
from app.tests.support.recipients import find_team_id, list_emailed, read_recipients
from db.tables.thread import Event


async def find_holder(case_id: UUID, acronym: str = "CAF") -> int | None:
    holder: int | None = (await read_recipients(case_id))[acronym]["taken_by"]
    return holder


async def list_kinds(case_id: UUID) -> list[str]:
    rows = await Event.select(Event.kind).where(Event.case == case_id).order_by(Event.id)
    return [row["kind"] for row in rows if row["kind"] in ("taken", "given_back", "assigned")]


@pytest.fixture
async def third(cast: Cast) -> Actor:
    """Marc of the Cher joins the CAF du Lot: a third member, who is no manager."""
    await add_member(cast.referent_caf_cher.id, await find_team_id("CAF du Lot"))
    actor = await load_actor(cast.referent_caf_cher.id)
    assert actor is not None
    return actor


async def test_one_takes_it_gives_it_back_and_a_second_press_changes_nothing(
    cast: Cast, case_id: UUID, now: datetime
) -> None:
    julien = cast.referent_caf_lot
    for _ in range(2):
        await take_charge(julien, case_id, now)
    assert (await find_holder(case_id), await find_holder(case_id, "MSA")) == (julien.id, None)
    for _ in range(2):
        await give_back(julien, case_id, now)
    assert await find_holder(case_id) is None and await list_kinds(case_id) == ["taken", "given_back"]
    assert await list_emailed("assigned") == await list_emailed("taken_over") == []


async def test_one_takes_it_from_a_colleague_only_in_their_place(
    cast: Cast, case_id: UUID, third: Actor, now: datetime
) -> None:
    """And not from another colleague who took it since the form was drawn."""
    await take_charge(cast.referent_caf_lot, case_id, now)
    for named in (None, cast.manager_caf_lot.id):
        with pytest.raises(Conflict, match="Un collègue vient de la prendre"):
            await take_charge(third, case_id, now, instead_of=named)
    assert await find_holder(case_id) == cast.referent_caf_lot.id
    await take_charge(third, case_id, now, instead_of=cast.referent_caf_lot.id)
    assert await find_holder(case_id) == third.id
    assert await list_emailed("taken_over") == ["referent.caf.lot"]


async def test_one_gives_what_one_has_or_what_no_person_has(
    cast: Cast, case_id: UUID, third: Actor, now: datetime
) -> None:
    await assign(cast.referent_caf_lot, case_id, third.id, now)
    assert await find_holder(case_id) == third.id and await list_emailed("assigned") == ["referent.caf.cher"]
    with pytest.raises(Forbidden):
        await assign(cast.referent_caf_lot, case_id, cast.manager_caf_lot.id, now)
    with pytest.raises(Forbidden):
        await give_back(cast.referent_caf_lot, case_id, now)
    await assign(third, case_id, cast.referent_caf_lot.id, now)
    assert await find_holder(case_id) == cast.referent_caf_lot.id
    assert await list_emailed("taken_over") == [], "who gives it knows it"


async def test_a_manager_moves_what_a_colleague_has_and_both_hear_of_it(
    cast: Cast, case_id: UUID, third: Actor, now: datetime
) -> None:
    await take_charge(cast.referent_caf_lot, case_id, now)
    for _ in range(2):
        await assign(cast.manager_caf_lot, case_id, third.id, now)
    assert await list_emailed("assigned") == ["referent.caf.cher"]
    assert await list_emailed("taken_over") == ["referent.caf.lot"]
    await give_back(cast.manager_caf_lot, case_id, now)
    assert await find_holder(case_id) is None
    assert await list_kinds(case_id) == ["taken", "assigned", "given_back"]
    assert await list_emailed("taken_over") == ["referent.caf.cher", "referent.caf.lot"]


async def test_only_a_member_of_the_team_is_given_it(cast: Cast, case_id: UUID, now: datetime) -> None:
    for stranger in (None, cast.referent_msa_lot.id, cast.agent_lot.id, cast.referent_caf_cher.id, 0):
        with pytest.raises(Invalid):
            await assign(cast.referent_caf_lot, case_id, stranger, now)
    for actor in (cast.agent_lot, cast.expert):
        choices = await load_assignment_choices(cast.agent_lot, case_id)
        assert (choices.team, choices.holder, choices.others) == ("", None, []), actor.address
    assert await find_holder(case_id) is None


async def test_no_person_takes_or_gives_a_closed_case(cast: Cast, case_id: UUID, now: datetime) -> None:
    await take_charge(cast.referent_caf_lot, case_id, now)
    await close(cast.agent_lot, case_id, "solved", now)
    with pytest.raises(Conflict):
        await take_charge(cast.manager_caf_lot, case_id, now, instead_of=cast.referent_caf_lot.id)
    with pytest.raises(Conflict):
        await give_back(cast.referent_caf_lot, case_id, now)
    with pytest.raises(Conflict):
        await assign(cast.manager_caf_lot, case_id, cast.manager_caf_lot.id, now)


async def test_each_view_has_what_its_name_says(cast: Cast, case_id: UUID, third: Actor, now: datetime) -> None:
    people = {"julien": cast.referent_caf_lot, "third": third, "msa": cast.referent_msa_lot}

    async def count() -> dict[str, list[int]]:
        views = (View.TAKEN, View.UNTAKEN, View.COLLEAGUES)
        counts = {name: (await load_list_counts(actor, now)).views for name, actor in people.items()}
        return {name: [found[view] for view in views] for name, found in counts.items()}

    assert await count() == {"julien": [0, 1, 0], "third": [0, 1, 0], "msa": [0, 1, 0]}
    await take_charge(cast.referent_caf_lot, case_id, now)
    assert await count() == {"julien": [1, 0, 0], "third": [0, 0, 1], "msa": [0, 1, 0]}
    await assign(cast.referent_caf_lot, case_id, third.id, now)
    assert await count() == {"julien": [0, 0, 1], "third": [1, 0, 0], "msa": [0, 1, 0]}
