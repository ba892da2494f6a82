"""Every refusal is a designed page: what happened, what to do next, and the typed text is kept."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import httpx2
import pytest
from litestar import Litestar, get

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.authentication.sessions import begin_session
from app.main import create_app
from app.routes import guards
from app.routes.handlers import list_route_handlers
from app.routes.middleware.authentication import SESSION_COOKIE
from app.settings import Settings
from app.tests.support.browser import BASE, Browser
from db.tables.sessions import Session
from db.tables.thread import Message

if TYPE_CHECKING:
    from app.tests.support.fixtures import Clock

SignIn = Callable[[Actor], Awaitable[Browser]]


async def test_an_unknown_address_keeps_the_menu_of_who_is_signed_in(cast: Cast, sign_in: SignIn) -> None:
    page = await (await sign_in(cast.agent_lot)).get("/nulle/part")
    assert page.status == 404 and page.h1 == "Cette page n’existe pas"
    assert page.link("Mes demandes") == "/demandes" and page.has_button("Se déconnecter")


async def test_and_asks_no_other_person_anything(anonymous_browser: Browser) -> None:
    for path in ("/nulle-part", "/s/rien.css", f"/demandes/{uuid4()}/rien", "/demandes/pas-un-numero"):
        page = await anonymous_browser.get(path)
        assert page.status == 404 and not page.has_button("Se déconnecter"), path


async def test_an_absent_case_and_a_stranger_s_are_one_answer(cast: Cast, case_id: UUID, sign_in: SignIn) -> None:
    browser = await sign_in(cast.agent_cher)
    absent, strange = await browser.get(f"/demandes/{uuid4()}"), await browser.get(f"/demandes/{case_id}")
    assert absent.status == strange.status == 404 and absent.text == strange.text


async def test_a_method_that_does_not_exist_has_its_page(cast: Cast, sign_in: SignIn) -> None:
    answer = await (await sign_in(cast.agent_lot)).http.request("DELETE", "/demandes", headers={"origin": BASE})
    assert answer.status_code in {404, 405} and "<h1>" in answer.text


async def test_what_machines_look_at_answers_to_head_as_to_get_without_its_body(database: str) -> None:
    async with Browser(create_app()) as browser:
        for path, status in (("/", 303), ("/login", 200), ("/livez", 200), ("/readyz", 200)):
            found, whole = (
                await browser.http.head(path, follow_redirects=False),
                await browser.http.get(path, follow_redirects=False),
            )
            assert (found.status_code, found.content) == (status, b""), path
            assert found.headers.get("content-type") == whole.headers.get("content-type"), path


async def test_a_session_that_ended_gives_back_what_was_typed_and_takes_it_after_login(
    cast: Cast, case_id: UUID, sign_in: SignIn, clock: Clock
) -> None:
    agent = await sign_in(cast.agent_lot)
    form = await agent.get(f"/demandes/{case_id}")
    await Session.delete(force=True)
    typed = "Un long message, écrit pendant que la session prenait fin.\nSur deux lignes."

    page = await agent.press(form, "Envoyer le message", message=typed)
    assert page.status == 401 and page.h1 == "Votre session a pris fin" and "Sur deux lignes." in page.text

    again = await begin_session(cast.agent_lot.id, remember=False, browser="tests", now=clock.now)
    agent.http.cookies.set(SESSION_COOKIE, again)
    page = await agent.press(page, "Envoyer de nouveau")
    page = await agent.press(page, "Envoyer de nouveau") if page.status == 403 else page
    assert "Sur deux lignes." in page.text and page.h1 == "Aide en retard"
    assert [row["body"] for row in await Message.select(Message.body)] == [typed]


async def test_another_site_puts_no_words_on_that_page(cast: Cast, case_id: UUID, anonymous_browser: Browser) -> None:
    path, data = f"/demandes/{case_id}/messages", {"message": "Cliquez, c’est sans danger " * 4}
    answer = await anonymous_browser.http.post(path, data=data, headers={"origin": "https://evil.example"})
    assert answer.status_code in {401, 403} and "Cliquez" not in answer.text


async def test_an_old_form_is_shown_again_under_a_fresh_token(cast: Cast, case_id: UUID, sign_in: SignIn) -> None:
    agent = await sign_in(cast.agent_lot)
    form = await agent.get(f"/demandes/{case_id}")

    page = await agent.press(form, "Envoyer le message", message="Gardé.\nOui.", jeton="périmé")
    assert page.status == 403 and page.h1 == "Cette page était ouverte depuis trop longtemps"
    page = await agent.press(page, "Envoyer de nouveau")

    assert "Gardé." in page.text and await Message.count() == 1


async def test_htmx_is_told_to_show_the_whole_error_page(cast: Cast, case_id: UUID, sign_in: SignIn) -> None:
    stranger = await sign_in(cast.agent_cher)
    headers = {"hx-request": "true", "hx-request-type": "partial"}
    answer = await stranger.http.get(f"/demandes/{case_id}/cloture", headers=headers)
    assert answer.status_code == 404 and answer.headers["hx-retarget"] == "body"


@get("/panne", guards=[guards.allow_anyone])
async def break_down() -> None:
    raise ValueError("un secret de l’intérieur")


async def test_a_crash_gives_an_incident_number_and_nothing_of_the_inside(
    database: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("app.main.list_route_handlers", lambda: [*list_route_handlers(), break_down])
    logging.getLogger("aplus.errors").addHandler(caplog.handler)
    async with Browser(create_app()) as browser:
        page = await browser.get("/panne")

    incident = page.soup.find("strong")
    assert page.status == 500 and incident and incident.get_text() in caplog.text
    assert "secret" not in page.response.text and "Traceback" not in page.response.text


async def test_a_message_too_long_or_refused_is_shown_again(cast: Cast, case_id: UUID, sign_in: SignIn) -> None:
    agent = await sign_in(cast.agent_lot)
    form = await agent.get(f"/demandes/{case_id}")
    page = await agent.press(form, "Envoyer le message", message="y" * 5001)
    assert (
        page.status == 422
        and "5\u202f001 caractères, c’est 1 de trop" in page.response.text
        and "y" * 5001 in page.response.text
    )
    page = await agent.press(form, "Envoyer le message", message="z" * 70_000)
    assert page.status == 422 and "z" * 70_000 in page.response.text


@pytest.mark.parametrize("changed", [{"demo": False}, {"demo": False, "open_demo": True}, {"host": "0.0.0.0"}])  # noqa: S104
async def test_the_mailbox_exists_only_in_demonstration_on_loopback(
    application: Litestar, changed: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Browser(application) as browser:
        assert (await browser.http.get("/demo/mails.json")).status_code == 200
    monkeypatch.setattr("app.routes.handlers.settings", Settings(**changed))
    async with Browser(create_app()) as browser:
        for path in ("/demo/mails", "/demo/mails.json"):
            answer: httpx2.Response = await browser.http.get(path)
            assert answer.status_code == 404, path
