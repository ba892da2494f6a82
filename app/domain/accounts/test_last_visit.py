"""« Vue le »: a day, written once a day, by a use of a session and not by a page that was left open."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.authentication.request_context import load_request_context
from app.domain.authentication.sessions import begin_session, record_session_use
from db.tables.people import InactivityNotice, Person

if TYPE_CHECKING:
    from app.tests.support.browser import Browser
    from app.tests.support.fixtures import Clock

    SignIn = Callable[[Actor], Awaitable[Browser]]


async def read_days(person: Actor) -> tuple[str, str]:
    row = await Person.select(Person.last_seen_on, Person.idle_from).where(Person.id == person.id).first()
    assert row is not None
    return str(row["last_seen_on"]), str(row["idle_from"])


async def use(token: str, now: datetime) -> None:
    session = (await load_request_context(token, now)).session
    assert session is not None
    await record_session_use(session, now)


async def test_a_login_and_the_first_use_of_each_later_day_are_visits(cast: Cast, now: datetime) -> None:
    assert await read_days(cast.agent_lot) == ("None", "None")
    token = await begin_session(cast.agent_lot.id, remember=True, browser="t", now=now)
    assert await read_days(cast.agent_lot) == ("2026-11-23", "2026-11-23")

    await use(token, now + timedelta(hours=12))
    assert await read_days(cast.agent_lot) == ("2026-11-23", "2026-11-23")
    await use(token, now + timedelta(hours=14))
    assert await read_days(cast.agent_lot) == ("2026-11-24", "2026-11-24"), "after midnight in Paris"


async def test_a_visit_forgets_the_warnings_of_inactivity(cast: Cast, now: datetime) -> None:
    for person in (cast.agent_lot, cast.agent_cher):
        await InactivityNotice.insert(InactivityNotice(person=person.id, kind="first", sent_on=now.date()))

    await begin_session(cast.agent_lot.id, remember=False, browser="t", now=now)

    assert [row["person"] for row in await InactivityNotice.select()] == [cast.agent_cher.id]


@pytest.mark.parametrize(("path", "day"), [("/demandes", "2026-11-25"), ("/demandes/nouvelles", "2026-11-23")])
async def test_what_an_open_page_asks_for_by_itself_is_no_visit(
    cast: Cast, sign_in: SignIn, clock: Clock, path: str, day: str
) -> None:
    browser = await sign_in(cast.agent_lot)
    await Person.raw("UPDATE session SET remember = TRUE")
    clock.advance(days=2)

    await browser.get(path)

    assert await read_days(cast.agent_lot) == (day, day)
