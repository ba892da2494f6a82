"""The webhook of the SMS provider, with its secret only; and the demonstration’s phone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from app.routes import guards
from app.settings import SmsSettings, settings
from app.tests.support.cases_fixtures import make_draft
from app.tests.support.mandate_sms import PHONE, send_mandate_sms
from db.encryption import decrypt
from db.tables.sms import SmsReply

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from app.cast import Cast
    from app.domain.accounts.actor import Actor
    from app.tests.support.browser import Browser

SECRET = "un-secret-de-plus-de-trente-deux-lettres"
ANSWER = {"id": "m-1", "from": "+33639981234", "text": "OUI"}


@pytest.fixture
def secret(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(guards, "settings", replace(settings, sms=SmsSettings(answers_secret=SECRET)))
    return SECRET


@pytest.fixture
async def asked(cast: Cast, now: datetime) -> None:
    await send_mandate_sms(cast.agent_lot, await make_draft(cast.agent_lot, now, "CAF"), now)


async def tell(anonymous: Browser, body: Any, address: str = "/sms/reponses", **headers: str) -> Any:
    return await anonymous.http.post(address, json=body, headers=headers)


@pytest.mark.parametrize("address", ["/sms/reponses", "/textos/reponses"])
async def test_an_answer_comes_in_by_the_secret_and_counts_once(
    asked: None, anonymous_browser: Browser, secret: str, address: str
) -> None:
    """Also at the former address, which a provider may still have."""
    for _ in range(2):
        answer = await tell(anonymous_browser, ANSWER, address, authorization=f"Bearer {secret}")
        assert answer.status_code == 200 and answer.json() == {"recue": True}
        assert "set-cookie" not in answer.headers

    rows = await SmsReply.select(SmsReply.reference, SmsReply.body)
    assert [decrypt(SmsReply.body, row["reference"], row["body"]) for row in rows] == ["OUI"]


async def test_a_number_that_nothing_was_sent_to_is_told_as_such(
    asked: None, anonymous_browser: Browser, secret: str
) -> None:
    answer = await tell(anonymous_browser, ANSWER | {"from": "+33639980000"}, authorization=f"Bearer {secret}")
    assert answer.status_code == 200 and answer.json() == {"recue": False} and await SmsReply.count() == 0


@pytest.mark.parametrize("told", ["", SECRET, "Bearer", "Bearer ", f"Bearer {SECRET}x", f"Basic {SECRET}", "Bearer é"])
async def test_without_the_secret_nothing_comes_in(
    asked: None, anonymous_browser: Browser, secret: str, told: str
) -> None:
    answer = await anonymous_browser.http.post("/sms/reponses", json=ANSWER, headers={b"authorization": told.encode()})
    assert answer.status_code == 403 and await SmsReply.count() == 0


@pytest.mark.parametrize("told", ["", "Bearer ", "Bearer"])
async def test_while_no_secret_is_set_no_one_has_it(asked: None, anonymous_browser: Browser, told: str) -> None:
    assert (await tell(anonymous_browser, ANSWER, authorization=told)).status_code == 403
    assert await SmsReply.count() == 0


async def test_a_session_is_not_the_secret_and_another_site_comes_in_by_nothing(
    asked: None, cast: Cast, sign_in: Callable[[Actor], Awaitable[Browser]], secret: str
) -> None:
    agent = await sign_in(cast.agent_lot)
    assert (await tell(agent, ANSWER)).status_code == 403
    found = {"authorization": f"Bearer {secret}", "origin": "https://evil.example"}
    assert (await tell(agent, ANSWER, **found)).status_code == 403
    assert await SmsReply.count() == 0


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b'{"id": 1, "from": "x", "text": "OUI"}',
        b'{"id": "1", "from": "+33639981234"}',
        b'{"id": "1", "from": null, "text": "OUI"}',
        b"\xff\xfe",
        b"[" * 9000,
        b'{"id": "1", "plus": ' + b"[" * 9000,
        b'{"id": "1", "from": "+33639981234", "text": "' + b"x" * 20_000 + b'"}',
    ],
)
async def test_what_cannot_be_read_is_refused(
    asked: None, anonymous_browser: Browser, secret: str, body: bytes
) -> None:
    headers = {"authorization": f"Bearer {secret}", "content-type": "application/json"}
    answer = await anonymous_browser.http.post("/sms/reponses", content=body, headers=headers)
    assert answer.status_code in {400, 413} and await SmsReply.count() == 0


@pytest.mark.parametrize("text", [r"nul\u0000", r"moiti\u00e9 \ud83d", r"\ud83d\ude00", ""])
async def test_any_text_of_an_answer_is_no_crash(
    asked: None, anonymous_browser: Browser, secret: str, text: str
) -> None:
    body = f'{{"id": "{text}", "from": "{PHONE}", "text": "{text}"}}'.encode()
    headers = {"authorization": f"Bearer {secret}", "content-type": "application/json"}
    answer = await anonymous_browser.http.post("/sms/reponses", content=body, headers=headers)
    assert answer.status_code in {200, 400}


async def test_the_demonstration_s_telephone_shows_a_text_and_answers_as_the_citizen(
    asked: None, anonymous_browser: Browser
) -> None:
    page = await anonymous_browser.get("/demo/sms")
    assert page.h1 == "Téléphone de démonstration" and "SMS au 06 39 98 12 34" in page.text
    assert "Jeanne Pélissier" in page.text
    page = await anonymous_browser.press(page, "Répondre")
    assert "« OUI »" in page.text

    (found,) = (await anonymous_browser.http.get("/demo/sms.json", params={"to": PHONE})).json()
    assert found["to"] == "+33639981234" and "Répondez OUI" in found["text"] and found["answers"] == ["OUI"]
    for nobody in ("06 39 98 00 00", "x", "\0", "9" * 500):
        assert (await anonymous_browser.http.get("/demo/sms.json", params={"to": nobody})).json() == []
    assert "Aucun SMS" in (await anonymous_browser.get("/demo/sms?to=0639980000")).text
