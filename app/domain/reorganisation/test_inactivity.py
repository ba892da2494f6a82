"""An account that is not used is warned twice, then closed; the only reader of a team is not closed in silence."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.authentication.sessions import begin_session
from app.domain.cases.access import load_visible_case
from app.domain.cases.permissions import Action, list_allowed_actions
from app.domain.reorganisation.inactivity import close_idle_accounts
from app.tests.support.recipients import find_team_id
from db.tables.email import Email
from db.tables.members import Membership
from db.tables.people import InactivityNotice, Person

IDLE = ["idle_first", "idle_second", "idle_keepers", "idle_closed"]


async def visit(person: Actor, at: datetime) -> None:
    await begin_session(person.id, remember=False, browser="t", now=at)


async def watch_only(*idle: Actor, at: datetime) -> None:
    """These people came at that time; everyone else comes for ever."""
    later = (at + timedelta(days=9_999)).date()
    await Person.update({Person.idle_from: later}, force=True)
    for one in idle:
        await Person.update({Person.idle_from: at.date()}).where(Person.id == one.id)


async def run(begins: datetime, *days: int) -> list[tuple[int, str, str]]:
    """The day of the daily job, what is queued, for which login; each day runs twice."""
    found = []
    for day in days:
        moment = begins + timedelta(days=day)
        for _ in range(2):
            await close_idle_accounts(moment)
        rows = await Email.select(Email.kind, Email.person.address.as_alias("address")).where(Email.kind.is_in(IDLE))
        found += [(day, row["kind"], row["address"].removesuffix("@exemple.fr")) for row in rows]
        await Email.delete(force=True)
    return sorted(found)


async def is_open(person: Actor) -> bool:
    return bool(await Person.exists().where(Person.id == person.id, Person.active.eq(True)))


async def test_two_warnings_then_the_account_is_closed(cast: Cast, case_id: UUID, now: datetime) -> None:
    await watch_only(cast.agent_lot, at=now)

    assert await run(now, 119, 120, 149, 150, 179, 180, 181) == [
        (120, "idle_first", "agent.lot"),
        (150, "idle_second", "agent.lot"),
        (180, "idle_closed", "agent.lot"),
    ]
    assert not await is_open(cast.agent_lot) and not await InactivityNotice.exists()
    case = await load_visible_case(cast.colleague_lot, case_id)
    assert Action.WITHDRAW in list_allowed_actions(cast.colleague_lot, case), "the team has the case"


async def test_a_visit_begins_the_count_anew(cast: Cast, now: datetime) -> None:
    await watch_only(cast.agent_lot, at=now)
    await run(now, 120, 150)
    await Person.update({Person.idle_from: now.date()}).where(Person.id == cast.agent_lot.id)
    await visit(cast.agent_lot, now + timedelta(days=179))

    assert await run(now, 180, 298) == []
    assert await run(now, 299) == [(299, "idle_first", "agent.lot")]


async def test_an_account_that_was_never_used_counts_from_its_creation(cast: Cast, now: datetime) -> None:
    await watch_only(at=now)
    await Person.update({Person.idle_from: None}).where(Person.id == cast.newcomer_lot.id)

    assert await run(now, 119, 120) == [(120, "idle_first", "nouvelle.lot")]


async def test_each_step_comes_thirty_days_after_the_one_before(cast: Cast, now: datetime) -> None:
    """A year without a visit when the rule begins: two warnings all the same."""
    await watch_only(cast.agent_lot, at=now)

    assert await run(now, 365, 394, 395, 424, 425) == [
        (365, "idle_first", "agent.lot"),
        (395, "idle_second", "agent.lot"),
        (425, "idle_closed", "agent.lot"),
    ]


async def only_member(person: Actor, team: str) -> None:
    own = await find_team_id(team)
    await Membership.delete().where(Membership.team == own, Membership.person != person.id)


async def test_keepers_of_a_team_hear_before_its_only_reader_goes(cast: Cast, now: datetime) -> None:
    await only_member(cast.agent_cher, "France Services de démonstration du Cher")
    await watch_only(cast.agent_cher, at=now)

    assert await run(now, 120, 150, 179, 180) == [
        (120, "idle_first", "agent.cher"),
        (150, "idle_keepers", "admin"),
        (150, "idle_second", "agent.cher"),
        (180, "idle_closed", "agent.cher"),
    ], "the Cher has no manager and no supervisor"


async def test_who_became_the_only_reader_meanwhile_stays_thirty_days_more(cast: Cast, now: datetime) -> None:
    await watch_only(cast.manager_caf_lot, at=now)
    await run(now, 120, 150)
    await only_member(cast.manager_caf_lot, "CAF du Lot")

    assert await run(now, 180, 209, 210) == [
        (180, "idle_keepers", "superviseur.lot"),
        (210, "idle_closed", "responsable.caf.lot"),
    ]


async def test_the_only_reader_of_open_cases_stays_and_keepers_hear_again(
    cast: Cast, case_id: UUID, now: datetime
) -> None:
    """Source: features.md, P6."""
    await only_member(cast.referent_caf_lot, "CAF du Lot")
    await watch_only(cast.referent_caf_lot, at=now)

    assert await run(now, 120, 150, 180, 209, 210) == [
        (120, "idle_first", "referent.caf.lot"),
        (150, "idle_keepers", "superviseur.lot"),
        (150, "idle_second", "referent.caf.lot"),
        (180, "idle_keepers", "superviseur.lot"),
        (210, "idle_keepers", "superviseur.lot"),
    ]
    assert await is_open(cast.referent_caf_lot)


@pytest.mark.parametrize(("second", "stays"), [(False, True), (True, False)])
async def test_the_last_administrator_is_never_closed(cast: Cast, now: datetime, *, second: bool, stays: bool) -> None:
    if second:
        await Person.update({Person.platform_role: "admin"}).where(Person.id == cast.expert.id)
    await watch_only(cast.admin, at=now)

    await run(now, 120, 150, 180, 181)

    assert await is_open(cast.admin) == stays
