"""An organisation is reachable where one of its teams covers the area and has an active reader."""

from datetime import datetime

from app.cast import Cast
from app.domain.teams.reachability import Obstacle, find_reachable_teams, list_organisations_in_area
from app.domain.teams.refusals import save_refusals
from app.domain.teams.teams import create_team
from db.tables.areas import Area
from db.tables.organisations import Organisation
from db.tables.people import Person
from db.tables.teams import Team


async def reached(area: str) -> set[str]:
    return {
        organisation.acronym
        for organisation in await list_organisations_in_area(area, None)
        if organisation.is_reachable
    }


async def test_each_territory_has_its_own_on_purpose(cast: Cast) -> None:
    assert await reached("46") == {"CAF", "CPAM", "France Travail", "MSA", "Préf"}
    assert await reached("18") == {"CAF", "CPAM"}, "the Cher has no MSA team"
    assert await reached("23") == {"CAF", "MSA"}, "in the Creuse nobody reads for the CPAM"
    assert await reached("75") == set()


async def test_a_team_whose_only_member_has_left_is_not_reached(cast: Cast) -> None:
    await Person.update({Person.active: False}).where(Person.id == cast.referent_msa_lot.id)

    assert "MSA" not in await reached("46")


async def test_every_operator_is_offered_and_no_helper_with_what_it_asks_for(cast: Cast) -> None:
    offered = {organisation.acronym: organisation for organisation in await list_organisations_in_area("46", None)}

    assert len(offered) == 26 and "FS" not in offered
    assert (offered["CAF"].name, offered["CAF"].asked_field) == (
        "Caisse d’allocations familiales",
        "Numéro d’allocataire CAF",
    )
    assert offered["BDF"].asked_field == ""


async def test_a_helper_team_never_receives_a_case_by_any_form(cast: Cast) -> None:
    helper = await Organisation.select(Organisation.id).where(Organisation.acronym == "FS").first()
    for area in await Area.select(Area.code):
        assert helper and helper["id"] not in await find_reachable_teams(area["code"], None)


async def test_a_team_of_two_members_is_found_once(cast: Cast) -> None:
    caf = await Team.select(Team.id, Team.organisation).where(Team.name == "CAF du Lot").first()
    assert caf and (await find_reachable_teams("46", None))[caf["organisation"]] == [caf["id"]]


async def obstacle_of(acronym: str, area: str, from_team: int | None = None) -> Obstacle | None:
    found = {
        organisation.acronym: organisation.obstacle
        for organisation in await list_organisations_in_area(area, from_team)
    }
    return found[acronym]


async def test_what_stands_in_the_way_is_told_apart(cast: Cast) -> None:
    assert await obstacle_of("CPAM", "23") == Obstacle.NO_READER
    assert await obstacle_of("MSA", "18") == Obstacle.NO_TEAM
    assert await obstacle_of("MSA", "46") is None


async def test_a_member_is_reached_from_their_invitation_on_before_their_first_visit(cast: Cast) -> None:
    await Person.update({Person.terms_accepted_at: None}).where(Person.id == cast.referent_msa_lot.id)

    assert "MSA" in await reached("46")


async def test_a_shared_address_alone_reads_nothing(cast: Cast) -> None:
    await Team.update({Team.shared_address: "msa@exemple.fr"}).where(Team.name == "MSA du Lot")
    await Person.update({Person.active: False}).where(Person.id == cast.referent_msa_lot.id)

    assert await obstacle_of("MSA", "46") == Obstacle.NO_READER


async def test_a_team_is_out_of_reach_of_the_kinds_of_helpers_that_it_refuses_and_of_those_alone(
    cast: Cast, now: datetime
) -> None:
    msa = await Team.select(Team.id).where(Team.name == "MSA du Lot").first()
    social = await create_team("Secours de Cahors", "Association", ["46"])
    office = cast.agent_lot.seats[0].team_id
    association = await Organisation.select(Organisation.id).where(Organisation.acronym == "Association").first()
    assert msa and association
    await save_refusals(msa["id"], frozenset({association["id"]}))

    assert await obstacle_of("MSA", "46", social) == Obstacle.REFUSES
    assert await obstacle_of("MSA", "46", office) is None
    assert await obstacle_of("CAF", "46", social) is None

    await create_team("MSA de Figeac", "MSA", ["46"])
    assert await obstacle_of("MSA", "46", social) == Obstacle.REFUSES, "another team, that nobody reads, opens nothing"


async def test_a_closed_team_is_reached_no_more(cast: Cast, now: datetime) -> None:
    await Team.update({Team.closed_at: now}).where(Team.name == "MSA du Lot")

    assert await obstacle_of("MSA", "46") == Obstacle.NO_TEAM
