"""When the platform reminds of an inactive case, then closes it, and as what. Source: features.md S12; issue 16, 2."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.lifecycle.closure import reopen
from app.domain.cases.lifecycle.expiry import expire_inactive_cases
from app.domain.cases.lifecycle.invitation import invite_team
from app.domain.cases.lifecycle.stepping_out import step_out
from app.domain.cases.thread.answers import announce_handled, dismiss
from app.domain.cases.thread.internal_notes import post_internal_note
from app.domain.cases.thread.posting import post_message
from app.tests.support.cases_fixtures import open_and_read_case
from app.tests.support.recipients import find_team_id
from db.tables.cases import Case
from db.tables.email import Email


async def reminded() -> set[str]:
    rows = await Email.select(Email.person.address.as_alias("address")).where(Email.kind == "silent")
    return {row["address"].removesuffix("@exemple.fr") for row in rows}


async def say(actor: Actor, case_id: UUID, now: datetime) -> None:
    await post_message(actor, case_id, "Bonjour", key=str(uuid4()), now=now)


async def state(case_id: UUID) -> dict[str, Any]:
    row = await Case.select(Case.status, Case.outcome, Case.closed_by).where(Case.id == case_id).first()
    assert row is not None
    return row


async def test_c_est_traite_and_nothing_more_is_reminded_of_then_closed(
    cast: Cast, case_id: UUID, now: datetime
) -> None:
    await announce_handled(cast.referent_caf_lot, case_id, "Versé", key="a", now=now)
    await announce_handled(cast.referent_msa_lot, case_id, "Versé", key="a", now=now)
    await expire_inactive_cases(now + timedelta(days=14))
    assert await reminded() == set()
    await expire_inactive_cases(now + timedelta(days=15))
    assert "agent.lot" in await reminded() and "referent.caf.lot" in await reminded()
    await expire_inactive_cases(now + timedelta(days=29))
    assert (await state(case_id))["status"] == "answered"

    await expire_inactive_cases(now + timedelta(days=30))

    assert await state(case_id) == {"status": "closed", "outcome": "handled", "closed_by": None}
    await reopen(cast.agent_lot, case_id, now + timedelta(days=31))
    assert (await state(case_id))["status"] == "answered"


async def test_an_answered_case_is_reminded_of_after_sixty_silent_days_and_closed_fifteen_later(
    cast: Cast, case_id: UUID, now: datetime
) -> None:
    await say(cast.referent_caf_lot, case_id, now)
    await say(cast.referent_msa_lot, case_id, now)
    await expire_inactive_cases(now + timedelta(days=59))
    await expire_inactive_cases(now + timedelta(days=90))
    assert "agent.lot" in await reminded() and (await state(case_id))["status"] == "answered"
    await expire_inactive_cases(now + timedelta(days=104))
    assert (await state(case_id))["status"] == "answered"

    await expire_inactive_cases(now + timedelta(days=105))

    assert await state(case_id) == {"status": "closed", "outcome": "silent", "closed_by": None}
    assert await Email.count().where(Email.kind == "closed") > 0


async def test_a_word_starts_everything_again_reading_and_what_is_between_referents_do_not(
    cast: Cast, case_id: UUID, now: datetime
) -> None:
    for referent in (cast.referent_caf_lot, cast.referent_msa_lot):
        await say(referent, case_id, now)
    await expire_inactive_cases(now + timedelta(days=60))
    await say(cast.agent_lot, case_id, now + timedelta(days=61))
    await open_and_read_case(cast.referent_caf_lot, case_id, now + timedelta(days=70))
    await post_internal_note(cast.referent_caf_lot, case_id, "Et chez vous ?", key="z", now=now + timedelta(days=70))
    await expire_inactive_cases(now + timedelta(days=80))
    assert (await state(case_id))["status"] == "answered"
    await Email.delete(force=True)

    await expire_inactive_cases(now + timedelta(days=121))
    assert await reminded() != set()
    await expire_inactive_cases(now + timedelta(days=136))
    assert (await state(case_id))["status"] == "closed"


async def test_c_est_traite_of_one_team_closes_nothing_while_the_other_answers_nothing(
    cast: Cast, case_id: UUID, now: datetime
) -> None:
    """The MSA's silence passes for no end: the case closes as unanswered, much later."""
    await announce_handled(cast.referent_caf_lot, case_id, "Versé", key="a", now=now)
    for days in (15, 30, 60, 75, 164):
        assert await expire_inactive_cases(now + timedelta(days=days)) == 0
    assert await expire_inactive_cases(now + timedelta(days=165)) == 1
    assert {"agent.lot", "referent.caf.lot", "referent.msa.lot"} <= await reminded()
    assert await expire_inactive_cases(now + timedelta(days=179)) == 0

    assert await expire_inactive_cases(now + timedelta(days=180)) == 1

    assert await state(case_id) == {"status": "closed", "outcome": "unanswered", "closed_by": None}


async def test_a_reminder_that_is_late_leaves_fifteen_days_all_the_same(
    cast: Cast, case_id: UUID, now: datetime
) -> None:
    for days, changed in ((300, 1), (314, 0), (315, 1)):
        assert await expire_inactive_cases(now + timedelta(days=days)) == changed
    assert (await state(case_id))["outcome"] == "unanswered"


async def test_teams_that_owe_nothing_do_not_keep_a_handled_case_open(cast: Cast, case_id: UUID, now: datetime) -> None:
    """« Non pertinente », and a team that was asked for an opinion."""
    await dismiss(cast.referent_msa_lot, case_id, "Voyez la CAF", key="a", now=now)
    await invite_team(cast.referent_caf_lot, case_id, await find_team_id("CPAM du Lot"), "Un avis", now, opinion=True)
    await announce_handled(cast.referent_caf_lot, case_id, "Versé", key="a", now=now)
    await expire_inactive_cases(now + timedelta(days=15))
    await expire_inactive_cases(now + timedelta(days=30))
    assert (await state(case_id))["outcome"] == "handled"


async def test_a_case_that_all_teams_have_left_is_the_agents_then_silent(
    cast: Cast, case_id: UUID, now: datetime
) -> None:
    for referent in (cast.referent_caf_lot, cast.referent_msa_lot):
        await step_out(referent, case_id, "Pas de droit ouvert", now)
    assert (await Case.select(Case.next_side).where(Case.id == case_id).first()) == {"next_side": "agent"}
    for days, changed in ((59, 0), (60, 1), (74, 0), (75, 1)):
        assert await expire_inactive_cases(now + timedelta(days=days)) == changed
    assert await reminded() == {"agent.lot"}
    assert (await state(case_id))["outcome"] == "silent"
