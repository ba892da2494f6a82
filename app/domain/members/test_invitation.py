"""Inviting: who may, over which team, and the result of each line of a list."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from app.cast import Cast
from app.domain.accounts.actor import load_actor
from app.domain.errors import Forbidden, Invalid, NotFound
from app.domain.members.invitation import MAX_ENTRIES, cancel_invitation, invite_to_team, resend_invitation
from app.domain.members.listing import list_pending_invitations
from app.domain.members.membership_offer import OfferResult
from app.domain.signup.own_invitations import join_team, list_own_invitations
from app.domain.teams.permissions import TeamFacts, load_team_facts
from db.tables.audit import AuditEntry
from db.tables.cases import Case
from db.tables.email import Email
from db.tables.members import Invitation, Membership
from db.tables.people import Person, Supervision

TeamOf = Callable[[str], Awaitable[int]]
NEW = "zoe.neuve@exemple.fr"
LIST = """Marie Neuve <marie.neuve@exemple.fr>; agent.cher@exemple.fr
referent.caf.lot@exemple.fr, admin@exemple.fr
MARIE.neuve@exemple.fr
pas une adresse"""


async def kept(team_id: int) -> TeamFacts:
    facts = await load_team_facts(team_id)
    assert facts is not None
    return facts


async def test_each_line_is_answered(cast: Cast, find_team: TeamOf, now: datetime) -> None:
    answers = await invite_to_team(cast.admin, await find_team("CAF du Lot"), LIST, now)

    assert [answer.offer for answer in answers] == [
        OfferResult.INVITED,
        OfferResult.INVITED,
        OfferResult.MEMBER,
        None,
        OfferResult.STILL_INVITED,
        None,
    ]
    assert "administrateur" in answers[3].refusal and "adresse complète" in answers[5].refusal
    assert {row["kind"] for row in await Email.select(Email.kind)} == {"invitation", "joining"}
    assert {row["action"] for row in await AuditEntry.select(AuditEntry.action)} >= {"member.invited"}


async def test_who_does_not_see_an_account_is_answered_as_for_an_unknown_address(
    cast: Cast, find_team: TeamOf, now: datetime
) -> None:
    """An account of another team, of the platform, a closed one: nothing reveals it."""
    await Person.update({Person.active: False}).where(Person.id == cast.referent_caf_cher.id)
    known = (cast.agent_cher, cast.admin, cast.expert, cast.supervisor_lot, cast.referent_caf_cher)
    team_id = await find_team("CAF du Lot")

    answers = await invite_to_team(
        cast.manager_caf_lot, team_id, "\n".join([NEW, *(one.address for one in known)]), now
    )

    assert {(answer.offer, answer.refusal) for answer in answers} == {(OfferResult.INVITED, "")}
    shown = await list_pending_invitations(await kept(team_id), now)
    assert {replace(one, id=0, address="") for one in shown} == {replace(shown[0], id=0, address="")}
    assert not await Membership.exists().where(
        Membership.team == team_id, Membership.person.is_in([one.id for one in known])
    )


async def test_a_known_address_costs_the_same_questions_as_an_unknown_one(
    cast: Cast, find_team: TeamOf, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The time of an answer reveals nothing either: inviting, again, sending again, listing, cancelling."""
    asked = list[str]()
    engine, team_id = Case._meta.db, await find_team("CAF du Lot")
    ask = engine.run_querystring

    async def note(querystring: Any, *args: Any, **kwargs: Any) -> Any:
        asked.append(querystring.compile_string()[0])
        return await ask(querystring, *args, **kwargs)

    monkeypatch.setattr(engine, "run_querystring", note)
    costs = []
    for address in (NEW, cast.agent_cher.address, cast.admin.address):
        asked.clear()
        for _ in range(2):
            await invite_to_team(cast.manager_caf_lot, team_id, address, now)
        (pending,) = await list_pending_invitations(await kept(team_id), now)
        await resend_invitation(cast.manager_caf_lot, team_id, pending.id, now)
        await cancel_invitation(cast.manager_caf_lot, team_id, pending.id, now)
        costs.append(list(asked))
    assert costs[0] == costs[1] == costs[2] and len(costs[0]) > 20


