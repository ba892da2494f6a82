"""The page of a team’s members: what each person sees, what each form answers, what a refusal keeps."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.tests.support.browser import BASE, Browser, Page
from db.tables.members import Invitation, Membership
from db.tables.teams import Team

if TYPE_CHECKING:
    from app.gateways.email.transport import FolderTransport
    from app.gateways.email.worker import EmailWorker

SignIn = Callable[[Actor], Awaitable[Browser]]


async def path_of(team: str) -> str:
    row = await Team.select(Team.id).where(Team.name == team).first()
    assert row is not None
    return f"/equipes/{row['id']}/membres"


async def test_a_manager_sees_their_members(cast: Cast, sign_in: SignIn) -> None:
    page = await (await sign_in(cast.manager_caf_lot)).get(await path_of("CAF du Lot"))

    assert page.h1 == "Membres de CAF du Lot"
    assert "Julien Delmas" in page.text and "Hélène Marty (vous)" in page.text and "Responsable" in page.text
    assert page.link("Désactiver le compte : Julien Delmas") == f"/personnes/{cast.referent_caf_lot.id}/desactivation"
    assert "Désactiver le compte : Hélène" not in page.text


@pytest.mark.parametrize("who", ["agent_lot", "referent_msa_lot", "expert", "agent_cher"])
async def test_others_do_not_learn_that_it_exists(cast: Cast, sign_in: SignIn, who: str) -> None:
    browser = await sign_in(getattr(cast, who))
    absent = await browser.get("/equipes/999999/membres")

    page = await browser.get(await path_of("CAF du Lot"))

    assert page.status == absent.status == 404 and page.text == absent.text


async def test_a_plain_member_is_told_whose_page_it_is(cast: Cast, sign_in: SignIn) -> None:
    browser = await sign_in(cast.referent_caf_lot)

    page = await browser.get(await path_of("CAF du Lot"))

    assert page.status == 403 and "tenus par ses responsables" in page.text
    token = str((await browser.get("/profil")).soup.find("input", {"name": "jeton"})["value"])  # type: ignore[index]
    path = await path_of("CAF du Lot")
    for post in (path, f"{path}/{cast.referent_caf_lot.id}/responsabilite", f"{path}/{cast.agent_lot.id}/retrait"):
        answer = await browser.http.post(
            post, data={"jeton": token, "adresses": "zoe@exemple.fr", "responsable": "oui"}, headers={"origin": BASE}
        )
        assert answer.status_code == 403, post
    assert await Invitation.count() == 0


async def test_no_address_is_a_crash(cast: Cast, sign_in: SignIn) -> None:
    browser = await sign_in(cast.admin)
    for number in ("0", "2147483648", "9" * 30):
        assert 400 <= (await browser.get(f"/equipes/{number}/membres")).status < 500


async def test_one_address_is_invited_and_told(
    cast: Cast, sign_in: SignIn, email_worker: EmailWorker, email_folder: FolderTransport
) -> None:
    browser = await sign_in(cast.manager_caf_lot)
    page = await browser.get(await path_of("CAF du Lot"))

    page = await browser.press(page, "Inviter", adresses="Zoé Neuve <zoe@exemple.fr>")

    assert "L’invitation est envoyée." in page.text and "Zoé Neuve" in page.text
    await email_worker.deliver_due()
    (letter,) = await email_folder.read()
    assert letter.to == "zoe@exemple.fr" and letter.subject == "Vous êtes invité à rejoindre une équipe"
    assert "CAF du Lot" in letter.text and "/invitations/" in letter.text


async def test_a_list_is_answered_line_by_line_and_the_refused_ones_stay(cast: Cast, sign_in: SignIn) -> None:
    browser = await sign_in(cast.manager_caf_lot)
    page = await browser.get(await path_of("CAF du Lot"))
    typed = "zoe@exemple.fr\nzut <script>\nagent.cher@exemple.fr, referent.caf.lot@exemple.fr"

    page = await browser.press(page, "Inviter", adresses=typed)

    assert page.status == 422
    summary = page.soup.find(id="erreurs")
    assert summary and summary.find("a", href="#adresses")
    for said in ("zoe@exemple.fr : invitation envoyée", "agent.cher@exemple.fr : invitation envoyée", "déjà membre"):
        assert said in page.text
    assert "Saisissez une adresse complète" in page.text
    assert page.control("Adresses mail").get_text().strip() == "zut <script>"
    page = await browser.press(page, "Inviter", adresses="zoe@exemple.fr, agent.cher@exemple.fr")
    assert page.status == 200 and "l’invitation court toujours" in page.text
    assert await Invitation.count() == 2


@pytest.mark.parametrize("known", ["agent_cher", "admin", "supervisor_lot", "expert"])
async def test_a_manager_cannot_tell_a_known_address_from_an_unknown_one(
    cast: Cast, sign_in: SignIn, email_worker: EmailWorker, email_folder: FolderTransport, known: str
) -> None:
    """The same words, status and place, alone and in a list, sent once, twice, again, then cancelled."""
    browser, seen = await sign_in(cast.manager_caf_lot), []
    for address in ("zoe.neuve@exemple.fr", getattr(cast, known).address):
        answers = []
        page = await browser.get(await path_of("CAF du Lot"))
        for typed in (address, address, f"{address}\npas une adresse"):
            page = await browser.press(page, "Inviter", adresses=typed)
            answers.append(page)
        page = await browser.press(page, f"Renvoyer l’invitation : {address}")
        answers.append(page)
        answers.append(await browser.press(page, f"Annuler l’invitation : {address}"))
        seen.append([(one.status, one.path, told_of(one, address)) for one in answers])
    assert seen[0] == seen[1]

    page = await browser.get(await path_of("CAF du Lot"))
    for address in ("zoe.neuve@exemple.fr", getattr(cast, known).address):
        page = await browser.press(page, "Inviter", adresses=address)
    await email_worker.deliver_due()
    unknown, account = [
        (await email_folder.read(to))[0] for to in ("zoe.neuve@exemple.fr", getattr(cast, known).address)
    ]
    assert unknown.subject == account.subject and without_link(unknown.text) == without_link(account.text)


def told_of(page: Page, address: str) -> str:
    """The whole page, without its tokens, the invitation’s id and the address itself."""
    for token in page.soup.find_all("input", {"name": "jeton"}):
        token.decompose()
    return re.sub(r"/invitations/\d+/", "/invitations/N/", str(page.soup.main)).replace(address, "ADDRESS")


def without_link(text: str) -> str:
    return re.sub(r"/invitations/\S+", "", text)


@pytest.mark.parametrize("hostile", ["\0", "\ud800", "x" * 20_001, " "])
async def test_hostile_words_are_answered_in_words(cast: Cast, sign_in: SignIn, hostile: str) -> None:
    browser = await sign_in(cast.admin)
    page = await browser.get(await path_of("CAF du Lot"))
    token = str(page.soup.find("input", {"name": "jeton"})["value"])  # type: ignore[index]

    answer = await browser.http.post(
        page.path, data={"jeton": token, "adresses": hostile.encode("utf-8", "surrogatepass")}, headers={"origin": BASE}
    )

    assert 400 <= answer.status_code < 500 and await Invitation.count() == 0


async def test_an_invitation_is_sent_again_then_cancelled(cast: Cast, sign_in: SignIn) -> None:
    browser = await sign_in(cast.supervisor_lot)
    page = await browser.get(await path_of("MSA du Lot"))
    page = await browser.press(page, "Inviter", adresses="zoe@exemple.fr")

    page = await browser.press(page, "Renvoyer l’invitation : zoe@exemple.fr")
    assert "L’invitation est envoyée." in page.text
    page = await browser.press(page, "Annuler l’invitation : zoe@exemple.fr")

    assert "L’invitation est annulée" in page.text and "Invitations en attente" not in page.text


async def test_a_manager_is_named_and_the_last_one_stays(cast: Cast, sign_in: SignIn) -> None:
    browser = await sign_in(cast.manager_caf_lot)
    page = await browser.get(await path_of("CAF du Lot"))

    page = await browser.press(page, "Ne plus être responsable : Hélène Marty")
    assert page.status == 403 and "Nommez-en d’abord un autre" in page.text
    page = await browser.press(page, "Nommer responsable : Julien Delmas")
    assert "est responsable de l’équipe" in page.text
    page = await browser.press(page, "Ne plus être responsable : Hélène Marty")

    assert page.h1 == "Mes demandes" and "n’est plus responsable" in page.text
    assert not await Membership.exists().where(
        Membership.person == cast.manager_caf_lot.id, Membership.manager.eq(True)
    )
