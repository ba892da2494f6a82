"""A merger: all goes on in the other team; the thread keeps its former names. A closure leaves no case unread."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from app.cast import Cast, build_people
from app.domain.accounts.actor import Actor, load_actor
from app.domain.cases.access import load_visible_case
from app.domain.cases.draft.draft import load_editable_draft
from app.domain.cases.draft.submission import submit
from app.domain.cases.thread.posting import post_message
from app.domain.cases.thread.ready_phrases import list_team_phrases, save_phrase
from app.domain.errors import Conflict, Forbidden, Invalid, NotFound
from app.domain.imports.kinds import ImportKind
from app.domain.imports.row_decision import RowResult
from app.domain.members.invitation import invite_to_team
from app.domain.reorganisation.merger import list_merger_choices, merge_teams
from app.domain.reorganisation.team_closure import close_team
from app.domain.reorganisation.team_contents import count_team_contents
from app.domain.teams import teams
from app.domain.teams.listing import TeamFilters, TeamView, list_teams
from app.domain.teams.permissions import load_team_facts
from app.domain.teams.reachability import find_reachable_teams
from app.domain.teams.teams import add_member, create_team
from app.tests.support.case_reads import read_thread
from app.tests.support.cases_fixtures import make_draft
from app.tests.support.imports_fixtures import PEOPLE_HEADING, build_csv, list_results, preview_import, run_import
from db.tables.audit import AuditEntry
from db.tables.cases import Case
from db.tables.members import Membership
from db.tables.participants import Recipient
from db.tables.people import Person
from db.tables.teams import Team

if TYPE_CHECKING:
    from app.gateways.email.transport import FolderTransport
    from app.gateways.email.worker import EmailWorker


async def team_named(name: str) -> int:
    row = await Team.select(Team.id).where(Team.name == name).first()
    assert row
    return int(row["id"])


async def again(actor: Actor) -> Actor:
    """The same person, with today’s teams."""
    found = await load_actor(actor.id)
    assert found
    return found


async def sent(actor: Actor, now: datetime, *acronyms: str) -> UUID:
    case_id = await make_draft(actor, now, *acronyms)
    await submit(actor, case_id, now)
    return case_id


async def recipients(case_id: UUID) -> list[str]:
    there = Recipient.select(Recipient.team.name.as_alias("name")).where(Recipient.left_at.is_null())
    return sorted(row["name"] for row in await there.where(Recipient.case == case_id))


async def test_a_receiving_team_goes_on_in_the_other_with_its_cases_people_phrases_and_territories(
    cast: Cast, now: datetime
) -> None:
    case_id = await sent(cast.agent_lot, now, "CAF", "MSA")
    await post_message(cast.referent_caf_lot, case_id, "Nous regardons.", key="k", now=now)
    old, new = await team_named("CAF du Lot"), await create_team("CAF du Quercy", "CAF", ["82"])
    await save_phrase(cast.manager_caf_lot, old, None, "Délai", "Trois semaines.", seen=0, now=now)

    await merge_teams(cast.admin, old, new, now)

    julien, helene = await again(cast.referent_caf_lot), await again(cast.manager_caf_lot)
    assert [(seat.team_name, seat.manager) for seat in (*julien.seats, *helene.seats)] == [
        ("CAF du Quercy", False),
        ("CAF du Quercy", True),
    ]
    assert await recipients(case_id) == ["CAF du Quercy", "MSA du Lot"]
    assert [phrase.title for phrase in await list_team_phrases([new])] == ["Délai"]
    assert [new] in (await find_reachable_teams("46", None)).values()
    thread = await read_thread(julien, await load_visible_case(julien, case_id))
    assert [entry.team for entry in thread if entry.body == "Nous regardons."] == ["CAF du Lot"]
    assert [(entry.team, entry.other) for entry in thread if entry.kind == "team_merged"] == [
        ("CAF du Lot", "CAF du Quercy")
    ]


async def test_an_office_goes_on_in_the_other_with_its_cases_and_drafts(cast: Cast, now: datetime) -> None:
    case_id, kept = await sent(cast.agent_lot, now, "CAF"), await make_draft(cast.agent_lot, now, "CAF")
    old, new = cast.agent_lot.seats[0].team_id, await create_team("Maison du Quercy", "MSAP", ["46"])

    await merge_teams(cast.admin, old, new, now)

    carmen = await again(cast.agent_lot)
    await post_message(carmen, case_id, "Toujours là ?", key="k", now=now)
    assert (await load_editable_draft(carmen, kept)).team_id == new
    thread = await read_thread(carmen, await load_visible_case(carmen, case_id))
    assert [entry.team for entry in thread if entry.kind in ("sent", "message")] == [
        "France Services de démonstration du Lot",
        "Maison du Quercy",
    ]


async def test_a_case_that_both_received_has_one_place_left(cast: Cast, now: datetime) -> None:
    case_id = await sent(cast.agent_lot, now, "CAF", "MSA")
    caf, msa = await team_named("CAF du Lot"), await team_named("MSA du Lot")
    await Recipient.update({Recipient.seen_at: now, Recipient.taken_by: cast.referent_caf_lot.id}).where(
        Recipient.team == caf
    )
    await Recipient.update({Recipient.irrelevant_at: now}).where(Recipient.team == msa)

    await merge_teams(cast.admin, caf, msa, now)

    (row,) = await Recipient.select().where(Recipient.case == case_id)
    assert (row["team"], row["seen_at"], row["taken_by"], row["irrelevant_at"]) == (
        msa,
        now,
        cast.referent_caf_lot.id,
        None,
    )


async def test_an_erased_case_keeps_its_team_for_the_figures(cast: Cast, now: datetime) -> None:
    case_id = await sent(cast.agent_lot, now, "CAF")
    await Case.update({Case.erased_at: now, Case.status: "closed"}).where(Case.id == case_id)
    caf, msa = await team_named("CAF du Lot"), await team_named("MSA du Lot")

    await merge_teams(cast.admin, caf, msa, now)

    assert await recipients(case_id) == ["CAF du Lot"]


async def test_a_person_who_sits_in_both_stays_once_and_stays_a_manager(cast: Cast, now: datetime) -> None:
    caf, msa = await team_named("CAF du Lot"), await team_named("MSA du Lot")
    await add_member(cast.manager_caf_lot.id, msa)

    await merge_teams(cast.admin, caf, msa, now)

    helene = await again(cast.manager_caf_lot)
    assert [(seat.team_id, seat.manager) for seat in helene.seats] == [(msa, True)]


async def test_the_managers_of_the_team_read_in_a_letter_who_joined_it_and_by_whom(
    cast: Cast, now: datetime, email_worker: EmailWorker, email_folder: FolderTransport
) -> None:
    """A supervisor invites an address of their own into a team, then merges it: the email still names them."""
    caf, msa = await team_named("CAF du Lot"), await team_named("MSA du Lot")
    await add_member(cast.referent_cpam_lot.id, msa)
    await add_member(cast.referent_msa_lot.id, caf)  # a member of both: joins nothing

    await merge_teams(cast.supervisor_lot, msa, caf, now)
    await email_worker.deliver_due()

    (letter,) = await email_folder.read(cast.manager_caf_lot.address)
    assert letter.subject == "Qui vient d’être invité ou ajouté dans votre équipe"
    assert cast.supervisor_lot.full_name in letter.text and letter.text.count("ajout de") == 1
    assert f"ajout de {cast.referent_cpam_lot.full_name}, {cast.referent_cpam_lot.address}" in letter.text
    lines = await AuditEntry.select(AuditEntry.person_id, AuditEntry.target_person_id).where(
        AuditEntry.action == "member.added"
    )
    assert lines == [{"person_id": cast.supervisor_lot.id, "target_person_id": cast.referent_cpam_lot.id}]


async def test_the_shared_address_is_taken_over_only_where_there_is_none(cast: Cast, now: datetime) -> None:
    caf, msa, cpam = [await team_named(f"{name} du Lot") for name in ("CAF", "MSA", "CPAM")]
    await Team.update({Team.shared_address: "caf@exemple.fr"}).where(Team.id == caf)
    await Team.update({Team.shared_address: "cpam@exemple.fr"}).where(Team.id == cpam)

    await merge_teams(cast.admin, caf, msa, now)
    await merge_teams(cast.admin, msa, cpam, now)

    rows = await Team.select(Team.shared_address).where(Team.id.is_in([msa, cpam])).order_by(Team.name)
    assert [row["shared_address"] for row in rows] == ["cpam@exemple.fr", "caf@exemple.fr"]


async def test_the_merged_team_is_closed_and_says_into_which(cast: Cast, now: datetime) -> None:
    caf, msa = await team_named("CAF du Lot"), await team_named("MSA du Lot")
    await merge_teams(cast.supervisor_lot, caf, msa, now)

    assert [line.id for line in (await list_teams(cast.admin, TeamFilters(TeamView.CLOSED))).lines] == [caf]
    assert await Team.exists().where(Team.id == caf, Team.merged_into == msa, Team.closed_at == now)
    assert await AuditEntry.count().where(AuditEntry.team_id.is_in([caf, msa]), AuditEntry.action.like("team.%")) == 2
    with pytest.raises(Conflict):
        await merge_teams(cast.admin, caf, msa, now)


async def test_what_does_not_go_together_is_refused_and_changes_nothing(cast: Cast, now: datetime) -> None:
    caf, office = await team_named("CAF du Lot"), cast.agent_lot.seats[0].team_id
    for into in (None, caf, office):
        with pytest.raises(Invalid) as refused:
            await merge_teams(cast.admin, caf, into, now)
        assert set(refused.value.fields) == {"avec"}
    with pytest.raises(NotFound):
        await merge_teams(cast.supervisor_lot, caf, await team_named("CAF du Cher"), now)
    with pytest.raises(Forbidden):
        await merge_teams(cast.manager_caf_lot, caf, caf + 1, now)
    assert not await Team.exists().where(Team.closed_at.is_not_null())


async def test_what_is_offered_is_what_would_be_accepted(cast: Cast) -> None:
    facts = await load_team_facts(await team_named("CAF du Lot"))
    assert facts
    assert {line.name for line in await list_merger_choices(cast.supervisor_lot, facts, "")} == {
        "CPAM du Lot",
        "MSA du Lot",
        "France Travail du Lot",
        "Préfecture du Lot",
    }
    assert {line.name for line in await list_merger_choices(cast.admin, facts, "cher")} == {
        "CAF du Cher",
        "CPAM du Cher",
    }
    assert await list_merger_choices(cast.manager_caf_lot, facts, "") == []


async def test_a_team_whose_open_cases_would_have_no_one_is_not_closed(cast: Cast, now: datetime) -> None:
    await sent(cast.agent_lot, now, "CAF")
    for team in (await team_named("CAF du Lot"), cast.agent_lot.seats[0].team_id):
        facts = await load_team_facts(team)
        assert facts and (await count_team_contents(facts)).orphaned_cases == 1
        with pytest.raises(Conflict, match="1 demande en cours n’aurait plus personne"):
            await close_team(cast.admin, team, now)


async def test_closing_leaves_a_case_to_the_teams_that_still_read_it(cast: Cast, now: datetime) -> None:
    case_id = await sent(cast.agent_lot, now, "CAF", "MSA")
    caf = await team_named("CAF du Lot")

    await close_team(cast.supervisor_lot, caf, now)

    assert await recipients(case_id) == ["MSA du Lot"]
    thread = await read_thread(cast.agent_lot, await load_visible_case(cast.agent_lot, case_id))
    assert [entry.other for entry in thread if entry.kind == "team_closed"] == ["CAF du Lot"]
    assert (await again(cast.referent_caf_lot)).seats == ()
    with pytest.raises(NotFound):
        await load_visible_case(await again(cast.referent_caf_lot), case_id)


async def test_a_team_that_no_one_reads_any_more_does_not_count_as_reading(cast: Cast, now: datetime) -> None:
    await sent(cast.agent_lot, now, "CAF", "MSA")
    await Person.update({Person.active: False}).where(Person.id == cast.referent_msa_lot.id)

    with pytest.raises(Conflict):
        await close_team(cast.admin, await team_named("CAF du Lot"), now)


async def test_closing_is_for_those_who_keep_all_its_territories(cast: Cast, now: datetime) -> None:
    caf = await team_named("CAF du Lot")
    with pytest.raises(Forbidden):
        await close_team(cast.manager_caf_lot, caf, now)
    with pytest.raises(NotFound):
        await close_team(cast.referent_caf_cher, caf, now)
    await close_team(cast.admin, caf, now)
    with pytest.raises(Conflict):
        await close_team(cast.admin, caf, now)


async def test_no_one_is_added_to_a_closed_team(cast: Cast, now: datetime) -> None:
    caf = await team_named("CAF du Lot")
    await close_team(cast.admin, caf, now)

    with pytest.raises(Conflict):
        await add_member(cast.referent_caf_lot.id, caf)
    with pytest.raises(Conflict):
        await invite_to_team(cast.admin, caf, f"ana@exemple.fr, {cast.referent_caf_lot.address}", now)
    sent = await preview_import(
        cast, ImportKind.PEOPLE, build_csv(PEOPLE_HEADING, "Ana;Vient;ana@exemple.fr;;;CAF du Lot;;;"), now
    )
    assert await list_results(cast, sent) == [(2, RowResult.REFUSED, "aucune équipe ne correspond à « CAF du Lot »")]
    assert not await Membership.exists().where(Membership.team == caf)


async def test_a_team_does_not_close_between_the_check_and_the_seat(
    cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    caf, checked = await team_named("CAF du Cher"), asyncio.Event()

    async def close_then() -> None:
        await checked.wait()
        await close_team(cast.admin, caf, now)

    closing, check = asyncio.create_task(close_then()), teams._check_open

    async def check_slowly(team_id: int) -> None:
        await check(team_id)
        checked.set()
        await asyncio.wait({closing}, timeout=0.5)

    monkeypatch.setattr(teams, "_check_open", check_slowly)
    await add_member(cast.referent_caf_lot.id, caf)
    await closing

    assert not await Membership.exists().where(Membership.team == caf)


async def test_a_list_that_was_read_before_its_team_closed_writes_no_one_in_it(cast: Cast, now: datetime) -> None:
    caf = await team_named("CAF du Lot")
    sent = await preview_import(
        cast, ImportKind.PEOPLE, build_csv(PEOPLE_HEADING, "Ana;Vient;ana@exemple.fr;;;CAF du Lot;;;"), now
    )
    assert [verdict for _, verdict, _ in await list_results(cast, sent)] == [RowResult.CREATED]
    await close_team(cast.admin, caf, now)

    assert (await run_import(cast, sent, now)).differing == 1

    assert not await Membership.exists().where(Membership.team == caf)


async def test_starting_the_demonstration_again_undoes_nothing(cast: Cast, now: datetime) -> None:
    caf, msa = await team_named("CAF du Lot"), await team_named("MSA du Lot")
    await merge_teams(cast.admin, caf, msa, now)
    await close_team(cast.admin, await team_named("CAF du Cher"), now)
    before = (await Team.count(), (await again(cast.referent_caf_lot)).seats)

    await build_people(now)

    assert (await Team.count(), (await again(cast.referent_caf_lot)).seats) == before
