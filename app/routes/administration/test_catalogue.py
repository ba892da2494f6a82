"""The pages of the catalogue: errors first, with the typed text; two editors lose nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.catalogue.entries import Entry, EntryKind, load_entries
from app.tests.support.browser import Browser, Page

if TYPE_CHECKING:
    from app.tests.support.fixtures import Clock

SignIn = Callable[[Actor], Awaitable[Browser]]
PATH = "/administration/catalogue"


async def found(kind: EntryKind, name: str) -> Entry:
    return next(entry for entry in await load_entries(kind) if entry.name == name)


def undo_button(page: Page, at: int) -> str:
    """The label of the button that undoes this change, the latest being 0."""
    return " ".join(page.soup.select("form[action$=annulation] button")[at].get_text().split())


@pytest.fixture
async def admin(cast: Cast, sign_in: SignIn) -> Browser:
    return await sign_in(cast.admin)


async def test_each_kind_has_its_list_and_its_pages(admin: Browser) -> None:
    index = await admin.get((await admin.get("/administration")).link("Catalogue"))
    assert index.h1 == "Catalogue" and "Organismes (31)" in index.text
    for name in ("Organismes", "Champs d’identification", "Catégories", "Sujets"):
        listed = await admin.get(index.link(name))
        assert listed.h1 == name
        for link in listed.soup.select("main a[href*='catalogue/']")[:4]:
            assert (await admin.get(str(link["href"]))).status == 200
    assert "Prénom" not in (await admin.get(f"{PATH}/champs")).text


async def test_an_entry_is_added_changed_withdrawn_restored_and_taken_back(admin: Browser, clock: Clock) -> None:
    page = await admin.get((await admin.get(f"{PATH}/champs")).link("Nouveau champ"))
    page = await admin.press(page, "Ajouter", libelle="Numéro de foyer", aide="6 chiffres")
    assert page.h1 == "Numéro de foyer" and "La fiche est ajoutée" in page.text and "Fiche créée" in page.text

    clock.advance(minutes=1)
    page = await admin.press(page, "Enregistrer", libelle="Numéro du foyer")
    assert page.h1 == "Numéro du foyer" and "Numéro de foyer devient Numéro du foyer" in page.text
    clock.advance(minutes=1)
    page = await admin.press(page, "Retirer cette fiche")
    assert "Fiche retirée" in page.text
    page = await admin.press(page, "Rétablir cette fiche")
    assert "Fiche rétablie" in page.text
    page = await admin.press(page, undo_button(page, 1))
    assert page.h1 == "Numéro de foyer" and "Changement annulé" in page.text


async def test_what_is_wrong_is_said_first_and_what_was_typed_stays(admin: Browser) -> None:
    page = await admin.get(f"{PATH}/sujets/ajout")
    organisation = page.find_value("CAF")
    page = await admin.press(page, "Ajouter", nom="", procedure="À faire d’abord", organismes=[organisation])

    assert page.status == 422 and page.control("Procédure habituelle").get_text().strip() == "À faire d’abord"
    assert page.list_ticked("organismes")[0].startswith("CAF")
    links = [str(link["href"]) for link in page.soup.select(".error-summary a")]
    assert set(links) == {"#nom", "#categorie"} and all(page.soup.find(id=link[1:]) for link in links)


@pytest.mark.parametrize("bad", ["\0", "x" * 300, "x" * 5001, "<script>alert(1)</script>"])
@pytest.mark.parametrize("kind", ["organismes", "champs", "categories", "sujets"])
async def test_nothing_forged_is_a_crash(admin: Browser, kind: str, bad: str) -> None:
    names = ("sigle", "nom", "libelle", "aide", "description", "procedure", "consigne", "role", "groupe", "champ")
    page = await admin.get(f"{PATH}/{kind}/ajout")
    answer = await admin.press(page, "Ajouter", **dict.fromkeys((*names, "categorie", "organismes", "vu"), bad))
    assert answer.status in {200, 422} and "<script>alert" not in answer.response.text


async def test_the_second_of_two_editors_sees_both_versions_and_keeps_what_they_typed(admin: Browser) -> None:
    address = f"{PATH}/organismes/{(await found(EntryKind.ORGANISATION, 'CAF')).id}"
    first, second = await admin.get(address), await admin.get(address)
    await admin.press(first, "Enregistrer", nom="Version du premier")

    page = await admin.press(second, "Enregistrer", nom="Version du second", consigne="Pour tous")
    assert page.status == 409 and "Odile Garnier a changé cette fiche" in page.text
    assert [cell.get_text() for cell in page.soup.select("table td")] == [
        "Version du premier",
        "Version du second",
        "vide",
        "Pour tous",
    ]
    assert page.control("Nom")["value"] == "Version du second"

    page = await admin.press(page, "Enregistrer")
    assert page.status == 200 and (await found(EntryKind.ORGANISATION, "CAF")).state["name"] == "Version du second"


async def test_a_mistake_does_not_hide_the_other_editor_s_change(admin: Browser) -> None:
    address = f"{PATH}/organismes/{(await found(EntryKind.ORGANISATION, 'CAF')).id}"
    second = await admin.get(address)
    second = await admin.press(second, "Enregistrer", nom="")
    await admin.press(await admin.get(address), "Enregistrer", nom="Version du premier")

    assert (await admin.press(second, "Enregistrer", nom="Version du second")).status == 409


async def test_order_is_changed_by_plain_buttons(admin: Browser) -> None:
    page = await admin.get(f"{PATH}/categories")
    names = [title.get_text().strip() for title in page.soup.select(".case-title")]
    page = await admin.press(page, f"Descendre : {names[0]}")
    assert [title.get_text().strip() for title in page.soup.select(".case-title")][:2] == [names[1], names[0]]
    assert not page.has_button(f"Monter : {names[1]}") and not page.has_button(f"Descendre : {names[-1]}")


async def test_a_change_taken_back_twice_is_told(admin: Browser) -> None:
    address = f"{PATH}/organismes/{(await found(EntryKind.ORGANISATION, 'CAF')).id}"
    page = await admin.press(await admin.get(address), "Enregistrer", nom="Autre nom")
    button = undo_button(page, 0)
    await admin.press(page, button)
    assert "annulez d’abord le changement le plus récent" in (await admin.press(page, button)).text


async def test_no_other_person_learns_that_it_exists(cast: Cast, sign_in: SignIn) -> None:
    entry = await found(EntryKind.ORGANISATION, "CAF")
    paths = (PATH, f"{PATH}/organismes", f"{PATH}/organismes/ajout", f"{PATH}/organismes/{entry.id}")
    for other in (cast.supervisor_lot, cast.manager_caf_lot, cast.agent_lot, cast.expert):
        browser = await sign_in(other)
        assert [(await browser.get(path)).status for path in paths] == [404] * 4
    admin = await sign_in(cast.admin)
    for path in (f"{PATH}/rien", f"{PATH}/champs/999999", f"{PATH}/champs/1"):
        assert (await admin.get(path)).status == 404, path
    assert (await admin.get(f"{PATH}/champs/99999999999999")).status == 400


async def test_a_manager_s_phrase_has_its_history_and_comes_back(cast: Cast, sign_in: SignIn) -> None:
    manager = await sign_in(cast.manager_caf_lot)
    page = await manager.get("/equipe/phrases")
    page = await manager.press(page, "Ajouter cette phrase", titre="Délai", texte="Trois semaines.")
    first, second = page, await manager.get("/equipe/phrases")
    await manager.press(first, "Enregistrer", titre="Délai", texte="Deux semaines.")
    page = await manager.press(second, "Enregistrer", titre="Délai", texte="Un mois.")
    assert page.status == 409 and "Deux semaines." in page.text and "Un mois." in page.response.text

    page = await manager.press(page, "Supprimer")
    page = await manager.get(page.link("Délai"))
    assert "Trois semaines. devient Deux semaines." in page.text
    page = await manager.press(page, "Rétablir cette phrase")
    kept = (await manager.get("/equipe/phrases")).soup.select("input[name=titre][value]")
    assert "Délai" in [field["value"] for field in kept]
    assert (await (await sign_in(cast.referent_caf_lot)).get(page.path)).status == 403
