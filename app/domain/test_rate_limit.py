"""A fast person is never limited, a program is; a refused action is not half done and uses up nothing."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from app.cast import Cast
from app.domain.cases.attachments import quota
from app.domain.cases.attachments.upload import begin_upload
from app.domain.cases.draft.draft import WizardMode
from app.domain.cases.draft.saving import MAX_DRAFTS, create_draft, delete_draft
from app.domain.cases.draft.submission import submit
from app.domain.cases.thread.posting import post_message
from app.domain.errors import Invalid, TooManyRequests
from app.domain.files.limits import MAX_FILE_BYTES, RefusedFile
from app.domain.members.invitation import cancel_invitation, invite_to_team, resend_invitation
from app.domain.members.managers import add_manager
from app.domain.members.membership_offer import OfferResult
from app.domain.operations.audit_conditions import AuditFilters
from app.domain.operations.audit_search import export_audit_log
from app.domain.rate_limit import RATE_LIMITS, LimitedAction, consume_rate_limit, delete_unused_rate_limits
from app.domain.reorganisation.deactivation import reactivate_account
from app.tests.support.cases_fixtures import make_draft
from db.engine import transaction
from db.tables.cases import Case
from db.tables.email import Email
from db.tables.members import Invitation
from db.tables.people import Person
from db.tables.rate_limits import RateLimitState
from db.tables.thread import Event, Message

SECOND = timedelta(seconds=1)


async def test_sixty_messages_at_once_are_thirty_and_leave_nothing_half_written(
    cast: Cast, case_id: UUID, now: datetime
) -> None:
    before = await Email.count()
    sent = await asyncio.gather(
        *(post_message(cast.agent_lot, case_id, f"Ligne {n}", key=str(n), now=now) for n in range(60)),
        return_exceptions=True,
    )

    refused = [one for one in sent if isinstance(one, TooManyRequests)]
    assert len(refused) == 30 and {one.retry_after for one in refused} == {timedelta(seconds=6)}
    assert refused[0].reason.startswith("Beaucoup de messages")
    assert await Message.count() == 30 == await Event.count().where(Event.kind == "message")
    readers = await Email.select(Email.person).where(Email.person.is_not_null()).distinct()
    assert await Email.count() - before <= 30 * (len(readers) + 1)
    await post_message(cast.referent_caf_lot, case_id, "D’un autre compte", key="other", now=now)
    for later in range(1, 11):
        await post_message(cast.agent_lot, case_id, "Plus tard", key=f"later {later}", now=now + later * 6 * SECOND)


async def test_a_message_sent_again_because_its_answer_was_lost_uses_up_nothing(
    cast: Cast, case_id: UUID, now: datetime
) -> None:
    for _ in range(60):
        await post_message(cast.agent_lot, case_id, "Une fois", key="once", now=now)
    for n in range(29):
        await post_message(cast.agent_lot, case_id, f"Ligne {n}", key=str(n), now=now)


@pytest.mark.parametrize("verb", list(LimitedAction))
async def test_a_fast_person_is_never_stopped(cast: Cast, now: datetime, verb: LimitedAction) -> None:
    """All at once, then on at the pace of the limit; another person’s limit is separate."""
    rate = RATE_LIMITS[verb]
    await consume_rate_limit(verb, cast.agent_lot, now, times=rate.burst)
    with pytest.raises(TooManyRequests) as refused:
        await consume_rate_limit(verb, cast.agent_lot, now)
    assert refused.value.retry_after == rate.interval and refused.value.retry_at == now + rate.interval

    for turn in range(1, 4):
        await consume_rate_limit(verb, cast.agent_lot, now + turn * rate.interval)
    await consume_rate_limit(verb, cast.agent_cher, now)


async def test_fifty_at_once_are_thirty_and_a_refused_transaction_gives_back(cast: Cast, now: datetime) -> None:
    with pytest.raises(RuntimeError):
        async with transaction():
            await consume_rate_limit(LimitedAction.MESSAGE, cast.agent_lot, now, times=30)
            raise RuntimeError
    each = (consume_rate_limit(LimitedAction.MESSAGE, cast.agent_lot, now) for _ in range(50))
    outcomes = await asyncio.gather(*each, return_exceptions=True)

    assert outcomes.count(None) == 30


async def test_a_clock_that_has_gone_back_keeps_no_one_out_and_old_rows_go(cast: Cast, now: datetime) -> None:
    await consume_rate_limit(LimitedAction.MESSAGE, cast.agent_lot, now, times=30)
    await consume_rate_limit(LimitedAction.MESSAGE, cast.agent_lot, now - timedelta(hours=3))

    assert (await delete_unused_rate_limits(now), await RateLimitState.count()) == (0, 1)
    assert await delete_unused_rate_limits(now + timedelta(days=2)) == 1


async def test_cases_and_exports_have_theirs(cast: Cast, now: datetime) -> None:
    await consume_rate_limit(LimitedAction.CASE, cast.agent_lot, now, times=RATE_LIMITS[LimitedAction.CASE].burst)
    one = await make_draft(cast.agent_lot, now, "CAF")
    with pytest.raises(TooManyRequests):
        await submit(cast.agent_lot, one, now)
    assert (await Case.select(Case.status).where(Case.id == one))[0]["status"] == "draft"
    await submit(cast.agent_lot, one, now + timedelta(minutes=1))

    await consume_rate_limit(LimitedAction.EXPORT, cast.admin, now, times=RATE_LIMITS[LimitedAction.EXPORT].burst)
    with pytest.raises(TooManyRequests):
        await export_audit_log(cast.admin, AuditFilters(), now)


async def test_an_invitation_sent_again_twenty_times_fills_no_mailbox(cast: Cast, now: datetime) -> None:
    manager, team = cast.manager_caf_lot, cast.manager_caf_lot.seats[0].team_id
    await invite_to_team(manager, team, "neuve@exemple.fr", now)
    row = await Invitation.select(Invitation.id).where(Invitation.address == "neuve@exemple.fr").first()
    assert row is not None
    outcomes = []
    for _ in range(20):
        try:
            await resend_invitation(manager, team, row["id"], now)
            outcomes.append("sent")
        except TooManyRequests as refused:
            outcomes.append(refused.reason)

    assert outcomes == ["sent"] * 3 + [RATE_LIMITS[LimitedAction.SAME_INVITATION].message] * 17
    assert await Email.count().where(Email.invitation == row["id"]) == 4
    await cancel_invitation(manager, team, row["id"], now)
    (answer,) = await invite_to_team(manager, team, "neuve@exemple.fr", now)
    assert answer.offer is None and "déjà reçu plusieurs fois" in answer.refusal, "nor by a new one"
    await invite_to_team(manager, team, "neuve@exemple.fr", now + timedelta(minutes=15))


async def test_names_of_one_mailbox_are_one_mailbox_to_invitations(cast: Cast, now: datetime) -> None:
    manager, team = cast.manager_caf_lot, cast.manager_caf_lot.seats[0].team_id
    await invite_to_team(manager, team, "victime@exemple.fr", now)
    answers = await invite_to_team(manager, team, "\n".join(f"Victime+{n}@exemple.fr" for n in range(20)), now)

    assert [bool(answer.offer) for answer in answers] == [True] * 3 + [False] * 17
    assert await Email.count().where(Email.kind == "invitation") == 4
    (other,) = await invite_to_team(manager, team, "voisine@exemple.fr", now)
    assert other.offer
    for _ in range(6):
        (again,) = await invite_to_team(manager, team, "victime@exemple.fr", now)
        assert again.offer == OfferResult.STILL_INVITED, "no letter, nothing used up"


async def test_invitations_one_by_one_fill_no_manager_s_mailbox(cast: Cast, now: datetime) -> None:
    """A list of a hundred is one email to each other manager; a hundred lists are not a hundred emails."""
    manager, team = cast.manager_caf_lot, cast.manager_caf_lot.seats[0].team_id
    await add_manager(cast.admin, team, cast.referent_caf_lot.id, now)
    await invite_to_team(manager, team, "\n".join(f"liste{n}@exemple.fr" for n in range(100)), now)
    at_once = RATE_LIMITS[LimitedAction.INVITATION_LIST].burst
    for n in range(at_once - 1):
        await invite_to_team(manager, team, f"neuve{n}@exemple.fr", now)
    with pytest.raises(TooManyRequests):
        await invite_to_team(manager, team, "de.trop@exemple.fr", now)

    assert await Email.count().where(Email.kind == "joining") == at_once
    assert not await Invitation.exists().where(Invitation.address == "de.trop@exemple.fr")
    await invite_to_team(manager, team, "de.trop@exemple.fr", now + RATE_LIMITS[LimitedAction.INVITATION_LIST].interval)


async def test_an_account_closed_and_opened_again_fills_no_mailbox(cast: Cast, now: datetime) -> None:
    await consume_rate_limit(LimitedAction.ACTION, cast.admin, now, times=RATE_LIMITS[LimitedAction.ACTION].burst)
    await Person.update({Person.active: False}).where(Person.id == cast.agent_cher.id)

    with pytest.raises(TooManyRequests):
        await reactivate_account(cast.admin, cast.agent_cher.id, now)

    assert not await Person.exists().where(Person.id == cast.agent_cher.id, Person.active.eq(True))
    await reactivate_account(cast.admin, cast.agent_cher.id, now + RATE_LIMITS[LimitedAction.ACTION].interval)


async def test_so_many_drafts_then_one_is_sent_or_deleted(cast: Cast, now: datetime) -> None:
    drafts = [uuid4() for _ in range(MAX_DRAFTS + 1)]

    async def start(one: UUID) -> None:
        await create_draft(cast.agent_lot, one, team_id=None, mode=WizardMode.FREE, now=now)

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
    monkeypatch.setattr(quota, "MAX_UNSENT_BYTES", 2 * MAX_FILE_BYTES)
    first = uuid4()
    for one in (first, uuid4()):
        await begin_upload(cast.agent_lot, case_id, one, "a.pdf", MAX_FILE_BYTES, now)
    with pytest.raises(RefusedFile, match=r"« b.pdf » n’est pas joint : .* 20 Mo.*supprimez un brouillon"):
        await begin_upload(cast.agent_lot, case_id, uuid4(), "b.pdf", 1, now)
    await begin_upload(cast.agent_lot, case_id, first, "a.pdf", MAX_FILE_BYTES, now)  # continues the same upload

    await begin_upload(cast.referent_caf_lot, case_id, uuid4(), "c.pdf", MAX_FILE_BYTES, now)
    monkeypatch.setattr(quota, "read_disk_size", lambda: 4 * 3 * MAX_FILE_BYTES)
    with pytest.raises(RefusedFile, match="pas envoyées"):
        await begin_upload(cast.referent_caf_lot, case_id, uuid4(), "d.pdf", 1, now)
