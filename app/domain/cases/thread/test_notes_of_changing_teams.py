"""Who reads a team’s notes when it steps out, is merged, or shares a member with another team of the case."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.audience import TO_REFERENTS, Audience, Readership, build_team_readership
from app.domain.cases.access import load_visible_case
from app.domain.cases.attachments.upload import begin_upload
from app.domain.cases.inbox.counters import load_list_counts
from app.domain.cases.inbox.filters import Filters
from app.domain.cases.inbox.listing import list_cases
from app.domain.cases.inbox.ordering import Order
from app.domain.cases.inbox.views import View
from app.domain.cases.lifecycle.set_aside import set_aside
from app.domain.cases.lifecycle.stepping_out import step_out
from app.domain.cases.presence import Typing, Visitor, typing_changed
from app.domain.cases.thread.internal_notes import post_internal_note
from app.domain.cases.thread.message_draft import load_message_draft, save_message_draft
from app.domain.cases.thread.test_team_notes import bodies, join_team, reload, whisper
from app.domain.errors import Invalid
from app.domain.files.store import FileStore
from app.domain.reorganisation.merger import merge_teams
from app.tests.support.attachments_fixtures import PDF, attach_file
from app.tests.support.cases_fixtures import NewCase
from db.tables.participants import SetAside


async def test_a_team_that_stepped_out_reads_nothing_more(cast: Cast, case_id: UUID, now: datetime) -> None:
    await whisper(cast.referent_caf_lot, case_id, now)
    await step_out(cast.referent_caf_lot, case_id, "Pas de dossier", now)
    both = await join_team(cast.manager_caf_lot, cast.referent_msa_lot)

    assert await bodies(both, case_id) == []
    assert (await list_cases(both, Filters(words="chuchotement"), now)).total == 0


async def test_the_notes_of_a_merged_team_are_those_of_the_team_that_took_its_place(
    cast: Cast, case_id: UUID, now: datetime, files: FileStore
) -> None:
    caf, msa = (actor.seats[0].team_id for actor in (cast.referent_caf_lot, cast.referent_msa_lot))
    await whisper(cast.referent_caf_lot, case_id, now, "De la CAF")
    await whisper(cast.referent_msa_lot, case_id, now, "De la MSA")
    await save_message_draft(
        cast.referent_caf_lot, case_id, "Pas fini", key="k", now=now, readership=build_team_readership(caf)
    )
    unsent = await attach_file(cast.referent_caf_lot, files, case_id, now, readership=build_team_readership(caf))

    await merge_teams(cast.admin, caf, msa, now)

    assert await bodies(cast.referent_msa_lot, case_id) == ["De la CAF", "De la MSA"]
    assert (await list_cases(cast.referent_msa_lot, Filters(words="caf de la msa"), now)).total == 1
    julien = await reload(cast.referent_caf_lot)
    case = await load_visible_case(julien, case_id)
    draft = await load_message_draft(julien, case)
    assert draft.readership == build_team_readership(msa)
    own = draft.readership
    await post_internal_note(julien, case_id, draft.body, key="k", now=now, readership=own, attachments=[unsent])
    assert await bodies(cast.referent_msa_lot, case_id) == ["De la CAF", "De la MSA", "Pas fini"]


async def test_a_file_of_one_team_goes_on_to_no_other_team_of_its_person(
    cast: Cast, case_id: UUID, now: datetime, files: FileStore
) -> None:
    both = await join_team(cast.referent_caf_lot, cast.referent_msa_lot)
    caf, msa = (
        build_team_readership(actor.seats[0].team_id) for actor in (cast.referent_caf_lot, cast.referent_msa_lot)
    )
    of_caf = await attach_file(both, files, case_id, now, readership=caf)
    of_no_team_yet = await attach_file(both, files, case_id, now, readership=Readership(Audience.TEAM))
    await begin_upload(both, case_id, of_caf, "relevé.pdf", len(PDF), now, readership=msa)

    with pytest.raises(Invalid, match="une autre de vos équipes"):
        await post_internal_note(both, case_id, "À la MSA", key="k", now=now, readership=msa, attachments=[of_caf])

    for team, file in ((msa, of_no_team_yet), (caf, of_caf)):
        await post_internal_note(both, case_id, "Voici", key=str(file), now=now, readership=team, attachments=[file])
    assert await bodies(cast.referent_msa_lot, case_id) == ["Voici"]


async def test_a_member_of_two_teams_of_a_case_has_it_once_in_the_order_of_both(
    cast: Cast, case_id: UUID, new_case: NewCase, now: datetime
) -> None:
    both = await join_team(cast.referent_msa_lot, cast.referent_caf_lot)
    other = await new_case("CAF", "MSA")
    await whisper(cast.referent_caf_lot, case_id, now)

    for view in (View.OPEN, View.TO_HANDLE):
        rows = (await list_cases(both, Filters(view=view), now)).rows
        assert [row.id for row in rows] == [case_id, other]
    oldest = (await list_cases(both, Filters(order=Order.OLDEST), now)).rows
    assert [row.id for row in oldest] == [other, case_id]
    assert (await load_list_counts(both, now)).views[View.OPEN] == 2


async def test_it_brings_the_case_back_for_its_own_team_alone(cast: Cast, case_id: UUID, now: datetime) -> None:
    day = (now + timedelta(days=9)).date()
    for actor in (cast.manager_caf_lot, cast.referent_msa_lot):
        await set_aside(actor, case_id, day, now)

    await whisper(cast.referent_caf_lot, case_id, now)

    left = await SetAside.select(SetAside.person).where(SetAside.case == case_id)
    assert left == [{"person": cast.referent_msa_lot.id}]


@pytest.mark.parametrize("for_team", [True, False])
async def test_the_other_organisations_do_not_see_it_written(
    cast: Cast, case_id: UUID, now: datetime, for_team: bool
) -> None:
    announced: list[Typing] = []
    note = build_team_readership(cast.referent_caf_lot.seats[0].team_id) if for_team else TO_REFERENTS

    def hear(visitor: Visitor, typing: Typing) -> None:
        announced.append(typing)

    typing_changed.connect(hear)
    try:
        await save_message_draft(
            cast.referent_caf_lot, case_id, "Mot", key="k", now=now, readership=note, by_button=False
        )
        await post_internal_note(cast.referent_caf_lot, case_id, "Mot", key="k", now=now, readership=note)
    finally:
        typing_changed.disconnect(hear)

    assert announced == ([Typing.EMPTIED, Typing.EMPTIED] if for_team else [Typing.SAVED, Typing.SENT])