async def test_what_was_typed_is_shown_never_what_the_account_says(
    cast: Cast, find_team: TeamOf, now: datetime
) -> None:
    team_id = await find_team("CAF du Lot")

    await invite_to_team(cast.manager_caf_lot, team_id, cast.agent_cher.address, now)

    (pending,) = await list_pending_invitations(await kept(team_id), now)
    assert (pending.name, pending.address) == ("", cast.agent_cher.address)


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
    cast: Cast, find_team: TeamOf, now: datetime
) -> None:
    answers = await invite_to_team(cast.manager_caf_lot, await find_team("CAF du Lot"), FIELD, now)

    rows = await Invitation.select(Invitation.address).order_by(Invitation.id)
    invited = [row["address"].removesuffix(".test@exemple.fr") for row in rows]
    assert invited == ["zwsp", "mailto", "marc", "bom", "fin"]
    refused = [answer.refusal for answer in answers if not answer.offer]
    said = ["sans accent", "ce qui suit le @", "les points", "les points", "« ( »", "« : »"]
    assert len(refused) == len(said) and all(word in why for word, why in zip(said, refused, strict=True))


async def test_who_is_invited_is_no_one_before_they_come(cast: Cast, find_team: TeamOf, now: datetime) -> None:
    await invite_to_team(cast.admin, await find_team("CAF du Lot"), "Marie Neuve <marie.neuve@exemple.fr>", now)

    assert not await Person.exists().where(Person.address == "marie.neuve@exemple.fr")
    (row,) = await Invitation.select()
    assert (row["first_name"], row["last_name"], row["expires_at"]) == ("Marie", "Neuve", now + timedelta(days=7))


@pytest.mark.parametrize("by", ["admin", "supervisor_lot"])
async def test_who_has_an_account_joins_by_their_own_yes_alone(
    cast: Cast, find_team: TeamOf, now: datetime, by: str
) -> None:
    """Also by an admin and a supervisor: no person joins a team, or is managed by its managers, without agreeing."""
    team_id, julien = await find_team("MSA du Lot"), cast.referent_caf_lot
    (answer,) = await invite_to_team(getattr(cast, by), team_id, julien.address, now)
    assert answer.offer == OfferResult.INVITED
    actor = await load_actor(julien.id)
    assert actor is not None and team_id not in {seat.team_id for seat in actor.seats}

    (offered,) = await list_own_invitations(julien, now)
    assert (offered.team, offered.by) == ("MSA du Lot", getattr(cast, by).full_name)
    await join_team(julien, offered.id, now)

    actor = await load_actor(julien.id)
    assert actor is not None and team_id in {seat.team_id for seat in actor.seats}
    assert await list_own_invitations(julien, now) == []
    line = await AuditEntry.select(AuditEntry.person_id, AuditEntry.target_person_id, AuditEntry.team_id).where(
        AuditEntry.action == "invitation.accepted"
    )
    assert line == [{"person_id": julien.id, "target_person_id": getattr(cast, by).id, "team_id": team_id}]


async def test_another_s_invitation_a_dead_one_and_a_used_one_are_none(
    cast: Cast, find_team: TeamOf, now: datetime
) -> None:
    await invite_to_team(cast.supervisor_lot, await find_team("MSA du Lot"), cast.referent_caf_lot.address, now)
    (offered,) = await list_own_invitations(cast.referent_caf_lot, now)
    with pytest.raises(NotFound):
        await join_team(cast.agent_cher, offered.id, now)
    with pytest.raises(NotFound):
        await join_team(cast.referent_caf_lot, offered.id, now + timedelta(days=7))

    await Supervision.delete().where(Supervision.person == cast.supervisor_lot.id)
    assert await list_own_invitations(cast.referent_caf_lot, now) == []
    with pytest.raises(NotFound):
        await join_team(cast.referent_caf_lot, offered.id, now)
    await Supervision.insert(Supervision(person=cast.supervisor_lot.id, area="46"))
    await join_team(cast.referent_caf_lot, offered.id, now)
    with pytest.raises(NotFound):
        await join_team(cast.referent_caf_lot, offered.id, now)


async def test_an_administrator_joins_no_team(cast: Cast, find_team: TeamOf, now: datetime) -> None:
    actor = cast.admin
    await invite_to_team(cast.manager_caf_lot, await find_team("CAF du Lot"), actor.address, now)
    (offered,) = await list_own_invitations(actor, now)

    with pytest.raises(Forbidden):
        await join_team(actor, offered.id, now)

    assert not await Membership.exists().where(Membership.person == actor.id)


