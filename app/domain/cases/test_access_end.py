"""The reason why a person lost a right is shown to that person, and to no other."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor, load_actor
from app.domain.cases.access import load_visible_case
from app.domain.cases.access_end import AccessEnd, AccessEndReason
from app.domain.cases.lifecycle.closure import close, reopen
from app.domain.cases.lifecycle.erasure import erase_closed_cases
from app.domain.cases.lifecycle.invitation import invite_expert
from app.domain.cases.lifecycle.transfer import transfer
from app.domain.cases.lifecycle.withdrawal import withdraw
from app.domain.errors import AccessEnded, NotFound
from app.domain.members.handover import HandoverChoices
from app.domain.members.managers import add_manager
from app.domain.members.removal import preview_removal, remove_member
from app.domain.reorganisation.merger import merge_teams
from app.domain.reorganisation.team_closure import close_team
from app.domain.teams.teams import add_member
from app.tests.support.cases_fixtures import NewCase, NewColleague, open_and_read_case
from db.tables.cases import Case
from db.tables.email import Email

HOUR = timedelta(hours=1)


async def ended_for(actor: Actor, case_id: UUID) -> AccessEnd | None:
    """With today’s teams; None when the case does not exist for them."""
    now = await load_actor(actor.id)
    assert now is not None
    with pytest.raises(NotFound) as refused:
        await load_visible_case(now, case_id)
    return refused.value.access_end if isinstance(refused.value, AccessEnded) else None


async def leave(actor: Actor, by: Actor, team_id: int, now: datetime) -> None:
    choices: HandoverChoices = {f"reprise-{team_id}": "equipe", f"brouillons-{team_id}": "supprimer"}
    seen = (await preview_removal(by, team_id, actor.id)).preview_version
    await remove_member(by, team_id, actor.id, choices, seen, now)


def team_of(actor: Actor) -> int:
    return actor.seats[0].team_id


async def to_the_cpam(cast: Cast, case_id: UUID, now: datetime) -> None:
    await transfer(cast.referent_caf_lot, case_id, team_of(cast.referent_cpam_lot), "Compétente", now)


async def test_a_transfer_is_said_to_a_person_who_had_the_case(
    cast: Cast, case_id: UUID, now: datetime, new_colleague: NewColleague
) -> None:
    julien, manager = cast.referent_caf_lot, cast.manager_caf_lot
    await open_and_read_case(julien, case_id, now)
    await to_the_cpam(cast, case_id, now + HOUR)
    transferred = AccessEnd(AccessEndReason.TRANSFERRED, now + HOUR, "Julien Delmas", "CPAM du Lot")

    assert await ended_for(julien, case_id) == transferred
    assert await ended_for(manager, case_id) is None, "she opened nothing, and no letter of hers has left"
    await Email.update({Email.state: "sent"}).where(Email.person == manager.id, Email.case == case_id)
    assert await ended_for(manager, case_id) == transferred

    newcomer = await new_colleague("Tardif")
    await add_member(newcomer.id, team_of(julien))
    await leave(newcomer, cast.admin, team_of(cast.agent_lot), now + 2 * HOUR)
    for never in (newcomer, cast.agent_cher, cast.supervisor_lot, cast.admin, cast.expert, cast.referent_caf_cher):
        assert await ended_for(never, case_id) is None, never.address
    assert await ended_for(julien, uuid4()) is None


async def test_transferred_back_it_is_read_again_and_the_other_team_learns_it(
    cast: Cast, case_id: UUID, now: datetime
) -> None:
    julien, cpam = cast.referent_caf_lot, cast.referent_cpam_lot
    await open_and_read_case(julien, case_id, now)
    await to_the_cpam(cast, case_id, now + HOUR)
    await open_and_read_case(cpam, case_id, now + HOUR)
    await transfer(cpam, case_id, team_of(julien), "Finalement non", now + 2 * HOUR)

    assert (await load_visible_case(julien, case_id)).id == case_id
    ended = await ended_for(cpam, case_id)
    assert ended and (ended.reason, ended.team, ended.at) == (AccessEndReason.TRANSFERRED, "CAF du Lot", now + 2 * HOUR)


async def test_a_person_who_left_a_team_learns_that_and_nothing_that_came_later(
    cast: Cast, case_id: UUID, now: datetime
) -> None:
    """They may not know of the transfer and the closure that follow."""
    julien, caf = cast.referent_caf_lot, team_of(cast.referent_caf_lot)
    await open_and_read_case(julien, case_id, now)
    await open_and_read_case(cast.manager_caf_lot, case_id, now)
    await leave(julien, cast.admin, caf, now + HOUR)
    left = AccessEnd(AccessEndReason.LEFT, now + HOUR, "Odile Garnier", "CAF du Lot")
    assert await ended_for(julien, case_id) == left

    await transfer(cast.manager_caf_lot, case_id, team_of(cast.referent_cpam_lot), "Compétente", now + 2 * HOUR)
    await close(cast.agent_lot, case_id, "solved", now + 3 * HOUR)
    assert await ended_for(julien, case_id) == left
    await erase_closed_cases(now + timedelta(days=400))
    assert await ended_for(julien, case_id) == left


async def test_a_manager_who_left_by_themselves_reads_no_name_for_it(cast: Cast, case_id: UUID, now: datetime) -> None:
    manager, caf = cast.manager_caf_lot, team_of(cast.manager_caf_lot)
    await open_and_read_case(manager, case_id, now)
    await add_manager(cast.admin, caf, cast.referent_caf_lot.id, now)
    await leave(manager, manager, caf, now + HOUR)

    assert await ended_for(manager, case_id) == AccessEnd(AccessEndReason.LEFT, now + HOUR, "", "CAF du Lot")


async def test_an_agent_who_left_learns_of_their_team(
    cast: Cast, case_id: UUID, now: datetime, new_colleague: NewColleague
) -> None:
    newcomer = await new_colleague("Tardif")
    await leave(newcomer, cast.admin, team_of(cast.agent_lot), now)
    assert await ended_for(newcomer, case_id) is None, "they never opened it"

    await leave(cast.agent_lot, cast.admin, team_of(cast.agent_lot), now + HOUR)
    ended = await ended_for(cast.agent_lot, case_id)
    assert ended and (ended.reason, ended.team) == (AccessEndReason.LEFT, "France Services de démonstration du Lot")


async def test_a_departure_from_a_team_that_has_nothing_to_do_with_it_is_no_reason(
    cast: Cast, case_id: UUID, now: datetime
) -> None:
    julien = cast.referent_caf_lot
    await add_member(julien.id, team_of(cast.referent_caf_cher))
    await open_and_read_case(julien, case_id, now)
    await leave(julien, cast.admin, team_of(cast.referent_caf_cher), now + HOUR)
    await to_the_cpam(cast, case_id, now + 2 * HOUR)

    ended = await ended_for(julien, case_id)
    assert ended and ended.reason == AccessEndReason.TRANSFERRED


async def test_a_merger_ends_no_right_and_hides_no_transfer(cast: Cast, new_case: NewCase, now: datetime) -> None:
    julien, caf, msa = cast.referent_caf_lot, team_of(cast.referent_caf_lot), team_of(cast.referent_msa_lot)
    stays, goes = await new_case("CAF"), await new_case("CAF")
    for case in (stays, goes):
        await open_and_read_case(julien, case, now)
    await to_the_cpam(cast, goes, now + HOUR)

    await merge_teams(cast.admin, caf, msa, now + 2 * HOUR)

    moved = await load_actor(julien.id)
    assert moved and (await load_visible_case(moved, stays)).id == stays
    ended = await ended_for(julien, goes)
    assert ended and (ended.reason, ended.team) == (AccessEndReason.TRANSFERRED, "CPAM du Lot")
    assert await ended_for(cast.admin, stays) is None, "the trail says that she moved it: she never read it"


async def test_a_team_that_is_closed(cast: Cast, case_id: UUID, now: datetime) -> None:
    await open_and_read_case(cast.referent_caf_lot, case_id, now)
    await close_team(cast.admin, team_of(cast.referent_caf_lot), now + HOUR)

    assert await ended_for(cast.referent_caf_lot, case_id) == AccessEnd(
        AccessEndReason.TEAM_CLOSED, now + HOUR, "Odile Garnier", "CAF du Lot"
    )
    assert await ended_for(cast.manager_caf_lot, case_id) is None


async def test_an_expert_at_the_closing_by_another(cast: Cast, case_id: UUID, now: datetime) -> None:
    await invite_expert(cast.agent_lot, case_id, "Bloqué", now)
    await open_and_read_case(cast.expert, case_id, now)
    await close(cast.agent_lot, case_id, "solved", now + HOUR)

    assert await ended_for(cast.expert, case_id) == AccessEnd(AccessEndReason.CLOSED, now + HOUR, "Carmen Vidal")
    await reopen(cast.agent_lot, case_id, now + 2 * HOUR)
    assert await load_visible_case(cast.expert, case_id)


async def test_a_withdrawal_is_said_to_a_person_who_had_its_letter(cast: Cast, case_id: UUID, now: datetime) -> None:
    julien = cast.referent_caf_lot
    await Email.update({Email.state: "sent"}).where(Email.person == julien.id, Email.case == case_id)
    await withdraw(cast.agent_lot, case_id, now + HOUR)

    assert await ended_for(julien, case_id) == AccessEnd(AccessEndReason.WITHDRAWN, now + HOUR, "Carmen Vidal")
    assert await ended_for(cast.manager_caf_lot, case_id) is None


async def test_an_erasure_is_said_to_a_person_who_had_the_case(cast: Cast, case_id: UUID, now: datetime) -> None:
    for reader in (cast.referent_msa_lot, cast.referent_caf_lot):
        await open_and_read_case(reader, case_id, now)
    await to_the_cpam(cast, case_id, now + HOUR)
    await close(cast.agent_lot, case_id, "solved", now + HOUR)
    later = now + timedelta(days=190)
    await erase_closed_cases(later)

    erased = AccessEnd(AccessEndReason.ERASED, later)
    assert [await ended_for(one, case_id) for one in (cast.agent_lot, cast.referent_msa_lot)] == [erased, erased]
    ended = await ended_for(cast.referent_caf_lot, case_id)
    assert ended == replace(erased, reason=AccessEndReason.TRANSFERRED, at=now + HOUR, team="CPAM du Lot")
    for never in (cast.referent_cpam_lot, cast.colleague_lot, cast.agent_cher, cast.admin):
        assert await ended_for(never, case_id) is None, never.address


async def test_a_stranger_and_an_absent_case_cost_the_same_questions(
    cast: Cast, case_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The time of an answer reveals nothing either."""
    asked = list[str]()
    raw = Case.raw

    def counted(sql: str, *values: Any) -> Any:
        asked.append(sql)
        return raw(sql, *values)

    monkeypatch.setattr(Case, "raw", counted)
    costs = []
    for case in (case_id, uuid4()):
        assert await ended_for(cast.agent_cher, case) is None
        costs.append(list(asked))
        asked.clear()
    assert costs[0] == costs[1] and len(costs[0]) == 2
