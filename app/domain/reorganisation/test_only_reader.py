"""The only reader of a team is not closed for inactivity before those who keep the team heard of it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.teams.teams import add_member
from app.tests.support.idle_accounts import is_open, run, watch_only
from app.tests.support.recipients import find_team_id
from db.tables.members import Membership
from db.tables.undelivered import Undelivered


async def only_member(person: Actor, team: str) -> None:
    own = await find_team_id(team)
    await Membership.delete().where(Membership.team == own, Membership.person != person.id)


async def test_keepers_of_a_team_hear_before_its_only_reader_goes(cast: Cast, now: datetime) -> None:
    await only_member(cast.agent_cher, "France Services de démonstration du Cher")
    await watch_only(cast.agent_cher, at=now)

    assert await run(now, 120, 150, 179, 180) == [
        (120, "idle_first", "agent.cher"),
        (150, "idle_keepers", "admin"),
        (150, "idle_second", "agent.cher"),
        (180, "idle_closed", "agent.cher"),
    ], "the Cher has no manager and no supervisor"


async def test_who_became_the_only_reader_meanwhile_stays_thirty_days_more(cast: Cast, now: datetime) -> None:
    await watch_only(cast.manager_caf_lot, at=now)
    await run(now, 120, 150)
    await only_member(cast.manager_caf_lot, "CAF du Lot")

    assert await run(now, 180, 209, 210) == [
        (180, "idle_keepers", "superviseur.lot"),
        (210, "idle_closed", "responsable.caf.lot"),
    ]


async def test_the_only_reader_of_open_cases_stays_and_keepers_hear_again(
    cast: Cast, case_id: UUID, now: datetime
) -> None:
    """Source: features.md, P6."""
    await only_member(cast.referent_caf_lot, "CAF du Lot")
    await watch_only(cast.referent_caf_lot, at=now)

    assert await run(now, 120, 150, 180, 209, 210) == [
        (120, "idle_first", "referent.caf.lot"),
        (150, "idle_keepers", "superviseur.lot"),
        (150, "idle_second", "referent.caf.lot"),
        (180, "idle_keepers", "superviseur.lot"),
        (210, "idle_keepers", "superviseur.lot"),
    ]
    assert await is_open(cast.referent_caf_lot)


async def test_keepers_of_each_team_have_their_thirty_days(cast: Cast, now: datetime) -> None:
    """Paul alone reads the MSA's team; on day 160 he alone reads the CPAM's too, which hears of it on day 180."""
    paul, cpam = cast.referent_msa_lot, await find_team_id("CPAM du Lot")
    await add_member(paul.id, cpam)
    await watch_only(paul, at=now)
    await run(now, 120, 150)
    await only_member(paul, "CPAM du Lot")

    assert await run(now, 180, 209) == [(180, "idle_keepers", "superviseur.lot")]
    assert await run(now, 210) == [(210, "idle_closed", "referent.msa.lot")]


async def test_a_member_whose_mailbox_refuses_emails_is_no_reader(cast: Cast, now: datetime) -> None:
    caf = await find_team_id("CAF du Lot")
    others = Membership.select(Membership.person).where(
        Membership.team == caf, Membership.person != cast.referent_caf_lot.id
    )
    for row in await others:
        await Undelivered.insert(Undelivered(person=row["person"], since=now, reason="mailbox"))
    await watch_only(cast.referent_caf_lot, at=now)

    found = await run(now, 120, 150)

    assert [(day, kind) for day, kind, _ in found] == [(120, "idle_first"), (150, "idle_keepers"), (150, "idle_second")]
