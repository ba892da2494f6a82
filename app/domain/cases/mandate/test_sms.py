"""A mandate by SMS: its text, when it is valid, and for which case only."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.cast import Cast
from app.domain.cases.draft.draft import AlreadySent, load_editable_draft
from app.domain.cases.draft.saving import delete_draft, save_citizen, save_problem
from app.domain.cases.draft.steps import WizardStep, find_problems
from app.domain.cases.draft.submission import submit
from app.domain.cases.mandate import request_by_sms
from app.domain.cases.mandate.attestation import attest_mandate
from app.domain.cases.mandate.mandate import load_mandate
from app.domain.cases.mandate.record_reply import MAX_REPLY_LENGTH, record_reply
from app.domain.cases.mandate.replies import ReplyMeaning
from app.domain.cases.mandate.request_by_sms import request_mandate_by_sms
from app.domain.cases.mandate.sms_outbox import GIVE_UP_AFTER, claim_sms, record_sms_sent, retry_sms_later
from app.domain.cases.mandate.sms_thread import MandateSms, SmsState
from app.domain.errors import Conflict, Invalid, NotFound
from app.domain.teams.reachability import list_organisations_in_area
from app.settings import settings
from app.tests.support.cases_fixtures import NewDraft
from app.tests.support.mandate_sms import PHONE, send_mandate_sms
from db.tables.rate_limits import RateLimitHit
from db.tables.sms import Sms, SmsReply
from db.tables.teams import Team

GSM = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)


async def load_last_sms(case_id: UUID) -> MandateSms:
    held = await load_mandate(case_id)
    assert held is not None and held.last_sms is not None
    return held.last_sms


async def find_refusal(cast: Cast, draft_id: UUID, now: datetime) -> str:
    """The problem that the wizard shows on this step, after sending was refused."""
    with pytest.raises(Invalid):
        await submit(cast.agent_lot, draft_id, now)
    return await problem(cast, draft_id)


async def problem(cast: Cast, draft_id: UUID) -> str:
    draft = await load_editable_draft(cast.agent_lot, draft_id)
    found = find_problems(
        WizardStep.MANDATE, draft, await list_organisations_in_area(draft.area, None), has_subjects=False
    )
    return found.get("telephone", "")


async def test_the_text_says_who_asks_what_for_of_whom_and_for_how_long(
    cast: Cast, draft_id: UUID, now: datetime
) -> None:
    await send_mandate_sms(cast.agent_lot, draft_id, now)
    text = await load_last_sms(draft_id)

    for said in (
        "Administration+",
        "Carmen Vidal (France Services de démonstration du Lot)",
        "Jeanne Pélissier, date de naissance : 1957",
        "Démarche : celle que vous suivez avec cet agent",
        "Organismes : CAF, MSA",
        "Répondez OUI pour attester",
        "numéro de sécurité sociale compris si besoin",
        "un an au plus",
        "NON",
        "STOP",
    ):
        assert said in text.body, said
    assert text.phone == "+33639981234" and set(text.body) <= GSM


async def test_it_is_pending_until_oui_then_the_case_leaves_with_text_and_answer(
    cast: Cast, draft_id: UUID, now: datetime
) -> None:
    await send_mandate_sms(cast.agent_lot, draft_id, now)
    assert "pas encore répondu" in await find_refusal(cast, draft_id, now)

    assert await record_reply("a1", "+33639981234", "Oui.", now + timedelta(minutes=3))
    await submit(cast.agent_lot, draft_id, now + timedelta(minutes=4))

    text = await load_last_sms(draft_id)
    assert [(reply.body, reply.received_at) for reply in text.replies] == [("Oui.", now + timedelta(minutes=3))]
    held = await load_mandate(draft_id)
    assert held is not None and held.attested_by == "Carmen Vidal"


@pytest.mark.parametrize(("answer", "said"), [("NON", "pas donné son accord"), ("STOP", "accord"), ("Qui ?", "OUI")])
async def test_another_answer_is_kept_and_lets_nothing_leave(
    cast: Cast, draft_id: UUID, now: datetime, answer: str, said: str
) -> None:
    await send_mandate_sms(cast.agent_lot, draft_id, now)
    await record_reply("a1", PHONE, answer, now)

    assert said in await find_refusal(cast, draft_id, now)
    assert (await load_last_sms(draft_id)).replies[0].body == answer


async def test_a_yes_taken_back_before_sending_lets_nothing_leave(cast: Cast, draft_id: UUID, now: datetime) -> None:
    await send_mandate_sms(cast.agent_lot, draft_id, now)
    await record_reply("a1", PHONE, "OUI", now)
    await record_reply("a2", PHONE, "STOP", now)

    assert "accord" in await find_refusal(cast, draft_id, now)


async def test_an_answer_told_twice_counts_once_even_after_another(cast: Cast, draft_id: UUID, now: datetime) -> None:
    await send_mandate_sms(cast.agent_lot, draft_id, now)
    for reference, body in (("a1", "NON"), ("a2", "OUI"), ("a1", "NON")):
        assert await record_reply(reference, PHONE, body, now)

    text = await load_last_sms(draft_id)
    assert [reply.body for reply in text.replies] == ["NON", "OUI"] and text.meaning == ReplyMeaning.YES


async def test_what_the_citizen_accepted_is_what_leaves(cast: Cast, draft_id: UUID, now: datetime) -> None:
    await send_mandate_sms(cast.agent_lot, draft_id, now)
    await record_reply("a1", PHONE, "OUI", now)
    draft = await load_editable_draft(cast.agent_lot, draft_id)
    other = {"first_name": "Paulette", "last_name": "Autre", "birth": "1940"}
    await save_citizen(cast.agent_lot, draft_id, other, list(draft.details), now)

    assert "ont changé depuis le SMS" in await find_refusal(cast, draft_id, now)


async def test_a_mandate_used_for_a_case_cannot_serve_another(
    cast: Cast, new_draft: NewDraft, draft_id: UUID, now: datetime
) -> None:
    await send_mandate_sms(cast.agent_lot, draft_id, now)
    await record_reply("a1", PHONE, "OUI", now)
    await submit(cast.agent_lot, draft_id, now)
    second, later = await new_draft("CAF", "MSA"), now + timedelta(minutes=2)
    await attest_mandate(cast.agent_lot, second, "sms", signed_on=None, reason="", now=later)
    assert "envoyez-lui le SMS" in await find_refusal(cast, second, later)

    await send_mandate_sms(cast.agent_lot, second, later)
    await record_reply("a1", PHONE, "OUI", later)
    assert "pas encore répondu" in await find_refusal(cast, second, later)
    await record_reply("a2", PHONE, "OUI", later)

    await submit(cast.agent_lot, second, later)
    assert len((await load_last_sms(draft_id)).replies) == len((await load_last_sms(second)).replies) == 1


async def test_the_wrong_number_s_yes_no_longer_counts_once_it_is_corrected(
    cast: Cast, draft_id: UUID, now: datetime
) -> None:
    await send_mandate_sms(cast.agent_lot, draft_id, now, "06 39 98 99 99")
    await send_mandate_sms(cast.agent_lot, draft_id, now + timedelta(seconds=20), PHONE)
    assert await record_reply("a1", "06 39 98 99 99", "OUI", now + timedelta(minutes=1))

    assert "pas encore répondu" in await find_refusal(cast, draft_id, now)
    held = await load_mandate(draft_id)
    assert held is not None and [len(text.replies) for text in held.sms_list] == [1, 0]


async def test_an_answer_to_nothing_of_ours_is_kept_nowhere(cast: Cast, draft_id: UUID, now: datetime) -> None:
    await send_mandate_sms(cast.agent_lot, draft_id, now)
    for stranger in ("06 39 98 00 00", "+32470123456", "anonyme", ""):
        assert not await record_reply("a1", stranger, "OUI", now)
    await delete_draft(cast.agent_lot, draft_id, now)

    assert not await record_reply("a2", PHONE, "OUI", now)
    assert await SmsReply.count() == 0 and await Sms.count() == 0


async def test_a_late_answer_goes_to_its_case_and_changes_nothing_of_it(
    cast: Cast, draft_id: UUID, now: datetime
) -> None:
    await send_mandate_sms(cast.agent_lot, draft_id, now)
    await attest_mandate(
        cast.agent_lot, draft_id, "phone", signed_on=now.date(), reason="Ne répond pas aux SMS", now=now
    )
    await submit(cast.agent_lot, draft_id, now)

    assert await record_reply("a1", PHONE, "OUI", now + timedelta(days=9))
    held = await load_mandate(draft_id)
    assert held is not None and held.kind == "phone" and held.sms_list[0].meaning == ReplyMeaning.YES


@pytest.mark.parametrize("body", ["nul\0", "moitié \ud83d", "x" * 5000, "😀" * 300])
async def test_any_bytes_of_an_answer_are_kept_readable(cast: Cast, draft_id: UUID, now: datetime, body: str) -> None:
    await send_mandate_sms(cast.agent_lot, draft_id, now)
    assert await record_reply(body, PHONE, body, now)

    kept = (await load_last_sms(draft_id)).replies[0].body
    assert kept and len(kept) <= MAX_REPLY_LENGTH and "\0" not in kept


async def test_no_second_text_to_a_number_within_a_minute_from_any_agent(
    cast: Cast, new_draft: NewDraft, draft_id: UUID, now: datetime
) -> None:
    await send_mandate_sms(cast.agent_lot, draft_id, now)
    second = await new_draft("CAF")
    await delete_draft(cast.agent_lot, draft_id, now)
    with pytest.raises(Invalid, match="attendez une minute"):
        await send_mandate_sms(cast.agent_lot, second, now + timedelta(seconds=59), "+33 6 39 98 12 34")
    assert await Sms.count() == 0

    await send_mandate_sms(cast.agent_lot, second, now + timedelta(seconds=61))
    assert await Sms.count() == 1
    assert "39981234" not in str(await RateLimitHit.select())


async def test_an_account_sends_so_many_texts_in_a_day_and_is_told_what_else_to_do(
    cast: Cast, draft_id: UUID, new_draft: NewDraft, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_by_sms, "settings", replace(settings, sms=replace(settings.sms, daily_limit=3)))
    for turn in range(3):
        await send_mandate_sms(cast.agent_lot, draft_id, now + timedelta(hours=turn), f"06 39 98 00 0{turn}")
    await delete_draft(cast.agent_lot, draft_id, now)
    again, later = await new_draft("CAF"), now + timedelta(hours=3)

    with pytest.raises(Invalid, match=r"3 SMS en 24 heures.*papier.*téléphone.*dans 21 heures"):
        await send_mandate_sms(cast.agent_lot, again, later, "06 39 98 00 09")

    assert await Sms.count() == 0
    await attest_mandate(cast.agent_lot, again, "paper", signed_on=now.date(), reason="", now=later)
    await send_mandate_sms(
        cast.colleague_lot, await new_draft("CAF", actor=cast.colleague_lot), later, "06 39 98 00 09"
    )
    await send_mandate_sms(cast.agent_lot, again, now + timedelta(hours=24), "06 39 98 00 09")


async def test_many_at_once_are_no_more_than_that(
    cast: Cast, new_draft: NewDraft, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_by_sms, "settings", replace(settings, sms=replace(settings.sms, daily_limit=3)))
    drafts = [await new_draft("CAF") for _ in range(6)]
    asked = [
        request_mandate_by_sms(cast.agent_lot, one, uuid4(), f"06 39 98 00 0{turn}", brand="A+", now=now)
        for turn, one in enumerate(drafts)
    ]

    found = await asyncio.gather(*asked, return_exceptions=True)

    assert sum(isinstance(one, Invalid) for one in found) == 3 and await Sms.count() == 3


async def test_two_agents_at_the_same_instant_send_one(cast: Cast, new_draft: NewDraft, now: datetime) -> None:
    drafts = [await new_draft("CAF") for _ in range(5)]
    asked = [request_mandate_by_sms(cast.agent_lot, one, uuid4(), PHONE, brand="A+", now=now) for one in drafts]
    found = await asyncio.gather(*asked, return_exceptions=True)

    assert sum(isinstance(one, Invalid) for one in found) == 4 and await Sms.count() == 1


async def test_a_repeated_post_sends_one_text(cast: Cast, draft_id: UUID, now: datetime) -> None:
    text_id = uuid4()
    for _ in range(2):
        await request_mandate_by_sms(cast.agent_lot, draft_id, text_id, PHONE, brand="A+", now=now)
    assert await Sms.count() == 1


async def test_no_other_person_asks_and_a_sent_case_asks_no_more(cast: Cast, draft_id: UUID, now: datetime) -> None:
    for other in (cast.colleague_lot, cast.referent_caf_lot, cast.admin):
        with pytest.raises(NotFound):
            await send_mandate_sms(other, draft_id, now)
    await submit(cast.agent_lot, draft_id, now)
    with pytest.raises(AlreadySent):
        await send_mandate_sms(cast.agent_lot, draft_id, now)
    assert await Sms.count() == 0


async def test_the_text_waits_for_what_it_recalls(cast: Cast, draft_id: UUID, now: datetime) -> None:
    await save_problem(cast.agent_lot, draft_id, {"subject": ""}, urgent=False, now=now)
    with pytest.raises(Invalid, match="complétez d’abord"):
        await send_mandate_sms(cast.agent_lot, draft_id, now)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"first_name": "06 12 34 56 78"}, "lettres des noms"),
        ({"last_name": "3615"}, "lettres des noms"),
        ({"birth": "inconnue"}, "année de naissance"),
    ],
)
async def test_what_a_text_cannot_say_is_corrected_first(
    cast: Cast, draft_id: UUID, now: datetime, typed: dict[str, str], said: str
) -> None:
    values = {"first_name": "Jeanne", "last_name": "Pélissier", "birth": "1957"} | typed
    await save_citizen(cast.agent_lot, draft_id, values, [], now)

    with pytest.raises(Invalid, match=said):
        await send_mandate_sms(cast.agent_lot, draft_id, now)
    assert await Sms.count() == 0


async def test_no_link_typed_as_a_name_or_a_subject_leaves(cast: Cast, draft_id: UUID, now: datetime) -> None:
    values = {"first_name": "http://evil.fr", "last_name": "Appelez le 06 12 34 56 78", "birth": "1957 evil.fr"}
    await save_citizen(cast.agent_lot, draft_id, values, [], now)
    await save_problem(cast.agent_lot, draft_id, {"subject": "Voir www.evil.fr"}, urgent=False, now=now)
    await Team.update({Team.name: "CAF.fr/payer 0612345678"}).where(Team.id == cast.agent_lot.seats[0].team_id)

    await send_mandate_sms(cast.agent_lot, draft_id, now)

    body = (await load_last_sms(draft_id)).body
    assert "Vous : http evil fr Appelez le, date de naissance : 1957.\n" in body
    assert "(CAF fr payer)" in body and "evil.fr" not in body and "06" not in body


async def asked(cast: Cast, draft_id: UUID, now: datetime) -> Any:
    await request_mandate_by_sms(cast.agent_lot, draft_id, uuid4(), PHONE, brand="A+", now=now)
    return await claim_sms(now)


async def test_a_text_is_leased_put_off_and_given_up_after_an_hour(cast: Cast, draft_id: UUID, now: datetime) -> None:
    claim = await asked(cast, draft_id, now)
    assert claim is not None and await claim_sms(now) is None
    with pytest.raises(Conflict):
        await record_reply("a1", PHONE, "OUI", now)

    await retry_sms_later(claim, now)
    again = await claim_sms(now + timedelta(seconds=10))
    assert again is not None and (again.id, again.attempts) == (claim.id, 2)
    await retry_sms_later(again, now + GIVE_UP_AFTER + timedelta(seconds=1))

    assert (await load_last_sms(draft_id)).state == SmsState.FAILED
    assert "n’a pas pu partir" in await find_refusal(cast, draft_id, now)


async def test_a_text_replaced_or_useless_before_it_left_does_not_leave(
    cast: Cast, draft_id: UUID, now: datetime
) -> None:
    await request_mandate_by_sms(
        cast.agent_lot, draft_id, uuid4(), "06 39 98 99 99", brand="A+", now=now - timedelta(seconds=1)
    )
    claim = await asked(cast, draft_id, now)
    assert claim is not None and claim.phone == "+33639981234"
    await retry_sms_later(claim, now)
    await attest_mandate(cast.agent_lot, draft_id, "paper", signed_on=now.date(), reason="", now=now)
    await submit(cast.agent_lot, draft_id, now)

    assert await claim_sms(now + timedelta(minutes=5)) is None
    assert {text.state for text in (await load_mandate(draft_id)).sms_list} == {SmsState.FAILED}


async def test_a_text_accepted_while_it_was_being_replaced_is_told_as_sent(
    cast: Cast, draft_id: UUID, now: datetime
) -> None:
    claim, later = await asked(cast, draft_id, now), now + timedelta(seconds=1)
    await request_mandate_by_sms(cast.agent_lot, draft_id, uuid4(), "06 39 98 99 99", brand="A+", now=later)
    await record_sms_sent(claim, later)

    held = await load_mandate(draft_id)
    assert held is not None and [text.state for text in held.sms_list] == [SmsState.SENT, SmsState.WAITING]
