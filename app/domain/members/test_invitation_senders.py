"""An invitation is valid only if its sender has the right to invite when it is opened."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor, PlatformRole, load_actor
from app.domain.members.invitation import invite_to_team, resend_invitation
from app.domain.members.invitation_link import build_invitation_url
from app.domain.members.listing import list_pending_invitations
from app.domain.members.managers import remove_manager
from app.domain.members.membership_offer import OfferResult
from app.domain.members.removal import preview_removal, remove_member
from app.domain.reorganisation.deactivation import deactivate_account, preview_deactivation, reactivate_account
from app.domain.signup.acceptance import InvitationState, accept_by_link, load_offer
from app.domain.teams.permissions import TeamFacts, load_team_facts
from app.domain.teams.teams import add_member
from db.tables.login import LoginLink
from db.tables.members import Invitation, Membership
from db.tables.people import Person, Supervision

if TYPE_CHECKING:
    from app.gateways.email.worker import EmailWorker
    from app.tests.support.fixtures import Clock

TeamOf = Callable[[str], Awaitable[int]]
NEW = "zoe.neuve@exemple.fr"
CAF = "CAF du Lot"


async def kept(team_id: int) -> TeamFacts:
    facts = await load_team_facts(team_id)
    assert facts is not None
    return facts


async def link() -> str:
    (row,) = await Invitation.select(Invitation.reference)
    return build_invitation_url(row["reference"]).rpartition("/")[2]


async def close_account(cast: Cast, who: Actor, clock: Clock) -> None:
    preview = await preview_deactivation(cast.admin, who.id)
    choices = {f"reprise-{share.team_id}": "equipe" for share in preview.team_departures}
    await deactivate_account(cast.admin, who.id, choices, preview.preview_version, clock.now)


async def lose_account(cast: Cast, who: Actor, clock: Clock) -> None:
    await Person.update({Person.active: False}).where(Person.id == who.id)


async def lose_role(cast: Cast, who: Actor, clock: Clock) -> None:
    await Person.update({Person.platform_role: PlatformRole.MEMBER}).where(Person.id == who.id)


async def lose_area(cast: Cast, who: Actor, clock: Clock) -> None:
    await Supervision.delete().where(Supervision.person == who.id)


async def lose_team(cast: Cast, who: Actor, clock: Clock) -> None:
    team_id = who.seats[0].team_id
    preview = await preview_removal(cast.admin, team_id, who.id)
    await remove_member(
        cast.admin, team_id, who.id, {f"reprise-{team_id}": "equipe"}, preview.preview_version, clock.now
    )


async def lose_seat_of_manager(cast: Cast, who: Actor, clock: Clock) -> None:
    await remove_manager(cast.admin, who.seats[0].team_id, who.id, clock.now)


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
    cast: Cast,
    find_team: TeamOf,
    clock: Clock,
    email_worker: EmailWorker,
    who: str,
    lose: Callable[..., Awaitable[None]],
) -> None:
    team_id = await find_team(CAF)
    await invite_to_team(getattr(cast, who), team_id, NEW, clock.now)
    opened = await link()
    assert (await load_offer(opened, clock.now)).state == InvitationState.READY

    await lose(cast, getattr(cast, who), clock)

    offer = await accept_by_link(opened, browser="b", network="n", now=clock.now)
    assert (offer.state, offer.team) == ("lapsed", CAF)
    assert not await Person.exists().where(Person.address == NEW)
    assert not await Membership.exists().where(Membership.person.address == NEW)
    assert await LoginLink.count() == 0, "no login link leaves for it"
    (pending,) = await list_pending_invitations(await kept(team_id), clock.now)
    assert pending.lapsed


async def test_a_letter_that_waits_is_not_sent_either(
    cast: Cast, find_team: TeamOf, clock: Clock, email_worker: EmailWorker
) -> None:
    await invite_to_team(cast.manager_caf_lot, await find_team(CAF), NEW, clock.now)
    await lose_seat_of_manager(cast, cast.manager_caf_lot, clock)

    assert await email_worker.deliver_due() == 0


async def test_an_account_that_is_opened_again_brings_back_none(cast: Cast, find_team: TeamOf, clock: Clock) -> None:
    """A stolen account invites its thief, is closed, then given back to its owner."""
    await invite_to_team(cast.manager_caf_lot, await find_team(CAF), NEW, clock.now)
    await close_account(cast, cast.manager_caf_lot, clock)

    await reactivate_account(cast.admin, cast.manager_caf_lot.id, clock.now)

    assert (await load_offer(await link(), clock.now)).state == "lapsed"


async def test_a_right_that_is_given_again_counts_again(cast: Cast, find_team: TeamOf, clock: Clock) -> None:
    await invite_to_team(cast.supervisor_lot, await find_team(CAF), NEW, clock.now)
    await lose_area(cast, cast.supervisor_lot, clock)
    assert (await load_offer(await link(), clock.now)).state == "lapsed"

    await Supervision.insert(Supervision(person=cast.supervisor_lot.id, area="46"))

    assert (await load_offer(await link(), clock.now)).state == InvitationState.READY


async def test_a_manager_who_sends_it_again_takes_it_over(cast: Cast, find_team: TeamOf, clock: Clock) -> None:
    team_id = await find_team(CAF)
    await invite_to_team(cast.manager_caf_lot, team_id, NEW, clock.now)
    await close_account(cast, cast.manager_caf_lot, clock)
    (pending,) = await list_pending_invitations(await kept(team_id), clock.now)

    await resend_invitation(cast.supervisor_lot, team_id, pending.id, clock.now)

    assert (await load_offer(await link(), clock.now)).state == InvitationState.READY
    await lose_role(cast, cast.supervisor_lot, clock)
    assert (await load_offer(await link(), clock.now)).state == "lapsed"


async def test_inviting_anew_replaces_one_that_died(cast: Cast, find_team: TeamOf, clock: Clock) -> None:
    team_id = await find_team(CAF)
    await invite_to_team(cast.manager_caf_lot, team_id, NEW, clock.now)
    dead = await link()
    await lose_seat_of_manager(cast, cast.manager_caf_lot, clock)

    (answer,) = await invite_to_team(cast.supervisor_lot, team_id, NEW, clock.now)

    assert answer.offer == OfferResult.INVITED
    assert (await load_offer(dead, clock.now)).state == InvitationState.UNKNOWN
    assert (await load_offer(await link(), clock.now)).state == InvitationState.READY


async def test_a_manager_of_two_teams_invites_into_the_one_they_keep(
    cast: Cast, find_team: TeamOf, clock: Clock
) -> None:
    """Being a manager elsewhere gives no right here."""
    await add_member(cast.manager_caf_lot.id, await find_team("MSA du Lot"), manager=True)
    manager = await load_actor(cast.manager_caf_lot.id)
    assert manager is not None
    await invite_to_team(manager, await find_team(CAF), NEW, clock.now)

    await remove_manager(cast.admin, await find_team(CAF), manager.id, clock.now)

    assert (await load_offer(await link(), clock.now)).state == "lapsed"


async def test_one_that_no_account_sent_opens_nothing(cast: Cast, find_team: TeamOf, clock: Clock) -> None:
    await invite_to_team(cast.admin, await find_team(CAF), NEW, clock.now)
    await Invitation.update({Invitation.invited_by: None}).where(Invitation.address == NEW)

    assert (await load_offer(await link(), clock.now)).state == "lapsed"
