"""The list of teams: exactly one’s own, found without accents or case by name, address, organisation, department."""

import pytest

from app.cast import Cast
from app.cli.seed import OFFICES
from app.domain.imports.offices import load_offices
from app.domain.teams.listing import PAGE_SIZE, TeamFilters, TeamView, count_views, list_teams
from app.domain.teams.teams import create_team
from db.tables.people import Person
from db.tables.teams import Team


async def found(cast: Cast, words: str) -> set[str]:
    return {line.name for line in (await list_teams(cast.admin, TeamFilters(words=words))).lines}


@pytest.mark.parametrize(
    "words", ["msa creuse", "MUTUALITÉ sociale Creuse", "agricole 23", "  creuse   MSA ", "mutualite creuse"]
)
async def test_a_team_is_found_by_its_name_organisation_and_department(cast: Cast, words: str) -> None:
    assert await found(cast, words) == {"MSA de la Creuse"}


async def test_nothing_is_found_by_what_no_team_has(cast: Cast) -> None:
    assert await found(cast, "msa 18") == set() and await found(cast, "%") == set()


async def test_an_office_is_found_by_its_addresses(cast: Cast) -> None:
    await load_offices(OFFICES)

    assert "France Services Valserhône" in await found(cast, "valserhone 01200")
    row = await Team.select(Team.contact_address, Team.name).where(Team.registry_number == "2").first()
    assert row and row["name"] in await found(cast, row["contact_address"].upper())


async def test_pages_follow_each_other_in_the_order_of_names_and_miss_no_one(cast: Cast) -> None:
    await load_offices(OFFICES)
    first = await list_teams(cast.admin, TeamFilters())

    seen = [line for page in range(1, first.pages + 1) for line in await lines(cast, page)]

    assert first.total == len(seen) == len(set(seen)) == 531 + 12
    assert first.pages == -(-543 // PAGE_SIZE) and (await list_teams(cast.admin, TeamFilters(page=9999))).page == 19


async def lines(cast: Cast, page: int) -> list[int]:
    return [line.id for line in (await list_teams(cast.admin, TeamFilters(page=page))).lines]


async def test_the_count_that_a_view_announces_is_the_count_it_shows(cast: Cast) -> None:
    await Person.update({Person.active: False}).where(Person.id == cast.referent_msa_lot.id)
    for actor in (cast.admin, cast.supervisor_lot, cast.manager_caf_lot, cast.agent_lot, cast.expert):
        counts = await count_views(actor)
        for view in TeamView:
            listing = await list_teams(actor, TeamFilters(view))
            assert (counts[view], listing.total) == (listing.total, len(listing.lines)), (actor.full_name, view)


async def test_teams_that_no_one_reads_are_told_apart(cast: Cast) -> None:
    unread = TeamFilters(TeamView.UNREACHABLE)
    assert [line.name for line in (await list_teams(cast.admin, unread)).lines] == ["CPAM de la Creuse"]
    assert (await list_teams(cast.supervisor_lot, unread)).total == 0

    await Person.update({Person.active: False}).where(Person.id == cast.referent_msa_lot.id)
    await create_team("Maison France Services sans personne", "FS", ["46"])

    (line,) = (await list_teams(cast.supervisor_lot, unread)).lines
    assert (line.name, line.unreachable, line.members, line.areas) == ("MSA du Lot", True, 0, ("Lot (46)",))


async def test_each_sees_their_own(cast: Cast) -> None:
    assert {line.name for line in (await list_teams(cast.agent_lot, TeamFilters())).lines} == {
        "France Services de démonstration du Lot"
    }
    assert (await list_teams(cast.supervisor_lot, TeamFilters())).total == 6
    assert (await list_teams(cast.supervisor_lot, TeamFilters(words="cher"))).total == 0
    assert (await list_teams(cast.expert, TeamFilters())).total == 0
