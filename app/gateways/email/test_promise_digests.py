"""The reminders of one run of promise_reminders.py: one email for each reader, however many cases."""

from datetime import datetime, timedelta

from app.cast import Cast
from app.domain.cases.lifecycle.assignment import take_charge
from app.domain.cases.lifecycle.promise_reminders import send_promise_reminders
from app.domain.email.outbox import claim_email
from app.gateways.email.render import build_email_contents
from app.tests.support.cases_fixtures import NewCase
from db.tables.email import Email

TEN_WORKING_DAYS = timedelta(weeks=2)
SUBJECT = "Dites où en sont des demandes"


async def test_the_reminders_of_one_run_are_one_email(cast: Cast, new_case: NewCase, now: datetime) -> None:
    taken = {await new_case("CAF"), await new_case("CAF")}
    for case_id in taken:
        await take_charge(cast.referent_caf_lot, case_id, now)
    await Email.update({Email.state: "sent"}).where(Email.kind != "promise")

    later = now + TEN_WORKING_DAYS
    assert await send_promise_reminders(later) == len(taken)
    claim = await claim_email(later)

    assert claim is not None and {item.case_id for item in claim.items} == taken
    contents = await build_email_contents(claim, later)
    assert contents is not None and contents.values["subject"] == SUBJECT
    assert len(contents.email_ids) == len(contents.values["lines"]) == len(taken)
    assert await claim_email(later) is None
