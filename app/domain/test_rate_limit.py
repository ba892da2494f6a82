"""A fast person is never stopped, a program is; what is refused is not half done and uses up nothing."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from app.cast import Cast
from app.domain.cases.attachments import quota
from app.domain.cases.attachments.upload import begin
from app.domain.cases.draft.saving import MOST_DRAFTS, begin_draft, delete_draft
from app.domain.cases.draft.submission import submit
from app.domain.cases.draft.view import Mode
from app.domain.cases.thread.posting import post
from app.domain.errors import Invalid, TooOften
from app.domain.files.limits import MOST_BYTES, RefusedFile
from app.domain.members.invitation import cancel, invite, send_again
from app.domain.members.managers import name_manager
from app.domain.members.membership_offer import Welcome
from app.domain.operations.audit_search import TrailFilters, export_trail
from app.domain.rate_limit import RATES, Verb, forget_used_up, spend
from app.domain.reorganisation.deactivation import reactivate
from app.tests.support.cases_fixtures import draft
from db.engine import transaction
from db.tables import Allowance, Case, Event, Invitation, Letter, Message, Person

SECOND = timedelta(seconds=1)


async def test_sixty_messages_at_once_are_thirty_and_leave_nothing_half_written(
    cast: Cast, case_id: UUID, now: datetime
) -> None:
    before = await Letter.count()
    sent = await asyncio.gather(
        *(post(cast.agent_lot, case_id, f"Ligne {n}", key=str(n), now=now) for n in range(60)), return_exceptions=True
    )

    refused = [one for one in sent if isinstance(one, TooOften)]
    assert len(refused) == 30 and {one.wait for one in refused} == {timedelta(seconds=6)}
    assert refused[0].why.startswith("Beaucoup de messages")
    assert await Message.count() == 30 == await Event.count().where(Event.kind == "message")
    readers = await Letter.select(Letter.person).where(Letter.person.is_not_null()).distinct()
    assert await Letter.count() - before <= 30 * (len(readers) + 1)
    await post(cast.referent_caf_lot, case_id, "D’un autre compte", key="other", now=now)
    for later in range(1, 11):
        await post(cast.agent_lot, case_id, "Plus tard", key=f"later {later}", now=now + later * 6 * SECOND)


async def test_a_message_sent_again_because_its_answer_was_lost_uses_up_nothing(
    cast: Cast, case_id: UUID, now: datetime
) -> None:
    for _ in range(60):
        await post(cast.agent_lot, case_id, "Une fois", key="once", now=now)
    for n in range(29):
        await post(cast.agent_lot, case_id, f"Ligne {n}", key=str(n), now=now)


@pytest.mark.parametrize("verb", list(Verb))
async def test_a_fast_person_is_never_stopped(cast: Cast, now: datetime, verb: Verb) -> None:
    """All at once, then on and on at the pace of the limit; another person's are their own."""
    rate = RATES[verb]
    await spend(verb, cast.agent_lot, now, times=rate.at_once)
    with pytest.raises(TooOften) as refused:
        await spend(verb, cast.agent_lot, now)
    assert refused.value.wait == rate.every and refused.value.free_at == now + rate.every

    for turn in range(1, 4):
        await spend(verb, cast.agent_lot, now + turn * rate.every)
    await spend(verb, cast.agent_cher, now)


async def test_fifty_at_once_are_thirty_and_a_refused_transaction_gives_back(cast: Cast, now: datetime) -> None:
    with pytest.raises(RuntimeError):
        async with transaction():
            await spend(Verb.MESSAGE, cast.agent_lot, now, times=30)
            raise RuntimeError
    outcomes = await asyncio.gather(
        *(spend(Verb.MESSAGE, cast.agent_lot, now) for _ in range(50)), return_exceptions=True
    )

    assert outcomes.count(None) == 30


async def test_a_clock_that_has_gone_back_keeps_no_one_out_and_old_rows_go(cast: Cast, now: datetime) -> None:
    await spend(Verb.MESSAGE, cast.agent_lot, now, times=30)
    await spend(Verb.MESSAGE, cast.agent_lot, now - timedelta(hours=3))

    assert await forget_used_up(now) == 0 and await Allowance.count() == 1
    assert await forget_used_up(now + timedelta(days=2)) == 1


async def test_cases_and_exports_have_theirs(cast: Cast, now: datetime) -> None:
    await spend(Verb.CASE, cast.agent_lot, now, times=RATES[Verb.CASE].at_once)
    one = await draft(cast.agent_lot, now, "CAF")
    with pytest.raises(TooOften):
        await submit(cast.agent_lot, one, now)
    assert (await Case.select(Case.status).where(Case.id == one))[0]["status"] == "draft"
    await submit(cast.agent_lot, one, now + timedelta(minutes=1))

    await spend(Verb.EXPORT, cast.admin, now, times=RATES[Verb.EXPORT].at_once)
    with pytest.raises(TooOften):
        await export_trail(cast.admin, TrailFilters(), now)


