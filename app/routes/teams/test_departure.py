"""The pages of a departure: what they announce happens, and the other browser is logged out at its next click."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.lifecycle.assignment import take_charge
from app.domain.cases.thread.ready_phrases import save_phrase
from app.domain.errors import Conflict
from app.domain.imports.admin_actions import send_import
from app.domain.imports.kinds import ImportKind
from app.domain.imports.worker import process_next_import
from app.domain.members.invitation import invite_to_team
from app.routes.teams import departure
from app.tests.support.browser import Browser
from db.tables.cases import Case
from db.tables.members import Membership
from db.tables.people import Person
from db.tables.teams import Team

SignIn = Callable[[Actor], Awaitable[Browser]]
OFFICE = "France Services de démonstration du Lot"


async def team(name: str) -> int:
    row = await Team.select(Team.id).where(Team.name == name).first()
    assert row is not None
    return int(row["id"])


async def test_the_page_says_what_will_happen_and_it_happens(
    cast: Cast, sign_in: SignIn, case_id: UUID, now: datetime
) -> None:
    await take_charge(cast.referent_caf_lot, case_id, now)
    chief, gone = await sign_in(cast.manager_caf_lot), await sign_in(cast.referent_caf_lot)
    page = await chief.get(f"/equipes/{await team('CAF du Lot')}/membres")

    page = await chief.get(page.link("Désactiver le compte : Julien Delmas"))
    assert page.h1 == "Désactiver le compte de Julien Delmas"
    assert "1 demande dont Julien Delmas s’occupe est de nouveau à prendre en charge" in page.text
    assert (await gone.get("/demandes")).h1 == "Mes demandes"
    page = await chief.press(page, "Désactiver le compte")

    assert page.h1 == "Julien Delmas" and "Le compte est désactivé." in page.text
    assert (await gone.get("/demandes")).h1 == "Se connecter"
    page = await chief.press(page, "Réactiver le compte")
    assert "Le compte est réactivé" in page.text and "Désactivé" not in page.text
    page = await chief.get(page.link("Gérer les membres"))
    assert page.h1 == "Membres de CAF du Lot" and page.link("Désactiver le compte : Julien Delmas")


async def test_the_choices_stay_when_one_is_missing(cast: Cast, sign_in: SignIn, case_id: UUID, now: datetime) -> None:
    office = await team(OFFICE)
    await Case.update({Case.status: "draft", Case.saved_at: now}).where(Case.id == case_id)
    browser = await sign_in(cast.supervisor_lot)
    page = await browser.get(f"/personnes/{cast.agent_lot.id}/desactivation")
    assert "1 brouillon, que personne d’autre ne voit" in page.text and "Aide en retard" not in page.text

    page = await browser.press(page, "Désactiver le compte")

    assert page.status == 422
    summary = page.soup.find(id="erreurs")
    assert summary and summary.find("a", href=f"#brouillons-{office}")
    page = await browser.press(page, "Désactiver le compte", **{f"brouillons-{office}": str(cast.colleague_lot.id)})
    assert page.h1 == "Carmen Vidal"
    (row,) = await Case.select(Case.author).where(Case.id == case_id)
    assert row["author"] == cast.colleague_lot.id


async def test_a_removed_member_no_longer_sees_the_team_s_cases(cast: Cast, sign_in: SignIn, case_id: UUID) -> None:
    caf = await team("CAF du Lot")
    chief, gone = await sign_in(cast.manager_caf_lot), await sign_in(cast.referent_caf_lot)
    assert (await gone.get(f"/demandes/{case_id}")).status == 200
    page = await chief.get(f"/equipes/{caf}/membres/{cast.referent_caf_lot.id}/retrait")
    assert page.h1 == "Retirer Julien Delmas de CAF du Lot" and "sans équipe" in page.text

    page = await chief.press(page, "Retirer de l’équipe")

    assert "ne fait plus partie de l’équipe" in page.text
    assert "Julien Delmas" not in page.soup.find(id="membres").get_text()  # type: ignore[union-attr]
    ended = await gone.get(f"/demandes/{case_id}")
    assert ended.status == 410 and "CAF du Lot" in ended.text


async def test_who_reads_alone_stays_and_the_page_says_what_to_do(cast: Cast, sign_in: SignIn, case_id: UUID) -> None:
    browser = await sign_in(cast.admin)
    msa = await team("MSA du Lot")
    for path, back, there in (
        (f"/equipes/{msa}/membres/{cast.referent_msa_lot.id}/retrait", "Revenir aux membres", "Membres de MSA du Lot"),
        (f"/personnes/{cast.referent_msa_lot.id}/desactivation", "Revenir à sa fiche", "Paul Castagné"),
    ):
        page = await browser.get(path)
        assert page.status == 200 and "Ajoutez ou réactivez d’abord quelqu’un dans l’équipe" in page.text
        assert not page.has_button("Désactiver le compte") and not page.has_button("Retirer de l’équipe")
        assert (await browser.get(page.link(back))).h1 == there


async def test_what_changed_meanwhile_is_shown_before_anything_is_done(
    cast: Cast, sign_in: SignIn, draft_id: UUID, now: datetime
) -> None:
    office = await team(OFFICE)
    browser = await sign_in(cast.admin)
    page = await browser.get(f"/equipes/{office}/membres/{cast.agent_lot.id}/retrait")
    await Case.update({Case.status: "new", Case.sent_at: now + timedelta(hours=1)}).where(Case.id == draft_id)

    page = await browser.press(page, "Retirer de l’équipe", **{f"brouillons-{office}": "supprimer"})

    assert page.status == 409 and "Relisez ce qui va se passer" in page.text and "1 demande en cours" in page.text
    assert await Membership.exists().where(Membership.person == cast.agent_lot.id)


async def test_an_account_that_another_person_closed_meanwhile_keeps_its_page(
    cast: Cast, sign_in: SignIn, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The account changes between the reading and the action: the page is drawn from what was read."""
    account = cast.colleague_lot.id
    browser = await sign_in(cast.admin)
    page = await browser.get(f"/personnes/{account}/desactivation")

    async def find_closed(actor: Actor, person_id: int, *_: object) -> None:
        await Person.update({Person.active: False}).where(Person.id == person_id)
        raise Conflict("Ce compte est déjà désactivé : rien n’a changé.")

    monkeypatch.setattr(departure, "deactivate_account", find_closed)
    page = await browser.press(page, "Désactiver le compte")

    assert page.status == 409 and page.h1 == "Désactiver le compte de Bastien Roques"
    assert "Ce compte est déjà désactivé : rien" in page.text and page.has_button("Désactiver le compte")


