"""Who sees a team and what they may do to it: the list, the page and the actions agree."""

from datetime import datetime

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor, PlatformRole, load_actor
from app.domain.errors import Forbidden, NotFound
from app.domain.row_ids import LARGEST_ID
from app.domain.teams.permissions import (
    TeamAction,
    build_closable_teams_condition,
    build_editable_teams_condition,
    build_visible_teams_condition,
    load_visible_team,
    lock_team_for_action,
)
from app.domain.teams.teams import add_member, create_team
from app.tests.support.supervisors import make_supervisor
from db.engine import transaction
from db.tables.people import Person
from db.tables.teams import Team

SEE, EDIT, MEMBERS = TeamAction.SEE, TeamAction.EDIT, TeamAction.MANAGE_MEMBERS
PLACE, MERGE, CLOSE = TeamAction.CHOOSE_AREAS, TeamAction.MERGE, TeamAction.CLOSE
KEEPER = {SEE, EDIT, MEMBERS}


async def team_named(name: str) -> int:
    row = await Team.select(Team.id).where(Team.name == name).first()
    assert row
    return int(row["id"])


async def allowed(actor: Actor, team: int) -> set[TeamAction]:
    try:
        return set((await load_visible_team(actor, team))[1])
    except NotFound:
        return set()


@pytest.mark.parametrize(
    ("who", "team", "actions"),
    [
        ("admin", "CAF du Lot", set(TeamAction)),
        ("admin", "CAF du Cher", set(TeamAction)),
        ("supervisor_lot", "CAF du Lot", set(TeamAction)),
        ("supervisor_lot", "CAF du Cher", set()),
        ("manager_caf_lot", "CAF du Lot", KEEPER),
        ("manager_caf_lot", "CPAM du Lot", set()),
        ("referent_caf_lot", "CAF du Lot", {SEE}),
        ("referent_caf_lot", "CAF du Cher", set()),
        ("agent_lot", "France Services de démonstration du Lot", {SEE}),
        ("agent_lot", "CAF du Lot", set()),
        ("expert", "CAF du Lot", set()),
    ],
)
async def test_the_matrix(cast: Cast, who: str, team: str, actions: set[TeamAction]) -> None:
    assert await allowed(getattr(cast, who), await team_named(team)) == actions


async def test_a_supervisor_keeps_what_reaches_beyond_their_territories_but_does_not_end_it(cast: Cast) -> None:
    both = await create_team("MSA Midi-Pyrénées Nord", "MSA", ["46", "82"])

    assert await allowed(cast.supervisor_lot, both) == KEEPER | {PLACE}
    async with transaction():
        with pytest.raises(Forbidden):
            await lock_team_for_action(cast.supervisor_lot, both, CLOSE)


async def test_the_database_is_told_the_same(cast: Cast, now: datetime) -> None:
    await create_team("MSA Midi-Pyrénées Nord", "MSA", ["46", "82"])
    await create_team("CAF de Mayotte", "CAF", ["976"])
    pilots = [
        await make_supervisor("pilote", now, organisations=["CAF"]),
        await make_supervisor("pilote.lot", now, areas=["46", "82"], organisations=["CAF", "CPAM"]),
    ]
    everyone = [*(getattr(cast, name) for name in vars(cast)), *pilots]
    teams = [row["id"] for row in await Team.select(Team.id)]

    for actor in everyone:
        seen = {row["id"] for row in await Team.select(Team.id).where(build_visible_teams_condition(actor))}
        ended = {row["id"] for row in await Team.select(Team.id).where(build_closable_teams_condition(actor))}
        kept = {row["id"] for row in await Team.select(Team.id).where(build_editable_teams_condition(actor))}
        held = {team: await allowed(actor, team) for team in teams}
        assert seen == {team for team in teams if SEE in held[team]}, actor.full_name
        assert ended == {team for team in teams if MERGE in held[team]}, actor.full_name
        assert kept == {team for team in teams if EDIT in held[team]}, actor.full_name


async def test_a_supervisor_of_an_organisation_has_its_teams_everywhere_and_no_other(cast: Cast, now: datetime) -> None:
    pilot = await make_supervisor("pilote", now, organisations=["CAF"])

    for name, actions in (("CAF du Lot", set(TeamAction)), ("CAF du Cher", set(TeamAction)), ("CPAM du Lot", set())):
        assert await allowed(pilot, await team_named(name)) == actions, name
    await Person.update({Person.platform_role: PlatformRole.MEMBER}).where(Person.id == pilot.id)
    former = await load_actor(pilot.id)
    assert former is not None and await allowed(former, await team_named("CAF du Lot")) == set()


async def test_what_is_no_team_is_absent(cast: Cast) -> None:
    for number in (0, -1, LARGEST_ID, LARGEST_ID + 1, 10**30):
        with pytest.raises(NotFound):
            await load_visible_team(cast.admin, number)


async def test_a_person_is_an_agent_in_one_team_and_a_referent_in_another(cast: Cast) -> None:
    caf = await team_named("CAF du Lot")
    await add_member(cast.agent_lot.id, caf)
    both = await load_actor(cast.agent_lot.id)
    assert both is not None

    assert (both.may_open_cases, len(both.seats)) == (True, 2)
    assert await allowed(both, caf) == {SEE}
    assert await allowed(both, await team_named("France Services de démonstration du Lot")) == {SEE}
