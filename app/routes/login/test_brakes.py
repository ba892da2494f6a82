"""Past the rate limit: a clear page with the hour, nothing lost, the same for all; only our proxy’s header counts."""

from __future__ import annotations

import re
from dataclasses import replace
from ipaddress import ip_network
from typing import TYPE_CHECKING

import pytest
from litestar import Litestar

from app.cast import Cast
from app.routes.middleware import client_address
from app.settings import settings
from app.tests.support.browser import Browser, Page
from db.tables.login import LoginLink

if TYPE_CHECKING:
    from app.gateways.email.transport import FolderTransport
    from app.gateways.email.worker import EmailWorker
    from app.tests.support.fixtures import Clock

ADDRESS = "agent.lot@exemple.fr"
TOLD = "Réessayez à partir de 10 h 15 (dans 15 minutes)."


async def ask(browser: Browser, address: str = ADDRESS, **typed: str) -> Page:
    return await browser.press(await browser.get("/login"), "Recevoir mon lien de connexion", adresse=address, **typed)


@pytest.mark.parametrize("address", [ADDRESS, "nobody@exemple.fr"])
async def test_the_sixth_link_waits_and_what_was_typed_stays(
    anonymous_browser: Browser, cast: Cast, address: str
) -> None:
    for _ in range(5):
        assert (await ask(anonymous_browser, address)).h1 == "Consultez votre messagerie"

    page = await ask(anonymous_browser, address, rester="oui", next="/profil")

    assert page.status == 429 and TOLD in page.text and page.h1 == "Se connecter"
    assert page.response.headers["retry-after"] == "900"
    assert page.control("Adresse mail professionnelle")["value"] == address
    assert page.control("Rester connecté").has_attr("checked")
    assert page.soup.find("input", {"name": "next"})["value"] == "/profil"  # type: ignore[index]
    assert await LoginLink.count() == 5


async def test_a_quarter_of_an_hour_later_it_works_again(anonymous_browser: Browser, cast: Cast, clock: Clock) -> None:
    for _ in range(6):
        await ask(anonymous_browser)
    clock.advance(minutes=15)

    assert (await ask(anonymous_browser)).h1 == "Consultez votre messagerie"


async def test_a_new_link_in_one_click_is_counted_too(anonymous_browser: Browser, cast: Cast, clock: Clock) -> None:
    for _ in range(5):
        await ask(anonymous_browser)
    reference = (await LoginLink.select(LoginLink.reference).first())["reference"]  # type: ignore[index]
    token = (await anonymous_browser.get("/login")).soup.find("input", {"name": "jeton"})["value"]  # type: ignore[index]

    answer = Page(await anonymous_browser.http.post("/login/renvoi", data={"jeton": token, "reference": reference}))

    assert answer.status == 429 and answer.h1 == "Encore un peu de patience" and TOLD in answer.text


async def come_in(browser: Browser, postman: EmailWorker, letterbox: FolderTransport) -> None:
    await ask(browser)
    await postman.deliver_due()
    link = re.search(r"/login/lien/\S+", (await letterbox.read(ADDRESS))[0].text)
    assert link
    await browser.press(await browser.get(link[0]), "Me connecter")
    await browser.press(await browser.get("/profil"), "Se déconnecter")


async def test_asking_in_another_person_s_name_does_not_keep_them_out_of_their_own_desk(
    anonymous_browser: Browser,
    cast: Cast,
    application: Litestar,
    email_worker: EmailWorker,
    email_folder: FolderTransport,
) -> None:
    await come_in(anonymous_browser, email_worker, email_folder)
    async with Browser(application) as stranger:
        strangers = [(await ask(stranger)).status for _ in range(6)]
        tried = [(await log_in(stranger)).status for _ in range(11)]

        assert (strangers, tried) == ([200] * 5 + [429], [422] * 10 + [429])
        assert (await log_in(anonymous_browser)).status == 422, "tried, and not put off"
        assert [(await ask(anonymous_browser)).status for _ in range(6)] == [200] * 5 + [429], (
            "their own allowance, as large"
        )
        assert (await ask(anonymous_browser, "agent.cher@exemple.fr")).status == 200
        anonymous_browser.http.cookies.delete("aplus_connu")
        assert (await ask(anonymous_browser)).status == 429, "another desk is a stranger's"


async def test_a_desk_is_familiar_to_no_one_who_only_asked_or_failed(
    anonymous_browser: Browser, cast: Cast, email_worker: EmailWorker, email_folder: FolderTransport
) -> None:
    await ask(anonymous_browser)
    await log_in(anonymous_browser)

    assert "aplus_connu" not in anonymous_browser.http.cookies
    await come_in(anonymous_browser, email_worker, email_folder)
    assert "aplus_connu" in anonymous_browser.http.cookies, "and it stays when they leave"


async def log_in(browser: Browser) -> Page:
    page = await browser.get("/login/mot-de-passe")
    return await browser.press(page, "Se connecter", adresse=ADDRESS, **{"mot-de-passe": "ce n’est pas lui"})


async def from_network(browser: Browser, address: str, forwarded: str) -> int:
    browser.http.headers["x-forwarded-for"] = forwarded
    return (await ask(browser, address)).status


async def test_a_forged_header_changes_no_address(
    anonymous_browser: Browser, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.domain.authentication.login_rate_limit.PER_NETWORK", 2)

    tried = [await from_network(anonymous_browser, f"a{turn}@exemple.fr", f"203.0.113.{turn}") for turn in range(3)]

    assert tried == [200, 200, 429]


async def test_a_trusted_proxy_names_the_client_and_no_one_before_it_is_believed(
    anonymous_browser: Browser, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.domain.authentication.login_rate_limit.PER_NETWORK", 2)
    monkeypatch.setattr(client_address, "settings", replace(settings, trusted_proxies=(ip_network("127.0.0.0/8"),)))

    forged = [
        await from_network(anonymous_browser, f"a{turn}@exemple.fr", f"10.0.0.{turn}, 203.0.113.7") for turn in range(3)
    ]
    other = await from_network(anonymous_browser, "b@exemple.fr", "203.0.113.8")
    same_home = [
        await from_network(anonymous_browser, f"c{turn}@exemple.fr", f"2001:db8::{turn}, 127.0.0.2")
        for turn in range(3)
    ]

    assert (forged, other, same_home) == ([200, 200, 429], 200, [200, 200, 429])


async def test_codes_are_counted_over_all_the_links_of_an_account(
    anonymous_browser: Browser,
    cast: Cast,
    application: Litestar,
    email_worker: EmailWorker,
    email_folder: FolderTransport,
) -> None:
    tried = []
    async with Browser(application) as elsewhere:
        for _ in range(3):
            await ask(anonymous_browser)
            await email_worker.deliver_due()
            link = re.search(r"/login/lien/\S+", (await email_folder.read())[0].text)
            assert link
            page = await elsewhere.get(link[0])
            for _ in range(4):
                page = await elsewhere.press(page, "Me connecter", code="0000 0001")
                tried.append(page.status)

    assert tried == [422] * 10 + [429] * 2 and TOLD in page.text
