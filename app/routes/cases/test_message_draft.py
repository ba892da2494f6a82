"""The autosave of a message has an empty answer, and the text is in the form the next time."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.routes.forms import MAX_FORM_BYTES
from app.tests.support.browser import BASE, Browser, Page

SignIn = Callable[[Actor], Awaitable[Browser]]
LARGEST = 70
"""Bytes of the answer: it has no body, so it needs no headers (app/routes/middleware/security_headers.py)."""


async def save(browser: Browser, page: Page, **typed: str) -> Page:
    form = page.soup.find("form", {"data-message": True})
    assert form is not None
    token = {str(field["name"]): str(field["value"]) for field in form.find_all("input", {"name": ["jeton", "cle"]})}
    answer = await browser.http.post(str(form["data-message"]), data={**token, **typed}, headers={"origin": BASE})
    return Page(answer)


async def test_words_come_back_on_another_computer_and_go_once_sent(cast: Cast, case_id: UUID, sign_in: SignIn) -> None:
    browser, elsewhere = await sign_in(cast.referent_caf_lot), await sign_in(cast.referent_caf_lot)
    case = f"/demandes/{case_id}"
    saved = await save(browser, await browser.get(case), message="Je rappelle", **{"lecteurs": "referents"})

    page = await elsewhere.get(case)
    assert saved.status == 204 and page.control("Votre message").get_text().strip() == "Je rappelle"
    assert page.list_ticked("lecteurs")[0].startswith("Lu par : les référents")
    assert "vous seul le voyez" in page.text

    await elsewhere.press(page, "Envoyer le message")
    assert (await elsewhere.get(case)).control("Votre message").get_text().strip() == ""


async def test_a_save_after_its_message_is_not_answered_as_kept(cast: Cast, case_id: UUID, sign_in: SignIn) -> None:
    browser, case = await sign_in(cast.referent_caf_lot), f"/demandes/{case_id}"
    page = await browser.get(case)
    await browser.press(page, "Envoyer le message", message="Je rappelle")

    late = await save(browser, page, message="Je rappelle demain")

    assert late.status == 409 and "déjà parti" in late.text
    assert (await browser.get(case)).control("Votre message").get_text().strip() == ""


async def test_a_save_weighs_little(cast: Cast, case_id: UUID, sign_in: SignIn) -> None:
    browser = await sign_in(cast.agent_lot)
    answer = (await save(browser, await browser.get(f"/demandes/{case_id}"), message="Bon")).response

    heaviest = sum(len(name) + len(value) + 4 for name, value in answer.headers.raw)
    assert not answer.content and heaviest + len("HTTP/1.1 204 No Content\r\n\r\n") <= LARGEST


async def test_a_save_that_cannot_be_is_refused(cast: Cast, case_id: UUID, sign_in: SignIn) -> None:
    browser, stranger = await sign_in(cast.agent_lot), await sign_in(cast.agent_cher)
    page = await browser.get(f"/demandes/{case_id}")

    assert (await save(browser, page, message="x" * (MAX_FORM_BYTES + 1))).status == 413
    assert (await save(browser, page, message="a\0b")).status == 422
    assert (await save(stranger, page, message="Bonjour")).status in {403, 404}
    await browser.press(page, "Envoyer le message", message="")
    assert page.control("Votre message").get_text().strip() == ""


async def test_a_message_refused_by_a_closing_is_in_the_form_once_the_case_is_open(
    cast: Cast, case_id: UUID, sign_in: SignIn
) -> None:
    """Without scripts: the page’s promise holds, for a person who may reopen and for one who may not."""
    case, words = f"/demandes/{case_id}", "Une précision à ne pas perdre"
    agent, referent, colleague = [
        await sign_in(one) for one in (cast.agent_lot, cast.referent_caf_lot, cast.colleague_lot)
    ]
    pages = {browser: await browser.get(case) for browser in (agent, referent)}
    await colleague.press(await colleague.get(f"{case}/cloture"), "Confirmer la clôture", issue="solved")

    for browser, what_next in ((agent, "rouvrez-la pour l’envoyer"), (referent, "rouverte par l’équipe de l’agent")):
        refused = await browser.press(pages[browser], "Envoyer le message", message=f"{words}, {what_next}")
        assert refused.status == 409 and what_next in refused.text
        closed = await browser.get(case)
        assert f"{words}, {what_next}" in closed.text and not closed.has_button("Envoyer le message")
        assert "pas encore envoyé" in closed.text and "vous seul le voyez" in closed.text
    assert words not in (await colleague.get(case)).text

    await agent.press(await agent.get(case), "Rouvrir la demande")
    for browser, end in ((agent, "l’envoyer"), (referent, "l’agent")):
        field = (await browser.get(case)).control("Votre message").get_text().strip()
        assert field.startswith(words) and field.endswith(end)
    assert (await colleague.get(case)).control("Votre message").get_text().strip() == ""
