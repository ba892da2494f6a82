"""« Continuer » applies a choice; what depends on another choice is kept, and not sent. Source: issue 14, B."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.draft.draft import CitizenDetail, Draft, load_editable_draft
from app.domain.cases.mandate.mandate import MandateKind
from app.routes.cases.test_journey import fill_to_check, to_organisations
from app.tests.support.attachments_fixtures import make_picture
from app.tests.support.browser import Browser, Page
from db.tables.attachments import Attachment
from db.tables.cases import Case, CaseOrganisation
from db.tables.drafts import PendingChoices
from db.tables.mandates import Mandate
from db.tables.participants import Recipient

SignIn = Callable[[Actor], Awaitable[Browser]]
LATE_AID = "Étude ou versement d’une aide anormalement long"


@pytest.fixture
async def agent(cast: Cast, sign_in: SignIn) -> Browser:
    return await sign_in(cast.agent_lot)


def draft_of(page: Page) -> UUID:
    return UUID(page.path.split("/")[2])


async def held(cast: Cast, page: Page) -> Draft:
    return await load_editable_draft(cast.agent_lot, draft_of(page))


async def on_step(agent: Browser, page: Page, step: str) -> Page:
    return await agent.get(f"/brouillons/{draft_of(page)}/{step}")


async def autosave(agent: Browser, page: Page, **typed: Any) -> None:
    """The request of draft.js after a pause."""
    answer = await agent.press(page, "Continuer", enregistrer="1", **typed)
    assert answer.status == 204


def another(page: Page, name: str) -> tuple[str, str]:
    """The value and the label of a radio that is not ticked."""
    box = next(box for box in page.soup.find_all("input", {"name": name}) if not box.has_attr("checked"))
    label = page.soup.find("label", {"for": box["id"]})
    assert label is not None
    return str(box["value"]), " ".join(label.get_text(" ").split())


@pytest.mark.parametrize(("step", "name"), [("mode", "mode"), ("categorie", "categorie"), ("sujet", "sujet")])
async def test_hesitating_between_radios_changes_nothing_else_and_is_shown_again(
    cast: Cast, agent: Browser, step: str, name: str
) -> None:
    page = await to_organisations(agent)
    await agent.press(page, "Continuer", organismes=[page.find_value("CPAM"), page.find_value("CAF")])
    before = await held(cast, page)
    page = await on_step(agent, page, step)
    value, label = another(page, name)

    await autosave(agent, page, **{name: value})

    after = await held(cast, page)
    assert after == before or after.saved_at != before.saved_at
    for kept in ("mode", "category_id", "guided_subject_id", "organisations", "subject"):
        assert getattr(after, kept) == getattr(before, kept), kept
    assert (await on_step(agent, page, step)).list_ticked(name) == [label], "the hesitation comes back"
    await agent.press(page, "Continuer")
    assert (await held(cast, page)).organisations == before.organisations, "the first choice again: nothing is reset"


@pytest.mark.parametrize(("step", "name"), [("mode", "mode"), ("categorie", "categorie"), ("sujet", "sujet")])
async def test_a_form_shown_again_shows_its_own_radio(cast: Cast, agent: Browser, step: str, name: str) -> None:
    """Beside it, the choice of another page; the next « Continuer » applies neither until the person has chosen."""
    page = await to_organisations(agent)
    old, fresh = await on_step(agent, page, step), await on_step(agent, page, step)
    values = [str(box["value"]) for box in old.soup.find_all("input", {"name": name})][-2:]
    await autosave(agent, fresh, **{name: values[0]})

    shown = await agent.press(old, "Continuer", **{name: values[1]})

    ticked = [box["value"] for box in shown.soup.find_all("input", {"name": name, "checked": True})]
    assert shown.status == 409 and ticked == [values[1]]
    label = fresh.soup.find("label", {"for": fresh.soup.find("input", {"name": name, "value": values[0]})["id"]})  # type: ignore[index]
    assert label is not None and label.get_text().strip() in shown.soup.select("[data-others]")[0].get_text()
    before = await held(cast, page)
    assert (await agent.press(shown, "Continuer")).status == 409
    after = await held(cast, page)
    for kept in ("mode", "category_id", "guided_subject_id"):
        assert getattr(after, kept) == getattr(before, kept), kept


async def test_a_choice_acts_when_one_continues(cast: Cast, agent: Browser) -> None:
    page = await on_step(agent, await to_organisations(agent), "sujet")
    value, label = another(page, "sujet")

    await autosave(agent, page, sujet=value)
    page = await agent.press(await on_step(agent, page, "sujet"), "Continuer")

    draft = await held(cast, page)
    assert draft.guided_subject == label and draft.subject == label


async def test_organisations_chosen_by_hand_stay_with_another_subject(cast: Cast, agent: Browser) -> None:
    page = await to_organisations(agent)
    ticked = [page.find_value(acronym) for acronym in ("CAF", "MSA", "France Travail")]
    await agent.press(page, "Continuer", organismes=ticked)
    page = await on_step(agent, page, "sujet")

    page = await agent.press(page, "Continuer", sujet=another(page, "sujet")[0])

    assert int(ticked[2]) in (await held(cast, page)).organisations


async def test_a_subject_of_another_category_does_not_stay(cast: Cast, agent: Browser) -> None:
    """Neither chosen, nor the case’s name, nor its organisations; the check page and sending say what is missing."""
    check = await fill_to_check(agent, await to_organisations(agent))
    assert (await held(cast, check)).subject == LATE_AID
    page = await on_step(agent, check, "categorie")

    page = await agent.press(page, "Continuer", categorie=page.find_value("Santé / Handicap"))

    draft = await held(cast, page)
    assert page.h1 == "Quel est le sujet ?" and not page.list_ticked("sujet")
    assert (draft.guided_subject_id, draft.subject, draft.organisations) == (None, "", frozenset())
    check = await agent.get(check.path)
    assert "Il manque encore des réponses" in check.text and LATE_AID not in check.text
    refused = await agent.press(check, "Envoyer ma demande")
    assert refused.status == 422 and not await Recipient.exists().where(Recipient.case == draft.id)
    value, label = another(page, "sujet")
    page = await agent.press(page, "Continuer", sujet=value)
    assert (await held(cast, page)).subject == label, "the case takes the name of its new subject"


async def test_words_of_one_s_own_stay_with_another_category(cast: Cast, agent: Browser) -> None:
    check = await fill_to_check(agent, await to_organisations(agent))
    await agent.press(await on_step(agent, check, "blocage"), "Continuer", objet="Dossier perdu")
    page = await on_step(agent, check, "categorie")

    page = await agent.press(page, "Continuer", categorie=page.find_value("Autre"))

    assert page.control("Précisez le sujet")["value"] == "Dossier perdu"


async def test_an_organisation_that_another_territory_lacks_is_named_and_comes_back(agent: Browser) -> None:
    """Chosen by hand: no subject would tick it again."""
    page = await agent.press(await agent.get("/demandes/nouvelle"), "Continuer", mode="free")
    chosen = [page.find_value("CAF"), page.find_value("MSA")]
    page = await agent.press(page, "Changer de territoire", organismes=chosen)

    page = await agent.press(page, "Changer de territoire", territoire="18")
    assert [label.split(" – ")[0] for label in page.list_ticked("organismes")] == ["CAF"]
    assert "MSA : aucune équipe joignable dans ce territoire (Cher)" in page.text

    page = await agent.press(await agent.press(page, "Changer de territoire"), "Changer de territoire", territoire="46")
    assert {label.split(" – ")[0] for label in page.list_ticked("organismes")} == {"CAF", "MSA"}


@pytest.mark.parametrize("step", ["organismes", "usager", "blocage", "mandat"])
async def test_a_later_address_says_what_is_missing_before_it(agent: Browser, step: str) -> None:
    page = await agent.press(await agent.get("/demandes/nouvelle"), "Continuer", mode="guided")
    page = await agent.press(page, "Continuer", categorie=page.find_value("Social / Famille"))

    page = await on_step(agent, page, step)

    assert page.link("Sujet").split("?")[0] == f"/brouillons/{draft_of(page)}/sujet"
    page = await agent.press(page, "Continuer", sujet="") if step == "organismes" else page
    chosen = await agent.get(f"/brouillons/{draft_of(page)}/sujet")
    chosen = await agent.press(chosen, "Continuer", sujet=another(chosen, "sujet")[0])
    assert "Il manque encore" not in chosen.text


async def test_free_mode_sends_neither_the_category_nor_the_subject_of_the_other(cast: Cast, agent: Browser) -> None:
    check = await fill_to_check(agent, await to_organisations(agent))
    await agent.press(await on_step(agent, check, "mode"), "Continuer", mode="free")
    check = await agent.get(check.path)
    assert "Social / Famille" not in check.text

    page = await agent.press(check, "Envoyer ma demande")

    assert "Social / Famille" not in page.text
    row = await Case.select(Case.category, Case.guided_subject).where(Case.id == draft_of(check)).first()
    assert row == {"category": None, "guided_subject": None}


PHONE = {"mandat": "phone", "appel": "22/11/2026", "motif": "Hospitalisée"}


async def test_each_kind_of_mandate_keeps_its_fields_until_the_case_leaves(cast: Cast, agent: Browser) -> None:
    check = await fill_to_check(agent, await to_organisations(agent))
    page = await on_step(agent, check, "mandat")
    await agent.press_with([("mandat.jpg", make_picture())], page, "Continuer", telephone="06 39 98 12 34")

    await agent.press(await on_step(agent, check, "mandat"), "Continuer", **PHONE)
    page = await on_step(agent, check, "mandat")
    assert page.list_ticked("mandat") == ["Par téléphone, faute d’autre moyen"]
    assert page.control("Date de signature")["value"] == "20/11/2026" and "mandat.jpg" in page.text
    assert page.control("Numéro de mobile")["value"] == "06 39 98 12 34"
    check = await agent.get(check.path)
    assert "22 novembre 2026" in check.text and "mandat.jpg" not in check.text and "20 novembre" not in check.text

    await agent.press(page, "Continuer", mandat="paper")
    page = await on_step(agent, check, "mandat")
    assert page.control("Date de l’appel")["value"] == "22/11/2026"
    assert page.control("Pourquoi aucun autre moyen")["value"] == "Hospitalisée"
    check = await agent.get(check.path)
    assert "20 novembre 2026" in check.text and "mandat.jpg" in check.text and "Hospitalisée" not in check.text

    await agent.press(page, "Continuer", mandat="phone")
    case = await agent.press(await agent.get(check.path), "Envoyer ma demande")
    assert "22 novembre 2026" in case.text and "mandat.jpg" not in case.text
    assert not await Attachment.exists().where(Attachment.case == draft_of(check))
    assert not await PendingChoices.exists(), "what did not apply is gone once the case has left"


async def test_hesitating_between_kinds_of_mandate_attests_nothing(cast: Cast, agent: Browser) -> None:
    check = await fill_to_check(agent, await to_organisations(agent))
    page = await on_step(agent, check, "mandat")
    before = (await held(cast, check)).mandate

    await autosave(agent, page, **PHONE)
    await agent.press(page, "Joindre et choisir d’autres fichiers", **PHONE)

    assert (await held(cast, check)).mandate == before
    page = await on_step(agent, check, "mandat")
    assert page.list_ticked("mandat") == ["Par téléphone, faute d’autre moyen"]
    assert page.control("Date de l’appel")["value"] == "22/11/2026"
    await agent.press(page, "Continuer")
    mandate = (await held(cast, check)).mandate
    assert mandate is not None and mandate.kind == MandateKind.PHONE and mandate.reason == "Hospitalisée"


async def test_a_date_half_typed_and_a_first_choice_come_back_as_typed(
    cast: Cast, draft_id: UUID, agent: Browser
) -> None:
    await Mandate.delete().where(Mandate.case == draft_id)
    page = await agent.get(f"/brouillons/{draft_id}/mandat")

    await autosave(agent, page, mandat="paper", signature="20/1", motif="x" * 600)

    page = await agent.get(page.path)
    assert page.list_ticked("mandat") == ["Mandat signé sur papier"]
    assert page.control("Date de signature")["value"] == "20/1"
    assert page.control("Pourquoi aucun autre moyen")["value"] == "x" * 600
    assert not await Mandate.exists().where(Mandate.case == draft_id)


async def test_what_waits_is_sealed_and_goes_with_its_draft(cast: Cast, draft_id: UUID, agent: Browser) -> None:
    page = await agent.get(f"/brouillons/{draft_id}/mandat")
    await autosave(agent, page, telephone="06 39 98 12 34")
    row = await PendingChoices.select().first()
    assert row is not None and "06 39" not in row["choices"]

    await agent.press(await agent.get(f"/brouillons/{draft_id}/suppression"), "Supprimer ce brouillon")

    assert not await PendingChoices.exists()


async def test_non_connu_stays_while_its_organisation_is_hesitated_about(cast: Cast, agent: Browser) -> None:
    check = await fill_to_check(agent, await to_organisations(agent))
    unknown = CitizenDetail("Numéro de sécurité sociale", "", unknown=True)
    assert unknown in (await held(cast, check)).details
    page = await on_step(agent, check, "organismes")
    await agent.press(page, "Continuer", organismes=[page.find_value("CAF")])

    await agent.press(await on_step(agent, check, "usager"), "Continuer")

    assert unknown in (await held(cast, check)).details
    page = await on_step(agent, check, "organismes")
    await agent.press(page, "Continuer", organismes=[page.find_value("CAF"), page.find_value("MSA")])
    assert (await on_step(agent, check, "usager")).list_ticked("inconnu-demande-2")


@pytest.mark.parametrize("how", ["autosave", "the step's own button", "a file joined"])
async def test_a_reason_for_urgency_without_its_box_stops_every_way_to_sending(
    cast: Cast, agent: Browser, how: str
) -> None:
    """By autosave, « Continuer », or a button that stays; then the check page, by any address, and the post itself."""
    check = await fill_to_check(agent, await to_organisations(agent))
    step = await on_step(agent, check, "blocage")
    typed = {"raison": "Coupure lundi", "urgente": None}
    if how == "autosave":
        await autosave(agent, step, **typed)
    else:
        button = "Continuer" if how != "a file joined" else "Joindre et choisir d’autres fichiers"
        await agent.press(step, button, **typed)

    for path in (check.path, f"{check.path}?depuis=verification", f"/brouillons/{draft_of(check)}/verification"):
        shown = await agent.get(path)
        assert "Coupure lundi" in shown.text and "Il manque encore des réponses" in shown.text
    sent = await agent.press(check, "Envoyer ma demande")

    assert sent.status == 422 and "Coupure lundi" in sent.text
    assert not await Recipient.exists().where(Recipient.case == draft_of(check))
    assert (await held(cast, check)).urgency_reason == "Coupure lundi"
    page = await on_step(agent, check, "blocage")
    assert page.control("Pourquoi est-ce urgent")["value"] == "Coupure lundi" and not page.list_ticked("urgente")


async def test_enter_in_the_search_of_organisations_searches_and_keeps_the_ticks(cast: Cast, agent: Browser) -> None:
    page = await agent.press(await agent.get("/demandes/nouvelle"), "Continuer", mode="free")
    chosen = page.find_value("CAF")

    page = await enter(agent, page, cherche="prefecture", organismes=[chosen])

    assert page.h1 == "Quels organismes contacter ?" and page.control("Nom ou sigle")["value"] == "prefecture"
    assert len(page.soup.select(".choice")) == 2
    assert await CaseOrganisation.count().where(CaseOrganisation.case == draft_of(page)) == 1
    page = await enter(agent, page, cherche="")
    assert page.h1 == "Quels organismes contacter ?" and len(page.soup.select(".choice")) > 2
    assert page.soup.select("details[open] #cherche"), "the box is still in sight"


async def enter(agent: Browser, page: Page, **typed: Any) -> Page:
    """Enter in a field of the step: the browser presses the form’s first button, which is hidden and has no words."""
    return await agent.press(page, "", **typed)


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("Prénom", "prenom"),
        ("Numéro d’allocataire CAF", "demande-1"),
        ("Description du blocage", "description"),
        ("Urgente", "urgente"),
        ("Pièces jointes", "pieces"),
        ("Mandat", "mandat"),
        ("Organismes contactés", "organismes"),
        ("Territoire", "territoire"),
        ("Catégorie", "categorie"),
        ("Sujet choisi", "sujet"),
    ],
)
async def test_modifier_leads_to_its_field_and_both_ways_back_lead_to_its_line(
    agent: Browser, line: str, field: str
) -> None:
    check = await fill_to_check(agent, await to_organisations(agent))
    back = check.soup.find("a", string=None, href=True, id=f"ligne-{field}")
    assert back is not None and back.get_text(" ", strip=True).endswith(line)

    page = await agent.get(str(back["href"]))

    assert str(back["href"]).endswith(f"#{field}") and page.soup.find(id=field) is not None
    assert page.link("Retour") == f"{check.path}#ligne-{field}"
    page = await agent.press(page, "Continuer")
    assert page.h1 == "Vérifiez vos réponses" and page.response.url.fragment == f"ligne-{field}"


async def test_modifier_the_category_asks_for_what_it_made_missing_then_comes_back(agent: Browser) -> None:
    check = await fill_to_check(agent, await to_organisations(agent))
    page = await agent.get(check.link("Modifier : Catégorie"))

    page = await agent.press(page, "Continuer", categorie=page.find_value("Santé / Handicap"))

    assert page.h1 == "Quel est le sujet ?" and page.link("Retour") == f"{check.path}#ligne-categorie"
    page = await agent.press(page, "Continuer", sujet=another(page, "sujet")[0])
    if page.h1 == "Qui est l’usager ?":  # the organisations of this subject ask for a number
        page = await agent.press(page, "Continuer", **{"inconnu-demande-1": "oui", "inconnu-demande-2": "oui"})
    assert page.h1 == "Vérifiez vos réponses" and page.response.url.fragment == "ligne-categorie"
