"""« courrier » is missing when the relay fails, and not when one recipient does."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from app.cast import Cast
from app.domain.email.failure import find_reply_failure
from app.domain.email.queue_email import EmailKind, queue_emails
from app.gateways.readiness import Readiness
from app.gateways.workers.heartbeat import Heartbeat
from db.tables.email import Email
from db.tables.people import Person

if TYPE_CHECKING:
    from app.tests.support.fixtures import Clock


async def test_a_recipient_that_refuses_or_is_slow_is_no_failure_and_the_relay_is(
    cast: Cast, case_id: object, tmp_path: Path, clock: Clock
) -> None:
    clock.advance(minutes=31)
    recipient = [*("temporary", "slow", "mailbox", "policy"), find_reply_failure(421, "4.7.28 too many for this one")]
    for failure, wrong in [*((one, ()) for one in recipient), (find_reply_failure(530, ""), ("courrier",))]:
        await Email.update({Email.failure: failure, Email.failed_at: clock.now}).where(Email.state == "waiting")
        assert await Readiness(tmp_path, Heartbeat(), clock).list_failures() == wrong, failure


async def test_a_relay_that_refuses_several_domains_for_half_an_hour_is_a_failure(
    cast: Cast, case_id: object, tmp_path: Path, clock: Clock
) -> None:
    people = [cast.referent_caf_lot.id, cast.referent_msa_lot.id, cast.agent_lot.id]
    for number, person in enumerate(people):
        await Person.update({Person.address: f"a@domaine{number}.fr"}).where(Person.id == person)
    await queue_emails(EmailKind.ADDED, people, now=clock.now)
    clock.advance(minutes=29)
    await Email.update({Email.failure: "policy", Email.failed_at: clock.now}).where(Email.state == "waiting")
    assert await Readiness(tmp_path, Heartbeat(), clock).list_failures() == ()
    clock.advance(minutes=2)
    assert await Readiness(tmp_path, Heartbeat(), clock).list_failures() == ("courrier",)

    await Email.update({Email.state: "sent", Email.sent_at: clock.now}).where(Email.person == cast.agent_lot.id)
    assert await Readiness(tmp_path, Heartbeat(), clock).list_failures() == ()
