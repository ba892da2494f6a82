"""Without scripts: an old page of a shared account never replaces what another page has saved; both are shown."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest
from litestar.datastructures import FormMultiDict

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.draft.draft import load_editable_draft
from app.routes.cases.form_saves import list_typed_fields
from app.routes.cases.test_journey import fill_to_check, to_organisations
from app.routes.cases.test_message_draft import save
from app.routes.forms import Form
from app.tests.support.browser import BASE, Browser, Page
from db.tables.cases import Case
from db.tables.drafts import FormSave, MessageDraft

SignIn = Callable[[Actor], Awaitable[Browser]]
BOTH = "Un autre texte est gardé, écrit depuis une autre page"
TAKE, DROP = "Reprendre ce texte", "Ne pas garder ce texte"


def words(page: Page) -> str:
    return page.control("Votre message").get_text().strip()


async def test_two_people_of_one_account_lose_no_message(cast: Cast, case_id: UUID, sign_in: SignIn) -> None:
    one, other = await sign_in(cast.referent_caf_lot), await sign_in(cast.referent_caf_lot)
    old = await one.get(f"/demandes/{case_id}")
    assert (
        await save(other, await other.get(f"/demandes/{case_id}"), message="De l’autre", version="1.")
    ).status == 204

    kept = await save(one, old, message="De la vieille page", version="1.")
    assert kept.status == 202 and BOTH in kept.text and "De l’autre" in kept.text
    page = await one.get(f"/demandes/{case_id}")
    assert words(page) == "De l’autre" and "De la vieille page" in page.text

    page = await one.press(page, TAKE, message="De l’autre, et la suite")
    assert words(page) == "De la vieille page" and "De l’autre, et la suite" in page.text
    page = await one.press(page, "Envoyer le message")
    page = await one.get(f"/demandes/{case_id}")
    assert words(page) == "" and page.text.count(BOTH) == 1
    assert "De l’autre, et la suite" in page.text, "a send forgets what its form had seen, alone"
    page = await one.press(page, DROP)
    assert "De l’autre, et la suite" not in page.text and BOTH not in page.text


def test_what_is_typed_keeps_the_order_of_the_form() -> None:
    """Another process, or the same one after a restart, compares it with what it posts."""
    names = [f"ajout-{at}" for at in range(30, 0, -1)]

    assert [name for name, _ in list_typed_fields(Form(FormMultiDict((name, "x") for name in names)))] == names


async def test_the_line_ends_of_a_form_make_no_other_text(cast: Cast, case_id: UUID, sign_in: SignIn) -> None:
    """A form is posted with CRLF; scripts save LF, and LF is stored."""
    agent = await sign_in(cast.agent_lot)
    old = await agent.get(f"/demandes/{case_id}")
    await save(agent, await agent.get(f"/demandes/{case_id}"), message="Une ligne\nDeux", version="1.")

    page = await agent.press(old, "Joindre et choisir d’autres fichiers", message="Une ligne\r\nDeux ")

    assert page.status == 200 and BOTH not in page.text


async def test_a_message_sent_from_an_old_page_leaves_what_another_page_kept(
    cast: Cast, case_id: UUID, sign_in: SignIn
) -> None:
    one, other = await sign_in(cast.agent_lot), await sign_in(cast.agent_lot)
    old = await one.get(f"/demandes/{case_id}")
    await save(other, await other.get(f"/demandes/{case_id}"), message="Pas encore envoyé", version="1.")

    await one.press(old, "Envoyer le message", message="Envoyé")

    assert words(await other.get(f"/demandes/{case_id}")) == "Pas encore envoyé"
    late = await save(one, old, message="Envo", version="7.")
    assert late.status == 409 and (await MessageDraft.select(MessageDraft.body)) == [{"body": "Pas encore envoyé"}]


async def test_words_for_referents_come_back_for_referents(cast: Cast, case_id: UUID, sign_in: SignIn) -> None:
    browser = await sign_in(cast.referent_caf_lot)
    old = await browser.get(f"/demandes/{case_id}")
    await save(browser, await browser.get(f"/demandes/{case_id}"), message="À l’agent", version="1.")
    await save(browser, old, message="Entre nous", version="1.", **{"lecteurs": "referents"})

    page = await browser.get(f"/demandes/{case_id}")
    assert "Entre référents seulement : Entre nous" in page.text
    page = await browser.press(page, TAKE)
    assert words(page) == "Entre nous" and page.list_ticked("lecteurs")[0].startswith("Lu par : les référents")


async def test_an_old_page_of_a_step_shows_both_and_goes_on_once_one_is_chosen(cast: Cast, sign_in: SignIn) -> None:
    one, other = await sign_in(cast.agent_lot), await sign_in(cast.agent_lot)
    check = await fill_to_check(one, await to_organisations(one))
    address = check.path.replace("verification", "blocage")
    old, fresh = await one.get(address), await other.get(address)
    await other.press(fresh, "Continuer", description="Plus récent")

    page = await one.press(old, "Continuer", description="D’une vieille page")
    assert page.status == 409 and BOTH in page.text and "Plus récent" in page.text
    assert page.control("Description du blocage").get_text().strip() == "D’une vieille page"
    case = await Case.select(Case.id, Case.description).first()
    assert case is not None and case["description"] == "Plus récent"
    check = await one.get(check.path)
    assert "Deux textes sont gardés" in check.text
    assert (await one.press(check, "Envoyer ma demande")).status == 422

    page = await one.press(page, TAKE)
    assert page.control("Description du blocage").get_text().strip() == "Plus récent" and "vieille page" in page.text
    page = await one.press(page, TAKE)
    assert page.control("Description du blocage").get_text().strip() == "D’une vieille page"
    page = await one.press(page, DROP)
    assert BOTH not in page.text
    assert (await load_editable_draft(cast.agent_lot, case["id"])).description == "D’une vieille page"
    await one.press(await one.get(check.path), "Envoyer ma demande")

    gone = await other.press(fresh, "Continuer", description="Écrit après l’envoi")
    assert gone.status == 410 and "Cette demande a été envoyée le" in gone.text and "Écrit après l’envoi" in gone.text
    saved = await autosave(other, fresh, address, description="Écrit après l’envoi")
    assert saved.status == 410 and "Cette demande a été envoyée le" in saved.text


async def autosave(browser: Browser, page: Page, address: str, **typed: str | list[str]) -> Page:
    form = page.form("Continuer")
    own = {str(one["name"]): str(one.get("value", "")) for one in form.find_all("input", {"type": "hidden"})}
    data = {**own, "enregistrer": "1", **typed}
    return Page(await browser.http.post(address, data=data, headers={"origin": BASE}, follow_redirects=False))


async def test_ticked_organisations_of_an_old_page_are_kept_beside(cast: Cast, sign_in: SignIn) -> None:
    agent = await sign_in(cast.agent_lot)
    old = await to_organisations(agent)
    ticked = old.list_ticked("organismes")
    subject = await agent.get(old.path.replace("organismes", "sujet"))
    await agent.press(subject, "Continuer", sujet=subject.find_value("Naissance ou décès d’un proche"))

    page = await agent.press(old, "Continuer")

    assert page.status == 409 and page.list_ticked("organismes") == ticked and "Organismes contactés" in page.text

    page = await agent.get(old.path)
    others = page.list_ticked("organismes")
    assert others != ticked
    page = await agent.press(page, TAKE)
    assert page.list_ticked("organismes") == ticked and BOTH in page.text, "what it replaces is kept beside"
    page = await agent.press(page, TAKE)
    assert page.list_ticked("organismes") == others


async def test_a_text_taken_back_ticks_its_organisations_and_no_other(cast: Cast, sign_in: SignIn) -> None:
    """The older page was filtered: it did not offer what another page has chosen since."""
    agent = await sign_in(cast.agent_lot)
    page = await agent.press(await agent.get("/demandes/nouvelle"), "Continuer", mode="free")
    old = await agent.get(f"{page.path}?cherche=caf")
    await agent.press(page, "Continuer", organismes=[page.find_value("CPAM")])
    assert (await agent.press(old, "Continuer", organismes=[old.find_value("CAF")])).status == 409

    page = await agent.press(await agent.get(page.path), TAKE)

    assert [label.split(" – ")[0] for label in page.list_ticked("organismes")] == ["CAF"]


async def test_an_old_page_that_unticks_everything_is_kept_beside(cast: Cast, sign_in: SignIn) -> None:
    agent = await sign_in(cast.agent_lot)
    old = await to_organisations(agent)
    fresh = await agent.get(old.path)
    await agent.press(fresh, "Continuer", organismes=[fresh.find_value("CPAM")])

    page = await agent.press(old, "Continuer", organismes=[])

    assert page.status == 409 and not page.list_ticked("organismes")
    assert "CPAM" in page.soup.select("[data-others]")[0].get_text()
    page = await agent.get(old.path)
    assert len(page.list_ticked("organismes")) == 1
    assert "Organismes aucun" in " ".join(page.soup.select("[data-others]")[0].get_text(" ").split())
    assert not (await agent.press(page, TAKE)).list_ticked("organismes")


async def test_the_same_ticks_behind_another_filter_are_the_same_answer(cast: Cast, sign_in: SignIn) -> None:
    agent = await sign_in(cast.agent_lot)
    page = await agent.press(await agent.get("/demandes/nouvelle"), "Continuer", mode="free")
    old, chosen = await agent.get(f"{page.path}?cherche=caf"), [page.find_value("CAF")]
    await agent.press(page, "Continuer", organismes=chosen)

    assert (await autosave(agent, old, page.path, organismes=chosen)).status == 204
    assert (await agent.press(old, "Continuer", organismes=chosen)).h1 == "Qui est l’usager ?"


async def test_what_another_page_has_chosen_and_not_continued_is_shown(cast: Cast, sign_in: SignIn) -> None:
    """It waits for « Continuer » and is not in the draft yet: the saved fields show it."""
    agent = await sign_in(cast.agent_lot)
    check = await fill_to_check(agent, await to_organisations(agent))
    address = check.path.replace("verification", "mandat")
    one, other = await agent.get(address), await agent.get(address)
    phone = {"mandat": "phone", "appel": "19/11/2026", "motif": "Hospitalisée"}
    assert (await autosave(agent, one, address, **phone)).status == 204

    saved = await autosave(agent, other, address, mandat="paper", signature="18/11/2026")

    assert saved.status == 202
    assert all(word in saved.text for word in ("Par téléphone", "19/11/2026", "Hospitalisée"))


async def in_words(agent: Browser) -> Page:
    """The step of a subject in free words."""
    page = await agent.press(await agent.get("/demandes/nouvelle"), "Continuer", mode="guided")
    page = await agent.press(page, "Continuer", categorie=page.find_value("Autre"))
    assert page.h1 == "Quel est le sujet ?"
    return page


async def test_a_subject_in_words_is_not_emptied_by_an_old_page_of_the_problem(cast: Cast, sign_in: SignIn) -> None:
    agent = await sign_in(cast.agent_lot)
    subject = await in_words(agent)
    old = await agent.get(subject.path.replace("sujet", "blocage"))
    await agent.press(subject, "Continuer", sujet="Dossier perdu")

    page = await agent.press(old, "Continuer", description="D’une vieille page")

    assert page.status == 409 and BOTH in page.text and "Dossier perdu" in page.text
    assert (await load_editable_draft(cast.agent_lot, UUID(page.path.split("/")[2]))).subject == "Dossier perdu"


async def test_a_subject_of_the_problem_is_not_emptied_by_an_old_page_of_the_subject(
    cast: Cast, sign_in: SignIn
) -> None:
    agent = await sign_in(cast.agent_lot)
    old = await in_words(agent)
    problem = await agent.get(old.path.replace("sujet", "blocage"))
    await agent.press(problem, "Continuer", objet="Dossier perdu")

    page = await agent.press(old, "Continuer", sujet="Autre chose")

    assert page.status == 409 and BOTH in page.text and "Dossier perdu" in page.text
    assert (await load_editable_draft(cast.agent_lot, UUID(page.path.split("/")[2]))).subject == "Dossier perdu"


async def test_one_page_after_the_other_shows_no_other_text(cast: Cast, sign_in: SignIn) -> None:
    """The free subject and the subject of the problem, changed in turn, by autosave and by « Continuer »."""
    agent = await sign_in(cast.agent_lot)
    subject = await in_words(agent)
    address = {"sujet": subject.path, "objet": subject.path.replace("sujet", "blocage")}

    for name, words in (("sujet", "Un"), ("objet", "Deux"), ("objet", "Deux"), ("sujet", "Trois"), ("objet", "Quatre")):
        page = await agent.get(address[name])
        assert BOTH not in page.text
        saved = await autosave(agent, page, address[name], version=f"1.{base_of(page)}", **{name: words[:2]})
        assert saved.status == 204
        page = await agent.press(page, "Continuer", version=f"2.{base_of(page)}", **{name: words})
        assert page.status in (200, 422) and BOTH not in page.text
        assert (await load_editable_draft(cast.agent_lot, UUID(page.path.split("/")[2]))).subject == words
    assert await FormSave.count().where(FormSave.form_name == "blocage") <= 5, "a row a page, and one for other verbs"


def base_of(page: Page) -> str:
    field = page.soup.find("input", {"name": "version"})
    assert field is not None
    return str(field["value"]).partition(".")[2]


@pytest.mark.parametrize(
    ("step", "typed", "said"),
    [
        ("mandat", {"mandat": "paper", "signature": "18/11/2026"}, "Mandat Mandat signé sur papier"),
        ("categorie", {}, "Catégorie Social / Famille"),
        ("sujet", {}, "Sujet Étude ou versement"),
        ("organismes", {}, "Organismes CAF, MSA"),
    ],
)
async def test_what_a_page_held_of_a_draft_sent_since_is_said_in_words(
    cast: Cast, sign_in: SignIn, step: str, typed: dict[str, str], said: str
) -> None:
    agent = await sign_in(cast.agent_lot)
    check = await fill_to_check(agent, await to_organisations(agent))
    old = await agent.get(check.path.replace("verification", step))
    await agent.press(check, "Envoyer ma demande")

    page = await agent.press(old, "Continuer", **typed)

    rows = page.soup.select("dl.facts")
    assert page.status == 410 and said in " ".join(rows[0].get_text(" ").split())
    assert not [
        row for row in rows[0].select("dd") if row.get_text().strip() in ("paper", "oui") or row.get_text().isdigit()
    ]
