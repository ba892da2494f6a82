"""A supervisor of an organisation everywhere: what they open, place, decide, hear of, count; and never read."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.accounts.duties import Duty, list_duties
from app.domain.cases.access import load_visible_case
from app.domain.cases.statistics.overview import load_overview
from app.domain.errors import Invalid, NotFound
from app.domain.people.listing import PersonFilters, list_people
from app.domain.signup.decision import list_applicants
from app.domain.teams.change import change_team
from app.domain.teams.creation import list_organisation_choices, open_team
from app.domain.teams.form import TeamCard, TeamForm
from app.domain.teams.local_contact import list_editable_contacts
from app.domain.teams.permissions import load_team_facts
from app.domain.teams.refusals import list_helper_kinds
from app.domain.teams.supervision import list_supervisors
from app.tests.support.cases_fixtures import NewCase
from app.tests.support.members_fixtures import FindTeam
from app.tests.support.supervisors import make_supervisor
from db.tables.organisations import Organisation

AskAccount = Callable[..., Awaitable[int]]


@pytest.fixture
async def pilot(cast: Cast, now: datetime) -> Actor:
    return await make_supervisor("pilote", now, organisations=["CAF"])


@pytest.fixture
async def pilot_of_lot(cast: Cast, now: datetime) -> Actor:
    """Also a supervisor of one territory."""
    return await make_supervisor("pilote.lot", now, areas=["46"], organisations=["CAF"])


async def organisation_id(acronym: str) -> int:
    row = await Organisation.select(Organisation.id).where(Organisation.acronym == acronym).first()
    assert row
    return int(row["id"])


async def card(name: str, *areas: str) -> TeamForm:
    return TeamForm(TeamCard(name), frozenset(areas), frozenset(kind.id for kind in await list_helper_kinds()))


async def test_they_open_teams_of_their_organisation_in_every_territory_and_of_no_other(
    pilot: Actor, pilot_of_lot: Actor, now: datetime
) -> None:
    caf, msa = await organisation_id("CAF"), await organisation_id("MSA")
    assert [choice.id for choice in await list_organisation_choices(pilot)] == [caf]
    assert await open_team(pilot, caf, await card("CAF de Mayotte", "976", "974"), now)
    with pytest.raises(Invalid) as refused:
        await open_team(pilot, msa, await card("MSA de Mayotte", "976"), now)
    assert "territoires" in refused.value.fields

    assert await open_team(pilot_of_lot, msa, await card("MSA du Causse", "46"), now)
    with pytest.raises(Invalid, match="pilote national"):
        await open_team(pilot_of_lot, msa, await card("MSA du Sud", "46", "82"), now)


async def test_they_place_a_team_of_their_organisation_anywhere(
    pilot: Actor, find_team: FindTeam, now: datetime
) -> None:
    team_id = await find_team("CAF du Cher")
    await change_team(pilot, team_id, await card("CAF du Cher", "18", "36"), now)
    facts = await load_team_facts(team_id)
    assert facts is not None and facts.areas == {"18", "36"}


async def test_they_decide_the_signups_of_their_organisation(
    pilot: Actor, pilot_of_lot: Actor, create_signup: AskAccount
) -> None:
    theirs = await create_signup(area="18", organisation=await organisation_id("CAF"))
    other = await create_signup(address="autre@exemple.fr", area="46", organisation=await organisation_id("MSA"))
    assert [one.id for one in await list_applicants(pilot)] == [theirs]
    assert {one.id for one in await list_applicants(pilot_of_lot)} == {theirs, other}


async def test_they_keep_the_people_of_its_teams_and_no_local_contact(
    pilot: Actor, pilot_of_lot: Actor, cast: Cast
) -> None:
    listed = {line.id for line in (await list_people(pilot, PersonFilters())).lines}
    assert {cast.referent_caf_lot.id, cast.referent_caf_cher.id} <= listed
    assert not listed & {cast.agent_lot.id, cast.referent_msa_lot.id, cast.expert.id, cast.admin.id, pilot.id}
    assert Duty.MANAGE_AREAS not in list_duties(pilot)
    with pytest.raises(NotFound):
        await list_editable_contacts(pilot)
    assert [contact.code for contact in await list_editable_contacts(pilot_of_lot)] == ["46"]


async def test_they_hear_of_its_silent_teams_wherever_they_are(pilot: Actor, cast: Cast, find_team: FindTeam) -> None:
    assert await list_supervisors(await find_team("CAF du Lot"), "46") == sorted([pilot.id, cast.supervisor_lot.id])
    assert await list_supervisors(await find_team("CAF du Cher"), "18") == [pilot.id]
    assert await list_supervisors(await find_team("CPAM du Lot"), "46") == [cast.supervisor_lot.id]


async def test_they_count_what_its_teams_have_and_read_none_of_it(
    pilot: Actor, pilot_of_lot: Actor, cast: Cast, new_case: NewCase, now: datetime
) -> None:
    both, of_cher = await new_case("CAF", "MSA"), await new_case("CAF", actor=cast.agent_cher)
    elsewhere = await new_case("MSA")
    later = now + timedelta(minutes=5)

    shown = await load_overview(pilot, later)
    assert [(name, figures.sent) for name, figures in shown.areas] == [("Cher", 1), ("Lot", 1)]
    assert [(name, figures.sent) for name, figures in shown.organisations] == [("CAF", 2)]
    assert sorted(case.area for case in shown.cases) == ["Cher", "Lot"] and shown.received_only == ("CAF",)
    assert [case.area for case in (await load_overview(pilot, later, area="18")).cases] == ["Cher"]

    mixed = await load_overview(pilot_of_lot, later)
    assert [(name, figures.sent) for name, figures in mixed.areas] == [("Cher", 1), ("Lot", 2)]
    assert [(name, figures.sent) for name, figures in mixed.organisations] == [("CAF", 2), ("MSA", 2)]
    assert sorted(case.area for case in mixed.cases) == ["Cher", "Lot", "Lot"]
    assert (await load_overview(pilot_of_lot, later, area="46")).received_only == ()
    await _check_unread(pilot, both, of_cher, elsewhere)


async def _check_unread(actor: Actor, *cases: UUID) -> None:
    for case_id in cases:
        with pytest.raises(NotFound):
            await load_visible_case(actor, case_id)
