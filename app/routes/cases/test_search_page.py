"""The search box of a list: all that one reads, from every tab."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.case_number import format_case_number
from app.domain.cases.lifecycle.closure import Outcome, close
from app.tests.support.browser import Browser, Page
from app.tests.support.cases_fixtures import NewCase
from db.tables.cases import Case

SignIn = Callable[[Actor], Awaitable[Browser]]


async def test_a_closed_case_is_found_from_the_first_tab_by_name_and_number(
    cast: Cast, new_case: NewCase, sign_in: SignIn, now: datetime
) -> None:
    closed, still_open = await new_case("CAF"), await new_case("CAF")
    await close(cast.agent_lot, closed, Outcome.SOLVED, now)
    julien = await sign_in(cast.referent_caf_lot)

    for words, cases in (("pelissier", {closed, still_open}), (await find_number(closed), {closed})):
        found = await julien.press(await julien.get("/demandes"), "Filtrer", q=words)
        assert {row["id"] for row in found.soup.select("#demandes > li")} == {f"c-{one}" for one in cases}, words
        assert "Clôturée" in found.text and not found.soup.select(".tabs [aria-current]")
    first = await julien.get((await julien.get("/demandes?q=retard")).link("Tout afficher"))
    assert "À traiter" in first.soup.select_one(".tabs [aria-current]").get_text()  # type: ignore[union-attr]


async def test_what_is_not_found_says_why(cast: Cast, case_id: UUID, sign_in: SignIn) -> None:
    agent = await sign_in(cast.agent_lot)
    number = await find_number(case_id)
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)

    assert "un chiffre de celui-ci est faux" in (await agent.get(f"/demandes?q={wrong}")).text
    assert "par ses quatre derniers chiffres" in (await agent.get("/demandes?q=introuvable")).text


async def test_the_order_shown_is_the_one_of_the_rows_and_keeps_what_is_remembered(
    cast: Cast, case_id: UUID, sign_in: SignIn
) -> None:
    recent, oldest = "Les plus récentes d’abord", "Les plus anciennes d’abord"
    for actor, due in ((cast.referent_caf_lot, "À répondre d’abord"), (cast.agent_lot, "Réponses non lues d’abord")):
        browser = await sign_in(actor)
        assert list_orders(await browser.get("/demandes")) == [(due, True), (recent, False), (oldest, False)]
        for address in ("/demandes?q=retard", "/demandes?vue=cloturees"):
            assert list_orders(await browser.get(address)) == [(recent, True), (oldest, False)], address
        found = await browser.press(await browser.get("/demandes"), "Filtrer", q="retard")
        await browser.press(found, "Filtrer")
        assert list_orders(await browser.get("/demandes"))[0] == (due, True), "a search chooses no order"
        for chosen, label in (("recentes", recent), ("anciennes", oldest)):
            found = await browser.get(f"/demandes?q=retard&tri={chosen}")
            assert [one for one, selected in list_orders(found) if selected] == [label]


def list_orders(page: Page) -> list[tuple[str, bool]]:
    """The choices of « Ordre », and whether each is the selected one; the first is where none is."""
    options = page.control("Ordre").select("option")
    return [(one.get_text(), one.has_attr("selected")) for one in options]


async def find_number(case_id: UUID) -> str:
    row = await Case.select(Case.number).where(Case.id == case_id).first()
    assert row
    return format_case_number(row["number"])