async def test_an_invitation_sent_again_twenty_times_fills_no_mailbox(cast: Cast, now: datetime) -> None:
    manager, team = cast.manager_caf_lot, cast.manager_caf_lot.seats[0].team_id
    await invite(manager, team, "neuve@exemple.fr", now)
    row = await Invitation.select(Invitation.id).where(Invitation.address == "neuve@exemple.fr").first()
    assert row is not None
    outcomes = []
    for _ in range(20):
        try:
            await send_again(manager, team, row["id"], now)
            outcomes.append("sent")
        except TooOften as refused:
            outcomes.append(refused.why)

    assert outcomes == ["sent"] * 3 + [RATES[Verb.SAME_INVITATION].said] * 17
    assert await Letter.count().where(Letter.invitation == row["id"]) == 4
    await cancel(manager, team, row["id"], now)
    (answer,) = await invite(manager, team, "neuve@exemple.fr", now)
    assert answer.welcome is None and "déjà reçu plusieurs fois" in answer.refusal, "nor by a new one"
    await invite(manager, team, "neuve@exemple.fr", now + timedelta(minutes=15))


async def test_names_of_one_mailbox_are_one_mailbox_to_invitations(cast: Cast, now: datetime) -> None:
    manager, team = cast.manager_caf_lot, cast.manager_caf_lot.seats[0].team_id
    await invite(manager, team, "victime@exemple.fr", now)
    answers = await invite(manager, team, "\n".join(f"Victime+{n}@exemple.fr" for n in range(20)), now)

    assert [bool(answer.welcome) for answer in answers] == [True] * 3 + [False] * 17
    assert await Letter.count().where(Letter.kind == "invitation") == 4
    (other,) = await invite(manager, team, "voisine@exemple.fr", now)
    assert other.welcome
    for _ in range(6):
        (again,) = await invite(manager, team, "victime@exemple.fr", now)
        assert again.welcome == Welcome.STILL_INVITED, "no letter, nothing used up"


async def test_invitations_one_by_one_fill_no_manager_s_mailbox(cast: Cast, now: datetime) -> None:
    """A list of a hundred is one letter to each other manager; a hundred lists are not a hundred letters."""
    manager, team = cast.manager_caf_lot, cast.manager_caf_lot.seats[0].team_id
    await name_manager(cast.admin, team, cast.referent_caf_lot.id, now)
    await invite(manager, team, "\n".join(f"liste{n}@exemple.fr" for n in range(100)), now)
    at_once = RATES[Verb.LIST].at_once
    for n in range(at_once - 1):
        await invite(manager, team, f"neuve{n}@exemple.fr", now)
    with pytest.raises(TooOften):
        await invite(manager, team, "de.trop@exemple.fr", now)

    assert await Letter.count().where(Letter.kind == "joining") == at_once
    assert not await Invitation.exists().where(Invitation.address == "de.trop@exemple.fr")
    await invite(manager, team, "de.trop@exemple.fr", now + RATES[Verb.LIST].every)


async def test_an_account_closed_and_opened_again_fills_no_mailbox(cast: Cast, now: datetime) -> None:
    await spend(Verb.GESTURE, cast.admin, now, times=RATES[Verb.GESTURE].at_once)
    await Person.update({Person.active: False}).where(Person.id == cast.agent_cher.id)

    with pytest.raises(TooOften):
        await reactivate(cast.admin, cast.agent_cher.id, now)

    assert not await Person.exists().where(Person.id == cast.agent_cher.id, Person.active.eq(True))
    await reactivate(cast.admin, cast.agent_cher.id, now + RATES[Verb.GESTURE].every)


async def test_so_many_drafts_then_one_is_sent_or_deleted(cast: Cast, now: datetime) -> None:
    drafts = [uuid4() for _ in range(MOST_DRAFTS + 1)]

    async def start(one: UUID) -> None:
        await begin_draft(cast.agent_lot, one, team_id=None, mode=Mode.FREE, now=now)

    held = await Case.count().where(Case.author == cast.agent_lot.id, Case.status == "draft")
    for one in drafts[held:-1]:
        await start(one)
    with pytest.raises(Invalid) as refused:
        await start(drafts[-1])
    assert "supprimez-en un" in refused.value.fields["mode"]
    await start(drafts[-2])  # sent twice
    await delete_draft(cast.agent_lot, drafts[-2], now)
    await start(drafts[-1])


async def test_files_that_wait_have_a_quota_and_the_disk_a_share(
    cast: Cast, case_id: UUID, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quota, "OF_A_PERSON", 2 * MOST_BYTES)
    first = uuid4()
    for one in (first, uuid4()):
        await begin(cast.agent_lot, case_id, one, "a.pdf", MOST_BYTES, now)
    with pytest.raises(RefusedFile, match=r"« b.pdf » n’est pas joint : .* 20 Mo.*supprimez un brouillon"):
        await begin(cast.agent_lot, case_id, uuid4(), "b.pdf", 1, now)
    await begin(cast.agent_lot, case_id, first, "a.pdf", MOST_BYTES, now)  # goes on

    await begin(cast.referent_caf_lot, case_id, uuid4(), "c.pdf", MOST_BYTES, now)
    monkeypatch.setattr(quota, "disk_size", lambda: 4 * 3 * MOST_BYTES)
    with pytest.raises(RefusedFile, match="pas envoyées"):
        await begin(cast.referent_caf_lot, case_id, uuid4(), "d.pdf", 1, now)
