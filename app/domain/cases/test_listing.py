"""The list shows what one may open, no more, no less, and its figures are those it shows."""

from datetime import datetime
from itertools import product
from uuid import UUID, uuid4

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor, Side, load_actor
from app.domain.cases.apart import post_apart
from app.domain.cases.closure import close
from app.domain.cases.conftest import NewCase
from app.domain.cases.facts import visible_case
from app.domain.cases.filters import Filters, Order, View
from app.domain.cases.invitation import invite_expert
from app.domain.cases.listing import count_to_handle, count_views, list_cases
from app.domain.cases.reading import open_case
from app.domain.cases.thread import post
from app.domain.cases.transfer import transfer
from app.domain.cases.withdrawal import withdraw
from app.domain.errors import NotFound
from app.domain.permissions import Action, actions_for, side_of
from app.domain.teams.teams import add_member
from db.tables import Case, Team


@pytest.fixture
async def cases(cast: Cast, new_case: NewCase, now: datetime) -> list[UUID]:
    """One of each kind: new, seen, answered, closed by each side, transferred, withdrawn, with an expert."""
    sent = [await new_case("CAF", "MSA", subject=f"Dossier n° {number}") for number in range(6)]
    sent.append(await new_case("CPAM", actor=cast.colleague_lot, subject="Étude 100 % en_retard"))
    await open_case(cast.referent_caf_lot, sent[1], now)
    await post(cast.referent_msa_lot, sent[2], "Voici", key=str(uuid4()), now=now)
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
        await visible_case(actor, case_id)
    except NotFound:
        return False
    return True


async def listed(actor: Actor, now: datetime) -> set[UUID]:
    both = [await list_cases(actor, Filters(view=view), now) for view in (View.OPEN, View.CLOSED)]
    return {line.id for listing in both for line in listing.lines}


async def test_everyone_lists_exactly_what_they_may_open(cast: Cast, cases: list[UUID], now: datetime) -> None:
    seen = 0
    for actor in vars(cast).values():
        may_open = {case_id for case_id in cases if await opens(actor, case_id)}
        assert await listed(actor, now) == may_open, actor.address
        seen += len(may_open)
    assert seen > 20


async def test_the_figure_of_each_view_is_what_it_shows(cast: Cast, cases: list[UUID], now: datetime) -> None:
    for actor in vars(cast).values():
        counts = await count_views(actor)
        for view in (View.TO_HANDLE, View.OPEN, View.MINE, View.CLOSED):
            listing = await list_cases(actor, Filters(view=view), now)
            assert counts[view] == listing.total == len(listing.lines), (actor.address, view)
        assert await count_to_handle(actor) == counts[View.TO_HANDLE]


async def test_a_filter_s_figure_is_what_it_shows(cast: Cast, cases: list[UUID], now: datetime) -> None:
    organisations = [row["organisation"] for row in await Team.select(Team.organisation)]
    for words, organisation, urgent in product(("", "dossier", "etude"), {*organisations, None}, (False, True)):
        filters = Filters(words=words, organisation=organisation, urgent=urgent)
        listing = await list_cases(cast.agent_lot, filters, now)
        assert listing.total == len(listing.lines)


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


async def test_pages_hold_thirty_and_an_absurd_one_is_the_last(cast: Cast, new_case: NewCase, now: datetime) -> None:
    for number in range(31):
        await new_case("CAF", subject=f"n° {number}")

    first, last = (
        await list_cases(cast.agent_lot, Filters(), now),
        await list_cases(cast.agent_lot, Filters(page=10**7), now),
    )

    assert (len(first.lines), first.pages, last.page, len(last.lines)) == (30, 2, 2, 1)
    oldest = await list_cases(cast.agent_lot, Filters(order=Order.OLDEST), now)
    assert oldest.lines[0].subject == "n° 0" and first.lines[0].subject == "n° 30"


