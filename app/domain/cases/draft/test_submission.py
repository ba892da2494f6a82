"""Sending makes one case, its recipients, its event and its emails; never twice, never half."""

import asyncio
from datetime import datetime
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.cases.draft.saving import choose_organisations, save_problem
from app.domain.cases.draft.submission import submit
from app.domain.errors import Invalid, NotFound
from db.tables.cases import Case
from db.tables.email import Email
from db.tables.members import Membership
from db.tables.participants import Guest, Recipient
from db.tables.people import Person
from db.tables.teams import Team
from db.tables.thread import Event


async def test_twenty_sends_at_once_make_one_case(cast: Cast, draft_id: UUID, now: datetime) -> None:
    await asyncio.gather(*(submit(cast.agent_lot, draft_id, now) for _ in range(20)))

    assert await Event.count() == 1
    assert await Recipient.count() == 2
    found = await Email.select(Email.person.address).where(Email.kind == "new_case")
    assert sorted(row["person.address"] for row in found) == [
        "referent.caf.lot@exemple.fr",
        "referent.msa.lot@exemple.fr",
        "responsable.caf.lot@exemple.fr",
    ]


async def test_colleagues_are_invited_from_the_start(cast: Cast, draft_id: UUID, now: datetime) -> None:
    with pytest.raises(Invalid):
        await submit(cast.agent_lot, draft_id, now, colleagues=[cast.agent_cher.id])
    assert await Case.count().where(Case.status == "draft") == 1

    await submit(cast.agent_lot, draft_id, now, colleagues=[cast.colleague_lot.id, cast.agent_cher.id])

    assert [row["person"] for row in await Guest.select(Guest.person)] == [cast.colleague_lot.id]
    found = await Email.select(Email.person).where(Email.kind == "invited")
    assert [row["person"] for row in found] == [cast.colleague_lot.id]
    assert [row["kind"] for row in await Event.select(Event.kind).order_by(Event.id)] == ["sent", "colleague"]


async def test_an_incomplete_draft_is_not_sent(cast: Cast, draft_id: UUID, now: datetime) -> None:
    await save_problem(cast.agent_lot, draft_id, {"description": ""}, urgent=False, now=now)

    with pytest.raises(Invalid):
        await submit(cast.agent_lot, draft_id, now)

    assert await Case.count().where(Case.status == "draft") == 1
    assert await Event.count() + await Email.count() + await Recipient.count() == 0


async def test_an_organisation_that_no_one_answers_for_any_more_is_named(
    cast: Cast, draft_id: UUID, now: datetime
) -> None:
    msa = await Team.select(Team.id).where(Team.name == "MSA du Lot").first()
    assert msa
    await Membership.delete().where(Membership.team == msa["id"])

    with pytest.raises(Invalid, match="MSA"):
        await submit(cast.agent_lot, draft_id, now)


async def test_a_failure_on_the_way_leaves_the_draft_as_it_was(
    cast: Cast, draft_id: UUID, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def break_down(*_: object, **__: object) -> int:
        raise ConnectionError

    monkeypatch.setattr("app.domain.cases.draft.submission.record_event", break_down)
    with pytest.raises(ConnectionError):
        await submit(cast.agent_lot, draft_id, now)

    assert await Case.count().where(Case.status == "draft") == 1
    assert await Email.count() + await Recipient.count() == 0


async def test_no_other_person_sends_or_changes_a_draft(cast: Cast, draft_id: UUID, now: datetime) -> None:
    for stranger in (cast.colleague_lot, cast.agent_cher, cast.referent_caf_lot, cast.admin):
        with pytest.raises(NotFound):
            await submit(stranger, draft_id, now)
        with pytest.raises(NotFound):
            await choose_organisations(stranger, draft_id, set(), set(), now)


async def test_a_deactivated_referent_gets_no_letter(cast: Cast, draft_id: UUID, now: datetime) -> None:
    await Person.update({Person.active: False}).where(Person.id == cast.manager_caf_lot.id)

    await submit(cast.agent_lot, draft_id, now)

    assert not await Email.exists().where(Email.person == cast.manager_caf_lot.id)
