"""« Vérifiez vos réponses » warns of the citizen’s name in the subject, and of look-alikes."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.case_number import format_case_number
from app.domain.cases.lifecycle.closure import close
from app.tests.support.browser import Browser, Page
from app.tests.support.cases_fixtures import NewCase, make_draft
from db.tables.cases import Case

SignIn = Callable[[Actor], Awaitable[Browser]]
ALIKE = "D’autres demandes semblent être de cette personne"
NAMED = "Le sujet semble contenir le nom de l’usager."


async def check_page(browser: Browser, actor: Actor, now: datetime, subject: str = "Autre sujet") -> Page:
    return await browser.get(f"/brouillons/{await make_draft(actor, now, 'CAF', subject=subject)}/verification")


async def test_an_open_case_of_the_same_citizen_is_shown_to_who_may_read_it(
    cast: Cast, new_case: NewCase, sign_in: SignIn, now: datetime
) -> None:
    sent = await new_case("CAF", "MSA", subject="Allocation arrêtée")
    row = await Case.select(Case.number).where(Case.id == sent).first()
    number = format_case_number(row["number"] if row else 0)
    for actor in (cast.agent_lot, cast.colleague_lot):
        page = await check_page(await sign_in(actor), actor, now)
        assert ALIKE in page.text and (f"{number}, Allocation arrêtée", f"/demandes/{sent}") in list_links(page)
        assert "Jeanne Pélissier, 1957. Envoyée" in page.text
        assert "par Carmen" in page.text and "CAF, MSA" in page.text


def list_links(page: Page) -> list[tuple[str, str]]:
    return [(link.get_text(), str(link["href"])) for link in page.soup.find_all("a", href=True)]


async def test_what_the_agent_may_not_read_is_not_even_told(
    cast: Cast, new_case: NewCase, sign_in: SignIn, now: datetime
) -> None:
    """Byte for byte the same as before another office’s case about the same citizen."""
    browser = await sign_in(cast.agent_cher)
    own = await make_draft(cast.agent_cher, now, "CAF")
    before = shown(await browser.get(f"/brouillons/{own}/verification"))

    await new_case("CAF", "MSA", subject="Allocation arrêtée")

    after = await browser.get(f"/brouillons/{own}/verification")
    assert shown(after) == before and ALIKE not in after.text


def shown(page: Page) -> str:
    for field in page.soup.find_all("input", {"name": "jeton"}):
        field["value"] = ""
    return str(page.soup)


async def test_a_closed_case_and_another_organisation_s_are_shown_too(
    cast: Cast, new_case: NewCase, sign_in: SignIn, now: datetime
) -> None:
    closed: UUID = await new_case("CAF", subject="Close")
    await close(cast.agent_lot, closed, "solved", now)
    await new_case("MSA", subject="Ailleurs")

    page = await check_page(await sign_in(cast.agent_lot), cast.agent_lot, now)

    assert ALIKE in page.text and "Close" in page.text and "Clôturée" in page.text and "Ailleurs" in page.text


@pytest.mark.parametrize(
    ("subject", "named"),
    [("Dossier de Mme Pélissier", True), ("dossier PELISSIER", True), ("Allocation arrêtée", False), ("", False)],
)
async def test_the_citizen_s_name_in_the_subject_is_told_and_sends_all_the_same(
    cast: Cast, sign_in: SignIn, now: datetime, subject: str, named: bool
) -> None:
    browser = await sign_in(cast.agent_lot)
    page = await check_page(browser, cast.agent_lot, now, subject or "Sans nom")
    assert (NAMED in page.text) == named
    assert (await browser.press(page, "Envoyer ma demande")).shows_status("Nouvelle")
