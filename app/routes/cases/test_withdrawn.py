"""The wizard never breaks on entries that were withdrawn or renamed: at each step, before and between two pages."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.draft.steps import WizardStep
from app.domain.catalogue.editing import edit_entry, withdraw_entry
from app.domain.catalogue.entries import Entry, EntryKind, load_entries
from app.domain.catalogue.history import find_version
from app.routes.cases.test_journey import fill_to_check, to_organisations
from app.routes.cases.test_wizard import draft_of, on_step
from app.tests.support.browser import Browser, Page
from db.tables.cases import CaseField

SignIn = Callable[[Actor], Awaitable[Browser]]
Change = Callable[..., Awaitable[None]]
CATEGORY, SUBJECT = "Social / Famille", "Étude ou versement d’une aide anormalement long"
CAF_NUMBER = "Numéro d’allocataire CAF"
USED = [
    (EntryKind.CATEGORY, CATEGORY),
    (EntryKind.SUBJECT, SUBJECT),
    (EntryKind.ORGANISATION, "CAF"),
    (EntryKind.FIELD, CAF_NUMBER),
]


@pytest.fixture
async def agent(cast: Cast, sign_in: SignIn) -> Browser:
    return await sign_in(cast.agent_lot)


async def found(kind: EntryKind, name: str) -> Entry:
    return next(entry for entry in await load_entries(kind) if entry.name == name)


@pytest.fixture
def gone(cast: Cast, now: datetime) -> Change:
    async def withdraw_it(kind: EntryKind, name: str) -> None:
        await withdraw_entry(cast.admin, kind, (await found(kind, name)).id, now)

    return withdraw_it


@pytest.fixture
def renamed(cast: Cast, now: datetime) -> Change:
    async def rename(kind: EntryKind, known_as: str, **typed: Any) -> None:
        entry = await found(kind, known_as)
        state = {name: value for name, value in entry.state.items() if name not in {"withdrawn", "position"}}
        seen = await find_version(kind, entry.id)
        await edit_entry(cast.admin, kind, entry.id, {**state, **typed}, seen_version=seen, now=now)

    return rename


@pytest.mark.parametrize(("kind", "name"), USED)
async def test_every_step_of_a_draft_goes_on_and_says_what_is_gone(
    agent: Browser, gone: Change, kind: EntryKind, name: str
) -> None:
    check = await fill_to_check(agent, await to_organisations(agent))
    await gone(kind, name)

    found = {step: (await on_step(agent, check, step)) for step in WizardStep}

    assert {page.status for page in found.values()} == {200}
    assert f"« {name} » n’est plus proposé" in found[WizardStep.CHECK].text
    own = {
        EntryKind.CATEGORY: WizardStep.CATEGORY,
        EntryKind.SUBJECT: WizardStep.SUBJECT,
        EntryKind.ORGANISATION: WizardStep.ORGANISATIONS,
        EntryKind.FIELD: WizardStep.CITIZEN,
    }[kind]
    assert f"« {name} » n’est plus proposé" in found[own].text
    again = await agent.get(found[WizardStep.CHECK].link("Choisir de nouveau"))
    assert again.path.startswith(found[own].path)


@pytest.mark.parametrize(("kind", "name"), [USED[0], USED[1], USED[3]])
async def test_it_leaves_with_what_is_gone_and_keeps_it(
    agent: Browser, gone: Change, kind: EntryKind, name: str
) -> None:
    check = await fill_to_check(agent, await to_organisations(agent))
    await gone(kind, name)

    sent = await agent.press(check, "Envoyer ma demande")

    assert sent.shows_status("Nouvelle")
    assert kind != EntryKind.FIELD or name in sent.text


async def test_no_one_is_written_to_at_a_withdrawn_organisation(agent: Browser, gone: Change) -> None:
    check = await fill_to_check(agent, await to_organisations(agent))
    await gone(EntryKind.ORGANISATION, "CAF")

    refused = await agent.press(check, "Envoyer ma demande")
    assert refused.status == 422 and refused.h1 == "Vérifiez vos réponses"
    page = await agent.get(refused.link("Choisir de nouveau"))
    page = await agent.press(page, "Continuer")
    assert page.h1 == "Vérifiez vos réponses" and "n’est plus proposé" not in page.text
    assert (await agent.press(page, "Envoyer ma demande")).shows_status("Nouvelle")


async def test_what_goes_between_showing_and_posting_is_told_and_the_step_shown_again(
    agent: Browser, gone: Change
) -> None:
    page = await agent.press(await agent.get("/demandes/nouvelle"), "Continuer", mode="guided")
    chosen = page.find_value(CATEGORY)
    await gone(EntryKind.CATEGORY, CATEGORY)
    page = await agent.press(page, "Continuer", categorie=chosen)
    assert page.status == 422 and "Cette catégorie n’est plus proposée" in page.text

    page = await agent.press(page, "Continuer", categorie=page.find_value("Santé / Handicap"))
    chosen = page.find_value("Reconnaissance d’un handicap")
    await gone(EntryKind.SUBJECT, "Reconnaissance d’un handicap")
    page = await agent.press(page, "Continuer", sujet=chosen)
    assert page.status == 422 and "Ce sujet n’est plus proposé" in page.text

    page = await agent.press(page, "Continuer", sujet=page.find_value("Remboursement de soins"))
    chosen = page.find_value("CPAM")
    await gone(EntryKind.ORGANISATION, "CPAM")
    page = await agent.press(page, "Continuer", organismes=[chosen])
    assert page.status == 422 and "On ne peut plus écrire à : CPAM" in page.text


async def test_a_category_that_loses_its_last_subject_asks_for_it_in_words(agent: Browser, gone: Change) -> None:
    page = await agent.press(await agent.get("/demandes/nouvelle"), "Continuer", mode="guided")
    page = await agent.press(page, "Continuer", categorie=page.find_value("Emploi / Formation"))
    chosen = page.find_value("Radiation de France Travail")
    category = (await found(EntryKind.CATEGORY, "Emploi / Formation")).id
    for subject in await load_entries(EntryKind.SUBJECT):
        if subject.state["category"] == category:
            await gone(EntryKind.SUBJECT, subject.name)

    page = await agent.press(page, "Continuer", sujet=chosen)
    assert page.status == 422 and page.control("Précisez le sujet")["value"] == ""
    page = await agent.press(page, "Continuer", sujet="Radié à tort")
    assert page.h1 == "Quels organismes contacter ?"


async def test_a_category_that_gains_a_subject_meanwhile_keeps_the_words(
    cast: Cast, agent: Browser, now: datetime, renamed: Change
) -> None:
    page = await agent.press(await agent.get("/demandes/nouvelle"), "Continuer", mode="guided")
    page = await agent.press(page, "Continuer", categorie=page.find_value("Autre"))
    await renamed(EntryKind.SUBJECT, SUBJECT, category=(await found(EntryKind.CATEGORY, "Autre")).id)

    page = await agent.press(page, "Continuer", sujet="12")
    assert page.status == 422 and page.find_value(SUBJECT)
    page = await agent.press(page, "Continuer", sujet=page.find_value(SUBJECT))
    assert (await on_step(agent, page, "blocage")).control("Sujet")["value"] == "12"


async def citizen(agent: Browser) -> Page:
    return await agent.press(await to_organisations(agent), "Continuer")


async def test_an_answer_is_kept_under_the_field_s_new_name(agent: Browser, renamed: Change) -> None:
    page = await citizen(agent)
    await renamed(EntryKind.FIELD, CAF_NUMBER, label="Matricule CAF")

    typed = {"prenom": "", "nom": "Pélissier", "naissance": "1957", "demande-1": "1234567A"}
    page = await agent.press(page, "Continuer", **typed, **{"inconnu-demande-2": "oui"})
    assert page.status == 422 and page.control("Matricule CAF")["value"] == "1234567A"
    page = await agent.press(page, "Continuer", prenom="Jeanne")
    assert page.h1 == "Quel est le blocage ?"

    await renamed(EntryKind.FIELD, "Matricule CAF", label="Numéro CAF")
    assert (await on_step(agent, page, "usager")).control("Numéro CAF")["value"] == "1234567A"
    rows = await CaseField.select(CaseField.label).where(CaseField.case == draft_of(page))
    assert "Numéro CAF" in {row["label"] for row in rows}


async def test_what_was_typed_stays_under_its_own_field_when_one_before_it_goes(agent: Browser, gone: Change) -> None:
    page = await citizen(agent)
    await gone(EntryKind.FIELD, CAF_NUMBER)

    typed = {"demande-1": "1234567A", "demande-2": "2570346042118"}
    page = await agent.press(page, "Continuer", prenom="", nom="Pélissier", naissance="1957", **typed)

    assert page.status == 422 and page.control(CAF_NUMBER)["value"] == "1234567A"
    assert page.control("Numéro de sécurité sociale")["value"] == "2570346042118"
    page = await agent.press(page, f"Retirer : {CAF_NUMBER}", prenom="Jeanne")
    assert CAF_NUMBER not in page.text


async def test_a_field_withdrawn_while_the_menu_was_open_is_not_added(agent: Browser, gone: Change) -> None:
    page = await citizen(agent)
    await gone(EntryKind.FIELD, "Numéro fiscal")
    page = await agent.press(page, "Ajouter ce champ", autres="Numéro fiscal", prenom="Jeanne")
    assert page.status == 200 and page.control("Prénom")["value"] == "Jeanne"
    assert not any("Numéro fiscal" in label.get_text() for label in page.soup.find_all("label"))


async def test_a_renamed_subject_names_the_draft_anew(agent: Browser, renamed: Change) -> None:
    page = await to_organisations(agent)
    await renamed(EntryKind.SUBJECT, SUBJECT, name="Aide en retard")
    assert (await on_step(agent, page, "blocage")).control("Sujet")["value"] == "Aide en retard"
    assert (await on_step(agent, page, "sujet")).list_ticked("sujet") == ["Aide en retard"]


async def test_the_notice_and_the_usual_procedure_are_read_at_the_choice(agent: Browser, renamed: Change) -> None:
    await renamed(EntryKind.ORGANISATION, "CAF", notice="Joindre l’attestation de paiement.")
    await renamed(EntryKind.SUBJECT, SUBJECT, procedure="Téléphoner au 3230 d’abord.")
    page = await to_organisations(agent)
    assert "Téléphoner au 3230 d’abord." in page.text
    described = page.soup.find(id=str(page.control("CAF")["aria-describedby"]))
    assert described and described.get_text() == "Joindre l’attestation de paiement."


async def test_an_empty_catalogue_leads_to_choosing_the_organisations(agent: Browser, gone: Change) -> None:
    for category in await load_entries(EntryKind.CATEGORY):
        await gone(EntryKind.CATEGORY, category.name)
    page = await agent.press(await agent.get("/demandes/nouvelle"), "Continuer", mode="guided")
    assert "Aucune catégorie n’est proposée" in page.text
    page = await agent.press(await agent.get(page.link("choisissez les organismes")), "Continuer", mode="free")
    assert page.h1 == "Quels organismes contacter ?"
