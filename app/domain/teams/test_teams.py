"""Teams and their members: created once, and never with invalid data."""

import pytest

from app.cast import Cast
from app.domain.errors import Invalid
from app.domain.teams.teams import add_member, create_team
from db.tables.members import Membership
from db.tables.teams import Team, TeamArea


async def test_a_team_covers_its_territories_each_once(database: str) -> None:
    team = await create_team("MSA Midi-Pyrénées Nord", "MSA", ["82", "46", "46"])

    rows = await TeamArea.select(TeamArea.area).where(TeamArea.team == team).order_by(TeamArea.area)
    assert [row["area"] for row in rows] == ["46", "82"]


async def test_making_it_again_finds_the_same_team(database: str) -> None:
    first = await create_team("CARSAT du Lot", "CARSAT", ["46"])

    assert await create_team(" CARSAT  du Lot ", "CARSAT", ["46"]) == first
    assert await Team.count().where(Team.name == "CARSAT du Lot") == 1


@pytest.mark.parametrize(
    ("name", "acronym", "areas", "field"),
    [
        ("CAF de nulle part", "CAF", ["999"], "territoires"),
        ("CAF de nulle part", "CAF", [], "territoires"),
        ("CAF de nulle part", "CIA", ["46"], "organisme"),
        (" ", "CAF", ["46"], "nom"),
        ("x" * 201, "CAF", ["46"], "nom"),
    ],
)
async def test_an_impossible_team_is_refused_and_leaves_nothing(
    database: str, name: str, acronym: str, areas: list[str], field: str
) -> None:
    before = await Team.count()

    with pytest.raises(Invalid) as refused:
        await create_team(name, acronym, areas)

    assert list(refused.value.fields) == [field] and await Team.count() == before


async def test_a_second_seat_in_the_same_team_changes_nothing(cast: Cast) -> None:
    seat = cast.manager_caf_lot.seats[0]

    await add_member(cast.manager_caf_lot.id, seat.team_id, manager=False)

    rows = await Membership.select(Membership.manager).where(Membership.person == cast.manager_caf_lot.id)
    assert rows == [{"manager": True}]
