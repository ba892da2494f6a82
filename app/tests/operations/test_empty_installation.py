"""From an empty database, with DEMO=0, by pages and emails alone: every role of docs/permissions.md, and both sheets.

What this test does not walk of both sheets has its own test, named in test_sheets.py.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

import pytest
from piccolo.apps.migrations.commands.forwards import run_forwards

from app.cli.seed import OFFICES
from app.domain.accounts.first_admin import make_first_admin
from app.domain.catalogue.loading import load_reference
from app.domain.imports.offices import load_offices
from app.gateways.email.transport import FolderTransport
from app.gateways.email.worker import EmailWorker
from app.gateways.files.store import EncryptedFileStore
from app.main import build_state, create_app
from app.routes.cases.test_journey import fill_to_check, to_organisations
from app.settings import settings
from app.templating import build_environment
from app.tests.support.arrivals import Arriving, Installation, find_person, join, leave, open_account, open_team
from app.tests.support.fixtures import Clock, open_engine
from db.engine import build_engine

PEOPLE = (
    "admin@exemple.fr Odile Garnier",
    "lea@exemple.fr Léa Fabre",
    "yves@exemple.fr Yves Cazals",
    "tom@exemple.fr Tom Garrel",
    "sylvie@exemple.fr Sylvie Chaput",
    "nadia@exemple.fr Nadia Lefort",
    "helene@exemple.fr Hélène Marty",
    "julien@exemple.fr Julien Delmas",
    "paul@exemple.fr Paul Castagné",
    "carmen@exemple.fr Carmen Vidal",
)
"""Address, first name, last name."""


@pytest.fixture
async def place(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> AsyncIterator[Installation]:
    """As `python -m app seed` with DEMO=0 leaves it: tables, reference data, offices, and no account."""
    object.__setattr__(settings, "demo", False)
    request.addfinalizer(partial(object.__setattr__, settings, "demo", True))
    async with open_engine(build_engine(f"sqlite:///{tmp_path / 'empty.sqlite'}")):
        await run_forwards("db")
        await load_reference()
        await load_offices(OFFICES)
        mail, files = FolderTransport(tmp_path / "mail"), EncryptedFileStore(tmp_path / "files", requires_scan=False)
        application = create_app()
        application.state = build_state(clock, mail, files)
        yield Installation(application, EmailWorker(mail, build_environment(), clock), mail, clock)


async def test_every_role_and_both_sheets_are_reached_by_pages_and_emails_alone(place: Installation) -> None:
    async with AsyncExitStack() as stack:
        people = [Arriving(place, *one.split()) for one in PEOPLE]
        for one in people:
            await stack.enter_async_context(one.browser)
        odile, lea, yves, tom, sylvie, nadia, helene, julien, paul, carmen = people

        await make_first_admin(odile.address, place.clock.now)
        await odile.arrive(await odile.log_in())
        await open_the_platform(odile, lea, yves, tom, sylvie, nadia)
        await open_the_teams(yves, tom, sylvie, helene, julien, paul, carmen)
        case = await send_a_case(carmen)
        await answer_it(case, carmen, julien, paul)
        await invite_the_expert(case, carmen, julien, nadia, strangers=(odile, lea, yves, tom, sylvie))
        await end_it(case, carmen, julien, supervisors=(yves, tom, sylvie))
        await keep_the_last_admin(odile, lea)


async def open_the_platform(
    odile: Arriving, lea: Arriving, yves: Arriving, tom: Arriving, sylvie: Arriving, nadia: Arriving
) -> None:
    """A second administrator; supervisors of a territory, of a region, of an organisation; an expert."""
    assert (await odile.browser.get("/")).h1 == "Administration" and odile.totp_secret
    caf = (await odile.browser.get("/personnes/nouvelle")).find_value("CAF – ")
    await open_account(odile, lea, role="admin")
    await open_account(odile, yves, role="supervisor", territoires=["46"])
    await open_account(odile, tom, role="supervisor", regions=["76"])
    await open_account(odile, sylvie, role="supervisor", organismes=[caf])
    await open_account(odile, nadia, expert="oui")
    for one in (lea, yves, tom, sylvie, nadia):
        page = await one.arrive(await one.log_in(await one.follow_email("Un compte vous est ouvert")))
        assert page.h1 == ("Mes demandes" if one is nadia else "Administration"), one.address
    assert lea.totp_secret and not yves.totp_secret
    for person, label in ((yves, "Lot (46)"), (tom, "Occitanie"), (sylvie, "CAF, dans tous les territoires")):
        assert f"Superviseur : {label}" in (await lea.browser.get(await find_person(lea, person))).text


async def open_the_teams(
    yves: Arriving,
    tom: Arriving,
    sylvie: Arriving,
    helene: Arriving,
    julien: Arriving,
    paul: Arriving,
    carmen: Arriving,
) -> None:
    """Each supervisor opens a team; a manager is invited and named, who invites a referent; then the others."""
    caf, msa = await open_team(sylvie, "CAF – ", "CAF du Lot"), await open_team(tom, "MSA – ", "MSA du Lot")
    office = await open_team(yves, "FS", "France Services de Cahors")
    await join(sylvie, caf, helene)
    page = await sylvie.browser.press(await sylvie.browser.get(f"{caf}/membres"), "Nommer responsable : Hélène Marty")
    assert "cette personne est responsable de l’équipe" in page.text
    await join(helene, caf, julien)
    await join(tom, msa, paul)
    await join(yves, office, carmen)


async def send_a_case(carmen: Arriving) -> str:
    """Guided: the category and the subject choose both organisations."""
    page = await to_organisations(carmen.browser)
    assert {label.split(" – ")[0] for label in page.list_ticked("organismes")} == {"CAF", "MSA"}
    page = await fill_to_check(carmen.browser, page)
    assert page.h1 == "Vérifiez vos réponses" and "1957" in page.text and "1234567A" in page.text
    page = await carmen.browser.press(page, "Envoyer ma demande")
    assert page.shows_status("Nouvelle") and "Urgente" in page.text
    return page.path


async def answer_it(case: str, carmen: Arriving, julien: Arriving, paul: Arriving) -> None:
    """The link of the email asks to log in first. Referents talk between them; the agent goes on with the dialogue."""
    await leave(julien)
    page = await julien.follow_email("Nouvelle demande")
    assert page.h1 == "Se connecter" and (await paul.read_email("Nouvelle demande")).text
    page = await julien.log_in(page)
    assert page.path.startswith(case) and page.shows_status("Consultée")
    page = await julien.browser.press(page, "Envoyer le message", message="Un justificatif manque-t-il ?")
    assert page.shows_status("Répondue") and (await carmen.browser.get(case)).shows_status("Répondue")
    await julien.browser.press(page, "Envoyer aux référents", message="Qui a le dossier ?", pour="referents")
    assert "Qui a le dossier ?" in (await paul.browser.get(case)).text
    page = await carmen.browser.press(await carmen.browser.get(case), "Envoyer le message", message="Le voici.")
    assert "Qui a le dossier" not in page.text and "Le voici." in (await julien.browser.get(case)).text


async def invite_the_expert(
    case: str, carmen: Arriving, julien: Arriving, nadia: Arriving, *, strangers: tuple[Arriving, ...]
) -> None:
    """Before, there is no case for her; for administrators and supervisors, never."""
    for stranger in (nadia, *strangers):
        assert (await stranger.browser.get(case)).status == 404, stranger.address
    page = await carmen.browser.get(f"{case}/expert")
    await carmen.browser.press(page, "Inviter l’équipe de la plateforme", motif="Sans nouvelles")
    page = await nadia.follow_email("Votre aide est demandée")
    assert page.path.startswith(case) and "Le voici." in page.text and "Qui a le dossier" not in page.text
    assert (await julien.browser.get(f"{case}/expert")).has_button("Inviter l’équipe de la plateforme")
    for stranger in strangers:
        assert (await stranger.browser.get(case)).status == 404, stranger.address


async def end_it(case: str, carmen: Arriving, julien: Arriving, *, supervisors: tuple[Arriving, ...]) -> None:
    """The blockage is lifted; the agent closes the case and answers the survey; supervisors see states, no content."""
    page = await julien.browser.press(await julien.browser.get(case), "C’est traité", message="Le paiement est parti.")
    await julien.browser.press(page, "Confirmer « C’est traité »")
    page = await carmen.browser.get(case)
    assert "Le paiement est parti." in page.text and "C’est traité" in page.text
    page = await carmen.browser.press(page, "Clore la demande")
    page = await carmen.browser.press(page, "Confirmer la clôture", issue="solved")
    assert page.shows_status("Clôturée")
    page = await carmen.browser.press(page, "Répondre au sondage", useful="yes", quick="yes", clear="yes")
    assert "Merci, votre réponse anonyme est reçue." in page.text
    for reader in supervisors:
        page = await reader.browser.get("/administration/demandes")
        assert page.shows_status("Clôturée") and "1957" not in page.text and case not in page.text, reader.address


async def keep_the_last_admin(odile: Arriving, lea: Arriving) -> None:
    """An administrator takes the other's role; the last one can take nothing from herself, nor close her account."""
    await odile.log_in(await leave(odile))
    page = await odile.browser.get(f"{await find_person(odile, lea)}/roles")
    page = await odile.browser.press(page, "Enregistrer les rôles", role="member")
    assert "Les rôles sont enregistrés" in page.text
    assert (await lea.browser.get("/demandes")).h1 == "Se connecter", "her sessions ended"
    assert "Rôle d’administrateur retiré" in (await lea.read_email("Vos rôles ont changé")).text
    await lea.log_in()
    assert (await lea.browser.get("/administration")).status == 404
    mine = await find_person(odile, odile)
    for page_of_hers in ("roles", "desactivation"):
        assert (await odile.browser.get(f"{mine}/{page_of_hers}")).status == 403
