"""Creating and changing a team: by whom, with which areas; each refusal says what to do."""

from dataclasses import replace
from datetime import datetime

import pytest

from app.cast import Cast
from app.cli.seed import OFFICES
from app.domain.errors import Conflict, Forbidden, Invalid, NotFound
from app.domain.imports.offices import load_offices
from app.domain.teams.change import change_team
from app.domain.teams.creation import open_team
from app.domain.teams.form import TeamCard, TeamForm
from app.domain.teams.listing import TeamFilters, list_teams
from app.domain.teams.refusals import list_helper_kinds, list_refused_helpers
from db.tables.audit import AuditEntry
from db.tables.organisations import Organisation
from db.tables.teams import Team, TeamArea


async def organisation(acronym: str) -> int:
    row = await Organisation.select(Organisation.id).where(Organisation.acronym == acronym).first()
    assert row
    return int(row["id"])


async def team_named(name: str) -> int:
    row = await Team.select(Team.id).where(Team.name == name).first()
    assert row
    return int(row["id"])


async def areas_of(team: int) -> list[str]:
    rows = await TeamArea.select(TeamArea.area).where(TeamArea.team == team).order_by(TeamArea.area)
    return [row["area"] for row in rows]


async def wish(name: str, *areas: str, without: str = "", **card: str) -> TeamForm:
    kinds = frozenset(kind.id for kind in await list_helper_kinds() if kind.acronym not in without.split())
    return TeamForm(TeamCard(name, **card), frozenset(areas), kinds)


async def test_an_admin_creates_a_team_of_several_territories(cast: Cast, now: datetime) -> None:
    asked = await wish(" MDPH  du Lot ", "46", "82", shared_address="Equipe@MDPH.exemple.fr", without="Association")

    team = await open_team(cast.admin, await organisation("MDPH"), asked, now)

    row = await Team.select(Team.name, Team.shared_address).where(Team.id == team).first()
    assert row == {"name": "MDPH du Lot", "shared_address": "equipe@mdph.exemple.fr"}
    assert await areas_of(team) == ["46", "82"]
    assert await list_refused_helpers(team) == {await organisation("Association")}
    assert (await list_teams(cast.admin, TeamFilters(words="handicapées tarn garonne equipe@"))).total == 1
    assert await AuditEntry.exists().where(AuditEntry.action == "team.opened", AuditEntry.team_id == team)


async def test_a_supervisor_creates_in_their_territories_alone(cast: Cast, now: datetime) -> None:
    team = await open_team(cast.supervisor_lot, await organisation("MDPH"), await wish("MDPH du Lot", "46", "18"), now)
    assert await areas_of(team) == ["46"]

    with pytest.raises(Invalid) as refused:
        await open_team(cast.supervisor_lot, await organisation("MDPH"), await wish("MDPH du Cher", "18"), now)
    assert set(refused.value.fields) == {"territoires"}


async def test_no_other_person_creates(cast: Cast, now: datetime) -> None:
    for actor in (cast.manager_caf_lot, cast.agent_lot, cast.expert):
        with pytest.raises(NotFound):
            await open_team(actor, await organisation("MDPH"), await wish("MDPH du Lot", "46"), now)


async def test_everything_wrong_is_said_at_once_and_nothing_is_made(cast: Cast, now: datetime) -> None:
    before = await Team.count()
    bad = TeamForm(TeamCard("", shared_address="à remplir", street="x" * 251), frozenset(), frozenset())

    with pytest.raises(Invalid) as refused:
        await open_team(cast.admin, None, bad, now)
    assert set(refused.value.fields) == {"organisme", "nom", "adresse-partagee", "rue", "territoires"}

    with pytest.raises(Invalid) as refused:
        await open_team(cast.admin, await organisation("CAF"), replace(bad, card=TeamCard("CAF du Lot")), now)
    assert set(refused.value.fields) == {"nom", "territoires", "structures"} and await Team.count() == before


async def test_a_manager_changes_their_team_but_not_its_territories(cast: Cast, now: datetime) -> None:
    caf = await team_named("CAF du Lot")

    await change_team(cast.manager_caf_lot, caf, await wish("CAF de Cahors", "18", phone="05 36 49 00 99"), now)

    assert await areas_of(caf) == ["46"]
    assert (await list_teams(cast.manager_caf_lot, TeamFilters(words="cahors"))).total == 1
    with pytest.raises(Forbidden):
        await change_team(cast.referent_caf_lot, caf, await wish("Non", "46"), now)
    for stranger in (cast.referent_caf_cher, cast.expert):
        with pytest.raises(NotFound):
            await change_team(stranger, caf, await wish("Non", "46"), now)


async def test_a_supervisor_moves_it_among_their_territories_and_leaves_the_others(cast: Cast, now: datetime) -> None:
    msa = await open_team(cast.admin, await organisation("MSA"), await wish("MSA du Quercy", "46", "82"), now)

    await change_team(cast.supervisor_lot, msa, await wish("MSA du Quercy", "18"), now)

    assert await areas_of(msa) == ["82"]


async def test_a_closed_team_no_longer_changes(cast: Cast, now: datetime) -> None:
    caf = await team_named("CAF du Lot")
    await Team.update({Team.closed_at: now}).where(Team.id == caf)

    with pytest.raises(Conflict):
        await change_team(cast.admin, caf, await wish("CAF du Lot", "46"), now)


@pytest.mark.parametrize("typed", ["{}", "upper"])
async def test_an_address_of_the_list_is_no_shared_address(cast: Cast, now: datetime, typed: str) -> None:
    await load_offices(OFFICES)
    row = await Team.select(Team.contact_address).where(Team.registry_number == "2").first()
    assert row
    address = row["contact_address"].upper() if typed == "upper" else row["contact_address"]

    with pytest.raises(Invalid) as refused:
        await change_team(
            cast.admin, await team_named("CAF du Lot"), await wish("CAF", "46", shared_address=address), now
        )

    assert set(refused.value.fields) == {"adresse-partagee"}


async def test_a_name_is_taken_once_in_an_organisation(cast: Cast, now: datetime) -> None:
    with pytest.raises(Invalid, match="porte déjà ce nom"):
        await change_team(cast.admin, await team_named("CAF du Cher"), await wish("CAF du Lot", "18"), now)
    await change_team(cast.admin, await team_named("MSA du Lot"), await wish("CAF du Lot", "46"), now)
