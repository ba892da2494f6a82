"""Addresses from before the release of 2026-11-27: each redirects to its replacement, or is still served."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.email.preferences import build_preferences_url, load_email_frequency
from app.domain.email.schedule import EmailFrequency
from app.routes.handlers import list_resolved_handlers
from app.routes.middleware.csrf import TOKEN_FIELD
from app.routes.pages import moved
from app.settings import settings
from app.tests.support.browser import BASE, Browser, extract_path

SignIn = Callable[[Actor], Awaitable[Browser]]
DRAFT = UUID(int=7)
MOVED = {
    "/lettres/12-ab": "/mails/12-ab",
    "/lettres/12-ab/arret": "/mails/12-ab/arret",
    "/lettres/12-ab?vu=oui&x=%C3%A9": "/mails/12-ab?vu=oui&x=%C3%A9",
    "/lettres/a%0d%0aset-cookie:%20b=c": "/mails/a%0D%0Aset-cookie%3A%20b%3Dc",
    "/lettres/a%3Fb%23c": "/mails/a%3Fb%23c",
    "/galerie/lettres": "/galerie/mails",
    "/galerie/lettres/login": "/galerie/mails/login",
    "/demo/courrier?to=agent.lot@exemple.fr": "/demo/mails?to=agent.lot@exemple.fr",
    "/demo/courrier.json": "/demo/mails.json",
}


async def answer_of(browser: Browser, method: str, path: str, **options: object) -> tuple[int, str]:
    """Its status, and its location."""
    browser.http.follow_redirects = False
    answer = await browser.http.request(method, path, headers={"origin": BASE}, **options)  # type: ignore[arg-type]
    return answer.status_code, answer.headers.get("location", "")


FORMER = {path for handler in moved.HANDLERS for path in handler.paths}


def test_each_has_the_guard_of_the_address_that_it_leads_to() -> None:
    guards = {
        (method, path): handler.resolve_guards()
        for handler in list_resolved_handlers()
        for path in handler.paths
        for method in handler.http_methods
    }
    for handler in moved.HANDLERS:
        for method in handler.http_methods:
            (path,) = handler.paths
            assert guards[method, path] == guards[method, handler.opt[moved.NEW]], f"{method} {path}"


def list_former() -> set[str]:
    return {path for handler in list_resolved_handlers() for path in handler.paths if path in FORMER}


def test_where_the_new_address_is_absent_the_former_is_too(monkeypatch: pytest.MonkeyPatch) -> None:
    mailbox = {path for handler in moved.MAILBOX for path in handler.paths}
    gallery = {path for handler in moved.GALLERY for path in handler.paths}
    monkeypatch.setattr("app.routes.handlers.settings", replace(settings, smtp_url="smtp://127.0.0.1:1"))
    assert list_former() == FORMER - mailbox

    monkeypatch.setattr("app.routes.handlers.settings", replace(settings, demo=False))
    assert list_former() == FORMER - mailbox - gallery


@pytest.mark.parametrize("old", MOVED)
async def test_a_page_leads_to_its_new_address_with_its_query(anonymous_browser: Browser, old: str) -> None:
    assert await answer_of(anonymous_browser, "GET", old) == (308, MOVED[old])


@pytest.mark.parametrize("end", ["", "/arret"])
async def test_a_secret_address_leads_on_by_head_too_and_is_told_to_no_page(
    anonymous_browser: Browser, end: str
) -> None:
    assert await answer_of(anonymous_browser, "HEAD", f"/lettres/12-ab{end}") == (308, f"/mails/12-ab{end}")

    answer = await anonymous_browser.http.get(f"/lettres/12-ab{end}")

    assert answer.headers["referrer-policy"] == "strict-origin" and answer.headers["cache-control"] == "no-store"


async def test_the_link_of_a_mail_sent_before_opens_the_choice(cast: Cast, anonymous_browser: Browser) -> None:
    link = extract_path(build_preferences_url(cast.referent_caf_lot))

    page = await anonymous_browser.get(link.replace("/mails/", "/lettres/"))

    assert page.path == link and page.h1 == "Mes mails"


async def test_a_form_of_a_page_opened_before_is_sent_on_as_it_is(cast: Cast, anonymous_browser: Browser) -> None:
    link = extract_path(build_preferences_url(cast.referent_caf_lot))
    form = {TOKEN_FIELD: await token_of(anonymous_browser, link), "lettres": "daily"}

    page = await anonymous_browser.http.post(link.replace("/mails/", "/lettres/"), data=form, headers={"origin": BASE})

    assert page.status_code == 200 and page.url.path == link
    assert await load_email_frequency(cast.referent_caf_lot) == EmailFrequency.DAILY


async def token_of(browser: Browser, path: str) -> str:
    found = (await browser.get(path)).soup.find("input", {"name": TOKEN_FIELD})
    assert found is not None
    return str(found["value"])


async def test_the_profile_of_before_asks_its_token_and_its_session(
    cast: Cast, sign_in: SignIn, anonymous_browser: Browser
) -> None:
    referent = await sign_in(cast.referent_caf_lot)
    form = {TOKEN_FIELD: await token_of(referent, "/profil"), "lettres": "twice"}

    assert await answer_of(referent, "POST", "/profil/lettres", data=form) == (308, "/profil/mails")
    assert (await answer_of(referent, "POST", "/profil/lettres", data={"lettres": "twice"}))[0] == 403
    assert (await answer_of(anonymous_browser, "POST", "/profil/lettres", data=form))[0] == 401
    assert await load_email_frequency(cast.referent_caf_lot) == EmailFrequency.AT_ONCE

    referent.http.follow_redirects = True
    await referent.http.post("/profil/lettres", data=form, headers={"origin": BASE})
    assert await load_email_frequency(cast.referent_caf_lot) == EmailFrequency.TWICE


async def test_what_an_open_page_asks_every_few_seconds_goes_on(
    cast: Cast, sign_in: SignIn, anonymous_browser: Browser
) -> None:
    """The fragment parameter, which a middleware removes, is in the new address too."""
    agent = await sign_in(cast.agent_lot)
    old, new = f"/brouillons/{DRAFT}/mandat/texto?vu=sent-0", f"/brouillons/{DRAFT}/mandat/sms?vu=sent-0"

    assert await answer_of(agent, "GET", old) == (308, new)
    assert await answer_of(agent, "GET", f"{old}&fragment=1") == (308, f"{new}&fragment=1")
    assert (await answer_of(anonymous_browser, "GET", f"{old}&fragment=1"))[0] == 401


async def test_the_one_press_of_a_mail_sent_before_is_served_where_it_is(
    cast: Cast, anonymous_browser: Browser
) -> None:
    """A mail provider follows no redirection. Source: RFC 8058, 3.1."""
    old = extract_path(build_preferences_url(cast.referent_caf_lot)).replace("/mails/", "/lettres/") + "/arret"

    assert await answer_of(anonymous_browser, "POST", old, data={"List-Unsubscribe": "One-Click"}) == (200, "")
    assert await load_email_frequency(cast.referent_caf_lot) == EmailFrequency.NONE
