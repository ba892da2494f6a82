"""A gesture on several cases does each that it can, says why not the others, and its undo undoes exactly that."""

import asyncio
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from app.cast import Cast
from app.domain import rate_limit
from app.domain.accounts.actor import Actor, load_actor
from app.domain.cases.access import load_visible_case
from app.domain.cases.lifecycle.assignment import take_charge
from app.domain.cases.lifecycle.closure import close
from app.domain.cases.lifecycle.set_aside import set_aside
from app.domain.cases.lifecycle.several import (
    MOST,
    give_several,
    set_several_aside,
    take_several,
    transfer_several,
    undo_setting_several_aside,
    undo_taking_several,
)
from app.domain.email.outbox import claim_email
from app.domain.email.queue_email import EmailKind
from app.domain.errors import Conflict, Forbidden, Invalid, NotFound
from app.domain.teams.teams import add_member
from app.tests.support.cases_fixtures import NewCase, clear_rate_limits
from app.tests.support.recipients import find_team_id, list_emailed, read_recipients
from db.tables.cases import Case
from db.tables.email import Email
from db.tables.participants import SetAside
from db.tables.thread import Event


@pytest.fixture
async def three(new_case: NewCase) -> list[UUID]:
    sent = [await new_case("CAF", subject=f"Demande {number}") for number in range(3)]
    await clear_rate_limits()
    await Email.delete(force=True)
    return sent


@pytest.fixture
async def third(cast: Cast) -> Actor:
    await add_member(cast.referent_caf_cher.id, await find_team_id("CAF du Lot"))
    actor = await load_actor(cast.referent_caf_cher.id)
    assert actor is not None
    return actor


async def list_holders(case_ids: list[UUID]) -> list[int | None]:
    return [(await read_recipients(case_id))["CAF"]["taken_by"] for case_id in case_ids]


async def list_days(case_ids: list[UUID]) -> list[tuple[int | None, date]]:
    rows = await SetAside.select(SetAside.case, SetAside.person, SetAside.until).where(SetAside.case.is_in(case_ids))
    rows.sort(key=lambda row: case_ids.index(row["case"]))
    return [(row["person"], (row["until"] + timedelta(hours=2)).date()) for row in rows]


async def test_taking_leaves_what_a_colleague_has_and_what_is_closed(
    cast: Cast, three: list[UUID], third: Actor, now: datetime
) -> None:
    await take_charge(third, three[0], now)
    await close(cast.agent_lot, three[1], "solved", now)
    stranger = uuid4()

    found = await take_several(cast.referent_caf_lot, [*three, stranger], now)

    assert list(found.done) == [three[2]] and found.unchanged == ()
    kinds = {case_id: type(refused) for case_id, refused in found.left.items()}
    assert kinds == {three[0]: Conflict, three[1]: Conflict, stranger: NotFound}
    assert await list_holders(three) == [third.id, None, cast.referent_caf_lot.id]
    assert await list_emailed("taken_over") == []


async def test_undoing_gives_back_what_was_taken_now_and_no_more(
    cast: Cast, three: list[UUID], third: Actor, now: datetime
) -> None:
    """What one had already stays; so does what a colleague took meanwhile, even for a manager."""
    manager = cast.manager_caf_lot
    await take_charge(manager, three[0], now)
    found = await take_several(manager, three, now)
    assert (list(found.done), found.unchanged) == (three[1:], (three[0],))
    await take_charge(third, three[1], now, instead_of=manager.id)

    undone = await undo_taking_several(manager, found.done, now)

    assert (list(undone.done), undone.unchanged) == ([three[2]], (three[1],))
    assert await list_holders(three) == [manager.id, third.id, None]


async def test_a_colleague_is_given_all_in_one_email(cast: Cast, three: list[UUID], now: datetime) -> None:
    found = await give_several(cast.referent_caf_lot, three, cast.manager_caf_lot.id, now)

    assert list(found.done) == three and await list_holders(three) == [cast.manager_caf_lot.id] * 3
    assert await claim_email(now) is None
    letter = await claim_email(now + timedelta(minutes=1))
    assert letter is not None and letter.kind == EmailKind.DIGEST and len(letter.items) == 3
    assert await claim_email(now + timedelta(minutes=1)) is None
    again = await give_several(cast.manager_caf_lot, three, cast.manager_caf_lot.id, now)
    assert again.unchanged == tuple(three) and await list_emailed("assigned") == ["responsable.caf.lot"] * 3


