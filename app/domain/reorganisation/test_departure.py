"""A departure: what passes to whom, what ends at once, and who must stay as the only reader."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor, load_actor
from app.domain.authentication.login_link import LinkState, build_login_url, find_link_state, request_login_link
from app.domain.authentication.request_context import load_request_context
from app.domain.authentication.sessions import SessionsEnded, begin_session, sessions_ended
from app.domain.cases.access import load_visible_case
from app.domain.cases.lifecycle.assignment import take_charge
from app.domain.cases.lifecycle.closure import close
from app.domain.cases.lifecycle.erasure import erase_due
from app.domain.cases.lifecycle.retention import compute_erasure_date
from app.domain.cases.lifecycle.withdrawal import withdraw
from app.domain.cases.permissions import Action, list_allowed_actions
from app.domain.cases.thread.posting import post_message
from app.domain.errors import Conflict, Forbidden, Invalid, NotFound
from app.domain.members.handover import DELETE_DRAFTS, WHOLE_TEAM
from app.domain.members.removal import preview_removal, remove_member
from app.domain.reorganisation.deactivation import deactivate_account, preview_deactivation, reactivate_account
from app.tests.support.case_reads import read_thread
from app.tests.support.cases_fixtures import open_and_read_case
from db.tables.attachments import Attachment
from db.tables.cases import Case
from db.tables.email import Email
from db.tables.login import LoginLink
from db.tables.members import Membership
from db.tables.participants import Recipient
from db.tables.people import Person

TeamOf = Callable[[str], Awaitable[int]]
OFFICE = "France Services de démonstration du Lot"


@pytest.fixture
def ended() -> Iterator[list[int | None]]:
    """The people of whom `sessions_ended` was sent."""
    found: list[int | None] = []

    def hear(ended: SessionsEnded) -> None:
        found.append(ended.person_id)

    sessions_ended.connect(hear)
    yield found
    sessions_ended.disconnect(hear)


async def choices(cast: Cast, team: TeamOf, *, cases: str = WHOLE_TEAM, drafts: str = DELETE_DRAFTS) -> dict[str, str]:
    office = await team(OFFICE)
    return {f"reprise-{office}": cases, f"brouillons-{office}": drafts}


async def leave(cast: Cast, team: TeamOf, who: Actor, now: datetime, **chosen: str) -> None:
    """The admin reads the preview, then deactivates the account."""
    preview = await preview_deactivation(cast.admin, who.id)
    await deactivate_account(cast.admin, who.id, await choices(cast, team, **chosen), preview.preview_version, now)


async def told(kind: str) -> set[int]:
    return {row["person"] for row in await Email.select(Email.person).where(Email.kind == kind)}


async def last(actor: Actor, case_id: UUID) -> tuple[str, str, str]:
    entry = (await read_thread(actor, await load_visible_case(actor, case_id)))[-1]
    return entry.kind, entry.author, entry.other


async def test_the_preview_counts_what_passes_on(cast: Cast, find_team: TeamOf, case_id: UUID, now: datetime) -> None:
    (share,) = (await preview_deactivation(cast.admin, cast.agent_lot.id)).team_departures
    assert (share.authored_cases, share.drafts, share.taken_cases, share.last_manager) == (1, 0, 0, False)
    assert [colleague.name for colleague in share.colleagues] == ["Bastien Roques", "Léa Fabre"]

    await take_charge(cast.referent_caf_lot, case_id, now)
    (share,) = (
        await preview_removal(cast.manager_caf_lot, await find_team("CAF du Lot"), cast.referent_caf_lot.id)
    ).team_departures
    assert (share.authored_cases, share.taken_cases, share.team_open_cases) == (0, 1, 1)


async def test_sessions_links_and_streams_end_at_once(
    cast: Cast, find_team: TeamOf, now: datetime, ended: list[int]
) -> None:
    tokens = [await begin_session(cast.agent_lot.id, remember=kept, browser="t", now=now) for kept in (True, False)]
    other = await begin_session(cast.agent_cher.id, remember=False, browser="t", now=now)
    await request_login_link(cast.agent_lot.address, browser="b", network="n", remember=False, next_path="", now=now)
    (request,) = await LoginLink.select(LoginLink.reference)
    link = build_login_url(request["reference"]).rpartition("/")[2]
    assert await find_link_state(link, browser="b", now=now) == LinkState.READY

    await leave(cast, find_team, cast.agent_lot, now)

    assert [(await load_request_context(token, now)).session for token in tokens] == [None, None]
    assert (await load_request_context(other, now)).session is not None
    assert await load_actor(cast.agent_lot.id) is None and ended == [cast.agent_lot.id]
    await reactivate_account(cast.admin, cast.agent_lot.id, now)
    assert await find_link_state(link, browser="b", now=now) == LinkState.EXPIRED


async def test_the_whole_team_stands_for_who_left(cast: Cast, find_team: TeamOf, case_id: UUID, now: datetime) -> None:
    case = await load_visible_case(cast.colleague_lot, case_id)
    assert Action.WITHDRAW not in list_allowed_actions(cast.colleague_lot, case)

    await leave(cast, find_team, cast.agent_lot, now)

    case = await load_visible_case(cast.colleague_lot, case_id)
    assert Action.WITHDRAW in list_allowed_actions(cast.colleague_lot, case)
    assert await last(cast.referent_caf_lot, case_id) == ("handed_over", "", OFFICE)
    await post_message(cast.referent_caf_lot, case_id, "Voici", key=str(uuid4()), now=now)
    assert await told("message") == {cast.colleague_lot.id, cast.newcomer_lot.id}
    assert await told("handed_over") == set()


async def test_a_chosen_colleague_becomes_the_author(
    cast: Cast, find_team: TeamOf, case_id: UUID, now: datetime
) -> None:
    await leave(cast, find_team, cast.agent_lot, now, cases=str(cast.colleague_lot.id))

    assert await last(cast.referent_caf_lot, case_id) == ("handed_over", "", "Bastien Roques")
    assert await told("handed_over") == {cast.colleague_lot.id}
    await post_message(cast.referent_msa_lot, case_id, "Voici", key=str(uuid4()), now=now)
    assert await told("message") == {cast.colleague_lot.id}


async def test_who_took_over_withdraws_what_no_one_opened(
    cast: Cast, find_team: TeamOf, case_id: UUID, now: datetime
) -> None:
    await leave(cast, find_team, cast.agent_lot, now, cases=str(cast.colleague_lot.id))

    await withdraw(cast.colleague_lot, case_id, now)

    assert (await load_visible_case(cast.colleague_lot, case_id)).status == "closed"


async def test_drafts_go_to_the_chosen_colleague_with_what_was_joined(
    cast: Cast, find_team: TeamOf, draft_id: UUID, now: datetime
) -> None:
    file = Attachment(case=draft_id, uploader=cast.agent_lot.id, name="x.pdf", media_type="pdf", size=1, begun_at=now)
    await Attachment.insert(file)
    later = now + timedelta(days=3)

    await leave(cast, find_team, cast.agent_lot, later, drafts=str(cast.colleague_lot.id))

    case = await load_visible_case(cast.colleague_lot, draft_id)
    assert list_allowed_actions(cast.colleague_lot, case) == {Action.EDIT_DRAFT}
    (row,) = await Case.select(Case.saved_at).where(Case.id == draft_id)
    (kept,) = await Attachment.select(Attachment.uploader)
    assert row["saved_at"] == later and kept["uploader"] == cast.colleague_lot.id


async def test_drafts_are_deleted_when_it_was_chosen(
    cast: Cast, find_team: TeamOf, draft_id: UUID, case_id: UUID, now: datetime
) -> None:
    await Case.update({Case.status: "draft"}).where(Case.id == case_id)

    await leave(cast, find_team, cast.agent_lot, now, drafts=DELETE_DRAFTS)

    assert not await Case.exists().where(Case.id == draft_id)


async def test_a_colleague_never_edits_a_draft_that_no_one_gave_them(cast: Cast, draft_id: UUID) -> None:
    await Person.update({Person.active: False}).where(Person.id == cast.agent_lot.id)

    with pytest.raises(NotFound):
        await load_visible_case(cast.colleague_lot, draft_id)


async def test_what_a_referent_took_charge_of_is_free_again(
    cast: Cast, find_team: TeamOf, case_id: UUID, now: datetime
) -> None:
    await take_charge(cast.referent_caf_lot, case_id, now)

    await leave(cast, find_team, cast.referent_caf_lot, now)

    taken = {row["taken_by"] for row in await Recipient.select(Recipient.taken_by).where(Recipient.case == case_id)}
    assert taken == {None}
    assert await last(cast.agent_lot, case_id) == ("released", "", "Julien Delmas")


async def test_a_departure_is_no_sign_of_life_of_the_case(
    cast: Cast, find_team: TeamOf, case_id: UUID, now: datetime
) -> None:
    await leave(cast, find_team, cast.agent_lot, now + timedelta(days=9))

    (row,) = await Case.select(Case.active_at).where(Case.id == case_id)
    assert row["active_at"] == now


async def test_the_only_reader_of_open_cases_stays(cast: Cast, find_team: TeamOf, case_id: UUID, now: datetime) -> None:
    preview = await preview_deactivation(cast.admin, cast.referent_msa_lot.id)
    assert [share.team for share in preview.stranded_teams] == ["MSA du Lot"]

    with pytest.raises(Forbidden, match="seule personne active de MSA du Lot"):
        await deactivate_account(cast.admin, cast.referent_msa_lot.id, {}, preview.preview_version, now)
    with pytest.raises(Forbidden, match="1 demande en cours"):
        await remove_member(
            cast.admin, await find_team("MSA du Lot"), cast.referent_msa_lot.id, {}, preview.preview_version, now
        )

    assert await load_actor(cast.referent_msa_lot.id) == cast.referent_msa_lot


async def test_without_open_cases_even_the_last_may_leave(cast: Cast, find_team: TeamOf, now: datetime) -> None:
    await leave(cast, find_team, cast.referent_msa_lot, now)

    assert await load_actor(cast.referent_msa_lot.id) is None


async def test_what_changed_since_the_preview_is_shown_again(
    cast: Cast, find_team: TeamOf, draft_id: UUID, now: datetime
) -> None:
    office, seen = await find_team(OFFICE), (await preview_deactivation(cast.admin, cast.agent_lot.id)).preview_version
    await Case.update({Case.status: "new"}).where(Case.id == draft_id)

    with pytest.raises(Conflict, match="Relisez"):
        await deactivate_account(cast.admin, cast.agent_lot.id, await choices(cast, find_team), seen, now)
    with pytest.raises(Conflict):
        await remove_member(cast.admin, office, cast.agent_lot.id, await choices(cast, find_team), seen, now)


@pytest.mark.parametrize("chosen", ["", "0", "zut", "referent"])
async def test_only_a_colleague_takes_over(
    cast: Cast, find_team: TeamOf, case_id: UUID, now: datetime, chosen: str
) -> None:
    named = str(cast.referent_caf_lot.id) if chosen == "referent" else chosen
    with pytest.raises(Invalid) as refused:
        await leave(cast, find_team, cast.agent_lot, now, cases=named)

    assert list(refused.value.fields) == [f"reprise-{await find_team(OFFICE)}"]


async def test_removed_from_one_team_one_keeps_the_others(cast: Cast, find_team: TeamOf, now: datetime) -> None:
    caf, msa = await find_team("CAF du Lot"), await find_team("MSA du Lot")
    await Membership.insert(Membership(person=cast.referent_caf_lot.id, team=msa))
    preview = await preview_removal(cast.manager_caf_lot, caf, cast.referent_caf_lot.id)
    assert preview.other_teams == ("MSA du Lot",)

    await remove_member(cast.manager_caf_lot, caf, cast.referent_caf_lot.id, {}, preview.preview_version, now)

    actor = await load_actor(cast.referent_caf_lot.id)
    assert actor is not None and [seat.team_id for seat in actor.seats] == [msa]
    with pytest.raises(NotFound):
        await remove_member(cast.manager_caf_lot, caf, cast.referent_caf_lot.id, {}, preview.preview_version, now)


async def test_the_last_manager_does_not_leave_by_themself(cast: Cast, find_team: TeamOf, now: datetime) -> None:
    with pytest.raises(Forbidden, match="plus de responsable"):
        await preview_removal(cast.manager_caf_lot, await find_team("CAF du Lot"), cast.manager_caf_lot.id)

    (share,) = (
        await preview_removal(cast.admin, await find_team("CAF du Lot"), cast.manager_caf_lot.id)
    ).team_departures
    assert share.last_manager


async def test_a_reactivated_person_is_who_they_were(
    cast: Cast, find_team: TeamOf, case_id: UUID, now: datetime
) -> None:
    await leave(cast, find_team, cast.agent_lot, now)
    await reactivate_account(cast.supervisor_lot, cast.agent_lot.id, now)

    assert await load_actor(cast.agent_lot.id) == replace(cast.agent_lot, function="", phone="", accepted_terms=False)
    for who, may in ((cast.agent_lot, True), (cast.colleague_lot, False)):
        assert (Action.WITHDRAW in list_allowed_actions(who, await load_visible_case(who, case_id))) == may
    assert await told("reactivated") == {cast.agent_lot.id}
    with pytest.raises(Conflict):
        await reactivate_account(cast.supervisor_lot, cast.agent_lot.id, now)
    await open_and_read_case(cast.agent_lot, case_id, now)


ALLOWED, REFUSED, ABSENT = None, Forbidden, NotFound


@pytest.mark.parametrize(
    ("who", "whom", "answer"),
    [
        ("admin", "agent_cher", ALLOWED),
        ("admin", "expert", ALLOWED),
        ("admin", "supervisor_lot", ALLOWED),
        ("admin", "admin", REFUSED),
        ("supervisor_lot", "agent_lot", ALLOWED),
        ("supervisor_lot", "agent_cher", ABSENT),
        ("supervisor_lot", "admin", ABSENT),
        ("supervisor_lot", "expert", ABSENT),
        ("supervisor_lot", "supervisor_lot", REFUSED),
        ("manager_caf_lot", "referent_caf_lot", ALLOWED),
        ("manager_caf_lot", "manager_caf_lot", REFUSED),
        ("manager_caf_lot", "referent_msa_lot", ABSENT),
        ("referent_caf_lot", "manager_caf_lot", ABSENT),
        ("agent_lot", "agent_lot", ABSENT),
        ("expert", "agent_lot", ABSENT),
    ],
)
async def test_who_may_close_whose_account(
    cast: Cast, now: datetime, who: str, whom: str, answer: type[Exception] | None
) -> None:
    actor, person = getattr(cast, who), getattr(cast, whom)
    if answer is None:
        preview = await preview_deactivation(actor, person.id)
        await deactivate_account(actor, person.id, {}, preview.preview_version, now)
        assert await load_actor(person.id) is None
        with pytest.raises(Conflict):
            await preview_deactivation(actor, person.id)
        return
    for verb in (
        preview_deactivation(actor, person.id),
        deactivate_account(actor, person.id, {}, "", now),
        reactivate_account(actor, person.id, now),
    ):
        with pytest.raises(answer):
            await verb


async def test_a_member_of_a_team_out_of_reach_is_only_removed(cast: Cast, find_team: TeamOf, now: datetime) -> None:
    await Membership.insert(Membership(person=cast.referent_caf_lot.id, team=await find_team("CAF du Cher")))

    for actor in (cast.manager_caf_lot, cast.supervisor_lot):
        with pytest.raises(Forbidden, match="Retirez-la de votre équipe"):
            await preview_deactivation(actor, cast.referent_caf_lot.id)
    await preview_deactivation(cast.admin, cast.referent_caf_lot.id)


async def test_the_last_active_admin_stays(cast: Cast, now: datetime) -> None:
    await Person.update({Person.platform_role: "admin"}).where(Person.id == cast.expert.id)
    second = await load_actor(cast.expert.id)
    assert second is not None
    preview = await preview_deactivation(second, cast.admin.id)
    await Person.update({Person.active: False}).where(Person.id == cast.expert.id)

    with pytest.raises(Forbidden, match="dernier administrateur"):
        await deactivate_account(second, cast.admin.id, {}, preview.preview_version, now)


async def test_an_erased_case_has_no_heir(cast: Cast, find_team: TeamOf, case_id: UUID, now: datetime) -> None:
    await close(cast.agent_lot, case_id, "solved", now)
    await erase_due(compute_erasure_date(now))

    await leave(cast, find_team, cast.agent_lot, now, cases=str(cast.colleague_lot.id))

    (row,) = await Case.select(Case.author).where(Case.id == case_id)
    assert row["author"] is None