async def test_who_left_is_invited_again_at_once(cast: Cast, find_team: TeamOf, now: datetime) -> None:
    """A used invitation is no longer pending."""
    team_id = await find_team("CAF du Lot")
    await invite_to_team(cast.manager_caf_lot, team_id, cast.agent_cher.address, now)
    (offered,) = await list_own_invitations(cast.agent_cher, now)
    await join_team(cast.agent_cher, offered.id, now)
    await Membership.delete().where(Membership.team == team_id, Membership.person == cast.agent_cher.id)

    (answer,) = await invite_to_team(cast.manager_caf_lot, team_id, cast.agent_cher.address, now)

    assert answer.offer == OfferResult.INVITED and len(await list_own_invitations(cast.agent_cher, now)) == 1


async def test_a_deactivated_account_is_refused_with_what_to_do(cast: Cast, find_team: TeamOf, now: datetime) -> None:
    await Person.update({Person.active: False}).where(Person.id == cast.agent_cher.id)

    (answer,) = await invite_to_team(cast.admin, await find_team("CAF du Lot"), cast.agent_cher.address, now)

    assert answer.offer is None and "Réactivez-le" in answer.refusal
    assert not await Membership.exists().where(
        Membership.person == cast.agent_cher.id, Membership.team.name == "CAF du Lot"
    )


async def test_an_empty_or_endless_list_is_refused_whole(cast: Cast, find_team: TeamOf, now: datetime) -> None:
    for typed in (" ,; ", "\n".join(f"p{number}@exemple.fr" for number in range(MAX_ENTRIES + 1))):
        with pytest.raises(Invalid):
            await invite_to_team(cast.admin, await find_team("CAF du Lot"), typed, now)
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
async def test_over_which_team(cast: Cast, find_team: TeamOf, now: datetime, who: str, over: str, may: bool) -> None:
    actor, team_id = getattr(cast, who), await find_team(over)
    if may:
        await invite_to_team(actor, team_id, "nouveau@exemple.fr", now)
        return
    for verb in (
        invite_to_team(actor, team_id, "nouveau@exemple.fr", now),
        resend_invitation(actor, team_id, 1, now),
        cancel_invitation(actor, team_id, 1, now),
    ):
        with pytest.raises((NotFound, Forbidden)):
            await verb


async def test_sent_again_it_holds_seven_days_more(cast: Cast, find_team: TeamOf, now: datetime) -> None:
    team_id = await find_team("CAF du Lot")
    await invite_to_team(cast.admin, team_id, "nouveau@exemple.fr", now)
    later = now + timedelta(days=8)
    kept = await load_team_facts(team_id)
    assert kept is not None
    (pending,) = await list_pending_invitations(kept, later)
    assert pending.expired

    await resend_invitation(cast.manager_caf_lot, team_id, pending.id, later)

    (renewed,) = await list_pending_invitations(kept, later)
    assert renewed == replace(pending, expired=False, expires_at=later + timedelta(days=7))
    assert await Email.count().where(Email.kind == "invitation") == 2
    with pytest.raises(NotFound):
        await resend_invitation(cast.admin, await find_team("MSA du Lot"), pending.id, later)


async def test_an_expired_one_is_invited_anew(cast: Cast, find_team: TeamOf, now: datetime) -> None:
    team_id = await find_team("CAF du Lot")
    await invite_to_team(cast.admin, team_id, "nouveau@exemple.fr", now)

    (answer,) = await invite_to_team(cast.admin, team_id, "nouveau@exemple.fr", now + timedelta(days=7))

    assert answer.offer == OfferResult.INVITED and await Invitation.count() == 1


async def test_a_cancelled_one_is_gone(cast: Cast, find_team: TeamOf, now: datetime) -> None:
    team_id = await find_team("CAF du Lot")
    await invite_to_team(cast.admin, team_id, "nouveau@exemple.fr", now)
    (row,) = await Invitation.select(Invitation.id)
    with pytest.raises(NotFound):
        await cancel_invitation(cast.admin, await find_team("MSA du Lot"), row["id"], now)

    await cancel_invitation(cast.manager_caf_lot, team_id, row["id"], now)

    assert await Invitation.count() == await Email.count().where(Email.kind == "invitation") == 0
    with pytest.raises(NotFound):
        await cancel_invitation(cast.manager_caf_lot, team_id, row["id"], now)
