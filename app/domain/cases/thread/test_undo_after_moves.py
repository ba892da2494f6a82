"""A message that is withdrawn after teams were merged or closed: it changes back what it had changed, and no more."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.access import load_visible_case
from app.domain.cases.lifecycle.closure import close, reopen
from app.domain.cases.lifecycle.late_notices import send_late_notices
from app.domain.cases.lifecycle.stepping_out import step_out
from app.domain.cases.lifecycle.transfer import transfer
from app.domain.cases.thread.correction import withdraw_message
from app.domain.cases.thread.test_correction import last_message
from app.domain.reorganisation.merger import merge_teams
from app.domain.reorganisation.team_closure import close_team
from app.tests.support.cases_fixtures import NewCase
from app.tests.support.recipients import find_team_id, list_turns, read_recipients, say
from db.tables.audit import AuditEntry
from db.tables.cases import Case
from db.tables.email import Email
from db.tables.participants import Recipient

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


async def post_and_withdraw(actor: Actor, case_id: UUID, now: datetime) -> tuple[Any, Any]:
    """The teams before the message, and once it is withdrawn."""
    before = await read_teams(case_id)
    await say(actor, case_id, now)
    await withdraw_message(actor, case_id, await last_message(), now + HOUR)
    return before, await read_teams(case_id)


async def read_teams(case_id: UUID) -> Any:
    ignored = ("id", "last_event")
    rows = await read_recipients(case_id)
    return {team: {name: row[name] for name in row if name not in ignored} for team, row in rows.items()}


async def merge(cast: Cast, old: str, new: str, now: datetime) -> None:
    await merge_teams(cast.admin, await find_team_id(old), await find_team_id(new), now)


async def test_a_team_that_took_in_one_that_had_stepped_out_stays(cast: Cast, case_id: UUID, now: datetime) -> None:
    await step_out(cast.referent_caf_lot, case_id, "Autre caisse", now)
    await merge(cast, "CAF du Lot", "MSA du Lot", now + HOUR)

    before, after = await post_and_withdraw(cast.agent_lot, case_id, now + DAY)

    assert after == before and await list_turns(case_id) == {"MSA"}
    await load_visible_case(cast.referent_msa_lot, case_id)


async def test_a_team_that_took_in_the_one_that_transferred_stays(cast: Cast, new_case: NewCase, now: datetime) -> None:
    case_id = await new_case("CAF")
    await transfer(cast.referent_caf_lot, case_id, await find_team_id("CPAM du Lot"), "Maladie", now)
    await merge(cast, "CAF du Lot", "CPAM du Lot", now + HOUR)

    before, after = await post_and_withdraw(cast.agent_lot, case_id, now + DAY)

    assert after == before and await list_turns(case_id) == {"CPAM"}


async def test_what_a_merged_team_owes_is_not_forgotten(cast: Cast, case_id: UUID, now: datetime) -> None:
    await say(cast.referent_caf_lot, case_id, now)
    await merge(cast, "CAF du Lot", "MSA du Lot", now + HOUR)

    _, after = await post_and_withdraw(cast.agent_lot, case_id, now + DAY)

    assert await list_turns(case_id) == {"MSA"} and after["MSA"]["late_from"] is not None


async def test_a_team_that_was_closed_while_the_case_was_stays_out(cast: Cast, case_id: UUID, now: datetime) -> None:
    await say(cast.referent_caf_lot, case_id, now)
    await close(cast.agent_lot, case_id, "solved", now)
    await close_team(cast.admin, await find_team_id("MSA du Lot"), now + HOUR)
    await reopen(cast.agent_lot, case_id, now + 2 * HOUR)

    before, after = await post_and_withdraw(cast.agent_lot, case_id, now + DAY)

    assert after == before and after["MSA"]["left_at"] == now + HOUR


async def test_a_clock_that_the_migration_gave_goes_on(cast: Cast, case_id: UUID, now: datetime) -> None:
    fresh = now + 20 * DAY
    await say(cast.referent_caf_lot, case_id, now)
    await Recipient.update({Recipient.late_from: fresh}).where(Recipient.team == await find_team_id("MSA du Lot"))

    before, after = await post_and_withdraw(cast.agent_lot, case_id, now + DAY)

    assert after == before and after["MSA"]["late_from"] == fresh
    (row,) = await Case.select(Case.late_from).where(Case.id == case_id)
    assert row["late_from"] == fresh


async def test_notices_that_were_sent_are_not_sent_again(cast: Cast, case_id: UUID, now: datetime) -> None:
    """Notices of the release before name no team in the audit log."""
    late = now + 9 * DAY
    assert await send_late_notices(late)
    await AuditEntry.insert(AuditEntry(action="case.late", case_id=case_id, happened_at=late))
    await say(cast.referent_caf_lot, case_id, late + HOUR)
    await withdraw_message(cast.referent_caf_lot, case_id, await last_message(), late + 2 * HOUR)
    await Email.delete(force=True)

    assert await send_late_notices(late + 3 * HOUR) == 0