@pytest.mark.parametrize("who", ["referent_caf_lot", "agent_cher", "expert"])
async def test_others_do_not_learn_that_these_pages_exist(cast: Cast, sign_in: SignIn, who: str) -> None:
    browser = await sign_in(getattr(cast, who))
    absent = await browser.get("/personnes/999999/desactivation")

    page = await browser.get(f"/personnes/{cast.agent_lot.id}/desactivation")

    assert page.status == absent.status == 404 and page.text == absent.text


async def test_the_admin_closes_the_account_of_an_expert(cast: Cast, sign_in: SignIn) -> None:
    browser = await sign_in(cast.admin)

    page = await browser.get(f"/personnes/{cast.expert.id}/desactivation")
    page = await browser.press(page, "Désactiver le compte")

    assert page.h1 == "Nadia Lefort" and "Le compte est désactivé." in page.text
    assert (await browser.get(f"/personnes/{cast.expert.id}/desactivation")).status == 409


async def test_no_number_is_a_crash(cast: Cast, sign_in: SignIn) -> None:
    browser = await sign_in(cast.admin)
    for path in ("/personnes/{}/desactivation", "/equipes/{}/membres/1/retrait", "/equipes/1/membres/{}/retrait"):
        for number in ("0", "999999", "2147483648", "9" * 30):
            assert 400 <= (await browser.get(path.format(number))).status < 500


async def test_the_page_lists_what_the_account_handed_on_with_links_for_its_reader(
    cast: Cast, sign_in: SignIn, now: datetime
) -> None:
    caf = await team("CAF du Lot")
    await invite_to_team(cast.manager_caf_lot, caf, "zoe@exemple.fr, luc@exemple.fr", now)
    await save_phrase(cast.manager_caf_lot, caf, None, "Bonjour", "Nous regardons.", seen=0, now=now)
    sent = await send_import(cast.admin, ImportKind.PEOPLE, "liste.csv", b"Adresse mail\nana@exemple.fr", now=now)
    await Person.update({Person.platform_role: "admin"}).where(Person.id == cast.expert.id)
    browser = await sign_in(cast.expert)

    page = await browser.get(f"/personnes/{cast.manager_caf_lot.id}/desactivation")

    listed = page.soup.find(id="transmis")
    assert listed and [one.get("href") for one in listed.find_all("a")] == [f"/equipes/{caf}/membres"]
    words = " ".join(listed.get_text(" ").split())
    assert "Invitations en attente : CAF du Lot (2). Elles ne serviront plus" in words
    assert "encore proposées : CAF du Lot (1)." in words
    page = await browser.get(f"/personnes/{cast.admin.id}/desactivation")
    assert page.link("liste.csv") == f"/administration/imports/{sent}"
    assert "Ils ne se font pas d’eux-mêmes" in page.text
    page = await browser.press(page, "Désactiver le compte")
    assert page.link("liste.csv") == f"/administration/imports/{sent}", "on the closed account’s page too"
    assert await process_next_import(lambda: now)
    page = await browser.get(f"/administration/imports/{sent}")
    assert "Envoyé par un compte désactivé depuis" in page.text and page.has_button("Importer cette ligne")
