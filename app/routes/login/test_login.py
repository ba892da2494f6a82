"""Login: the link is personal, used once, for 15 minutes; holding the email alone is not enough."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import pytest
from litestar import Litestar

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.routes.middleware.authentication import SESSION_COOKIE
from app.tests.support.browser import BASE, Browser
from app.tests.support.login_fixtures import ADDRESS, LoginByLink
from db.tables.audit import AttemptCount, AuditEntry
from db.tables.email import Email
from db.tables.login import LoginLink
from db.tables.people import Person
from db.tables.sessions import Session

if TYPE_CHECKING:
    from app.tests.support.fixtures import Clock

SignIn = Callable[[Actor], Awaitable[Browser]]


async def test_the_link_logs_in_and_leads_where_one_was_going(login_by_link: LoginByLink) -> None:
    page = await login_by_link.browser.get("/profil")
    assert page.h1 == "Se connecter"
    await login_by_link.ask_for_link(path=page.path)

    page = await login_by_link.browser.press(
        await login_by_link.browser.get(await login_by_link.read_link()), "Me connecter"
    )

    assert page.h1 == "Mon profil" and "Carmen Vidal" in page.text


@pytest.mark.parametrize(
    "asked", ["//evil.example", "/\\evil.example", "https://evil.example", "/demandes\r\nx", "/login"]
)
async def test_next_leads_nowhere_else(login_by_link: LoginByLink, asked: str) -> None:
    page = await login_by_link.browser.get("/login")
    await login_by_link.browser.press(page, "Recevoir mon lien de connexion", adresse=ADDRESS, next=asked)

    page = await login_by_link.browser.press(
        await login_by_link.browser.get(await login_by_link.read_link()), "Me connecter"
    )

    assert page.path == "/demandes"


async def test_unknown_and_deactivated_addresses_get_the_same_answer_and_the_same_work(
    login_by_link: LoginByLink,
) -> None:
    await Person.update({Person.active: False}).where(Person.address == "expert@exemple.fr")
    answers = []
    for address in (ADDRESS, "nobody@exemple.fr", "expert@exemple.fr"):
        page = await login_by_link.ask_for_link(address)
        answers.append(re.sub(r"\d{4} \d{4}", "", page.response.text).replace(f"Si <strong>{address}</strong>", "Si X"))

    assert "Si X est l’adresse d’un compte" in answers[0] == answers[1] == answers[2]
    assert await LoginLink.count() == await Email.count() == 3
    asked = AuditEntry.count().where(AuditEntry.action == "login.asked")
    assert await asked == 1, "the account's; unknown ones are counted"
    counted = await AttemptCount.select(AttemptCount.times).where(AttemptCount.action == "login.asked")
    assert sorted(row["times"] for row in counted) == [1, 2]
    await login_by_link.email_worker.deliver_due()
    linked = {letter.to: "/login/lien" in letter.text for letter in await login_by_link.email_folder.read()}
    assert linked == {ADDRESS: True, "expert@exemple.fr": False}


async def test_the_database_is_asked_as_much_for_any_address(
    login_by_link: LoginByLink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The time of an answer depends on its queries: nothing else could tell addresses apart."""
    await Person.update({Person.active: False}).where(Person.address == "expert@exemple.fr")
    await login_by_link.ask_for_link("first@exemple.fr")
    engine, asked = Person._meta.db, list[str]()
    ask = engine.run_querystring

    async def note(querystring: Any, *more: Any, **options: Any) -> Any:
        asked.append(querystring.compile_string()[0])
        return await ask(querystring, *more, **options)

    monkeypatch.setattr(engine, "run_querystring", note)
    found = []
    for address in (ADDRESS, "nobody@exemple.fr", "expert@exemple.fr"):
        asked.clear()
        await login_by_link.ask_for_link(address)
        found.append(list(asked))

    assert found[0] == found[1] == found[2] and len(found[0]) > 5


async def test_nothing_in_the_database_opens_a_session(login_by_link: LoginByLink) -> None:
    await login_by_link.ask_for_link()
    link = await login_by_link.read_link()
    page = await login_by_link.browser.press(await login_by_link.browser.get(link), "Me connecter")
    assert page.status == 200

    kept = str(await LoginLink.select()) + str(await Session.select()) + str(await Email.select())
    assert link[-64:] not in kept and login_by_link.browser.http.cookies[SESSION_COOKIE] not in kept


