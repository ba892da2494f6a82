"""« Personnes » and the page of each person: for the people in charge of them, and absent for all others."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.teams.teams import add_member
from app.tests.support.browser import Browser
from db.tables.people import Person
from db.tables.teams import Team

SignIn = Callable[[Actor], Awaitable[Browser]]


async def test_an_admin_finds_a_person_and_reads_their_page(cast: Cast, sign_in: SignIn) -> None:
    browser = await sign_in(cast.admin)
    page = await browser.get((await browser.get("/administration")).link("Personnes"))
    page = await browser.press(page, "Filtrer", q="AICHA cpam")
    assert "1 personne avec ces filtres" in page.text

    page = await browser.get(page.link("Aïcha Benali"))

    assert page.h1 == "Aïcha Benali" and "Dernière visite Aucune" in page.text
    for word in ("referent.cpam.lot@exemple.fr", "Référente accès aux droits", "Membre d’équipe", "Actif"):
        assert word in page.text
    assert (await browser.get(page.link("CPAM du Lot"))).h1 == "CPAM du Lot"
    assert (await browser.get(page.link("Gérer les membres"))).h1 == "Membres de CPAM du Lot"
    assert (await browser.get(page.link("Retirer de l’équipe"))).h1 == "Retirer Aïcha Benali de CPAM du Lot"


async def test_the_day_of_the_last_visit_is_shown_and_not_its_hour(cast: Cast, sign_in: SignIn) -> None:
    page = await (await sign_in(cast.admin)).get(f"/personnes/{cast.referent_cpam_lot.id}")
    assert "Dernière visite Aucune" in page.text

    await sign_in(cast.referent_cpam_lot)
    page = await (await sign_in(cast.admin)).get(f"/personnes/{cast.referent_cpam_lot.id}")

    found = page.text.split("Dernière visite ")[1]
    assert found.startswith("23 novembre 2026") and not found.startswith("23 novembre 2026 à")


async def test_the_deactivated_account_of_an_expert_is_found_and_opened_again(cast: Cast, sign_in: SignIn) -> None:
    browser = await sign_in(cast.admin)
    for actor in (cast.expert, cast.supervisor_lot):
        await Person.update({Person.active: False}).where(Person.id == actor.id)
    page = await browser.get((await browser.get("/personnes")).link("Désactivées (2)"))
    page = await browser.press(page, "Filtrer", role="expert")
    page = await browser.get(page.link("Nadia Lefort"))
    assert "Compte désactivé" in page.text and "Expert de la plateforme" in page.text

    page = await browser.press(page, "Réactiver le compte")

    assert page.h1 == "Nadia Lefort" and "Le compte est réactivé" in page.text and page.link("Désactiver le compte")
    assert await Person.exists().where(Person.id == cast.expert.id, Person.active.eq(True))


async def test_the_button_is_there_exactly_when_the_verb_would_accept(cast: Cast, sign_in: SignIn) -> None:
    other = await Team.select(Team.id).where(Team.name == "MSA du Lot").first()
    assert other
    await add_member(cast.referent_caf_lot.id, other["id"])
    manager = await sign_in(cast.manager_caf_lot)

    page = await manager.get(f"/personnes/{cast.referent_caf_lot.id}")

    assert "Désactiver le compte" not in page.text and "Tenue par d’autres que vous" in page.text
    assert (await manager.get(f"/personnes/{cast.referent_caf_lot.id}/desactivation")).status == 403
    assert "MSA du Lot" not in [link.get_text() for link in page.soup.find_all("a")]
    own = await manager.get(f"/personnes/{cast.manager_caf_lot.id}")
    assert own.status == 200 and "Désactiver le compte" not in own.text


async def test_others_do_not_learn_that_these_pages_exist(cast: Cast, sign_in: SignIn) -> None:
    for actor in (cast.agent_lot, cast.referent_caf_lot, cast.expert):
        browser = await sign_in(actor)
        assert (await browser.get("/personnes")).status == (await browser.get("/personnes/1")).status == 404
    manager = await sign_in(cast.manager_caf_lot)
    absent, other = await manager.get("/personnes/999999"), await manager.get(f"/personnes/{cast.referent_msa_lot.id}")
    assert absent.status == other.status == 404 and absent.text == other.text
    for wrong in ("0", "-1", "9" * 30, "2147483648"):
        assert (await manager.get(f"/personnes/{wrong}")).status in (400, 404)


async def test_a_strange_address_is_read_as_far_as_it_goes(cast: Cast, sign_in: SignIn) -> None:
    browser = await sign_in(cast.admin)
    for query in ("page=-3", "page=9999999", "vue=nulle", "q=%00", "q=%ED%A0%80", "role=roi"):
        assert (await browser.get(f"/personnes?{query}")).status == 200


async def test_a_view_without_anybody_says_so(cast: Cast, sign_in: SignIn, now: datetime) -> None:
    browser = await sign_in(cast.manager_caf_lot)
    assert "Aucun compte désactivé" in (await browser.get("/personnes?vue=desactivees")).text
    assert "Personne n’est attendu" in (await browser.get("/personnes?vue=attendues")).text
    assert "moins de mots" in (await browser.get("/personnes?q=nulle+part")).text
