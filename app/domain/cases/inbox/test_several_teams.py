"""Counts, filters and rows agree on cases of several teams, for each person, members of two of the teams included."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor, load_actor
from app.domain.case_status import Status
from app.domain.cases.events import EventKind
from app.domain.cases.inbox.counters import load_list_counts
from app.domain.cases.inbox.filters import Filters
from app.domain.cases.inbox.listing import list_cases
from app.domain.cases.inbox.rows import CaseRow
from app.domain.cases.inbox.views import View
from app.domain.cases.lifecycle.closure import close
from app.domain.cases.lifecycle.invitation import invite_team
from app.domain.cases.lifecycle.stepping_out import step_out
from app.domain.cases.lifecycle.transfer import transfer
from app.domain.teams.teams import add_member
from app.tests.support.cases_fixtures import NewCase, clear_rate_limits, open_and_read_case
from app.tests.support.recipients import find_team_id, say

LATER = timedelta(days=3)


@pytest.fixture
async def people(cast: Cast) -> list[Actor]:
    """The cast, where Julien answers for the MSA too, and Hélène helps in Carmen's office beside the CAF."""
    await add_member(cast.referent_caf_lot.id, await find_team_id("MSA du Lot"))
    await add_member(cast.manager_caf_lot.id, cast.agent_lot.seats[0].team_id)
    found = [await load_actor(actor.id) for actor in vars(cast).values()]
    return [actor for actor in found if actor is not None]


@pytest.fixture
async def cases(cast: Cast, new_case: NewCase, now: datetime) -> dict[str, UUID]:
    """One of each kind. It happens before Julien has two teams: his words are the CAF's."""
    caf, msa, cpam = cast.referent_caf_lot, cast.referent_msa_lot, await find_team_id("CPAM du Lot")
    kinds = (
        "new",
        "caf opened",
        "caf answered",
        "caf dismissed",
        "caf handled",
        "all handled",
        "caf out",
        "moved",
        "opinion",
        "closed",
    )
    sent = {kind: await new_case("CAF", "MSA", subject=kind) for kind in kinds}
    await open_and_read_case(caf, sent["caf opened"], now)
    await say(caf, sent["caf answered"], now)
    await say(caf, sent["caf dismissed"], now, kind=EventKind.IRRELEVANT)
    for referent in (caf, msa):
        await say(referent, sent["all handled"], now, kind=EventKind.HANDLED)
    await say(caf, sent["caf handled"], now, kind=EventKind.HANDLED)
    await step_out(caf, sent["caf out"], "Autre caisse", now)
    await transfer(msa, sent["moved"], cpam, "Maladie", now)
    await invite_team(msa, sent["opinion"], cpam, "Un avis", now, opinion=True)
    await close(cast.agent_lot, sent["closed"], "solved", now)
    await clear_rate_limits()
    return sent


async def list_rows(actor: Actor, now: datetime, filters: Filters) -> list[CaseRow]:
    listing = await list_cases(actor, filters, now)
    assert listing.total == len(listing.rows) == len({row.id for row in listing.rows}), "each case once"
    return listing.rows


@pytest.mark.usefixtures("cases")
async def test_each_count_and_each_filter_shows_the_rows_that_say_so(people: list[Actor], now: datetime) -> None:
    now += LATER
    shown = Counter[str]()
    for actor in people:
        counts = (await load_list_counts(actor, now)).views
        rows = {view: await list_rows(actor, now, Filters(view=view)) for view in (View.OPEN, View.CLOSED)}
        for view in rows:
            assert counts[view] == len(rows[view])
            for status in (Status.NEW, Status.SEEN, Status.ANSWERED, Status.CLOSED):
                found = await list_rows(actor, now, Filters(view=view, status=status))
                assert found == [row for row in rows[view] if row.status == status]
                shown[status] += len(found)
            late = await list_rows(actor, now, Filters(view=view, late=True))
            assert late == [row for row in rows[view] if row.late]
            shown["late"] += len(late)
        turns = await list_rows(actor, now, Filters(view=View.TO_HANDLE))
        assert turns == [row for row in rows[View.OPEN] if row.your_turn]
        assert counts[View.TO_HANDLE] == len(turns)
    assert min(shown[kind] for kind in ("new", "seen", "answered", "closed", "late")) > 0


async def find_subjects(actor: Actor, now: datetime, **filters: Any) -> set[str]:
    return {row.subject for row in await list_rows(actor, now, Filters(**filters))}


@pytest.mark.usefixtures("cases")
async def test_the_list_of_one_team_is_what_that_team_owes(cast: Cast, now: datetime) -> None:
    owed_by_msa = {"new", "caf opened", "caf answered", "caf dismissed", "caf handled", "caf out", "opinion"}
    assert await find_subjects(cast.referent_msa_lot, now, view=View.TO_HANDLE) == owed_by_msa
    assert await find_subjects(cast.referent_msa_lot, now + LATER, late=True) == owed_by_msa
    assert await find_subjects(cast.referent_msa_lot, now, status=Status.ANSWERED) == {
        "caf answered",
        "caf dismissed",
        "caf handled",
        "all handled",
    }
    assert await find_subjects(cast.manager_caf_lot, now, view=View.TO_HANDLE) == {
        "new",
        "caf opened",
        "moved",
        "opinion",
    }
    assert await find_subjects(cast.manager_caf_lot, now, status=Status.SEEN) == {"caf opened"}
    assert await find_subjects(cast.referent_cpam_lot, now, view=View.TO_HANDLE) == {"moved"}
    assert await find_subjects(cast.referent_cpam_lot, now) == {"moved", "opinion"}


@pytest.mark.usefixtures("cases")
async def test_a_member_of_two_teams_reads_what_either_owes(people: list[Actor], cast: Cast, now: datetime) -> None:
    """Nouvelle is what neither has opened, handled is what both have handled."""
    (julien,) = [actor for actor in people if actor.id == cast.referent_caf_lot.id]
    either = {"new", "caf opened", "caf answered", "caf dismissed", "caf handled", "caf out", "moved", "opinion"}
    assert await find_subjects(julien, now, view=View.TO_HANDLE) == either
    assert await find_subjects(julien, now + LATER, late=True) == either
    assert await find_subjects(julien, now, status=Status.SEEN) == {"caf opened"}
    rows = await list_rows(julien, now, Filters())
    assert {row.subject for row in rows if row.handled} == {"all handled"}
    assert {row.subject for row in rows if row.answered_by} == set()


@pytest.mark.usefixtures("cases")
async def test_the_agents_read_what_they_are_asked_and_any_lateness(cast: Cast, now: datetime) -> None:
    assert await find_subjects(cast.agent_lot, now, view=View.TO_HANDLE) == {
        "caf answered",
        "caf dismissed",
        "caf handled",
        "all handled",
    }
    late = await find_subjects(cast.agent_lot, now + LATER, late=True)
    assert late == {"new", "caf opened", "caf answered", "caf dismissed", "caf handled", "caf out", "moved", "opinion"}
