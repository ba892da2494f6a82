"""Opening a case: Consultée by a referent only, and once, even if several open it at the same moment."""

import asyncio
from dataclasses import replace
from datetime import datetime
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.audit.log import Origin, use_origin
from app.domain.case_status import Status
from app.domain.cases.access import load_visible_case
from app.domain.cases.attachments.access import open_for_download, open_for_preview
from app.domain.cases.draft.submission import submit
from app.domain.cases.lifecycle.closure import close
from app.domain.cases.lifecycle.invitation import invite_expert
from app.domain.cases.lifecycle.opening import open_case
from app.domain.cases.lifecycle.withdrawal import withdraw
from app.domain.errors import Conflict, NotFound
from app.domain.files.store import FileStore
from app.tests.support.attachments_fixtures import attach_file
from db.read_only import set_read_only
from db.tables.audit import AuditEntry
from db.tables.participants import Recipient
from db.tables.thread import Event

AT_ONCE = 12


async def read(actor: Actor, case_id: UUID, now: datetime) -> Status:
    return (await open_case(actor, await load_visible_case(actor, case_id), now)).status


async def lines(case_id: UUID) -> int:
    return int(await AuditEntry.count().where(AuditEntry.action == "case.read", AuditEntry.case_id == case_id))


async def openings(case_id: UUID) -> int:
    return int(await Event.count().where(Event.case == case_id, Event.kind == "opened"))


async def seen(case_id: UUID) -> set[int]:
    rows = await Recipient.select(Recipient.team).where(Recipient.case == case_id, Recipient.seen_at.is_not_null())
    return {row["team"] for row in rows}


async def test_those_who_open_at_the_same_moment_leave_one_opening_and_one_line(
    cast: Cast, case_id: UUID, now: datetime
) -> None:
    julien = cast.referent_caf_lot
    known = await load_visible_case(julien, case_id)

    found = await asyncio.gather(*(open_case(julien, known, now) for _ in range(AT_ONCE)))

    assert {case.status for case in found} == {Status.SEEN}
    assert (await openings(case_id), await lines(case_id)) == (1, 1)
    await asyncio.gather(*(read(cast.agent_lot, case_id, now) for _ in range(AT_ONCE)))
    assert (await openings(case_id), await lines(case_id)) == (1, 2)


async def test_two_teams_open_it_each_once(cast: Cast, case_id: UUID, now: datetime) -> None:
    people = [cast.referent_caf_lot, cast.manager_caf_lot, cast.referent_msa_lot]

    await asyncio.gather(*(read(actor, case_id, now) for actor in people for _ in range(3)))

    assert (await openings(case_id), await lines(case_id)) == (2, 3)
    assert len(await seen(case_id)) == 2


async def test_an_agent_or_an_expert_is_in_the_trail_and_opens_nothing(
    cast: Cast, case_id: UUID, now: datetime
) -> None:
    await invite_expert(cast.agent_lot, case_id, "Bloqué", now)
    for actor in (cast.agent_lot, cast.colleague_lot, cast.expert):
        assert await read(actor, case_id, now) == Status.NEW

    assert (await lines(case_id), await openings(case_id), await seen(case_id)) == (3, 0, set())


async def test_the_author_who_also_sits_in_the_receiving_team_opens_it_as_an_agent(
    cast: Cast, case_id: UUID, now: datetime
) -> None:
    """They act for the agents on this case: their own reading does not end the right to withdraw it."""
    both = replace(cast.agent_lot, seats=(*cast.agent_lot.seats, *cast.referent_caf_lot.seats))

    assert await read(both, case_id, now) == Status.NEW

    assert (await openings(case_id), await seen(case_id)) == (0, set())
    await withdraw(both, case_id, now)


async def test_a_closed_case_that_a_referent_opens_stays_closed(cast: Cast, case_id: UUID, now: datetime) -> None:
    await close(cast.agent_lot, case_id, "solved", now)

    assert await read(cast.referent_caf_lot, case_id, now) == Status.CLOSED
    assert (await openings(case_id), len(await seen(case_id))) == (0, 1)


async def test_in_maintenance_a_reading_writes_nothing(
    cast: Cast, case_id: UUID, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="aplus.audit")
    with set_read_only(on=True):
        assert await read(cast.referent_caf_lot, case_id, now) == Status.NEW
    assert (await lines(case_id), await openings(case_id), await seen(case_id)) == (0, 0, set())
    assert f"read in maintenance: case.read, person {cast.referent_caf_lot.id}, case {case_id}" in caplog.text

    assert await read(cast.referent_caf_lot, case_id, now) == Status.SEEN
    assert (await lines(case_id), await openings(case_id)) == (1, 1)


async def test_a_case_withdrawn_meanwhile_is_not_opened(cast: Cast, case_id: UUID, now: datetime) -> None:
    known = await load_visible_case(cast.referent_caf_lot, case_id)
    await withdraw(cast.agent_lot, case_id, now)

    with pytest.raises(NotFound):
        await open_case(cast.referent_caf_lot, known, now)
    assert await lines(case_id) == 0


@pytest.mark.parametrize("door", [open_for_preview, open_for_download])
async def test_a_preview_or_a_download_ends_the_right_to_withdraw(
    door: object, cast: Cast, draft_id: UUID, files: FileStore, now: datetime
) -> None:
    attachment = await attach_file(cast.agent_lot, files, draft_id, now)
    await submit(cast.agent_lot, draft_id, now)

    await door(cast.referent_caf_lot, attachment, now)  # type: ignore[operator]

    assert (await load_visible_case(cast.agent_lot, draft_id)).status == Status.SEEN
    assert (await lines(draft_id), await openings(draft_id)) == (1, 1)
    with pytest.raises(Conflict):
        await withdraw(cast.agent_lot, draft_id, now)


async def test_what_has_no_preview_opens_nothing(cast: Cast, draft_id: UUID, files: FileStore, now: datetime) -> None:
    attachment = await attach_file(cast.agent_lot, files, draft_id, now, "notes.txt", b"Une note.")
    await submit(cast.agent_lot, draft_id, now)

    assert not (await open_for_preview(cast.referent_caf_lot, attachment, now)).has_preview

    assert (await lines(draft_id), await openings(draft_id)) == (0, 0)


async def test_from_two_places_at_the_same_moment_it_is_a_line_each(cast: Cast, case_id: UUID, now: datetime) -> None:
    async def from_an_office(network: str) -> None:
        with use_origin(Origin(network, "Firefox")):
            await read(cast.referent_caf_lot, case_id, now)

    await asyncio.gather(*(from_an_office(place) for place in ("192.0.2.0/24", "198.51.100.0/24") for _ in range(4)))

    assert (await openings(case_id), await lines(case_id)) == (1, 2)