async def test_a_scanner_reads_posts_and_guesses_and_the_link_still_works(
    login_by_link: LoginByLink, application: Litestar
) -> None:
    await login_by_link.ask_for_link()
    link = await login_by_link.read_link()
    async with Browser(application) as scanner:
        for _ in range(20):
            await scanner.get(link)
            assert (await scanner.http.head(link)).status_code == 200
        page = await scanner.press(await scanner.get(link), "Me connecter")
        assert page.status == 422
        page = await scanner.press(page, "Me connecter", code="1234 5678")
        assert page.status == 422 and SESSION_COOKIE not in scanner.http.cookies

    page = await login_by_link.browser.press(await login_by_link.browser.get(link), "Me connecter")
    assert page.h1 == "Mes demandes"


async def test_elsewhere_five_wrong_codes_kill_the_link(login_by_link: LoginByLink, application: Litestar) -> None:
    asked = await login_by_link.ask_for_link()
    code = re.search(r"\d{4} \d{4}", asked.soup.find(True, {"class": "code"}).get_text())  # type: ignore[union-attr]
    assert code
    link = await login_by_link.read_link()
    async with Browser(application) as elsewhere:
        page = await elsewhere.get(link)
        for _ in range(5):
            page = await elsewhere.press(page, "Me connecter", code="0000 0001")
        page = await elsewhere.get(link)
        assert page.h1 == "Ce lien n’est plus valable"
        assert page.has_button("Recevoir un nouveau lien")


async def test_a_hundred_uses_at_once_open_one_session(login_by_link: LoginByLink) -> None:
    await login_by_link.ask_for_link()
    link = await login_by_link.read_link()
    page = await login_by_link.browser.get(link)
    token = page.soup.find("input", {"name": "jeton"})["value"]  # type: ignore[index]

    async def use() -> int:
        answer = await login_by_link.browser.http.post(
            link, data={"jeton": token}, headers={"origin": BASE}, follow_redirects=False
        )
        return answer.status_code

    codes = await asyncio.gather(*(use() for _ in range(100)))

    assert codes.count(303) == 1 and await Session.count() == 1


@pytest.mark.parametrize(
    ("harm", "h1"),
    [
        ("used", "Ce lien a déjà servi"),
        ("expired", "Ce lien n’est plus valable"),
        ("cut", "Ce lien est incomplet"),
    ],
)
async def test_a_dead_link_says_why_and_gives_a_new_one_in_one_click(
    login_by_link: LoginByLink, clock: Clock, harm: str, h1: str
) -> None:
    await login_by_link.ask_for_link()
    link = await login_by_link.read_link()
    if harm == "used":
        page = await login_by_link.browser.press(await login_by_link.browser.get(link), "Me connecter")
        await login_by_link.browser.press(page, "Se déconnecter")
    if harm == "expired":
        clock.advance(minutes=15)

    page = await login_by_link.browser.get(link[:-20] if harm == "cut" else link)
    assert (page.status, page.h1) == (410, h1)
    page = await login_by_link.browser.press(page, "Recevoir un nouveau lien")
    assert page.h1 == "Consultez votre messagerie"
    page = await login_by_link.browser.press(
        await login_by_link.browser.get(await login_by_link.read_link()), "Me connecter"
    )
    assert page.h1 == "Mes demandes"


async def test_an_unknown_link_asks_for_the_address(login_by_link: LoginByLink) -> None:
    page = await login_by_link.browser.get("/login/lien/0123456789")

    assert page.h1 == "Ce lien n’est pas reconnu"
    page = await login_by_link.browser.press(page, "Recevoir mon lien de connexion", adresse=ADDRESS)
    assert page.h1 == "Consultez votre messagerie"


async def test_an_expired_login_letter_is_not_sent(login_by_link: LoginByLink, clock: Clock) -> None:
    await login_by_link.ask_for_link()
    clock.advance(minutes=16)

    assert await login_by_link.email_worker.deliver_due() == 0


async def test_a_planted_session_cookie_never_becomes_a_session(login_by_link: LoginByLink) -> None:
    login_by_link.browser.http.cookies.set(SESSION_COOKIE, "planted")
    await login_by_link.ask_for_link()

    await login_by_link.browser.press(await login_by_link.browser.get(await login_by_link.read_link()), "Me connecter")

    values = [cookie.value for cookie in login_by_link.browser.http.cookies.jar if cookie.name == SESSION_COOKIE]
    assert "planted" not in values[-1:] and len(str(values[-1])) == 64


async def test_a_malformed_address_is_told_and_kept(login_by_link: LoginByLink) -> None:
    page = await login_by_link.ask_for_link("agent.lot")

    assert page.status == 422 and "Saisissez une adresse complète" in page.text
    assert page.control("Adresse mail professionnelle")["value"] == "agent.lot"


