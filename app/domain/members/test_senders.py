"""An invitation is worth what its sender's right is worth at the moment when it is opened."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor, PlatformRole, load_actor
from app.domain.members.invitation import invite, send_again
from app.domain.members.links import link_for
from app.domain.members.listing import pending_invitations
from app.domain.members.managers import relieve_manager
from app.domain.members.membership_offer import Welcome
from app.domain.members.removal import removal_preview, remove_member
from app.domain.reorganisation.deactivation import deactivate, deactivation_preview, reactivate
from app.domain.signup.acceptance import InvitationState, accept, look_at
from app.domain.teams.permissions import TeamFacts, team_facts
from app.domain.teams.teams import add_member
from db.tables import Invitation, LoginRequest, Membership, Person, Supervision

if TYPE_CHECKING:
    from app.gateways.email.worker import Postman
    from app.tests.support.fixtures import Clock

TeamOf = Callable[[str], Awaitable[int]]
NEW = "zoe.neuve@exemple.fr"
CAF = "CAF du Lot"


async def kept(team_id: int) -> TeamFacts:
    facts = await team_facts(team_id)
    assert facts is not None
    return facts


async def link() -> str:
    (row,) = await Invitation.select(Invitation.reference)
    return link_for(row["reference"]).rpartition("/")[2]


async def close_account(cast: Cast, who: Actor, clock: Clock) -> None:
    preview = await deactivation_preview(cast.admin, who.id)
    choices = {f"reprise-{share.team_id}": "equipe" for share in preview.shares}
    await deactivate(cast.admin, who.id, choices, preview.seen, clock.now)


async def lose_account(cast: Cast, who: Actor, clock: Clock) -> None:
    await Person.update({Person.active: False}).where(Person.id == who.id)


async def lose_role(cast: Cast, who: Actor, clock: Clock) -> None:
    await Person.update({Person.platform_role: PlatformRole.MEMBER}).where(Person.id == who.id)


async def lose_area(cast: Cast, who: Actor, clock: Clock) -> None:
    await Supervision.delete().where(Supervision.person == who.id)


async def lose_team(cast: Cast, who: Actor, clock: Clock) -> None:
    team_id = who.seats[0].team_id
    preview = await removal_preview(cast.admin, team_id, who.id)
    await remove_member(cast.admin, team_id, who.id, {f"reprise-{team_id}": "equipe"}, preview.seen, clock.now)


async def lose_seat_of_manager(cast: Cast, who: Actor, clock: Clock) -> None:
    await relieve_manager(cast.admin, who.seats[0].team_id, who.id, clock.now)


LOSSES = [
    ("manager_caf_lot", close_account),
    ("manager_caf_lot", lose_account),
    ("manager_caf_lot", lose_team),
    ("manager_caf_lot", lose_seat_of_manager),
    ("supervisor_lot", close_account),
    ("supervisor_lot", lose_role),
    ("supervisor_lot", lose_area),
    ("admin", lose_role),
    ("admin", lose_account),
]


@pytest.mark.parametrize(("who", "lose"), LOSSES)
async def test_it_dies_with_the_right_of_its_sender(
    cast: Cast, team: TeamOf, clock: Clock, postman: Postman, who: str, lose: Callable[..., Awaitable[None]]
) -> None:
    team_id = await team(CAF)
    await invite(getattr(cast, who), team_id, NEW, clock.now)
    opened = await link()
    assert (await look_at(opened, clock.now)).state == InvitationState.READY

    await lose(cast, getattr(cast, who), clock)

    offer = await accept(opened, browser="b", network="n", now=clock.now)
    assert (offer.state, offer.team) == ("lapsed", CAF)
    assert not await Person.exists().where(Person.address == NEW)
    assert not await Membership.exists().where(Membership.person.address == NEW)
    assert await LoginRequest.count() == 0, "no login link leaves for it"
    (pending,) = await pending_invitations(await kept(team_id), clock.now)
    assert pending.lapsed


async def test_a_letter_that_waits_is_not_sent_either(cast: Cast, team: TeamOf, clock: Clock, postman: Postman) -> None:
    await invite(cast.manager_caf_lot, await team(CAF), NEW, clock.now)
    await lose_seat_of_manager(cast, cast.manager_caf_lot, clock)

    assert await postman.deliver_due() == 0


async def test_an_account_that_is_opened_again_brings_back_none(cast: Cast, team: TeamOf, clock: Clock) -> None:
    """A stolen account invites its thief, is closed, then given back to its owner."""
    await invite(cast.manager_caf_lot, await team(CAF), NEW, clock.now)
    await close_account(cast, cast.manager_caf_lot, clock)

    await reactivate(cast.admin, cast.manager_caf_lot.id, clock.now)

    assert (await look_at(await link(), clock.now)).state == "lapsed"


async def test_a_right_that_is_given_again_counts_again(cast: Cast, team: TeamOf, clock: Clock) -> None:
    await invite(cast.supervisor_lot, await team(CAF), NEW, clock.now)
    await lose_area(cast, cast.supervisor_lot, clock)
    assert (await look_at(await link(), clock.now)).state == "lapsed"

    await Supervision.insert(Supervision(person=cast.supervisor_lot.id, area="46"))

    assert (await look_at(await link(), clock.now)).state == InvitationState.READY


async def test_a_manager_who_sends_it_again_takes_it_over(cast: Cast, team: TeamOf, clock: Clock) -> None:
    team_id = await team(CAF)
    await invite(cast.manager_caf_lot, team_id, NEW, clock.now)
    await close_account(cast, cast.manager_caf_lot, clock)
    (pending,) = await pending_invitations(await kept(team_id), clock.now)

    await send_again(cast.supervisor_lot, team_id, pending.id, clock.now)

    assert (await look_at(await link(), clock.now)).state == InvitationState.READY
    await lose_role(cast, cast.supervisor_lot, clock)
    assert (await look_at(await link(), clock.now)).state == "lapsed"


async def test_inviting_anew_replaces_one_that_died(cast: Cast, team: TeamOf, clock: Clock) -> None:
    team_id = await team(CAF)
    await invite(cast.manager_caf_lot, team_id, NEW, clock.now)
    dead = await link()
    await lose_seat_of_manager(cast, cast.manager_caf_lot, clock)

    (answer,) = await invite(cast.supervisor_lot, team_id, NEW, clock.now)

    assert answer.welcome == Welcome.INVITED
    assert (await look_at(dead, clock.now)).state == InvitationState.UNKNOWN
    assert (await look_at(await link(), clock.now)).state == InvitationState.READY


async def test_a_manager_of_two_teams_invites_into_the_one_they_keep(cast: Cast, team: TeamOf, clock: Clock) -> None:
    """A seat as manager elsewhere is worth nothing here."""
    await add_member(cast.manager_caf_lot.id, await team("MSA du Lot"), manager=True)
    manager = await load_actor(cast.manager_caf_lot.id)
    assert manager is not None
    await invite(manager, await team(CAF), NEW, clock.now)

    await relieve_manager(cast.admin, await team(CAF), manager.id, clock.now)

    assert (await look_at(await link(), clock.now)).state == "lapsed"


async def test_one_that_no_account_sent_opens_nothing(cast: Cast, team: TeamOf, clock: Clock) -> None:
    await invite(cast.admin, await team(CAF), NEW, clock.now)
    await Invitation.update({Invitation.invited_by: None}).where(Invitation.address == NEW)

    assert (await look_at(await link(), clock.now)).state == "lapsed"
