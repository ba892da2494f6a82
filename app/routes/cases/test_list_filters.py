"""What the browser remembers of a list's filters, for the person who chose them."""

from collections.abc import Awaitable, Callable

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.routes.cases.list_filters import LIST_COOKIE
from app.tests.support.browser import Browser, Page
from app.tests.support.cases_fixtures import NewCase

SignIn = Callable[[Actor], Awaitable[Browser]]


def count_rows(page: Page) -> int:
    return len(page.soup.select("#demandes > li"))


async def test_what_is_chosen_is_there_again_until_another_choice(
    cast: Cast, new_case: NewCase, sign_in: SignIn
) -> None:
    await new_case("CAF")
    await new_case("CAF", actor=cast.colleague_lot)
    referent = await sign_in(cast.referent_caf_lot)
    page = await referent.get("/demandes")
    assert count_rows(page) == 2 and LIST_COOKIE not in referent.http.cookies

    chosen = await referent.press(page, "Filtrer", agent=str(cast.agent_lot.id), densite="compacte")
    assert count_rows(chosen) == 1 and LIST_COOKIE in referent.http.cookies
    again = await referent.get("/demandes")
    assert count_rows(again) == 1 and "set-cookie" not in (await referent.http.get("/demandes")).headers
    assert again.soup.select("#demandes.compact") and "1 demande avec ces filtres" in again.text
    assert count_rows(await referent.get("/demandes?vue=a-personne")) == 1, "in each view"

    whole = await referent.press(again, "Filtrer", agent="", densite=None)
    assert count_rows(whole) == 2 and count_rows(await referent.get("/demandes")) == 2


async def test_another_person_of_the_same_browser_has_their_own(cast: Cast, new_case: NewCase, sign_in: SignIn) -> None:
    await new_case("CAF")
    referent, manager = await sign_in(cast.referent_caf_lot), await sign_in(cast.manager_caf_lot)
    await referent.get(f"/demandes?agent={cast.colleague_lot.id}")
    assert count_rows(await referent.get("/demandes")) == 0

    manager.http.cookies.set(LIST_COOKIE, referent.http.cookies[LIST_COOKIE])

    assert count_rows(await manager.get("/demandes")) == 1


async def test_no_word_of_an_address_is_remembered(cast: Cast, new_case: NewCase, sign_in: SignIn) -> None:
    await new_case("CAF")
    referent = await sign_in(cast.referent_caf_lot)

    await referent.get("/demandes?tri=recentes&territoire=Jeanne%20Pélissier&q=Pélissier&structure=" + "7" * 4000)

    assert referent.http.cookies[LIST_COOKIE].strip('"') == f"{cast.referent_caf_lot.id}.tri=recentes"
    assert count_rows(await referent.get("/demandes")) == 1


async def test_an_open_list_counts_what_its_filters_show(cast: Cast, new_case: NewCase, sign_in: SignIn) -> None:
    await new_case("CAF")
    referent = await sign_in(cast.referent_caf_lot)
    asked = f"agent={cast.agent_lot.id}"
    shown = (await referent.http.get(f"/nouvelles?{asked}")).headers["etag"]
    await new_case("CAF")

    filtered = await referent.http.get(f"/nouvelles?{asked}", headers={"if-none-match": shown})
    whole = await referent.http.get("/nouvelles", headers={"if-none-match": shown})

    again = await referent.get(f"/demandes?{asked}")
    line = str(again.soup.find(id="total")).replace(' id="total"', ' id="total" hx-swap-oob="true"')
    assert "2 demandes avec ces filtres" in line and line in filtered.text
    assert 'id="total"' not in whole.text