async def test_a_form_that_suits_no_case_is_to_be_corrected(cast: Cast, three: list[UUID], now: datetime) -> None:
    julien = cast.referent_caf_lot
    with pytest.raises(Invalid, match="Choisissez un collègue"):
        await give_several(julien, three, cast.referent_msa_lot.id, now)
    with pytest.raises(Invalid, match="pourquoi cette équipe"):
        await transfer_several(julien, three, await find_team_id("MSA du Lot"), "", now)
    with pytest.raises(Invalid, match="Choisissez un jour à venir"):
        await set_several_aside(julien, three, now.date(), now, for_team=False)
    for case_ids in ([], [uuid4() for _ in range(MOST + 1)]):
        with pytest.raises(Invalid, match="Cochez"):
            await take_several(julien, case_ids, now)
    assert await list_holders(three) == [None] * 3 and not await SetAside.exists()


async def test_all_are_transferred_for_one_reason_with_one_email_a_person(
    cast: Cast, three: list[UUID], now: datetime
) -> None:
    await close(cast.agent_lot, three[2], "solved", now)
    await Email.delete(force=True)

    found = await transfer_several(cast.referent_caf_lot, three, await find_team_id("MSA du Lot"), "Leur régime.", now)

    assert (list(found.done), list(found.left)) == (three[:2], [three[2]])
    assert await list_emailed("transferred") == ["referent.msa.lot"] * 2
    slots = await Email.select(Email.slot, Email.due_at).where(Email.person.is_not_null())
    assert {row["slot"] for row in slots} == {row["due_at"] for row in slots} == {now + timedelta(minutes=1)}
    for case_id in found.done:
        with pytest.raises(NotFound):
            await load_visible_case(cast.referent_caf_lot, case_id)


async def test_undoing_restores_the_day_that_there_was(cast: Cast, three: list[UUID], now: datetime) -> None:
    julien, today = cast.referent_caf_lot, now.date()
    first, second = today + timedelta(days=2), today + timedelta(days=9)
    await set_aside(julien, three[0], first, now)
    await set_aside(julien, three[1], first, now, for_team=True)
    found = await set_several_aside(julien, three, second, now, for_team=False)
    assert [day for person, day in await list_days(three) if person] == [second] * 3
    await set_aside(julien, three[2], first, now)

    undone = await undo_setting_several_aside(julien, found.done, second, now, for_team=False)

    assert (list(undone.done), undone.unchanged) == (three[:2], (three[2],))
    assert await list_days(three) == [(julien.id, first), (None, first), (julien.id, first)]


async def test_a_limit_stops_in_the_middle_and_each_case_is_whole(
    cast: Cast, new_case: NewCase, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = [await new_case("CAF") for _ in range(3)]
    low = {
        **rate_limit.RATE_LIMITS,
        rate_limit.LimitedAction.ACTION: rate_limit.RateLimit(2, timedelta(1), "Beaucoup."),
    }
    monkeypatch.setattr(rate_limit, "RATE_LIMITS", low)

    found = await take_several(cast.referent_caf_lot, sent, now)

    assert (list(found.done), list(found.left)) == (sent[:2], [sent[2]])
    assert await list_holders(sent) == [cast.referent_caf_lot.id] * 2 + [None]
    assert await Event.count().where(Event.kind == "taken") == 2


async def test_two_who_take_the_same_in_opposite_orders_block_each_other_never(
    cast: Cast, three: list[UUID], now: datetime
) -> None:
    julien, manager = cast.referent_caf_lot, cast.manager_caf_lot

    one, other = await asyncio.wait_for(
        asyncio.gather(take_several(julien, three, now), take_several(manager, three[::-1], now)), timeout=20
    )

    assert sorted([*one.done, *other.done]) == sorted(three) and set(one.left) == set(other.done)
    assert set(other.left) == set(one.done)


@pytest.mark.parametrize("who", ["agent_lot", "referent_msa_lot", "referent_caf_cher", "admin", "supervisor_lot"])
async def test_who_may_not_answer_changes_nothing(cast: Cast, three: list[UUID], now: datetime, who: str) -> None:
    actor: Actor = getattr(cast, who)
    before = await Case.select(Case.last_event).order_by(Case.id)

    found = [
        await take_several(actor, three, now),
        await give_several(actor, three, actor.id, now),
        await transfer_several(actor, three, await find_team_id("MSA du Lot"), "Leur régime.", now),
        await set_several_aside(actor, three, now.date() + timedelta(days=2), now, for_team=True),
    ]

    refusals = {type(refused) for one in found for refused in one.left.values()}
    assert all(not one.done and not one.unchanged for one in found)
    assert refusals == {Forbidden} if who == "agent_lot" else refusals <= {NotFound}
    assert await list_holders(three) == [None] * 3 and not await SetAside.exists() and not await Email.exists()
    assert await Case.select(Case.last_event).order_by(Case.id) == before
