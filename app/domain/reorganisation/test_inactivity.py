"""An account that is not used is warned twice, then closed; the only reader of a team is not closed in silence."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.cases.access import load_visible_case
from app.domain.cases.permissions import Action, list_allowed_actions
from app.domain.members.own_teams import list_team_ids
from app.domain.reorganisation import inactivity
from app.tests.support.idle_accounts import is_open, run, visit, watch_only
from db.tables.cases import Case
from db.tables.people import InactivityNotice, Person


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


@pytest.mark.parametrize(("other", "stays"), [("", True), ("nouvelle.lot", True), ("expert", False)])
async def test_the_last_administrator_who_has_come_is_left_alone(
    cast: Cast, now: datetime, other: str, *, stays: bool
) -> None:
    """Léa has never come: alone with her, the platform would have no one."""
    await Person.update({Person.platform_role: "admin"}).where(Person.address == f"{other}@exemple.fr")
    await watch_only(cast.admin, at=now)

    assert bool(await run(now, 120, 150, 180, 181)) != stays

    assert await is_open(cast.admin) == stays


async def test_an_account_with_a_draft_stays_until_it_has_none(cast: Cast, draft_id: UUID, now: datetime) -> None:
    """A colleague who leaves hands over drafts, to a person who does not come either."""
    await watch_only(cast.agent_lot, at=now)
    await run(now, 120, 150)

    assert await run(now, 180) == [] and await Case.exists().where(Case.id == draft_id)
    await Case.delete().where(Case.id == draft_id)
    assert await run(now, 181) == [(181, "idle_closed", "agent.lot")]


async def test_a_failure_leaves_the_others_done(
    cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await watch_only(cast.agent_lot, cast.agent_cher, at=now)

    async def break_for_one(person_id: int) -> list[int]:
        if person_id == cast.agent_lot.id:
            raise ValueError
        return await list_team_ids(person_id)

    monkeypatch.setattr(inactivity, "list_team_ids", break_for_one)

    assert await run(now, 120) == [(120, "idle_first", "agent.cher")]
    assert f"account {cast.agent_lot.id} " in caplog.text
    caplog.clear()
