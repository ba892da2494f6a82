"""Supervisors and experts sit in teams as members, and only so; administrators do not; no person seats themself."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor, PlatformRole, load_actor
from app.domain.cases.access import load_visible_case
from app.domain.cases.permissions import Action, list_allowed_actions
from app.domain.errors import DomainError, Forbidden, Invalid, NotFound
from app.domain.members.invitation import invite_to_team, resend_invitation
from app.domain.members.managers import add_manager, remove_manager
from app.domain.members.membership_offer import OfferResult
from app.domain.people.roles import Roles, change_roles, load_roles
from app.domain.reorganisation.deactivation import preview_deactivation
from app.domain.reorganisation.merger import merge_teams
from app.domain.signup.own_invitations import join_team, list_own_invitations
from app.domain.teams.permissions import TeamAction, load_visible_team
from app.domain.teams.teams import add_member, create_team
from app.tests.support.members_fixtures import FindTeam
from db.engine import is_postgres
from db.tables.members import Invitation, Membership
from db.tables.people import Person


async def again(actor: Actor) -> Actor:
    found = await load_actor(actor.id)
    assert found is not None
    return found


async def seat(actor: Actor, by: Actor, team_id: int, now: datetime) -> Actor:
    """Invited by this person, they accept."""
    (answer,) = await invite_to_team(by, team_id, actor.address, now)
    assert answer.offer == OfferResult.INVITED, answer.refusal
    (offered,) = await list_own_invitations(actor, now)
    await join_team(actor, offered.id, now)
    return await again(actor)


async def test_they_read_as_members_of_the_team_and_keep_what_their_role_gives(
    cast: Cast, case_id: UUID, find_team: FindTeam, now: datetime
) -> None:
    caf, cpam = await find_team("CAF du Lot"), await find_team("CPAM du Lot")
    for actor in (cast.supervisor_lot, cast.expert):
        with pytest.raises(NotFound):
            await load_visible_case(actor, case_id)
        member = await seat(actor, cast.manager_caf_lot, caf, now)

        case = await load_visible_case(member, case_id)
        colleague = list_allowed_actions(cast.referent_caf_lot, case)
        assert list_allowed_actions(member, case) == colleague and Action.ANSWER in colleague
        assert (member.role, member.is_expert, member.supervised) == (actor.role, actor.is_expert, actor.supervised)
    supervisor = await again(cast.supervisor_lot)
    assert TeamAction.CLOSE in (await load_visible_team(supervisor, cpam))[1]
    await Membership.delete().where(Membership.person.is_in([cast.supervisor_lot.id, cast.expert.id]))
    for actor in (cast.supervisor_lot, cast.expert):
        with pytest.raises(NotFound):
            await load_visible_case(await again(actor), case_id)


async def test_no_person_invites_their_own_address(cast: Cast, find_team: FindTeam, now: datetime) -> None:
    caf = await find_team("CAF du Lot")
    for actor, address in (
        (cast.supervisor_lot, cast.supervisor_lot.address),
        (cast.supervisor_lot, cast.supervisor_lot.address.replace("@", "+caf@")),
        (cast.admin, cast.admin.address.replace("@", "+caf@")),
    ):
        (answer,) = await invite_to_team(actor, caf, address, now)
        assert answer.offer is None and "propre main" in answer.refusal
    (answer,) = await invite_to_team(cast.admin, caf, cast.admin.address, now)
    assert answer.offer is None and "n’est membre d’aucune équipe" in answer.refusal
    assert not await Invitation.exists()


async def test_nor_sends_again_one_that_waits_for_them_nor_accepts_their_own(
    cast: Cast, find_team: FindTeam, now: datetime
) -> None:
    caf, supervisor = await find_team("CAF du Lot"), cast.supervisor_lot
    await invite_to_team(cast.manager_caf_lot, caf, supervisor.address, now)
    row = await Invitation.select(Invitation.id).first()
    assert row
    with pytest.raises(Invalid, match="propre main"):
        await resend_invitation(supervisor, caf, row["id"], now + timedelta(hours=1))
    await Invitation.update({Invitation.invited_by: supervisor.id}).where(Invitation.id == row["id"])

    assert await list_own_invitations(supervisor, now) == []
    with pytest.raises(Forbidden, match="vous-même"):
        await join_team(supervisor, row["id"], now)
    assert not await Membership.exists().where(Membership.person == supervisor.id)


async def test_nor_enters_a_team_by_merging_it_with_their_own(cast: Cast, find_team: FindTeam, now: datetime) -> None:
    caf, second = await find_team("CAF du Lot"), await create_team("CAF du Causse", "CAF", ["46"])
    supervisor = await seat(cast.supervisor_lot, cast.manager_caf_lot, caf, now)
    for pair in ((caf, second), (second, caf)):
        with pytest.raises(Forbidden, match="une seule de ces deux équipes"):
            await merge_teams(supervisor, *pair, now)
    await merge_teams(cast.admin, second, caf, now)


async def test_of_an_acceptance_and_the_role_of_admin_at_once_one_counts(
    cast: Cast, find_team: FindTeam, now: datetime
) -> None:
    await invite_to_team(cast.manager_caf_lot, await find_team("CAF du Lot"), cast.expert.address, now)
    (offered,) = await list_own_invitations(cast.expert, now)
    seen = (await load_roles(cast.admin, cast.expert.id)).version
    if is_postgres():
        await asyncio.gather(*(Person.raw("SELECT pg_sleep(0.05)") for _ in range(4)))

    results = await asyncio.gather(
        join_team(cast.expert, offered.id, now),
        change_roles(cast.admin, cast.expert.id, Roles(PlatformRole.ADMIN), seen, now),
        return_exceptions=True,
    )

    (refused,) = [result for result in results if result]
    assert isinstance(refused, DomainError)
    actor = await again(cast.expert)
    assert bool(actor.seats) != (actor.role == PlatformRole.ADMIN)


async def test_the_account_of_an_expert_with_a_seat_is_the_administrators_to_close(
    cast: Cast, find_team: FindTeam, now: datetime
) -> None:
    for actor in (cast.expert, cast.supervisor_lot):
        await seat(actor, cast.manager_caf_lot, await find_team("CAF du Lot"), now)
        with pytest.raises(Forbidden, match="tenu par l’administration"):
            await preview_deactivation(cast.manager_caf_lot, actor.id)


async def test_a_supervisor_is_in_a_team_elsewhere_what_each_manager_is(
    cast: Cast, find_team: FindTeam, now: datetime
) -> None:
    """The last manager of a team that they do not supervise."""
    team_id, supervisor = await find_team("CAF du Cher"), cast.supervisor_lot
    await add_member(supervisor.id, team_id)
    await add_manager(cast.admin, team_id, supervisor.id, now)
    with pytest.raises(Forbidden, match="plus de responsable"):
        await remove_manager(await again(supervisor), team_id, supervisor.id, now)
    for seated in await Membership.select().where(Membership.team == team_id, Membership.person != supervisor.id):
        assert not seated["manager"]
    assert replace(await again(supervisor), seats=()) == replace(supervisor, seats=())
