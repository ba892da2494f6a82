"""Without scripts: an old page of a shared account never replaces what another page has kept, and both are shown."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.draft import load_draft
from app.routes.cases.test_journey import fill_to_check, to_organisations
from app.routes.cases.test_message_draft import save
from app.testing import BASE, Browser, Page
from db.tables import Case, MessageDraft

SignIn = Callable[[Actor], Awaitable[Browser]]
BOTH = "Un autre texte est gardé, écrit depuis une autre page"
TAKE, DROP = "Reprendre ce texte", "Ne pas garder ce texte"


def words(page: Page) -> str:
    return page.control("Votre message").get_text().strip()


async def test_two_people_of_one_account_lose_no_message(cast: Cast, case_id: UUID, signed_in: SignIn) -> None:
    one, other = await signed_in(cast.referent_caf_lot), await signed_in(cast.referent_caf_lot)
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


async def test_a_message_sent_from_an_old_page_leaves_what_another_page_kept(
    cast: Cast, case_id: UUID, signed_in: SignIn
) -> None:
    one, other = await signed_in(cast.agent_lot), await signed_in(cast.agent_lot)
    old = await one.get(f"/demandes/{case_id}")
    await save(other, await other.get(f"/demandes/{case_id}"), message="Pas encore envoyé", version="1.")

    await one.press(old, "Envoyer le message", message="Envoyé")

    assert words(await other.get(f"/demandes/{case_id}")) == "Pas encore envoyé"
    late = await save(one, old, message="Envo", version="7.")
    assert late.status == 409 and (await MessageDraft.select(MessageDraft.body)) == [{"body": "Pas encore envoyé"}]


async def test_words_for_referents_come_back_for_referents(cast: Cast, case_id: UUID, signed_in: SignIn) -> None:
    browser = await signed_in(cast.referent_caf_lot)
    old = await browser.get(f"/demandes/{case_id}")
    await save(browser, await browser.get(f"/demandes/{case_id}"), message="À l’agent", version="1.")
    await save(browser, old, message="Entre nous", version="1.", **{"entre-referents": "oui"})

    page = await browser.get(f"/demandes/{case_id}")
    assert "Entre référents seulement : Entre nous" in page.text
    page = await browser.press(page, TAKE)
    assert words(page) == "Entre nous" and page.ticked("entre-referents")


async def test_an_old_page_of_a_step_shows_both_and_goes_on_once_one_is_chosen(cast: Cast, signed_in: SignIn) -> None:
    one, other = await signed_in(cast.agent_lot), await signed_in(cast.agent_lot)
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
    assert (await load_draft(cast.agent_lot, case["id"])).description == "D’une vieille page"
    await one.press(await one.get(check.path), "Envoyer ma demande")

    gone = await other.press(fresh, "Continuer", description="Écrit après l’envoi")
    assert gone.status == 410 and "Cette demande a été envoyée le" in gone.text and "Écrit après l’envoi" in gone.text
    saved = await autosave(other, fresh, address, description="Écrit après l’envoi")
    assert saved.status == 410 and "Cette demande a été envoyée le" in saved.text


async def autosave(browser: Browser, page: Page, address: str, **typed: str) -> Page:
    form = page.form("Continuer")
    own = {str(one["name"]): str(one.get("value", "")) for one in form.find_all("input", {"type": "hidden"})}
    data = {**own, "enregistrer": "1", **typed}
    return Page(await browser.http.post(address, data=data, headers={"origin": BASE}, follow_redirects=False))


async def test_ticked_organisations_of_an_old_page_are_kept_beside(cast: Cast, signed_in: SignIn) -> None:
    agent = await signed_in(cast.agent_lot)
    old = await to_organisations(agent)
    ticked = old.ticked("organismes")
    subject = await agent.get(old.path.replace("organismes", "sujet"))
    await agent.press(subject, "Continuer", sujet=subject.value_of("Naissance ou décès d’un proche"))

    page = await agent.press(old, "Continuer")

    assert page.status == 409 and page.ticked("organismes") == ticked and "Organismes contactés" in page.text
