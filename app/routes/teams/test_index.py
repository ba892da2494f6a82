"""The list and the page of teams, as each person sees them."""

from collections.abc import Awaitable, Callable

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.tests.support.browser import Browser
from db.tables.teams import Team

SignIn = Callable[[Actor], Awaitable[Browser]]


async def team_named(name: str) -> int:
    row = await Team.select(Team.id).where(Team.name == name).first()
    assert row
    return int(row["id"])


async def test_an_admin_finds_a_team_and_reads_its_page(cast: Cast, sign_in: SignIn) -> None:
    browser = await sign_in(cast.admin)
    page = await browser.get("/administration")
    page = await browser.get(page.link("Équipes"))
    page = await browser.press(page, "Filtrer", q="caf LÔT")
    assert "1 équipe avec ces filtres" in page.text and "Cher" not in page.link("CAF du Lot")

    page = await browser.get(page.link("CAF du Lot"))

    assert page.h1 == "CAF du Lot"
    for word in ("Caisse d’allocations familiales", "Lot (46)", "Hélène Marty", "Responsable", "Julien Delmas"):
        assert word in page.text
    assert "Oui : 2 membres actifs" in page.text and "Toutes les structures aidantes" in page.text


async def test_a_team_that_no_one_reads_says_so_on_the_list_and_on_its_page(cast: Cast, sign_in: SignIn) -> None:
    browser = await sign_in(cast.admin)
    page = await browser.get((await browser.get("/equipes")).link("Injoignables (1)"))
    assert "CPAM de la Creuse" in page.text and "CAF" not in page.text.split("Filtrer")[-1]

    page = await browser.get(page.link("CPAM de la Creuse"))

    assert "Équipe injoignable" in page.text and "ne peut pas être choisie" in page.text


async def test_members_read_their_own_team_and_no_other(cast: Cast, sign_in: SignIn) -> None:
    browser = await sign_in(cast.referent_caf_lot)
    page = await browser.get("/equipes")
    assert "CPAM" not in page.text and not page.has_button("Filtrer")

    assert (await browser.get(page.link("CAF du Lot"))).status == 200
    absent, other = (
        await browser.get("/equipes/999999"),
        await browser.get(f"/equipes/{await team_named('CPAM du Lot')}"),
    )
    assert absent.status == other.status == 404 and absent.text == other.text
    for wrong in ("0", "-1", "9" * 30, "2147483648"):
        assert (await browser.get(f"/equipes/{wrong}")).status in (400, 404)


async def test_an_expert_has_no_team_and_is_told_what_to_do(cast: Cast, sign_in: SignIn) -> None:
    page = await (await sign_in(cast.expert)).get("/equipes")
    assert "membre d’aucune équipe" in page.text


async def test_a_strange_address_is_read_as_far_as_it_goes(cast: Cast, sign_in: SignIn) -> None:
    browser = await sign_in(cast.admin)
    for query in (
        "page=-3",
        "page=9999999999",
        "vue=nulle",
        "q=%00",
        "q=%ED%A0%80",
        "organisme=1e9",
    ):
        assert (await browser.get(f"/equipes?{query}")).status == 200
