"""The colleague who replaces an absent person gets the emails about their cases, if they may read the case."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from app.cast import Cast
from app.domain.absences.change import set_own_absence
from app.domain.absences.plan import AbsencePlan
from app.domain.accounts.actor import Actor
from app.domain.cases.lifecycle.assignment import take_charge
from app.domain.cases.lifecycle.closure import close
from app.domain.cases.thread.posting import post_message
from app.domain.teams.teams import add_member
from db.tables.email import Email
from db.tables.members import Membership
from db.tables.teams import Team


async def leave(actor: Actor, replacement: Actor, now: datetime) -> None:
    today = now.date()
    await set_own_absence(actor, AbsencePlan(today, today + timedelta(days=2), replacement.id), now)


@pytest.fixture
async def sent(case_id: UUID) -> UUID:
    await Email.delete(force=True)
    return case_id


async def notified() -> set[int]:
    rows = await Email.select(Email.person).where(Email.person.is_not_null())
    assert len(rows) == len({row["person"] for row in rows}), "one email a person"
    return {row["person"] for row in rows}


async def post(actor: Actor, case_id: UUID, now: datetime) -> None:
    await post_message(actor, case_id, "Bonjour", key=str(uuid4()), now=now)


async def test_an_absent_author_s_emails_go_to_both(cast: Cast, sent: UUID, now: datetime) -> None:
    await leave(cast.agent_lot, cast.colleague_lot, now)

    await post(cast.referent_caf_lot, sent, now)

    assert await notified() == {cast.agent_lot.id, cast.colleague_lot.id}


async def test_not_before_the_absence_nor_after(cast: Cast, sent: UUID, now: datetime) -> None:
    await leave(cast.agent_lot, cast.colleague_lot, now)

    await post(cast.referent_caf_lot, sent, now + timedelta(days=4))

    assert await notified() == {cast.agent_lot.id}


async def test_who_may_not_read_the_case_gets_nothing(cast: Cast, sent: UUID, now: datetime) -> None:
    """Bastien stays a colleague of Carmen in another office, and is of the office of the case no more."""
    cher = cast.agent_cher.seats[0].team_id
    for person in (cast.agent_lot, cast.colleague_lot):
        await add_member(person.id, cher)
    await leave(cast.agent_lot, cast.colleague_lot, now)
    own = Membership.team == cast.colleague_lot.seats[0].team_id
    await Membership.delete().where(Membership.person == cast.colleague_lot.id, own)

    await post(cast.referent_caf_lot, sent, now)

    assert await notified() == {cast.agent_lot.id}


async def test_a_case_of_another_author_is_not_the_absent_person_s(cast: Cast, sent: UUID, now: datetime) -> None:
    await leave(cast.colleague_lot, cast.agent_lot, now)
    await post(cast.agent_lot, sent, now)

    assert cast.agent_lot.id not in await notified()


async def test_of_a_case_that_a_referent_took_a_colleague_of_their_other_team_on_the_case_learns_too(
    cast: Cast, sent: UUID, now: datetime
) -> None:
    julien, paul = cast.referent_caf_lot, cast.referent_msa_lot
    msa = await Team.select(Team.id).where(Team.name == "MSA du Lot").first()
    assert msa is not None
    await take_charge(julien, sent, now)
    await add_member(julien.id, msa["id"])
    await leave(julien, paul, now)

    await post_message(
        cast.agent_lot, sent, "Et vous ?", key=str(uuid4()), now=now, addressed=[julien.seats[0].team_id]
    )

    assert await notified() == {julien.id, cast.manager_caf_lot.id, paul.id}


async def test_the_replacement_who_acts_gets_no_email_of_it(cast: Cast, sent: UUID, now: datetime) -> None:
    await leave(cast.agent_lot, cast.colleague_lot, now)

    await close(cast.colleague_lot, sent, "solved", now)

    people = await notified()
    assert cast.agent_lot.id in people and cast.colleague_lot.id not in people
