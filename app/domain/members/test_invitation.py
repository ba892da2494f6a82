"""Inviting: who may, over which team, and what becomes of each line of a list."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from app.cast import Cast
from app.domain.accounts.actor import load_actor
from app.domain.errors import Invalid, NotFound, Refused
from app.domain.members.invitation import MOST_AT_ONCE, cancel, invite, send_again
from app.domain.members.listing import pending_invitations
from app.domain.members.offer import Welcome
from app.domain.teams.keeping import team_facts
from db.tables import Audit, Invitation, Letter, Membership, Person

TeamOf = Callable[[str], Awaitable[int]]
LIST = """Marie Neuve <marie.neuve@exemple.fr>; agent.cher@exemple.fr
referent.caf.lot@exemple.fr, admin@exemple.fr
MARIE.neuve@exemple.fr
pas une adresse"""


async def test_each_line_is_answered(cast: Cast, team: TeamOf, now: datetime) -> None:
    answers = await invite(cast.manager_caf_lot, await team("CAF du Lot"), LIST, now)

    assert [answer.welcome for answer in answers] == [
        Welcome.INVITED,
        Welcome.ADDED,
        Welcome.MEMBER,
        None,
        Welcome.STILL_INVITED,
        None,
    ]
    assert "administrateur" in answers[3].refusal and "adresse complète" in answers[5].refusal
    assert {row["kind"] for row in await Letter.select(Letter.kind)} == {"invitation", "added"}
    assert {row["action"] for row in await Audit.select(Audit.action)} >= {"member.invited", "member.added"}


FIELD = """\u200bzwsp.test@exemple.fr
mailto:mailto.test@exemple.fr
Marc <mailto:marc.test@exemple.fr>
\ufeffbom.test@exemple.fr
hélène.martin@exemple.fr
a@b..fr
a..b@exemple.fr
.a@exemple.fr
fin.test@exemple.fr\u200b
victim(2)@exemple.fr
x:victim@exemple.fr"""
"""shared/field/F04-adresses.txt, and two that a mail program would read as another mailbox."""


async def test_what_programs_add_is_taken_away_and_the_rest_is_refused_in_words(
    cast: Cast, team: TeamOf, now: datetime
) -> None:
    answers = await invite(cast.manager_caf_lot, await team("CAF du Lot"), FIELD, now)

    rows = await Invitation.select(Invitation.address).order_by(Invitation.id)
    invited = [row["address"].removesuffix(".test@exemple.fr") for row in rows]
    assert invited == ["zwsp", "mailto", "marc", "bom", "fin"]
    refused = [answer.refusal for answer in answers if not answer.welcome]
    said = ["sans accent", "ce qui suit le @", "les points", "les points", "« ( »", "« : »"]
    assert len(refused) == len(said) and all(word in why for word, why in zip(said, refused, strict=True))


async def test_who_is_invited_is_nobody_before_they_come(cast: Cast, team: TeamOf, now: datetime) -> None:
    await invite(cast.admin, await team("CAF du Lot"), "Marie Neuve <marie.neuve@exemple.fr>", now)

    assert not await Person.exists().where(Person.address == "marie.neuve@exemple.fr")
    (row,) = await Invitation.select()
    assert (row["first_name"], row["last_name"], row["expires_at"]) == ("Marie", "Neuve", now + timedelta(days=7))


async def test_who_is_added_is_a_member_at_once_and_told(cast: Cast, team: TeamOf, now: datetime) -> None:
    team_id = await team("MSA du Lot")
    await invite(cast.supervisor_lot, team_id, cast.referent_caf_lot.address, now)

    actor = await load_actor(cast.referent_caf_lot.id)
    assert actor is not None and team_id in {seat.team_id for seat in actor.seats}
    assert [row["person"] for row in await Letter.select(Letter.person)] == [cast.referent_caf_lot.id]


async def test_a_deactivated_account_is_refused_with_what_to_do(cast: Cast, team: TeamOf, now: datetime) -> None:
    await Person.update({Person.active: False}).where(Person.id == cast.agent_cher.id)

    (answer,) = await invite(cast.admin, await team("CAF du Lot"), cast.agent_cher.address, now)

    assert answer.welcome is None and "Réactivez-le" in answer.refusal
    assert not await Membership.exists().where(
        Membership.person == cast.agent_cher.id, Membership.team.name == "CAF du Lot"
    )


async def test_an_empty_or_endless_list_is_refused_whole(cast: Cast, team: TeamOf, now: datetime) -> None:
    for typed in (" ,; ", "\n".join(f"p{number}@exemple.fr" for number in range(MOST_AT_ONCE + 1))):
        with pytest.raises(Invalid):
            await invite(cast.admin, await team("CAF du Lot"), typed, now)
    assert await Invitation.count() == 0


@pytest.mark.parametrize(
    ("who", "over", "may"),
    [
        ("admin", "CAF du Cher", True),
        ("supervisor_lot", "MSA du Lot", True),
        ("supervisor_lot", "CAF du Cher", False),
        ("manager_caf_lot", "CAF du Lot", True),
        ("manager_caf_lot", "MSA du Lot", False),
        ("referent_caf_lot", "CAF du Lot", False),
        ("agent_lot", "France Services de démonstration du Lot", False),
        ("expert", "CAF du Lot", False),
    ],
)
async def test_over_which_team(cast: Cast, team: TeamOf, now: datetime, who: str, over: str, may: bool) -> None:
    actor, team_id = getattr(cast, who), await team(over)
    if may:
        await invite(actor, team_id, "nouveau@exemple.fr", now)
        return
    for verb in (
        invite(actor, team_id, "nouveau@exemple.fr", now),
        send_again(actor, team_id, 1, now),
        cancel(actor, team_id, 1, now),
    ):
        with pytest.raises((NotFound, Refused)):
            await verb


async def test_sent_again_it_holds_seven_days_more(cast: Cast, team: TeamOf, now: datetime) -> None:
    team_id = await team("CAF du Lot")
    await invite(cast.admin, team_id, "nouveau@exemple.fr", now)
    later = now + timedelta(days=8)
    kept = await team_facts(team_id)
    assert kept is not None
    (pending,) = await pending_invitations(kept, later)
    assert pending.expired

    await send_again(cast.manager_caf_lot, team_id, pending.id, later)

    (renewed,) = await pending_invitations(kept, later)
    assert renewed == replace(pending, expired=False, expires_at=later + timedelta(days=7))
    assert await Letter.count() == 2
    with pytest.raises(NotFound):
        await send_again(cast.admin, await team("MSA du Lot"), pending.id, later)


async def test_an_expired_one_is_invited_anew(cast: Cast, team: TeamOf, now: datetime) -> None:
    team_id = await team("CAF du Lot")
    await invite(cast.admin, team_id, "nouveau@exemple.fr", now)

    (answer,) = await invite(cast.admin, team_id, "nouveau@exemple.fr", now + timedelta(days=7))

    assert answer.welcome == Welcome.INVITED and await Invitation.count() == 1


async def test_a_cancelled_one_is_gone(cast: Cast, team: TeamOf, now: datetime) -> None:
    team_id = await team("CAF du Lot")
    await invite(cast.admin, team_id, "nouveau@exemple.fr", now)
    (row,) = await Invitation.select(Invitation.id)
    with pytest.raises(NotFound):
        await cancel(cast.admin, await team("MSA du Lot"), row["id"], now)

    await cancel(cast.manager_caf_lot, team_id, row["id"], now)

    assert await Invitation.count() == await Letter.count() == 0
    with pytest.raises(NotFound):
        await cancel(cast.manager_caf_lot, team_id, row["id"], now)
