"""A message and its reminder: both or neither, once, and it counts as the reminder of the promise."""

from datetime import UTC, date, datetime, timedelta
from functools import partial
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.lifecycle.promise_reminders import send_promise_reminders
from app.domain.cases.lifecycle.set_aside import bring_back_due
from app.domain.cases.thread.posting import post_message
from app.domain.cases.thread.reminder import compute_reminder_day, send_with_reminder
from app.domain.errors import Forbidden, Invalid
from app.tests.support.recipients import say
from db.tables.email import Email
from db.tables.participants import SetAside
from db.tables.thread import Message

DAY = date(2026, 12, 7)


async def send(actor: Actor, case_id: UUID, now: datetime, day: date | None = DAY, *, key: str = "k") -> None:
    post = partial(post_message, actor, case_id, "Je transmets", key=key, now=now)
    await send_with_reminder(post, actor, case_id, key=key, day=day, now=now)


def test_working_days_are_those_of_the_area() -> None:
    """From Friday 27 November at 23 h 30 in UTC, which is Saturday in Paris, one working day is Tuesday."""
    friday_night = datetime(2026, 11, 27, 23, 30, tzinfo=UTC)
    assert compute_reminder_day(datetime(2026, 11, 23, 9, tzinfo=UTC), 10, "46") == DAY
    assert compute_reminder_day(friday_night, 1, "46") == date(2026, 12, 1)
    assert compute_reminder_day(datetime(2026, 12, 24, 9, tzinfo=UTC), 1, "46") == date(2026, 12, 28)


async def test_the_same_message_twice_sets_aside_once(cast: Cast, case_id: UUID, now: datetime) -> None:
    await send(cast.referent_caf_lot, case_id, now)
    await say(cast.agent_lot, case_id, now)
    assert await SetAside.count() == 0, "the agent's word brings it back"

    await send(cast.referent_caf_lot, case_id, now)

    assert await SetAside.count() == 0
    assert await Message.count().where(Message.case == case_id, Message.body == "Je transmets") == 1


@pytest.mark.parametrize("day", [None, date(2026, 11, 23)])
async def test_a_refused_day_sends_nothing(cast: Cast, case_id: UUID, now: datetime, day: date | None) -> None:
    with pytest.raises(Invalid) as refused:
        await send(cast.referent_caf_lot, case_id, now, day)
    assert set(refused.value.fields) == {"rappel"}
    with pytest.raises(Forbidden):
        await send(cast.agent_lot, case_id, now)
    assert await SetAside.count() == await Message.count().where(Message.case == case_id) == 0


async def test_the_person_is_reminded_once_of_what_they_transmitted(cast: Cast, case_id: UUID, now: datetime) -> None:
    """The case is at no name: the reminder of the promise would go to who answered last."""
    await send(cast.referent_caf_lot, case_id, now)
    back = now + timedelta(weeks=2)
    await bring_back_due(back)
    await send_promise_reminders(back)

    rows = await Email.select(Email.kind, Email.person).where(Email.kind.is_in(["reminder", "promise"]))
    assert rows == [{"kind": "reminder", "person": cast.referent_caf_lot.id}]
