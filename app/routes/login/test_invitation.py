"""An invitation’s link is single-use, valid seven days, and never a session: holding the email alone is not enough."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import pytest
from litestar import Litestar

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.authentication.known_browser import build_known_browser_cookie
from app.domain.authentication.login_rate_limit import Attempt, count_attempt
from app.domain.authentication.sessions import end_person_sessions
from app.domain.members.invitation import cancel_invitation, invite_to_team
from app.domain.members.managers import remove_manager
from app.routes.login.session_start import KNOWN_BROWSER_COOKIE
from app.routes.middleware.authentication import SESSION_COOKIE
from app.tests.support.browser import BASE, Browser, extract_path
from db.tables.email import Email
from db.tables.login import LoginLink
from db.tables.members import Invitation, Membership
from db.tables.people import Person
from db.tables.sessions import Session
from db.tables.teams import Team

if TYPE_CHECKING:
    from app.gateways.email.transport import FolderTransport
    from app.gateways.email.worker import EmailWorker
    from app.tests.support.fixtures import Clock

ADDRESS = "zoe.neuve@exemple.fr"
SAID = {"fonction": "Référente", "telephone": "01 99 00 12 34", "conditions": "oui"}


class Invited:
    """An invited person, their browser, and the emails that reach them."""

    def __init__(self, browser: Browser, postman: EmailWorker, letterbox: FolderTransport) -> None:
        self.browser, self.postman, self.letterbox = browser, postman, letterbox
        self.link = ""

    async def letter_link(self) -> str:
        await self.postman.deliver_due()
        found = re.search(r"https?://\S+", (await self.letterbox.read(ADDRESS))[0].text)
        assert found
        return extract_path(found[0])


@pytest.fixture
async def invited(
    cast: Cast, anonymous_browser: Browser, email_worker: EmailWorker, email_folder: FolderTransport, clock: Clock
) -> Invited:
    one = Invited(anonymous_browser, email_worker, email_folder)
    await invite_to_team(cast.manager_caf_lot, await caf(), f"Zoé Neuve <{ADDRESS}>", clock.now)
    one.link = await one.letter_link()
    return one


async def caf() -> int:
    row = await Team.select(Team.id).where(Team.name == "CAF du Lot").first()
    assert row is not None
    return int(row["id"])


async def is_member() -> bool:
    return await Membership.exists().where(Membership.person.address == ADDRESS, Membership.team.name == "CAF du Lot")


async def test_invitation_letter_then_link_then_first_visit_then_member(invited: Invited) -> None:
    page = await invited.browser.get(invited.link)
    assert page.h1 == "Rejoindre une équipe" and "CAF du Lot" in page.text
    page = await invited.browser.press(page, "Rejoindre l’équipe")
    assert page.h1 == "Consultez votre messagerie"

    page = await invited.browser.press(await invited.browser.get(await invited.letter_link()), "Me connecter")
    assert page.h1 == "Votre première visite" and page.control("Nom")["value"] == "Neuve"
    page = await invited.browser.press(page, "Commencer", **SAID)

    assert page.h1 == "Bienvenue, Zoé Neuve" and await is_member()


async def test_a_scanner_that_reads_and_posts_takes_nothing_and_costs_nothing(
    invited: Invited, application: Litestar
) -> None:
    async with Browser(application) as scanner:
        for _ in range(20):
            await scanner.get(invited.link)
            assert (await scanner.http.head(invited.link)).status_code == 200
        assert not await is_member()
        page = await scanner.press(await scanner.get(invited.link), "Rejoindre l’équipe")
        assert SESSION_COOKIE not in scanner.http.cookies and ADDRESS not in page.text

    page = await invited.browser.get(invited.link)
    assert (page.status, page.h1) == (410, "Cette invitation a déjà servi")
    await invited.browser.press(page, "Recevoir un lien de connexion")
    page = await invited.browser.press(await invited.browser.get(await invited.letter_link()), "Me connecter")
    assert page.h1 == "Votre première visite"


async def test_nothing_in_the_database_opens_it(invited: Invited) -> None:
    kept = str(await Invitation.select()) + str(await Email.select())
    assert invited.link[-64:] not in kept


async def test_of_many_presses_at_once_one_makes_the_account(invited: Invited) -> None:
    page = await invited.browser.get(invited.link)
    token = page.soup.find("input", {"name": "jeton"})["value"]  # type: ignore[index]

    async def press() -> int:
        data = {"jeton": token}
        answer = await invited.browser.http.post(
            invited.link, data=data, headers={"origin": BASE}, follow_redirects=False
        )
        return answer.status_code

    codes = await asyncio.gather(*(press() for _ in range(8)))

    assert set(codes) == {303, 429} and codes.count(303) == await LoginLink.count() == 5
    assert await Person.count().where(Person.address == ADDRESS) == 1 and await Session.count() == 0


@pytest.mark.parametrize(
    ("harm", "h1", "way_on"),
    [
        ("expired", "Cette invitation n’est plus valable", "demandez un compte"),
        ("cut", "Ce lien est incomplet", "Recopiez-le en entier"),
        ("cancelled", "Ce lien n’est pas reconnu", "demandez un compte"),
        ("lapsed", "Cette invitation n’est plus valable", "Demandez à un responsable de cette équipe"),
        ("closed", "Votre compte est désactivé", "de le faire réactiver"),
        ("platform", "Votre compte ne peut pas rejoindre d’équipe", "d’inviter une autre adresse"),
    ],
)
async def test_a_dead_link_says_why_and_gives_a_way_on(
    invited: Invited, cast: Cast, clock: Clock, harm: str, h1: str, way_on: str
) -> None:
    page = await invited.browser.get(invited.link)
    if harm == "expired":
        clock.advance(days=7)
    if harm == "cancelled":
        (row,) = await Invitation.select(Invitation.id)
        await cancel_invitation(cast.admin, await caf(), row["id"], clock.now)
    if harm == "lapsed":
        await remove_manager(cast.admin, await caf(), cast.manager_caf_lot.id, clock.now)
    if harm == "closed":
        await Person.update({Person.address: ADDRESS, Person.active: False}).where(Person.id == cast.agent_cher.id)
    if harm == "platform":
        await Person.update({Person.address: ADDRESS}).where(Person.id == cast.admin.id)

    late = await invited.browser.press(page, "Rejoindre l’équipe") if harm != "cut" else None
    page = await invited.browser.get(invited.link[:-9] if harm == "cut" else invited.link)

    assert (page.status, page.h1) == (410, h1) and way_on in page.text
    assert not page.has_button("Rejoindre l’équipe") and not await is_member()
    assert late is None or late.h1 == h1


async def test_a_cancelled_invitation_s_letter_is_not_sent(
    cast: Cast, email_worker: EmailWorker, clock: Clock, email_folder: FolderTransport
) -> None:
    await invite_to_team(cast.manager_caf_lot, await caf(), ADDRESS, clock.now)
    clock.advance(days=8)

    assert await email_worker.deliver_due() == 0 and await email_folder.read() == []


async def test_who_came_by_another_way_meanwhile_keeps_their_account(invited: Invited, cast: Cast) -> None:
    """The person accepts from their own session. Holding the email, or posting its form, adds them to nothing."""
    await Person.update({Person.address: ADDRESS}).where(Person.id == cast.agent_cher.id)
    page = await invited.browser.get(invited.link)
    assert page.status == 200 and "Sans votre accord, rien ne change" in page.text and "CAF du Lot" in page.text

    page = await invited.browser.press(page, "Me connecter pour répondre")
    assert page.h1 == "Consultez votre messagerie" and not await is_member()
    page = await invited.browser.press(await invited.browser.get(await invited.letter_link()), "Me connecter")
    assert page.h1 == "Mes invitations" and not await is_member()
    assert "CAF du Lot" in page.text and "Hélène Marty" in page.text
    page = await invited.browser.press(page, "Rejoindre l’équipe : CAF du Lot")

    assert "vous êtes maintenant membre de l’équipe" in page.text and "Aucune invitation en attente" in page.text
    (row,) = await Person.select(Person.id, Person.first_name).where(Person.address == ADDRESS)
    assert row == {"id": cast.agent_cher.id, "first_name": "Inès"} and await is_member()


async def test_a_network_used_up_keeps_no_familiar_browser_from_an_invitation(
    invited: Invited, cast: Cast, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.domain.authentication.login_rate_limit.PER_NETWORK", 1)
    await Person.update({Person.address: ADDRESS}).where(Person.id == cast.agent_cher.id)
    await count_attempt(Attempt.LINK, account="a@exemple.fr", network="127.0.0.1", now=clock.now)
    page = await invited.browser.get(invited.link)
    assert (await invited.browser.press(page, "Me connecter pour répondre")).status == 429
    invited.browser.http.cookies.set(KNOWN_BROWSER_COOKIE, build_known_browser_cookie("", ADDRESS))

    assert (await invited.browser.press(page, "Me connecter pour répondre")).h1 == "Consultez votre messagerie"


async def test_an_account_closed_while_its_invitation_waits_joins_once_it_is_open_again(
    invited: Invited, cast: Cast, sign_in: Callable[[Actor], Awaitable[Browser]]
) -> None:
    """The page and the email were open; the manager’s list shows no more than before."""
    await Person.update({Person.address: ADDRESS}).where(Person.id == cast.agent_cher.id)
    browser = await sign_in(cast.agent_cher)
    mine, linked = await browser.get("/profil/invitations"), await invited.browser.get(invited.link)
    await close_account(cast.agent_cher.id)

    page = await browser.press(mine, "Rejoindre l’équipe : CAF du Lot")
    assert page.status == 401 and not await is_member()
    page = await invited.browser.press(linked, "Me connecter pour répondre")
    assert (page.status, page.h1) == (410, "Votre compte est désactivé") and await LoginLink.count() == 0

    await Person.update({Person.active: True}).where(Person.id == cast.agent_cher.id)
    page = await (await sign_in(cast.agent_cher)).get("/profil/invitations")
    assert page.has_button("Rejoindre l’équipe : CAF du Lot")


async def close_account(person_id: int) -> None:
    await Person.update({Person.active: False}).where(Person.id == person_id)
    await end_person_sessions(person_id)


async def test_another_person_s_session_cannot_answer(
    invited: Invited, cast: Cast, sign_in: Callable[[Actor], Awaitable[Browser]]
) -> None:
    """The manager who invited opens the email’s link, and posts the invitation’s id, in their own browser."""
    await Person.update({Person.address: ADDRESS}).where(Person.id == cast.agent_cher.id)
    (row,) = await Invitation.select(Invitation.id)
    for one in (cast.manager_caf_lot, cast.agent_lot, cast.admin):
        browser = await sign_in(one)
        page = await browser.get("/profil/invitations")
        assert "Aucune invitation en attente" in page.text and one.address in page.text
        token = str((await browser.get("/profil")).soup.find("input", {"name": "jeton"})["value"])  # type: ignore[index]
        answer = await browser.http.post(
            f"/profil/invitations/{row['id']}", data={"jeton": token}, headers={"origin": BASE}
        )
        assert answer.status_code == 404 and "responsable de l’équipe" in answer.text
    assert not await is_member()
