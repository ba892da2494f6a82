"""A case continues in another one of the same citizen: who is invited, what is said, and how it is taken back."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.access import load_visible_case
from app.domain.cases.draft.draft import load_editable_draft
from app.domain.cases.draft.saving import save_citizen
from app.domain.cases.draft.submission import submit
from app.domain.cases.lifecycle.closure import close, reopen
from app.domain.cases.lifecycle.continuation import continue_in
from app.domain.cases.lifecycle.continuation_row import UNDO_PERIOD, load_continuation
from app.domain.cases.lifecycle.continuation_undo import separate
from app.domain.cases.lifecycle.continued_in import load_continued_in
from app.domain.cases.lifecycle.invitation import invite_colleagues, invite_expert
from app.domain.cases.lifecycle.stepping_out import step_out
from app.domain.cases.lifecycle.suspension import suspend
from app.domain.cases.lookalikes.links import link_cases, list_linked_cases
from app.domain.cases.permissions import Action, list_allowed_actions
from app.domain.cases.thread.answers import dismiss
from app.domain.errors import Conflict, Forbidden, Invalid, NotFound
from app.tests.support.case_reads import read_thread
from app.tests.support.case_verbs import rows
from app.tests.support.cases_fixtures import NewCase, NewDraft, clear_rate_limits, open_and_read_case
from app.tests.support.recipients import list_emailed, list_turns, read_recipients, say
from db.engine import transaction
from db.tables.audit import AuditEntry
from db.tables.cases import Case
from db.tables.email import Email
from db.tables.participants import Guest

HOUR = timedelta(hours=1)


async def read_kinds(actor: Actor, case_id: UUID) -> list[str]:
    return [one.kind for one in await read_thread(actor, await load_visible_case(actor, case_id))]


async def test_its_teams_come_to_the_other_case_as_they_stood(cast: Cast, new_case: NewCase, now: datetime) -> None:
    """The CAF owes an answer, the MSA gave one, France Travail is there already."""
    case_id, other = await new_case("CAF", "MSA", "France Travail"), await new_case("France Travail")
    await say(cast.referent_msa_lot, case_id, now)
    await Email.delete(force=True)
    for _ in range(2):
        await continue_in(cast.agent_lot, case_id, other, now)

    reached = await read_recipients(other)
    assert {name: row["opinion"] for name, row in reached.items()} == {
        "France Travail": False,
        "CAF": False,
        "MSA": False,
    }
    assert await list_turns(other) == {"CAF", "France Travail"} and await list_turns(case_id) == set()
    row = await Case.select(Case.status, Case.outcome, Case.closed_by).where(Case.id == case_id).first()
    assert row == {"status": "closed", "outcome": "duplicate", "closed_by": cast.agent_lot.id}
    assert await list_linked_cases(case_id) == [other] and await list_linked_cases(other) == [case_id]
    assert await list_emailed("invited") == ["referent.caf.lot", "referent.msa.lot", "responsable.caf.lot"]
    assert set(await list_emailed("continued")) >= {"referent.caf.lot", "referent.msa.lot"}
    assert "referent.caf.lot" not in await list_emailed("continues")
    assert await AuditEntry.count().where(AuditEntry.action.is_in(["case.continued", "case.continues"])) == 2


async def test_both_threads_say_so_with_the_number_of_the_other(cast: Cast, new_case: NewCase, now: datetime) -> None:
    case_id, other = await new_case("CAF"), await new_case("MSA")
    await continue_in(cast.agent_lot, case_id, other, now)

    numbers = {row["id"]: f"{row['number']:08}" for row in await Case.select(Case.id, Case.number)}
    for one, kind, end in ((case_id, "continued", other), (other, "continues", case_id)):
        thread = await read_thread(cast.referent_caf_lot, await load_visible_case(cast.referent_caf_lot, one))
        said = {str(line.kind): line.about for line in thread}
        assert said[kind] == f"N° {numbers[end][:4]}-{numbers[end][4:]}"
    assert "team_invited" in await read_kinds(cast.agent_lot, other)


async def test_a_team_that_said_non_pertinente_is_not_invited(cast: Cast, new_case: NewCase, now: datetime) -> None:
    case_id, other = await new_case("CAF", "MSA"), await new_case("France Travail")
    await dismiss(cast.referent_caf_lot, case_id, "En ligne", key=str(uuid4()), now=now)
    await step_out(cast.referent_msa_lot, case_id, "Pas de dossier", now)
    await continue_in(cast.agent_lot, case_id, other, now)
    assert set(await read_recipients(other)) == {"France Travail"}


async def test_the_guests_and_the_author_come_too(cast: Cast, new_case: NewCase, now: datetime) -> None:
    case_id, other = await new_case("CAF", actor=cast.colleague_lot), await new_case("MSA")
    await invite_colleagues(cast.colleague_lot, case_id, {cast.agent_lot.id}, now)
    await invite_expert(cast.colleague_lot, case_id, "Aidez-nous", now)
    await continue_in(cast.agent_lot, case_id, other, now)

    invited = {row["person"] for row in await Guest.select(Guest.person).where(Guest.case == other)}
    assert invited == {cast.colleague_lot.id, cast.expert.id}
    assert Action.READ in list_allowed_actions(cast.expert, await load_visible_case(cast.expert, other))
    await separate(cast.colleague_lot, case_id, now)
    assert not await Guest.exists().where(Guest.case == other)


async def test_a_duplicate_has_no_survey_and_is_no_choice(cast: Cast, new_case: NewCase, now: datetime) -> None:
    case_id, other = await new_case("CAF"), await new_case("MSA")
    with pytest.raises(Invalid):
        await close(cast.agent_lot, case_id, "duplicate", now)
    await continue_in(cast.agent_lot, case_id, other, now)
    allowed = list_allowed_actions(cast.agent_lot, await load_visible_case(cast.agent_lot, case_id))
    assert Action.REOPEN in allowed and Action.ANSWER_SURVEY not in allowed


async def test_taken_back_it_is_as_it_was(cast: Cast, new_case: NewCase, now: datetime) -> None:
    case_id, other = await new_case("CAF", "MSA"), await new_case("France Travail")
    await say(cast.referent_msa_lot, case_id, now)
    before = [await rows(case_id, now - HOUR), await rows(other, now - HOUR)]
    await continue_in(cast.agent_lot, case_id, other, now + HOUR)
    await clear_rate_limits()
    await open_and_read_case(cast.referent_caf_lot, other, now + HOUR)
    for _ in range(2):
        await separate(cast.colleague_lot, case_id, now + HOUR)

    after = [await rows(case_id, now - HOUR), await rows(other, now - HOUR)]
    assert await list_turns(case_id) == {"CAF"} and await list_turns(other) == {"France Travail"}
    assert after[0]["recipients"] == before[0]["recipients"]
    assert {name for name, row in (await read_recipients(other)).items() if row["left_at"]} == {"CAF", "MSA"}
    assert await list_linked_cases(case_id) == [] and await load_continuation(case_id) is None
    assert (await read_kinds(cast.agent_lot, case_id))[-2:] == ["continued", "recalled"]
    assert (await read_kinds(cast.agent_lot, other))[-3:] == ["stepped_out", "stepped_out", "separated"]
    assert set(await list_emailed("separated")) == {"agent.lot", "referent.travail.lot"}
    assert "referent.caf.lot" in await list_emailed("reopened")


async def test_what_has_been_done_since_stays(cast: Cast, new_case: NewCase, now: datetime) -> None:
    """The MSA has answered in the other case, and the cases were linked before."""
    case_id, other = await new_case("CAF", "MSA"), await new_case("France Travail")
    await link_cases(cast.agent_lot, case_id, other, now)
    await continue_in(cast.agent_lot, case_id, other, now)
    await say(cast.referent_msa_lot, other, now)
    await separate(cast.agent_lot, case_id, now)
    assert {name for name, row in (await read_recipients(other)).items() if row["left_at"]} == {"CAF"}
    assert await list_linked_cases(case_id) == [other]


async def test_only_within_a_day_and_while_it_is_closed_so(cast: Cast, new_case: NewCase, now: datetime) -> None:
    case_id, other = await new_case("CAF"), await new_case("MSA")
    with pytest.raises(Conflict):
        await separate(cast.agent_lot, case_id, now)
    await continue_in(cast.agent_lot, case_id, other, now)
    late = now + UNDO_PERIOD + HOUR
    case = await load_visible_case(cast.agent_lot, case_id)
    first, then = [await load_continued_in(cast.agent_lot, case, at) for at in (now, late)]
    assert first and then and (first.separable, then.separable) == (True, False)
    assert first.other_id == other and first.number
    seen = await load_continued_in(cast.referent_caf_lot, case, now)
    assert seen and not seen.separable
    with pytest.raises(Conflict, match="Plus d’un jour"):
        await separate(cast.agent_lot, case_id, late)
    with pytest.raises(Forbidden):
        await separate(cast.referent_caf_lot, case_id, now)
    with pytest.raises(Conflict, match="moins d’un jour"):
        await reopen(cast.agent_lot, case_id, now)
    await reopen(cast.agent_lot, case_id, late)
    await close(cast.agent_lot, case_id, "solved", late)
    with pytest.raises(Invalid, match="ne continue pas"):
        await separate(cast.agent_lot, case_id, now)


async def test_what_is_refused(cast: Cast, new_case: NewCase, new_draft: NewDraft, now: datetime) -> None:
    case_id, other, closed = [await new_case("CAF") for _ in range(3)]
    await close(cast.agent_lot, closed, "solved", now)
    agent = cast.agent_lot
    with pytest.raises(Forbidden):
        await continue_in(cast.referent_caf_lot, case_id, other, now)
    with pytest.raises(NotFound):
        await continue_in(cast.agent_cher, case_id, other, now)
    with pytest.raises(NotFound):
        await continue_in(agent, case_id, uuid4(), now)
    with pytest.raises(NotFound):
        await continue_in(agent, case_id, await new_draft("CAF"), now)
    with pytest.raises(Invalid):
        await continue_in(agent, case_id, case_id, now)
    for one, there in ((closed, other), (case_id, closed)):
        with pytest.raises(Conflict):
            await continue_in(agent, one, there, now)
    async with transaction():
        await suspend(other, now)
    for one, there in ((other, case_id), (case_id, other)):
        with pytest.raises(Conflict):
            await continue_in(agent, one, there, now)
    row = await Case.select(Case.status).where(Case.id == case_id).first()
    assert row == {"status": "new"}


async def test_another_citizen_is_asked(cast: Cast, new_case: NewCase, new_draft: NewDraft, now: datetime) -> None:
    case_id, draft = await new_case("CAF"), await new_draft("MSA")
    details = (await load_editable_draft(cast.agent_lot, draft)).details
    roi = {"first_name": "Paul", "last_name": "Roi", "birth": "1987"}
    await save_citizen(cast.agent_lot, draft, roi, list(details), now)
    await submit(cast.agent_lot, draft, now)
    with pytest.raises(Invalid, match="même usager"):
        await continue_in(cast.agent_lot, case_id, draft, now)
    await continue_in(cast.agent_lot, case_id, draft, now, another_citizen=True)
    assert await list_linked_cases(case_id) == [draft]
