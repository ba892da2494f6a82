"""An organisation is reachable where one of its teams covers the territory and somebody active reads there."""

from app.cast import Cast
from app.domain.teams.reachability import organisations_in, reachable_teams
from db.tables import Area, Organisation, Person, Team


async def reached(area: str) -> set[str]:
    return {organisation.acronym for organisation in await organisations_in(area) if organisation.reachable}


async def test_each_territory_has_its_own_on_purpose(cast: Cast) -> None:
    assert await reached("46") == {"CAF", "CPAM", "France Travail", "MSA", "Préf"}
    assert await reached("18") == {"CAF", "CPAM"}, "the Cher has no MSA team"
    assert await reached("23") == {"CAF", "MSA"}, "in the Creuse nobody reads for the CPAM"
    assert await reached("75") == set()


async def test_a_team_whose_only_member_has_left_is_not_reached(cast: Cast) -> None:
    await Person.update({Person.active: False}).where(Person.id == cast.referent_msa_lot.id)

    assert "MSA" not in await reached("46")


async def test_every_operator_is_offered_and_no_helper_with_what_it_asks_for(cast: Cast) -> None:
    offered = {organisation.acronym: organisation for organisation in await organisations_in("46")}

    assert len(offered) == 26 and "FS" not in offered
    assert (offered["CAF"].name, offered["CAF"].asked_field) == (
        "Caisse d’allocations familiales",
        "Numéro d’allocataire CAF",
    )
    assert offered["BDF"].asked_field == ""


async def test_a_helper_team_never_receives_a_case_whatever_the_form_says(cast: Cast) -> None:
    helper = await Organisation.select(Organisation.id).where(Organisation.acronym == "FS").first()
    for area in await Area.select(Area.code):
        assert helper and helper["id"] not in await reachable_teams(area["code"])


async def test_a_team_of_two_members_is_found_once(cast: Cast) -> None:
    caf = await Team.select(Team.id, Team.organisation).where(Team.name == "CAF du Lot").first()
    assert caf and (await reachable_teams("46"))[caf["organisation"]] == [caf["id"]]
