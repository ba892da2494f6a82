"""A person who has nothing but an address and a telephone: they log in by emailed links, and do their first visit."""

import re
from dataclasses import dataclass, field

from litestar import Litestar

from app.domain.authentication.totp import compute_code, compute_step
from app.gateways.email.transport import DemoEmail, FolderTransport
from app.gateways.email.worker import EmailWorker
from app.tests.support.browser import Browser, Page, extract_path
from app.tests.support.fixtures import Clock

SET_UP = "Mettre en place la double authentification"


@dataclass(frozen=True)
class Installation:
    """A running application, its mail, its clock."""

    application: Litestar
    worker: EmailWorker
    mail: FolderTransport
    clock: Clock


@dataclass
class Arriving:
    """One person. totp_secret: what their telephone has kept."""

    place: Installation
    address: str
    first_name: str
    last_name: str
    browser: Browser = field(init=False)
    totp_secret: str = ""

    def __post_init__(self) -> None:
        self.browser = Browser(self.place.application)

    async def read_email(self, subject: str) -> DemoEmail:
        """The last one with this subject."""
        await self.place.worker.deliver_due()
        found = [one for one in await self.place.mail.read(self.address) if one.subject.startswith(subject)]
        assert found, f"no email « {subject} » for {self.address}"
        return found[0]

    async def follow_email(self, subject: str) -> Page:
        """Its button."""
        (link, *_) = re.findall(r"https?://\S+", (await self.read_email(subject)).text)
        return await self.browser.get(extract_path(link))

    async def log_in(self, page: Page | None = None) -> Page:
        """From the page that asks for a link to the page where they arrive."""
        self.place.clock.advance(seconds=61)
        page = page or await self.browser.get("/login")
        assert page.h1 == "Se connecter", page.path
        await self.browser.press(page, "Recevoir mon lien de connexion", adresse=self.address)
        return await self.follow_login_link()

    async def follow_login_link(self) -> Page:
        page = await self.browser.press(await self.follow_email("Votre lien de connexion"), "Me connecter")
        if page.h1 == "Encore un code pour vous connecter":
            page = await self.browser.press(page, "Me connecter", code=self._show_code())
        return page

    async def arrive(self, page: Page) -> Page:
        """The first visit, and the second factor of an administrator. Returns where it leads."""
        said = {"prenom": self.first_name, "nom": self.last_name, "fonction": "Chargée de mission"}
        page = await self.browser.press(page, "Commencer", telephone="01 99 00 12 34", conditions="oui", **said)
        assert page.h1 == f"Bienvenue, {self.first_name} {self.last_name}", page.text
        home = await self.browser.get("/")
        return await self._set_up_factor(home) if home.has_button(SET_UP) else home

    async def _set_up_factor(self, page: Page) -> Page:
        shown = page.soup.find(True, {"class": "code"})
        assert shown is not None
        self.totp_secret = shown.get_text().replace(" ", "")
        page = await self.browser.press(page, SET_UP, code=self._show_code())
        return await self.browser.get(page.link("J’ai rangé mes codes"))

    def _show_code(self) -> str:
        return compute_code(self.totp_secret, compute_step(self.place.clock.now))


async def open_account(admin: Arriving, newcomer: Arriving, **roles: object) -> None:
    page = await admin.browser.get("/personnes/nouvelle")
    said = {"adresse": newcomer.address, "prenom": newcomer.first_name}
    page = await admin.browser.press(page, "Ouvrir le compte", **said, **roles)
    assert "Le compte est ouvert" in page.text, page.text


async def leave(person: Arriving) -> Page:
    await person.browser.press(await person.browser.get("/aide"), "Se déconnecter")
    return await person.browser.get("/login")


async def find_person(admin: Arriving, person: Arriving) -> str:
    page = await admin.browser.get(f"/personnes?q={person.address}")
    (link,) = {str(one["href"]) for one in page.soup.select("ol.cases a")}
    return link


async def open_team(supervisor: Arriving, organisation: str, name: str) -> str:
    page = await supervisor.browser.get("/equipes/nouvelle")
    (value,) = [str(one["value"]) for one in page.soup.select("option") if one.get_text().startswith(organisation)]
    page = await supervisor.browser.press(page, "Créer l’équipe", organisme=value, nom=name, territoires=["46"])
    assert page.h1 == name, page.text
    return page.path


async def join(sender: Arriving, team: str, newcomer: Arriving) -> None:
    """Invited by pages, they accept by their email, log in by the next, and do their first visit."""
    page = await sender.browser.get(f"{team}/membres")
    await sender.browser.press(page, "Inviter", adresses=newcomer.address)
    page = await newcomer.follow_email("Vous êtes invité à rejoindre une équipe")
    await newcomer.browser.press(page, "Rejoindre l’équipe")
    await newcomer.arrive(await newcomer.follow_login_link())
