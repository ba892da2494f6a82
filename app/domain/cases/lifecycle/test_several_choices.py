"""The page that asks offers what suits every case, and says which cases it cannot reach."""

from datetime import datetime

from app.cast import Cast
from app.domain.accounts.actor import load_actor
from app.domain.cases.lifecycle.assignment import take_charge
from app.domain.cases.lifecycle.several_choices import load_colleague_choices, load_team_choices
from app.domain.errors import Forbidden
from app.domain.teams.teams import add_member
from app.tests.support.cases_fixtures import NewCase
from app.tests.support.recipients import find_team_id


async def test_what_is_offered_suits_every_case(cast: Cast, new_case: NewCase, now: datetime) -> None:
    await add_member(cast.referent_caf_cher.id, await find_team_id("CAF du Lot"))
    third = await load_actor(cast.referent_caf_cher.id)
    assert third is not None
    three = [await new_case("CAF") for _ in range(3)]
    both = await new_case("CAF", "MSA")
    await take_charge(cast.referent_caf_lot, three[0], now)

    colleagues = await load_colleague_choices(third, [*three, both])
    teams = await load_team_choices(cast.referent_caf_lot, [*three, both])

    assert colleagues.possible == [*three[1:], both] and isinstance(colleagues.left[three[0]], Forbidden)
    assert {one.id for one in colleagues.choices} >= {cast.referent_caf_lot.id, cast.manager_caf_lot.id}
    assert "MSA du Lot" in {team.name for team in teams.choices}
    assert "CAF du Lot" not in {team.name for team in teams.choices}
    stranger = await load_team_choices(cast.referent_msa_lot, three)
    assert stranger.possible == [] and set(stranger.left) == set(three)
