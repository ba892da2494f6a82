"""After a reply: an unclear one is asked again once; the citizen’s STOP suspends only the case of the last SMS."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.cases.access import load_visible_case
from app.domain.cases.draft.submission import submit
from app.domain.cases.mandate import request_by_sms
from app.domain.cases.mandate.record_reply import record_reply
from app.domain.cases.mandate.replies import ReplyMeaning
from app.domain.cases.mandate.sms_outbox import claim_sms, record_sms_sent
from app.domain.cases.mandate.test_sms import GSM, find_refusal, load_last_sms
from app.domain.errors import Invalid
from app.settings import settings
from app.tests.support.cases_fixtures import NewDraft
from app.tests.support.mandate_sms import PHONE, send_mandate_sms
from db.tables.sms import Sms


async def test_an_unclear_answer_gets_one_text_that_asks_for_yes_or_no(
    cast: Cast, draft_id: UUID, now: datetime
) -> None:
    await send_mandate_sms(cast.agent_lot, draft_id, now)
    for number, body in enumerate(("C’est qui ?", "je ne dis pas oui")):
        await record_reply(f"a{number}", PHONE, body, now + timedelta(seconds=5))

    assert await claim_sms(now + timedelta(seconds=59)) is None, "not within the minute of the first"
    claim = await claim_sms(now + timedelta(seconds=60))
    assert claim is not None and claim.phone == "+33639981234" and "OUI" in claim.body and "NON" in claim.body
    assert set(claim.body) <= GSM and len(claim.body) <= 160
    await record_sms_sent(claim, now + timedelta(seconds=61))
    assert await claim_sms(now + timedelta(hours=1)) is None

    await record_reply("b1", PHONE, "oui pas de problème", now + timedelta(minutes=2))
    text = await load_last_sms(draft_id)
    assert text.meaning == ReplyMeaning.YES and len(text.replies) == 3
    await submit(cast.agent_lot, draft_id, now + timedelta(minutes=3))


async def test_a_clear_answer_holds_the_second_text_back(cast: Cast, draft_id: UUID, now: datetime) -> None:
    await send_mandate_sms(cast.agent_lot, draft_id, now)
    await record_reply("a1", PHONE, "C’est qui ?", now)
    await record_reply("a2", PHONE, "STOP", now)

    assert await claim_sms(now + timedelta(minutes=2)) is None
    assert "pas donné son accord" in await find_refusal(cast, draft_id, now)


async def test_the_second_text_counts_among_those_of_the_day_and_of_the_minute(
    cast: Cast, draft_id: UUID, new_draft: NewDraft, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_by_sms, "settings", replace(settings, sms=replace(settings.sms, daily_limit=2)))
    await send_mandate_sms(cast.agent_lot, draft_id, now)
    later = now + timedelta(minutes=10)
    await record_reply("a1", PHONE, "C’est qui ?", later)
    second = await new_draft("CAF")
    with pytest.raises(Invalid, match="attendez une minute"):
        await send_mandate_sms(cast.colleague_lot, await new_draft("CAF", actor=cast.colleague_lot), later)
    with pytest.raises(Invalid, match="2 SMS en 24 heures"):
        await send_mandate_sms(cast.agent_lot, second, later, "06 39 98 00 09")


async def test_no_second_text_once_the_day_s_have_left(
    cast: Cast, draft_id: UUID, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_by_sms, "settings", replace(settings, sms=replace(settings.sms, daily_limit=1)))
    await send_mandate_sms(cast.agent_lot, draft_id, now)
    await record_reply("a1", PHONE, "C’est qui ?", now)

    assert await Sms.count() == 1 and len((await load_last_sms(draft_id)).replies) == 1


async def test_a_stop_from_a_number_asked_before_suspends_nothing(cast: Cast, draft_id: UUID, now: datetime) -> None:
    """A wrong number got the first SMS: it belongs to another person."""
    wrong = "06 39 98 00 09"
    await send_mandate_sms(cast.agent_lot, draft_id, now - timedelta(minutes=2), wrong)
    await send_mandate_sms(cast.agent_lot, draft_id, now)
    await record_reply("a1", PHONE, "OUI", now)
    await submit(cast.agent_lot, draft_id, now)

    await record_reply("a2", wrong, "STOP", now)
    assert not (await load_visible_case(cast.agent_lot, draft_id)).suspended
    await record_reply("a3", PHONE, "STOP", now)
    assert (await load_visible_case(cast.agent_lot, draft_id)).suspended
