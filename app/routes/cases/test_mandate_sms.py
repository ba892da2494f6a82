"""The mandate by SMS in the wizard and on the case, without scripts; and what an open page polls for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from litestar.datastructures import FormMultiDict

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.draft.draft import CitizenDetail, load_editable_draft
from app.domain.cases.draft.saving import save_citizen
from app.domain.cases.mandate.record_reply import record_reply
from app.domain.cases.mandate.sms_outbox import claim_sms, record_sms_failed
from app.gateways.sms.worker import SmsWorker
from app.routes.cases import wizard_mandate
from app.routes.cases.form_saves import list_typed_fields
from app.routes.forms import Form
from app.settings import settings
from app.tests.support.browser import Browser
from app.tests.support.mandate_sms_fixtures import PHONE, request_by_sms
from db.tables.sms import Sms

if TYPE_CHECKING:
    from app.tests.support.fixtures import Clock

SignIn = Callable[[Actor], Awaitable[Browser]]


async def test_the_answer_lets_the_case_leave_and_its_readers_see_the_text_and_the_answer(
    cast: Cast, draft_id: UUID, mandate_agent: Browser, sign_in: SignIn, sms_worker: SmsWorker, clock: Clock
) -> None:
    page = await request_by_sms(mandate_agent, draft_id)
    assert page.list_ticked("mandat") == ["Par SMS"] and page.control("Numéro de mobile")["value"] == PHONE
    await sms_worker.deliver_due()
    page = await mandate_agent.get(page.path)
    assert "SMS au 06 39 98 12 34" in page.text and "réponse attendue" in page.text
    assert "Démarche : celle que vous suivez avec cet agent" in page.text

    page = await mandate_agent.press(page, "Continuer")
    assert page.status == 422 and "L’usager n’a pas encore répondu OUI" in page.text
    page = await mandate_agent.get(page.link("Vérifier mes réponses en attendant"))
    assert "Par SMS au 06 39 98 12 34, réponse attendue, demandé par Carmen Vidal" in page.text
    page = await mandate_agent.press(page, "Envoyer ma demande")
    assert page.status == 422
    page = await mandate_agent.get(page.link("Mandat"))

    clock.advance(minutes=2)
    await record_reply("a1", PHONE, "Oui <b>d'accord</b>", clock.now)
    page = await mandate_agent.get(page.link("Voir si la réponse est arrivée"))
    assert "accord reçu" in page.text and "« Oui <b>d'accord</b> »" in page.text
    page = await mandate_agent.press(page, "Continuer")
    await mandate_agent.press(page, "Envoyer ma demande")

    for actor in (cast.agent_lot, cast.colleague_lot, cast.referent_caf_lot):
        seen = await (await sign_in(actor)).get(f"/demandes/{draft_id}")
        assert "Par SMS au 06 39 98 12 34, accord reçu le 23 novembre 2026 à 10 h 02" in seen.text
        assert "demandé par Carmen Vidal" in seen.text
        assert "« Oui <b>d'accord</b> »" in seen.text and "Répondez OUI pour attester" in seen.text
    assert (await (await sign_in(cast.agent_cher)).get(f"/demandes/{draft_id}")).status == 404


@pytest.mark.parametrize(
    ("answer", "said"), [("NON", "accord refusé"), ("STOP", "accord refusé"), ("Qui ?", "n’est pas")]
)
async def test_any_other_answer_is_shown_as_it_came(
    draft_id: UUID, mandate_agent: Browser, sms_worker: SmsWorker, clock: Clock, answer: str, said: str
) -> None:
    page = await request_by_sms(mandate_agent, draft_id)
    await sms_worker.deliver_due()
    await record_reply("a1", PHONE, answer, clock.now)

    page = await mandate_agent.press(await mandate_agent.get(page.path), "Continuer")
    assert page.status == 422 and said in page.text and f"« {answer} »" in page.text


@pytest.mark.parametrize(("typed", "said"), [("", "Saisissez le numéro"), ("05 36 49 00 01", "pas un mobile français")])
async def test_a_wrong_number_says_why_and_stays_typed(
    draft_id: UUID, mandate_agent: Browser, typed: str, said: str
) -> None:
    page = await request_by_sms(mandate_agent, draft_id, telephone=typed)
    assert said in page.text and page.control("Numéro de mobile")["value"] == typed
    assert page.soup.select('.error-summary a[href="#telephone"]') and await Sms.count() == 0


@pytest.mark.parametrize("bad", ["nul\0", "9" * 5000, "06 39 98 1O 34"])
async def test_a_hostile_number_is_answered_in_words(draft_id: UUID, mandate_agent: Browser, bad: str) -> None:
    page = await request_by_sms(mandate_agent, draft_id, telephone=bad)
    assert page.status in {200, 422} and "Il y a un problème" in page.text and await Sms.count() == 0


async def test_the_same_page_sent_twice_sends_one_text_and_a_second_waits_a_minute(
    draft_id: UUID, mandate_agent: Browser, clock: Clock
) -> None:
    page = await mandate_agent.get(f"/brouillons/{draft_id}/mandat")
    for _ in range(2):
        again = await mandate_agent.press(page, "Envoyer le SMS", mandat="sms", telephone=PHONE)
        assert "Il y a un problème" not in again.text
    assert await Sms.count() == 1
    page = await request_by_sms(mandate_agent, draft_id, "Envoyer un nouveau SMS")
    assert "attendez une minute" in page.text
    clock.advance(seconds=61)

    page = await request_by_sms(mandate_agent, draft_id, "Envoyer un nouveau SMS")
    assert await Sms.count() == 2 and "remplacé depuis" in page.text


async def test_a_page_open_since_before_the_release_sends_its_sms_once(draft_id: UUID, mandate_agent: Browser) -> None:
    page = await mandate_agent.get(f"/brouillons/{draft_id}/mandat")
    former = {"sms": None, "texto": str(page.soup.select('input[name="sms"]')[0]["value"]), "rester-ici": "texto"}

    for _ in range(2):
        again = await mandate_agent.press(page, "Envoyer le SMS", mandat="sms", telephone=PHONE, **former)
        assert "Il y a un problème" not in again.text

    assert await Sms.count() == 1
    assert list_typed_fields(Form(FormMultiDict([("sms", "1"), ("texto", "1"), ("mandat", "sms")]))) == (
        ("mandat", "sms"),
    )


async def test_a_text_that_could_not_leave_says_so(draft_id: UUID, mandate_agent: Browser, clock: Clock) -> None:
    page = await request_by_sms(mandate_agent, draft_id)
    claim = await claim_sms(clock.now)
    assert claim is not None
    await record_sms_failed(claim)

    page = await mandate_agent.press(await mandate_agent.get(page.path), "Continuer")
    assert "non envoyé" in page.text and "vérifiez le numéro et envoyez-le de nouveau" in page.text


async def test_the_number_of_the_citizen_s_file_is_proposed(
    cast: Cast, draft_id: UUID, mandate_agent: Browser, clock: Clock
) -> None:
    draft = await load_editable_draft(cast.agent_lot, draft_id)
    identity = {"first_name": "Jeanne", "last_name": "Pélissier", "birth": "1957"}
    details = [*draft.details, CitizenDetail("Numéro de téléphone", "06.39.98.12.34")]
    await save_citizen(cast.agent_lot, draft_id, identity, details, clock.now)

    page = await mandate_agent.get(f"/brouillons/{draft_id}/mandat")
    assert page.control("Numéro de mobile")["value"] == "06.39.98.12.34"


async def test_an_open_page_looks_again_and_gets_nothing_until_something_comes(
    cast: Cast, draft_id: UUID, mandate_agent: Browser, sign_in: SignIn, sms_worker: SmsWorker, clock: Clock
) -> None:
    page = await request_by_sms(mandate_agent, draft_id)
    link = page.soup.select("[hx-get]")[0]
    again = {"hx-request": "true", "hx-request-type": "partial"}
    assert (await mandate_agent.http.get(str(link["hx-get"]), headers=again)).status_code == 204
    await sms_worker.deliver_due()
    await record_reply("a1", PHONE, "OUI", clock.now)

    answer = await mandate_agent.http.get(str(link["hx-get"]), headers=again)
    assert answer.status_code == 200 and "accord reçu" in answer.text and "<html" not in answer.text
    assert "hx-get" not in answer.text
    for other in (cast.colleague_lot, cast.referent_caf_lot, cast.admin):
        assert (await (await sign_in(other)).http.get(str(link["hx-get"]))).status_code == 404


async def test_where_no_text_leaves_the_way_is_not_offered(
    draft_id: UUID, mandate_agent: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_texts = await mandate_agent.get(f"/brouillons/{draft_id}/mandat")
    monkeypatch.setattr(wizard_mandate, "settings", replace(settings, demo=False))
    page = await mandate_agent.get(f"/brouillons/{draft_id}/mandat")
    assert "SMS" not in page.text and "Mandat signé sur papier" in page.text

    page = await mandate_agent.press(with_texts, "Envoyer le SMS", mandat="sms", telephone=PHONE)
    assert page.status == 403 and await Sms.count() == 0