async def test_a_session_ends_after_twelve_idle_hours_or_seven_days(cast: Cast, sign_in: SignIn, clock: Clock) -> None:
    browser = await sign_in(cast.agent_lot)
    for _ in range(13):
        clock.advance(hours=11)
        assert (await browser.get("/demandes")).h1 == "Mes demandes"
    clock.advance(hours=12)
    assert (await browser.get("/demandes")).h1 == "Se connecter"

    browser = await sign_in(cast.agent_lot)
    for _ in range(17):
        clock.advance(hours=10)
        await browser.get("/demandes")
    assert (await browser.get("/demandes")).h1 == "Se connecter"


async def test_a_page_left_open_is_no_use_of_a_session(cast: Cast, sign_in: SignIn, clock: Clock) -> None:
    browser = await sign_in(cast.agent_lot)
    for _ in range(3):
        clock.advance(hours=4)
        await browser.http.get("/nouvelles")
    assert (await browser.get("/demandes")).h1 == "Se connecter"


async def test_rester_connecte_lasts_thirty_days(login_by_link: LoginByLink, clock: Clock) -> None:
    await login_by_link.ask_for_link(rester="oui")
    await login_by_link.browser.press(await login_by_link.browser.get(await login_by_link.read_link()), "Me connecter")
    clock.advance(days=29)
    assert (await login_by_link.browser.get("/demandes")).h1 == "Mes demandes"
    clock.advance(days=1)
    assert (await login_by_link.browser.get("/demandes")).h1 == "Se connecter"


@pytest.mark.parametrize("ticked", ["oui", None])
async def test_an_admin_comes_in_again_each_day(
    login_by_link: LoginByLink, cast: Cast, clock: Clock, ticked: str
) -> None:
    await login_by_link.ask_for_link("admin@exemple.fr", rester=ticked)
    await login_by_link.browser.press(await login_by_link.browser.get(await login_by_link.read_link()), "Me connecter")
    kept = next(cookie for cookie in login_by_link.browser.http.cookies.jar if cookie.name == "aplus_session")
    assert kept.expires is None, "the cookie goes with the browser"

    for _ in range(11):
        clock.advance(hours=1)
        assert (await login_by_link.browser.get("/administration")).status == 200
    clock.advance(hours=1)

    assert (await login_by_link.browser.get("/administration")).h1 == "Se connecter"


async def test_one_closes_a_session_of_ones_own_from_the_profile(cast: Cast, sign_in: SignIn) -> None:
    here, there = await sign_in(cast.agent_lot), await sign_in(cast.agent_lot)
    other = await sign_in(cast.agent_cher)
    page = await here.get("/profil")
    forms = [form for form in page.soup.find_all("form") if "/sessions/" in str(form["action"])]
    assert len(forms) == 2
    kept = [form for form in forms if "(cette session)" not in form.find_parent("li").get_text()]  # type: ignore[union-attr]
    token = kept[0].find("input", {"name": "jeton"})["value"]  # type: ignore[index]
    stolen = await other.http.post(str(kept[0]["action"]), data={"jeton": token}, headers={"origin": BASE})
    assert stolen.status_code == 403

    await here.http.post(str(kept[0]["action"]), data={"jeton": token}, headers={"origin": BASE})

    assert (await there.get("/demandes")).h1 == "Se connecter"
    assert (await here.get("/demandes")).h1 == "Mes demandes"


async def test_a_deactivated_person_is_out_at_once(cast: Cast, sign_in: SignIn) -> None:
    browser = await sign_in(cast.agent_lot)
    await Person.update({Person.active: False}).where(Person.id == cast.agent_lot.id)

    assert (await browser.get("/demandes")).h1 == "Se connecter"


@pytest.mark.parametrize(
    "headers",
    [{"origin": "https://evil.example"}, {"origin": "null"}, {"origin": BASE, "sec-fetch-site": "cross-site"}],
)
async def test_another_sites_post_is_refused(cast: Cast, sign_in: SignIn, headers: dict[str, str]) -> None:
    browser = await sign_in(cast.agent_lot)
    page = await browser.get("/profil")
    token = page.soup.find("input", {"name": "jeton"})["value"]  # type: ignore[index]

    answer = await browser.http.post("/deconnexion", data={"jeton": token}, headers=headers)

    assert answer.status_code == 403
    assert (await browser.get("/demandes")).h1 == "Mes demandes"


async def test_a_post_without_its_token_or_with_anothers_is_refused(cast: Cast, sign_in: SignIn) -> None:
    browser, other = await sign_in(cast.agent_lot), await sign_in(cast.agent_cher)
    page = await other.get("/profil")
    theirs = page.soup.find("input", {"name": "jeton"})["value"]  # type: ignore[index]

    for token in ("", "x" * 48, theirs):
        answer = await browser.http.post("/deconnexion", data={"jeton": token}, headers={"origin": BASE})
        assert answer.status_code == 403
    assert (await browser.get("/demandes")).h1 == "Mes demandes"