async def test_unread_is_until_it_is_opened_and_again_when_something_comes(
    cast: Cast, new_case: NewCase, now: datetime
) -> None:
    case_id = await new_case("CAF")

    async def unread(actor: Actor) -> bool:
        return (await list_cases(actor, Filters(), now)).lines[0].unread

    assert await unread(cast.referent_caf_lot) and not await unread(cast.agent_lot)
    await open_case(cast.referent_caf_lot, case_id, now)
    assert not await unread(cast.referent_caf_lot) and await unread(cast.agent_lot)
    await open_case(cast.agent_lot, case_id, now)
    assert not await unread(cast.agent_lot)
    await post(cast.referent_caf_lot, case_id, "Voici", key=str(uuid4()), now=now)
    assert await unread(cast.agent_lot) and not await unread(cast.referent_caf_lot)


async def test_what_is_unread_comes_first_in_either_order_and_across_pages(
    cast: Cast, new_case: NewCase, now: datetime
) -> None:
    sent = [await new_case("CAF", subject=f"n° {number}") for number in range(33)]
    for case_id in sent[2:]:
        await open_case(cast.referent_caf_lot, case_id, now)

    for order, expected in (
        (Order.RECENT, [1, 0, *range(32, 1, -1)]),
        (Order.OLDEST, [0, 1, *range(2, 33)]),
    ):
        pages = [await list_cases(cast.referent_caf_lot, Filters(order=order, page=page), now) for page in (1, 2)]
        lines = [line for page in pages for line in page.lines]
        assert [line.subject for line in lines] == [f"n° {number}" for number in expected]
        assert [line.unread for line in lines] == [True] * 2 + [False] * 31
        assert [line.place for line in lines] == sorted((line.place for line in lines), reverse=True)
        assert {page.total for page in pages} == {33}


async def test_each_side_s_unread_comes_first_with_what_referents_say_apart(
    cast: Cast, cases: list[UUID], now: datetime
) -> None:
    for actor in vars(cast).values():
        for case_id in cases[:2]:
            if await opens(actor, case_id):
                await open_case(actor, case_id, now)
    await post_apart(cast.referent_caf_lot, cases[0], "Entre nous", key=str(uuid4()), now=now)

    for actor in vars(cast).values():
        lines = (await list_cases(actor, Filters(), now)).lines
        assert [line.unread for line in lines] == sorted((line.unread for line in lines), reverse=True), actor.address
        if actor == cast.referent_msa_lot:
            assert next(line for line in lines if line.id == cases[0]).unread


async def test_an_unsent_draft_is_in_nobody_s_list(cast: Cast, draft_id: UUID, now: datetime) -> None:
    assert await listed(cast.agent_lot, now) == set()
    assert (await count_views(cast.agent_lot))[View.DRAFTS] == 1
    assert (await count_views(cast.colleague_lot))[View.DRAFTS] == 0
    assert await Case.count() == 1


async def test_agent_in_one_team_and_referent_in_another_one_sees_both_sides(
    cast: Cast, new_case: NewCase, now: datetime
) -> None:
    """What their own team asked, what another team asks of theirs; on a case that is both, they stand as an agent."""
    caf = await Team.select(Team.id).where(Team.name == "CAF du Lot").first()
    assert caf
    await add_member(cast.agent_cher.id, caf["id"])
    both = await load_actor(cast.agent_cher.id)
    assert both and both.opens_cases and both.teams(Side.REFERENT) == [caf["id"]]
    asked, received, neither = (
        await new_case("CPAM", actor=both, subject="Posée"),
        await new_case("CAF", subject="Reçue"),
        await new_case("MSA", subject="Ailleurs"),
    )

    assert await listed(both, now) == {asked, received}
    assert not await opens(both, neither)
    assert {line.id for line in (await list_cases(both, Filters(View.TO_HANDLE), now)).lines} == {received}
    assert {line.id for line in (await list_cases(both, Filters(View.MINE), now)).lines} == {asked}
    sides = {case_id: side_of(both, await visible_case(both, case_id)) for case_id in (asked, received)}
    assert sides == {asked: Side.AGENT, received: Side.REFERENT}
    assert Action.CLOSE in actions_for(both, await visible_case(both, asked))
    assert Action.ANSWER in actions_for(both, await visible_case(both, received))
    assert Action.CLOSE not in actions_for(both, await visible_case(both, received))
