"""Naming and removing a manager: a team never loses its last one this way."""

from collections.abc import Awaitable, Callable
from datetime import datetime

import pytest

from app.cast import Cast
from app.domain.errors import Conflict, Forbidden, NotFound
from app.domain.members.managers import add_manager, remove_manager
from db.tables.members import Membership
from db.tables.people import Person

TeamOf = Callable[[str], Awaitable[int]]


async def managers(team_id: int) -> set[int]:
    rows = await Membership.select(Membership.person).where(Membership.team == team_id, Membership.manager.eq(True))
    return {row["person"] for row in rows}


async def test_a_manager_names_another_then_steps_back(cast: Cast, find_team: TeamOf, now: datetime) -> None:
    team_id, chief = await find_team("CAF du Lot"), cast.manager_caf_lot
    with pytest.raises(Forbidden):
        await remove_manager(chief, team_id, chief.id, now)

    await add_manager(chief, team_id, cast.referent_caf_lot.id, now)
    with pytest.raises(Conflict):
        await add_manager(chief, team_id, cast.referent_caf_lot.id, now)
    await remove_manager(chief, team_id, chief.id, now)

    assert await managers(team_id) == {cast.referent_caf_lot.id}


async def test_a_deactivated_manager_does_not_count(cast: Cast, find_team: TeamOf, now: datetime) -> None:
    team_id = await find_team("CAF du Lot")
    await add_manager(cast.admin, team_id, cast.referent_caf_lot.id, now)
    await Person.update({Person.active: False}).where(Person.id == cast.referent_caf_lot.id)

    with pytest.raises(Forbidden):
        await remove_manager(cast.manager_caf_lot, team_id, cast.manager_caf_lot.id, now)
    with pytest.raises(NotFound):
        await add_manager(cast.admin, team_id, cast.referent_caf_lot.id, now)


async def test_the_supervisor_and_the_admin_may_leave_none(cast: Cast, find_team: TeamOf, now: datetime) -> None:
    team_id = await find_team("CAF du Lot")
    await remove_manager(cast.supervisor_lot, team_id, cast.manager_caf_lot.id, now)

    assert await managers(team_id) == set()


async def test_no_one_out_of_the_team_becomes_its_manager(cast: Cast, find_team: TeamOf, now: datetime) -> None:
    with pytest.raises(NotFound):
        await add_manager(cast.manager_caf_lot, await find_team("CAF du Lot"), cast.referent_msa_lot.id, now)
    with pytest.raises(NotFound):
        await add_manager(cast.manager_caf_lot, await find_team("MSA du Lot"), cast.referent_msa_lot.id, now)
