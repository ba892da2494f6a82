"""Search finds a team or a person by a new fact at once, after every action that changes it."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from shutil import copytree

import pytest

from app.cast import Cast
from app.cli.seed import OFFICES
from app.domain.accounts.first_visit import complete_first_visit
from app.domain.accounts.profile import change_profile
from app.domain.accounts.registration import register_person
from app.domain.catalogue.editing import edit_entry
from app.domain.catalogue.entries import EntryKind, load_entries
from app.domain.catalogue.history import find_version
from app.domain.catalogue.loading import REFERENCE, load_reference
from app.domain.imports.kinds import ImportKind
from app.domain.imports.offices import load_offices
from app.domain.members.handover import WHOLE_TEAM
from app.domain.members.invitation import invite_to_team
from app.domain.members.invitation_link import build_invitation_url
from app.domain.members.removal import preview_removal, remove_member
from app.domain.reorganisation.merger import merge_teams
from app.domain.reorganisation.team_closure import close_team
from app.domain.search.people_and_teams import index_people, index_teams
from app.domain.signup.acceptance import accept_by_link
from app.domain.signup.own_invitations import join_team, list_own_invitations
from app.domain.teams.change import change_team
from app.domain.teams.creation import open_team
from app.domain.teams.form import TeamCard, TeamForm
from app.domain.teams.refusals import list_helper_kinds
from app.domain.teams.teams import create_team
from app.tests.support.imports_fixtures import PEOPLE_HEADING, TEAMS_HEADING, build_csv, preview_import, run_import
from db.tables.members import Invitation
from db.tables.organisations import Organisation
from db.tables.people import Person
from db.tables.teams import Team

Verb = Callable[[Cast, datetime], Awaitable[object]]
Kept = set[tuple[str, int, str, str]]


async def kept() -> Kept:
    """The sort and search columns of all people and teams."""
    found = set()
    for table in (Team, Person):
        for row in await table.select(table.id, table.sort_name, table.search_text):
            found.add((table.__name__, row["id"], row["sort_name"], row["search_text"]))
    return found


async def made_anew() -> Kept:
    await index_teams(row["id"] for row in await Team.select(Team.id))
    await index_people(row["id"] for row in await Person.select(Person.id))
    return await kept()


async def team(name: str) -> int:
    row = await Team.select(Team.id).where(Team.name == name).first()
    assert row
    return int(row["id"])


async def organisation(acronym: str) -> int:
    row = await Organisation.select(Organisation.id).where(Organisation.acronym == acronym).first()
    assert row
    return int(row["id"])


async def wish(name: str, *areas: str) -> TeamForm:
    welcome = frozenset(kind.id for kind in await list_helper_kinds())
    return TeamForm(TeamCard(name, street="3 rue Haute", commune="Cahors"), frozenset(areas), welcome)


async def registration(cast: Cast, now: datetime) -> None:
    await register_person("ana@exemple.fr", first_name="Ana", last_name="Vient", function="", now=now)


async def first_visit(cast: Cast, now: datetime) -> None:
    typed = {"first_name": "Léa", "last_name": "Fabre-Roux", "function": "Conseillère", "phone": "05 36 49 00 77"}
    await complete_first_visit(cast.newcomer_lot, **typed, accepted=True, now=now)


async def profile(cast: Cast, now: datetime) -> None:
    typed = {"first_name": "Carmen", "last_name": "Vidal-Ollé", "function": "Aidante", "phone": "05 36 49 00 77"}
    await change_profile(cast.agent_lot, **typed, signature="", now=now)


async def addition(cast: Cast, now: datetime) -> None:
    await invite_to_team(cast.admin, await team("CAF du Cher"), cast.referent_caf_lot.address, now)
    (offered,) = await list_own_invitations(cast.referent_caf_lot, now)
    await join_team(cast.referent_caf_lot, offered.id, now)


async def accepted_invitation(cast: Cast, now: datetime) -> None:
    await invite_to_team(cast.admin, await team("CAF du Cher"), "Ana Vient <ana@exemple.fr>", now)
    (row,) = await Invitation.select(Invitation.reference)
    await accept_by_link(build_invitation_url(row["reference"]).rsplit("/", 1)[1], browser="b", network="n", now=now)


async def removal(cast: Cast, now: datetime) -> None:
    caf = await team("CAF du Lot")
    seen = (await preview_removal(cast.admin, caf, cast.referent_caf_lot.id)).preview_version
    await remove_member(cast.admin, caf, cast.referent_caf_lot.id, {f"reprise-{caf}": WHOLE_TEAM}, seen, now)


async def creation(cast: Cast, now: datetime) -> None:
    await open_team(cast.admin, await organisation("MDPH"), await wish("MDPH du Lot", "46"), now)


async def renaming(cast: Cast, now: datetime) -> None:
    await change_team(cast.admin, await team("CAF du Lot"), await wish("CAF du Quercy", "46", "82"), now)


async def merger(cast: Cast, now: datetime) -> None:
    await merge_teams(cast.admin, await team("CAF du Lot"), await team("MSA du Lot"), now)


async def closure(cast: Cast, now: datetime) -> None:
    await close_team(cast.admin, await team("CAF du Cher"), now)


async def another_name(cast: Cast, now: datetime) -> None:
    (caf,) = [entry for entry in await load_entries(EntryKind.ORGANISATION) if entry.name == "CAF"]
    state = {name: value for name, value in caf.state.items() if name != "withdrawn"} | {"name": "Allocations"}
    await edit_entry(cast.admin, caf.kind, caf.id, state, seen_version=await find_version(caf.kind, caf.id), now=now)


async def people_by_list(cast: Cast, now: datetime) -> None:
    rows = ["Zoé;Roux;zoe@exemple.fr;Référente;;CAF du Lot;;;", f";Delmas-Roux;{cast.referent_caf_lot.address};;;;;;"]
    await run_import(cast, await preview_import(cast, ImportKind.PEOPLE, build_csv(PEOPLE_HEADING, *rows), now), now)


async def teams_by_list(cast: Cast, now: datetime) -> None:
    rows = [";MDPH du Lot;MDPH;46;;;;;", ";CAF du Lot;CAF;46, 82;3 rue Haute;46000;Cahors;;"]
    await run_import(cast, await preview_import(cast, ImportKind.TEAMS, build_csv(TEAMS_HEADING, *rows), now), now)


async def offices(cast: Cast, now: datetime) -> None:
    await load_offices(OFFICES)


async def demonstration(cast: Cast, now: datetime) -> None:
    await create_team("Mairie de Figeac", "FS", ["46"])


VERBS: tuple[Verb, ...] = (
    registration,
    first_visit,
    profile,
    addition,
    accepted_invitation,
    removal,
    creation,
    renaming,
    merger,
    closure,
    another_name,
    people_by_list,
    teams_by_list,
    offices,
    demonstration,
)


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.__name__)
async def test_what_is_found_by_is_kept_by_every_verb(cast: Cast, now: datetime, verb: Verb) -> None:
    before = await made_anew()

    await verb(cast, now)

    after = await kept()
    assert after != before, "this verb changes nothing that anybody is found by: the test proves nothing"
    assert after == await made_anew()


async def test_a_name_that_the_reference_corrects_is_found_at_once(cast: Cast, tmp_path: Path) -> None:
    folder = Path(copytree(REFERENCE, tmp_path / "reference"))
    listed = folder / "organismes.csv"
    listed.write_text(
        listed.read_text(encoding="utf-8").replace("Caisse d’allocations familiales", "Allocations familiales"),
        encoding="utf-8",
    )
    before = await kept()

    await load_reference(folder)

    assert before != await kept() == await made_anew()
