"""The wizard with what people really do: skip, go back, change their mind, paste nonsense."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.draft.draft import CitizenDetail, load_editable_draft
from app.routes.cases.test_journey import fill_to_check, to_organisations
from app.routes.forms import MAX_FORM_BYTES
from app.tests.support.browser import BASE, Browser, Page
from db.tables.cases import Case
from db.tables.catalogue import Subject
from db.tables.members import Membership
from db.tables.people import Person

SignIn = Callable[[Actor], Awaitable[Browser]]
UNREADABLE = ("nul\0", "moitié \ud83d", "x" * 5001)


@pytest.fixture
async def agent(cast: Cast, sign_in: SignIn) -> Browser:
    return await sign_in(cast.agent_lot)


async def on_step(agent: Browser, page: Page, step: str) -> Page:
    return await agent.get(f"{page.path.split('?')[0].rpartition('/')[0]}/{step}")


async def raw_post(agent: Browser, page: Page, fields: dict[str, bytes]) -> int:
    """Raw bytes, which no browser would send."""
    token = page.form("Continuer").find("input", {"name": "jeton"})
    assert token is not None
    body = b"&".join([b"jeton=" + str(token["value"]).encode(), *(k.encode() + b"=" + v for k, v in fields.items())])
    headers = {"origin": BASE, "content-type": "application/x-www-form-urlencoded"}
    answer = await agent.http.post(page.path, content=body, headers=headers, follow_redirects=False)
    return answer.status_code


@pytest.mark.parametrize("step", ["categorie", "sujet", "organismes", "usager", "blocage"])
async def test_an_empty_step_says_what_is_missing_with_a_link_to_the_field(agent: Browser, step: str) -> None:
    start = await agent.press(await agent.get("/demandes/nouvelle"), "Continuer", mode="guided")
    page = await on_step(agent, start, step)

    page = await agent.press(page, "Continuer", **({"sujet": ""} if step == "sujet" else {}))

    assert page.status == 422 and "Il y a un problème" in page.text
    links = [str(link["href"]) for link in page.soup.select(".error-summary a")]
    assert links and all(page.soup.find(id=link[1:]) for link in links), f"{step}: {links}"


@pytest.mark.parametrize("bad", UNREADABLE)
async def test_an_unreadable_or_endless_text_loses_nothing_else(agent: Browser, bad: str) -> None:
    page = await on_step(agent, await to_organisations(agent), "usager")
    page = await agent.press(
        page,
        "Continuer",
        prenom=bad.encode("utf-8", "surrogatepass") if "\ud83d" in bad else bad,
        nom="Pélissier",
        naissance="1957",
    )

    assert page.status == 422 and page.control("Nom de famille")["value"] == "Pélissier"
    assert page.control("Date de naissance")["value"] == "1957"
    again = await agent.get(page.path)
    assert again.control("Nom de famille")["value"] == "Pélissier"


@pytest.mark.parametrize("value", [b"%00", b"%ED%A0%BD", b"%FF%FE", b"9" * 400, b"-1", b"999999999", b"%F0%9F%98%80"])
@pytest.mark.parametrize("step", ["mode", "categorie", "sujet", "organismes", "usager", "blocage"])
async def test_forged_values_are_never_a_crash(agent: Browser, step: str, value: bytes) -> None:
    page = await on_step(agent, await to_organisations(agent), step)
    names = ("mode", "categorie", "sujet", "organismes", "montre", "territoire", "theme", "cherche", "prenom", "nom")
    more = ("naissance", "libelle-x", "x", "autres", "retirer", "objet", "description", "raison", "rester-ici")

    assert await raw_post(agent, page, dict.fromkeys((*names, *more), value)) in {204, 303, 422, 200}
    for query in ("theme", "cherche", "depuis"):
        answer = await agent.http.get(page.path, params=f"{query}=".encode() + value)
        assert answer.status_code in {200, 400, 422}, "422: too long to be looked for"


async def test_a_post_to_the_check_page_keeps_nothing_and_is_no_crash(agent: Browser) -> None:
    page = await on_step(agent, await to_organisations(agent), "usager")
    token = page.form("Continuer").find("input", {"name": "jeton"})
    assert token is not None

    answer = await agent.http.post(
        page.path.replace("usager", "verification"), data={"jeton": str(token["value"])}, headers={"origin": BASE}
    )

    assert answer.status_code == 404


async def test_a_body_too_large_has_its_page(agent: Browser) -> None:
    page = await agent.press(await to_organisations(agent), "Continuer")
    page = await agent.press(page, "Continuer", prenom="x" * MAX_FORM_BYTES)
    assert page.status == 413 and page.h1


async def test_a_form_with_files_takes_no_more_text_than_another(agent: Browser) -> None:
    page = await on_step(agent, await to_organisations(agent), "blocage")
    heavy = {"content-type": "application/x-www-form-urlencoded", "origin": BASE}

    answer = await agent.http.post(page.path, content=b"a=" + b"x" * MAX_FORM_BYTES, headers=heavy)

    assert answer.status_code == 413 and "trop volumineux" in answer.text


async def test_asked_fields_want_an_answer_and_non_connu_is_one(cast: Cast, agent: Browser) -> None:
    page = await agent.press(await to_organisations(agent), "Continuer")
    page = await agent.press(page, "Continuer", prenom="Jeanne", nom="Pélissier", naissance="1957")
    assert page.status == 422 and "Numéro d’allocataire CAF : saisissez-le, ou cochez" in page.text

    page = await agent.press(page, "Continuer", **{"demande-1": "1234567A", "inconnu-demande-2": "oui"})

    assert page.h1 == "Quel est le blocage ?"
    draft = await load_editable_draft(cast.agent_lot, draft_of(page))
    assert set(draft.details) == {
        CitizenDetail("Numéro d’allocataire CAF", "1234567A"),
        CitizenDetail("Numéro de sécurité sociale", "", unknown=True),
    }
    back = await on_step(agent, page, "usager")
    assert back.list_ticked("inconnu-demande-2") and back.control("Numéro d’allocataire CAF")["value"] == "1234567A"


def draft_of(page: Page) -> UUID:
    return UUID(page.path.split("/")[2])


async def test_any_number_of_fields_is_added_and_taken_away(agent: Browser) -> None:
    page = await agent.press(await to_organisations(agent), "Continuer")
    for label in ("Numéro de téléphone", "Adresse postale", "Numéro fiscal"):
        page = await agent.press(page, "Ajouter ce champ", autres=label, prenom="Jeanne")
    assert page.control("Prénom")["value"] == "Jeanne"
    page = await agent.press(page, "Ajouter ce champ", **{"ajout-2": "3 rue du Pont"})
    page = await agent.press(page, "Retirer : Numéro de téléphone")

    assert page.control("Adresse postale")["value"] == "3 rue du Pont"
    assert not any("Numéro de téléphone" in label.get_text() for label in page.soup.find_all("label"))


async def test_switching_modes_loses_nothing(agent: Browser) -> None:
    page = await agent.press(await to_organisations(agent), "Continuer")
    page = await agent.press(await on_step(agent, page, "mode"), "Continuer", mode="free")
    assert page.h1 == "Quels organismes contacter ?" and "Étape 2 sur 5" in page.text
    assert len(page.list_ticked("organismes")) == 2
    page = await agent.press(await on_step(agent, page, "mode"), "Continuer", mode="guided")
    assert page.list_ticked("categorie") == ["Social / Famille"]


async def test_free_mode_is_searched_by_word_and_by_theme(agent: Browser) -> None:
    page = await agent.press(await agent.get("/demandes/nouvelle"), "Continuer", mode="free")
    page = await agent.press(page, "Filtrer", cherche="PREFECTURE", organismes=[page.find_value("CAF")])
    shown = [label.get_text() for label in page.soup.select(".choice label")]
    assert len(shown) == 2 and shown[0].startswith("CAF") and "réf" in shown[1]
    page = await agent.press(page, "Filtrer", cherche="", theme=_option(page, "Santé / Handicap"))
    assert "CPAM" in page.text and "France Travail –" not in page.text
    page = await agent.press(page, "Continuer")
    assert page.h1 == "Qui est l’usager ?"


def _option(page: Page, label: str) -> str:
    return next(str(option["value"]) for option in page.soup.find_all("option") if option.get_text() == label)


async def test_another_territory_names_what_no_one_answers_for(agent: Browser) -> None:
    page = await agent.press(await to_organisations(agent), "Changer de territoire")
    page = await agent.press(page, "Changer de territoire", territoire="18")
    assert "MSA : aucune équipe joignable dans ce territoire (Cher)" in page.text
    assert [label.split(" – ")[0] for label in page.list_ticked("organismes")] == ["CAF"]
    page = await agent.press(page, "Changer de territoire")
    page = await agent.press(page, "Changer de territoire", territoire="01")
    assert "Personne n’est encore joignable dans ce territoire" in page.text
    page = await agent.press(page, "Continuer")
    assert page.status == 422


async def test_autre_asks_for_the_subject_in_words(agent: Browser) -> None:
    page = await agent.press(await agent.get("/demandes/nouvelle"), "Continuer", mode="guided")
    page = await agent.press(page, "Continuer", categorie=page.find_value("Autre"))
    page = await agent.press(page, "Continuer", sujet="")
    assert page.status == 422
    page = await agent.press(page, "Continuer", sujet="Un courrier perdu")
    assert page.h1 == "Quels organismes contacter ?"
    assert (await on_step(agent, page, "blocage")).control("Sujet")["value"] == "Un courrier perdu"


async def test_modifier_comes_back_to_the_check_page(agent: Browser) -> None:
    page = await fill_to_check(agent, await to_organisations(agent))
    page = await agent.get(page.link("Modifier : Prénom"))
    page = await agent.press(page, "Ajouter ce champ", autres="Numéro fiscal")
    page = await agent.press(page, "Continuer", prenom="Jeannette")
    assert page.h1 == "Vérifiez vos réponses" and "Jeannette" in page.text


async def test_a_draft_is_its_author_s_alone_listed_and_deleted(cast: Cast, agent: Browser, sign_in: SignIn) -> None:
    page = await to_organisations(agent)
    for other in (cast.colleague_lot, cast.referent_caf_lot, cast.admin, cast.agent_cher):
        browser = await sign_in(other)
        for path in (page.path, f"{page.path.rpartition('/')[0]}/suppression"):
            assert (await browser.get(path)).status == 404, other.address
        assert (await browser.http.post(page.path, headers={"origin": BASE})).status_code == 403

    listed = await agent.get("/demandes?vue=brouillons")
    assert "Brouillons (1)" in listed.text
    page = await agent.press(await agent.get(listed.link("Supprimer")), "Supprimer ce brouillon")
    assert "Le brouillon est supprimé." in page.text and "Aucun brouillon" in page.text


async def test_likely_slips_are_told_and_do_not_block(agent: Browser) -> None:
    page = await agent.press(await to_organisations(agent), "Continuer")
    odd = {"demande-1": "12345", "demande-2": "2 57 03 46 042 118 65"}
    page = await agent.press(page, "Continuer", prenom="Jeanne", nom="Pélissier", naissance="1957", **odd)
    page = await agent.press(page, "Continuer", description="Son numéro est le 257034604211864.")
    page = await agent.press(page, "Continuer", mandat="paper", signature="20/11/2026")

    assert "7 chiffres, suivis parfois d’une lettre" in page.text and "semble contenir une erreur" in page.text
    assert "mieux vaut le donner dans son champ" in page.text
    assert (await agent.press(page, "Envoyer ma demande")).shows_status("Nouvelle")


async def test_a_colleague_is_invited_on_the_last_page(cast: Cast, agent: Browser) -> None:
    check = await fill_to_check(agent, await to_organisations(agent))
    bastien = check.find_value("Bastien Roques")
    page = await agent.press(check, "Envoyer ma demande", collegues=[str(cast.agent_cher.id)])
    assert page.status == 422 and page.h1 == "Vérifiez vos réponses" and page.soup.find("a", href="#collegues")

    page = await agent.press(page, "Envoyer ma demande", collegues=[bastien])

    assert page.shows_status("Nouvelle") and "Collègue invité : Bastien Roques par Carmen Vidal" in page.text


async def test_sent_twice_is_one_case_and_the_same_page(agent: Browser) -> None:
    check = await fill_to_check(agent, await to_organisations(agent))
    first, second = await agent.press(check, "Envoyer ma demande"), await agent.press(check, "Envoyer ma demande")
    assert first.path == second.path and first.h1 == second.h1
    assert await Case.count() == 1
    assert (await agent.get(check.path)).path == first.path


async def test_an_organisation_that_no_one_reads_any_more_is_refused_before_anything_is_sent(
    cast: Cast, agent: Browser
) -> None:
    check = await fill_to_check(agent, await to_organisations(agent))
    await Person.update({Person.active: False}).where(Person.id == cast.referent_msa_lot.id)

    page = await agent.press(check, "Envoyer ma demande")

    assert page.status == 422 and "MSA" in page.text and page.h1 == "Vérifiez vos réponses"
    assert await Case.count().where(Case.status == "new") == 0


async def test_a_subject_withdrawn_from_the_catalogue_is_asked_again(agent: Browser) -> None:
    check = await fill_to_check(agent, await to_organisations(agent))
    await Subject.delete(force=True)

    page = await agent.get(check.path)

    assert page.status == 200 and page.h1 == "Vérifiez vos réponses"


async def test_who_opens_no_cases_is_told_so(cast: Cast, sign_in: SignIn) -> None:
    referent = await sign_in(cast.referent_caf_lot)
    page = await referent.get("/demandes/nouvelle")
    assert page.status == 403 and "ouvrent des demandes" in page.text


async def test_who_left_the_team_no_longer_finds_the_draft(cast: Cast, agent: Browser) -> None:
    page = await to_organisations(agent)
    await Membership.delete().where(Membership.person == cast.agent_lot.id)
    assert (await agent.get(page.path)).status == 404
