"""Each share of a case has its own choice, and an email of a team reaches a member: the rules of recipients.py."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.lifecycle.assignment import take_charge
from app.domain.cases.lifecycle.invitation import invite_colleagues, invite_expert
from app.domain.cases.lifecycle.late_notices import send_late_notices
from app.domain.cases.thread.internal_notes import post_internal_note
from app.domain.email.preferences import change_email_choices, change_email_frequency
from app.domain.email.schedule import EmailFrequency
from app.domain.email.shares import CaseShare
from app.domain.errors import Invalid
from app.tests.support.cases_fixtures import NewCase, NewColleague
from app.tests.support.recipients import say
from db.tables.email import Email
from db.tables.people import Person

AT_ONCE, TWICE, DAILY, NONE = EmailFrequency
MINE, UNASSIGNED, COLLEAGUES = CaseShare
JULIEN, HELENE, CARMEN = "referent.caf.lot", "responsable.caf.lot", "agent.lot"


async def choose(actor: Actor, now: datetime, mine: str, unassigned: str, colleagues: str) -> None:
    choices = dict(zip(CaseShare, (mine, unassigned, colleagues), strict=True))
    await change_email_choices(actor, choices, now)


async def list_new(kind: str) -> dict[str, tuple[str, bool]]:
    """Who is written to -> what the case is to them, and whether their email leaves at once; then all are forgotten."""
    rows = await Email.select(Email.share, Email.slot, Email.person.address.as_alias("address")).where(
        Email.kind == kind, Email.person.is_not_null()
    )
    await Email.delete(force=True)
    return {row["address"].removesuffix("@exemple.fr"): (row["share"], row["slot"] is None) for row in rows}


@pytest.fixture
async def caf_case(new_case: NewCase) -> UUID:
    case_id = await new_case("CAF")
    await Email.delete(force=True)
    return case_id


async def test_a_referent_chooses_for_each_share(cast: Cast, new_case: NewCase, now: datetime) -> None:
    await choose(cast.manager_caf_lot, now, AT_ONCE, NONE, DAILY)
    case_id = await new_case("CAF")
    assert await list_new("new_case") == {JULIEN: ("unassigned", True)}

    await take_charge(cast.referent_caf_lot, case_id, now)
    await say(cast.agent_lot, case_id, now)
    assert await list_new("message") == {JULIEN: ("mine", True), HELENE: ("colleagues", False)}

    await take_charge(cast.manager_caf_lot, case_id, now, instead_of=cast.referent_caf_lot.id)
    await say(cast.agent_lot, case_id, now)
    assert await list_new("message") == {JULIEN: ("colleagues", True), HELENE: ("mine", True)}


async def test_an_agent_has_what_they_opened_and_hears_of_a_colleague_s_when_invited(
    cast: Cast, caf_case: UUID, now: datetime
) -> None:
    """The invitation itself is to them by name. An expert has one choice for all."""
    await choose(cast.colleague_lot, now, DAILY, DAILY, NONE)
    await invite_colleagues(cast.agent_lot, caf_case, {cast.colleague_lot.id}, now)
    assert await list_new("invited") == {"collegue.lot": ("mine", False)}
    await invite_expert(cast.agent_lot, caf_case, "Un avis", now)
    await Email.delete(force=True)

    await say(cast.referent_caf_lot, caf_case, now)

    assert await list_new("message") == {CARMEN: ("mine", True), "expert": ("colleagues", True)}


async def test_what_waits_follows_the_choice_of_its_share_when_it_was_queued(
    cast: Cast, new_case: NewCase, now: datetime
) -> None:
    await change_email_frequency(cast.referent_caf_lot, DAILY, now)
    case_id = await new_case("CAF")
    await take_charge(cast.referent_caf_lot, case_id, now)

    await choose(cast.referent_caf_lot, now, DAILY, AT_ONCE, DAILY)

    assert (await list_new("new_case"))[JULIEN] == ("unassigned", True)


async def test_the_one_who_has_a_case_may_leave_its_emails_to_those_who_hear_of_colleagues(
    cast: Cast, caf_case: UUID, now: datetime
) -> None:
    await take_charge(cast.referent_caf_lot, caf_case, now)
    await choose(cast.referent_caf_lot, now, NONE, AT_ONCE, AT_ONCE)
    await say(cast.agent_lot, caf_case, now)
    assert await list_new("message") == {HELENE: ("colleagues", True)}

    with pytest.raises(Invalid, match=r"la dernière personne .* pour les demandes d’un collègue qui n’en reçoit pas"):
        await choose(cast.manager_caf_lot, now, AT_ONCE, AT_ONCE, NONE)
    await Person.update({Person.active: False}).where(Person.id == cast.manager_caf_lot.id)
    await say(cast.agent_lot, caf_case, now)
    assert await list_new("message") == {JULIEN: ("mine", False)}, "once a day: no other member is left"


async def test_a_note_between_referents_reaches_the_silent_holder_when_its_writer_is_the_only_other(
    cast: Cast, caf_case: UUID, now: datetime
) -> None:
    await take_charge(cast.referent_caf_lot, caf_case, now)
    await choose(cast.referent_caf_lot, now, NONE, AT_ONCE, AT_ONCE)

    await post_internal_note(cast.manager_caf_lot, caf_case, "À voir", key="a", now=now)

    assert await list_new("internal") == {JULIEN: ("mine", False)}


async def test_an_agent_who_chose_none_is_stood_in_for_by_the_office_and_never_left_out(
    cast: Cast, caf_case: UUID, new_colleague: NewColleague, now: datetime
) -> None:
    lucas = await new_colleague("lucas")
    for other in (lucas, cast.newcomer_lot):
        await choose(other, now, AT_ONCE, AT_ONCE, NONE)
    await choose(cast.agent_lot, now, NONE, NONE, NONE)
    await say(cast.referent_caf_lot, caf_case, now)
    assert await list_new("message") == {"collegue.lot": ("colleagues", True)}

    with pytest.raises(Invalid):
        await choose(cast.colleague_lot, now, AT_ONCE, AT_ONCE, NONE)
    await Person.update({Person.active: False}).where(Person.id == cast.colleague_lot.id)
    await say(cast.referent_caf_lot, caf_case, now)
    assert await list_new("message") == {CARMEN: ("mine", False)}


async def test_a_case_without_anyone_keeps_a_reader(cast: Cast, new_case: NewCase, now: datetime) -> None:
    await choose(cast.referent_caf_lot, now, AT_ONCE, NONE, AT_ONCE)
    with pytest.raises(Invalid, match="« CAF du Lot » pour les demandes dont personne ne s’occupe"):
        await choose(cast.manager_caf_lot, now, AT_ONCE, NONE, AT_ONCE)
    await Person.update({Person.active: False}).where(Person.id == cast.manager_caf_lot.id)

    await new_case("CAF", "MSA")

    assert await list_new("new_case") == {JULIEN: ("unassigned", False), "referent.msa.lot": ("unassigned", True)}


async def test_a_manager_hears_of_lateness_for_any_choice(cast: Cast, caf_case: UUID, now: datetime) -> None:
    await take_charge(cast.referent_caf_lot, caf_case, now)
    await choose(cast.manager_caf_lot, now, AT_ONCE, AT_ONCE, NONE)
    await send_late_notices(now + timedelta(days=9))
    assert await Email.exists().where(Email.kind == "late_manager", Email.person == cast.manager_caf_lot.id)
    assert not await Email.exists().where(Email.kind == "late", Email.person == cast.manager_caf_lot.id)


async def test_the_one_choice_of_the_former_release_holds_for_all(cast: Cast, new_case: NewCase, now: datetime) -> None:
    """It writes email_frequency, and queues emails without a share."""
    await Person.update({Person.email_frequency: DAILY}).where(Person.id == cast.referent_caf_lot.id)
    await new_case("CAF")
    assert (await list_new("new_case"))[JULIEN] == ("unassigned", False)

    case_id = await new_case("CAF")
    await Email.update({Email.share: ""}).where(Email.case == case_id)
    await choose(cast.referent_caf_lot, now, AT_ONCE, DAILY, DAILY)
    assert (await list_new("new_case"))[JULIEN] == ("", True)
