"""A dead mailbox is said to who keeps its team, and is silent for a month only once it was said."""

from datetime import datetime, timedelta

from app.cast import Cast
from app.domain.accounts.actor import load_actor
from app.domain.email.failure import Failure
from app.domain.email.queue_email import EmailKind
from app.domain.email.undelivered import mark_undelivered
from app.domain.teams.dead_mailboxes import clear_undelivered
from app.domain.teams.noticed_team import load_managed_team
from app.domain.teams.teams import add_member
from app.tests.support.recipients import find_team_id
from db.tables.email import Email
from db.tables.members import Membership
from db.tables.people import Person
from db.tables.undelivered import Undelivered

KIND, MAILBOX = EmailKind.UNDELIVERED, Failure.MAILBOX


async def list_notified() -> list[int]:
    rows = await Email.select(Email.person).where(Email.kind == KIND).order_by(Email.written_at, Email.person)
    return [row["person"] for row in rows]


async def test_a_team_without_a_manager_whom_emails_reach_is_said_to_its_supervisor_then_to_the_admins(
    cast: Cast, now: datetime
) -> None:
    team = await find_team_id("CAF du Lot")
    await mark_undelivered(cast.manager_caf_lot.id, None, MAILBOX, now)
    assert await list_notified() == [cast.supervisor_lot.id]
    await Person.update({Person.active: False}).where(Person.id == cast.supervisor_lot.id)
    await mark_undelivered(cast.referent_caf_lot.id, None, MAILBOX, now + timedelta(days=2))
    assert cast.admin.id in await list_notified() and cast.manager_caf_lot.id not in await list_notified()

    for keeper in (cast.admin, cast.supervisor_lot, cast.manager_caf_lot):
        assert await load_managed_team(keeper, team), keeper.address
    assert await load_managed_team(cast.referent_caf_lot, team) is None
    await Membership.update({Membership.manager: False}).where(Membership.person == cast.manager_caf_lot.id)
    former = await load_actor(cast.manager_caf_lot.id)
    assert former and await load_managed_team(former, team) is None


async def test_a_second_mailbox_of_the_same_day_is_not_silenced_for_a_month(cast: Cast, now: datetime) -> None:
    first, second = cast.referent_caf_lot.id, cast.newcomer_lot.id
    await Membership.delete().where(Membership.person == second)
    await add_member(second, await find_team_id("CAF du Lot"))
    await mark_undelivered(first, None, MAILBOX, now)
    await mark_undelivered(second, None, MAILBOX, now + timedelta(hours=6))
    rows = await Undelivered.select(Undelivered.person, Undelivered.notified_at)
    assert {row["person"]: row["notified_at"] for row in rows} == {first: now, second: None}
    assert await list_notified() == [cast.manager_caf_lot.id], "one a day for a team"

    later = now + timedelta(days=3)
    for person in (first, second):
        await clear_undelivered(person, later)
        await mark_undelivered(person, None, MAILBOX, later)
    assert await list_notified() == [cast.manager_caf_lot.id] * 2, "the second, which no email has said yet"
