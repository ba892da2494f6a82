"""The list shows exactly the cases that one may open, and its counters match it."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise, product
from uuid import UUID, uuid4

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor, Side, load_actor
from app.domain.case_status import Status
from app.domain.cases.access import load_visible_case
from app.domain.cases.inbox.counters import count_to_handle, load_list_counts
from app.domain.cases.inbox.filters import Filters
from app.domain.cases.inbox.listing import Listing, list_cases
from app.domain.cases.inbox.ordering import Order
from app.domain.cases.inbox.views import View
from app.domain.cases.lifecycle.closure import close, reopen
from app.domain.cases.lifecycle.erasure import erase_closed_cases
from app.domain.cases.lifecycle.invitation import invite_expert
from app.domain.cases.lifecycle.transfer import transfer
from app.domain.cases.lifecycle.withdrawal import withdraw
from app.domain.cases.permissions import Action, find_side, list_allowed_actions
from app.domain.cases.thread.internal_notes import post_internal_note
from app.domain.cases.thread.posting import post_message
from app.domain.errors import NotFound
from app.domain.teams.teams import add_member
from app.tests.support.cases_fixtures import NewCase, open_and_read_case
from db.tables.cases import Case
from db.tables.participants import Recipient
from db.tables.teams import Team


@pytest.fixture
async def cases(cast: Cast, new_case: NewCase, now: datetime) -> list[UUID]:
    """One of each kind: new, seen, answered, closed by each side, transferred, withdrawn, with an expert."""
    sent = [await new_case("CAF", "MSA", subject=f"Dossier n° {number}") for number in range(6)]
    sent.append(await new_case("CPAM", actor=cast.colleague_lot, subject="Étude 100 % en_retard"))
    await open_and_read_case(cast.referent_caf_lot, sent[1], now)
    await post_message(cast.referent_msa_lot, sent[2], "Voici", key=str(uuid4()), now=now)
    await close(cast.agent_lot, sent[3], "solved", now)
    await invite_expert(cast.agent_lot, sent[4], "Bloqué", now)
    await close(cast.expert, sent[4], "not_solved", now)
    await withdraw(cast.agent_lot, sent[5], now)
    await invite_expert(cast.colleague_lot, sent[6], "Bloqué", now)
    cpam = await Team.select(Team.id).where(Team.name == "France Travail du Lot").first()
    assert cpam
    await transfer(cast.referent_msa_lot, sent[2], cpam["id"], "Chômage", now)
    return sent


async def opens(actor: Actor, case_id: UUID) -> bool:
    try:
        await load_visible_case(actor, case_id)
    except NotFound:
        return False
    return True


async def listed(actor: Actor, now: datetime) -> set[UUID]:
    both = [await list_cases(actor, Filters(view=view), now) for view in (View.OPEN, View.CLOSED)]
    return {line.id for listing in both for line in listing.rows}


async def test_everyone_lists_exactly_what_they_may_open(cast: Cast, cases: list[UUID], now: datetime) -> None:
    seen = 0
    for actor in vars(cast).values():
        may_open = {case_id for case_id in cases if await opens(actor, case_id)}
        assert await listed(actor, now) == may_open, actor.address
        seen += len(may_open)
    assert seen > 20


async def test_the_figure_of_each_view_is_what_it_shows(cast: Cast, cases: list[UUID], now: datetime) -> None:
    for actor in vars(cast).values():
        counts = (await load_list_counts(actor, now)).views
        for view in (View.TO_HANDLE, View.OPEN, View.MINE, View.CLOSED):
            listing = await list_cases(actor, Filters(view=view), now)
            assert counts[view] == listing.total == len(listing.rows), (actor.address, view)
        assert await count_to_handle(actor, now) == counts[View.TO_HANDLE]


async def test_a_filter_s_figure_is_what_it_shows(cast: Cast, cases: list[UUID], now: datetime) -> None:
    organisations = [row["organisation"] for row in await Team.select(Team.organisation)]
    for words, organisation, urgent in product(("", "dossier", "etude"), {*organisations, None}, (False, True)):
        filters = Filters(words=words, organisation=organisation, urgent=urgent)
        listing = await list_cases(cast.agent_lot, filters, now)
        assert listing.total == len(listing.rows)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("ETUDE", 1),
        ("étude retard", 1),
        ("100 %", 1),
        ("%", 1),
        ("en_retard", 1),
        ("e__retard", 0),
        ("'", 0),
        ('"; DROP TABLE cases', 0),
        ("pelissier dossier", 3),
        ("   ", 4),
    ],
)
async def test_search_takes_words_as_they_are_typed(
    cast: Cast, cases: list[UUID], words: str, found: int, now: datetime
) -> None:
    assert (await list_cases(cast.agent_lot, Filters(words=words), now)).total == found


async def pages(actor: Actor, filters: Filters, now: datetime) -> list[Listing]:
    """From page to page by « Page suivante », to the last one."""
    found = [await list_cases(actor, filters, now)]
    while found[-1].older_position is not None:
        found.append(await list_cases(actor, replace(filters, after=found[-1].older_position), now))
    return found


async def test_pages_hold_twenty_five_and_are_turned_both_ways(cast: Cast, new_case: NewCase, now: datetime) -> None:
    for number in range(51):
        await new_case("CAF", subject=f"n° {number}")

    for order in Order:
        filters = Filters(order=order)
        turned = await pages(cast.agent_lot, filters, now)
        numbers = range(51) if order == Order.OLDEST else range(50, -1, -1)
        assert [line.subject for page in turned for line in page.rows] == [f"n° {number}" for number in numbers]
        assert [len(page.rows) for page in turned] == [25, 25, 1] and {page.total for page in turned} == {51}
        for before, page in pairwise(turned):
            assert await list_cases(cast.agent_lot, replace(filters, before=page.newer_position), now) == before


async def test_a_place_with_nothing_beyond_it_is_the_first_page(cast: Cast, new_case: NewCase, now: datetime) -> None:
    for number in range(31):
        await new_case("CAF", subject=f"n° {number}")
    first = await list_cases(cast.agent_lot, Filters(), now)
    assert first.newer_position is None and first.older_position == first.rows[-1].position
    for filters in (Filters(after=0), Filters(before=2**57 - 1), Filters(before=first.rows[5].position)):
        assert await list_cases(cast.agent_lot, filters, now) == first


async def test_unread_is_until_it_is_opened_and_again_when_something_comes(
    cast: Cast, new_case: NewCase, now: datetime
) -> None:
    case_id = await new_case("CAF")

    async def unread(actor: Actor) -> bool:
        return (await list_cases(actor, Filters(), now)).rows[0].unread

    assert await unread(cast.referent_caf_lot) and not await unread(cast.agent_lot)
    await open_and_read_case(cast.referent_caf_lot, case_id, now)
    assert not await unread(cast.referent_caf_lot) and await unread(cast.agent_lot)
    await open_and_read_case(cast.agent_lot, case_id, now)
    assert not await unread(cast.agent_lot)
    await post_message(cast.referent_caf_lot, case_id, "Voici", key=str(uuid4()), now=now)
    assert await unread(cast.agent_lot) and not await unread(cast.referent_caf_lot)


async def test_an_unsent_draft_is_in_no_one_s_list(cast: Cast, draft_id: UUID, now: datetime) -> None:
    assert await listed(cast.agent_lot, now) == set()
    assert (await load_list_counts(cast.agent_lot, now)).views[View.DRAFTS] == 1
    assert (await load_list_counts(cast.colleague_lot, now)).views[View.DRAFTS] == 0
    assert await Case.count() == 1


async def test_agent_in_one_team_and_referent_in_another_one_sees_both_sides(
    cast: Cast, new_case: NewCase, now: datetime
) -> None:
    """The requests of their own team, and those to it; on a case that is both, they act as an agent."""
    caf = await Team.select(Team.id).where(Team.name == "CAF du Lot").first()
    assert caf
    await add_member(cast.agent_cher.id, caf["id"])
    both = await load_actor(cast.agent_cher.id)
    assert both and both.may_open_cases and both.list_teams(Side.REFERENT) == [caf["id"]]
    asked, received, neither = (
        await new_case("CPAM", actor=both, subject="Posée"),
        await new_case("CAF", subject="Reçue"),
        await new_case("MSA", subject="Ailleurs"),
    )

    assert await listed(both, now) == {asked, received}
    assert not await opens(both, neither)
    assert {line.id for line in (await list_cases(both, Filters(View.TO_HANDLE), now)).rows} == {received}
    assert {line.id for line in (await list_cases(both, Filters(View.MINE), now)).rows} == {asked}
    sides = {case_id: find_side(both, await load_visible_case(both, case_id)) for case_id in (asked, received)}
    assert sides == {asked: Side.AGENT, received: Side.REFERENT}
    assert Action.CLOSE in list_allowed_actions(both, await load_visible_case(both, asked))
    assert Action.ANSWER in list_allowed_actions(both, await load_visible_case(both, received))
    assert Action.CLOSE not in list_allowed_actions(both, await load_visible_case(both, received))


async def test_a_recipient_is_open_and_moves_with_its_case_and_its_turn_ends_with_it(
    cast: Cast, cases: list[UUID], draft_id: UUID, now: datetime
) -> None:
    """The database keeps both rows equal, for a list reads the recipient alone. The turn is the team's own."""
    await post_internal_note(cast.referent_caf_lot, cases[0], "Entre nous", key=str(uuid4()), now=now)
    await reopen(cast.agent_lot, cases[3], now)
    await erase_closed_cases(now + timedelta(days=400))

    rows = await Recipient.select(
        Recipient.open,
        Recipient.last_event,
        Recipient.next_side,
        Recipient.case.status.as_alias("status"),
        Recipient.case.erased_at.as_alias("erased_at"),
        Recipient.case.last_event.as_alias("event"),
        Recipient.case.last_internal_event.as_alias("apart"),
    )

    for row in rows:
        still_open = None if row["erased_at"] else row["status"] != Status.CLOSED
        assert (row["open"], row["last_event"]) == (still_open, max(row["event"], row["apart"]))
        assert row["next_side"] in (["referent", ""] if still_open else [""])
    assert {row["open"] for row in rows} == {True, None} and any(row["apart"] > row["event"] for row in rows)
