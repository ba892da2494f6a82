"""The banner: on every page at once, escaped, from when until when; only an admin sets it."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.tests.support.browser import Browser, Page

if TYPE_CHECKING:
    from app.tests.support.fixtures import Clock

SignIn = Callable[[Actor], Awaitable[Browser]]
PATH = "/administration/bandeau"


@pytest.fixture
async def admin(cast: Cast, sign_in: SignIn) -> Browser:
    return await sign_in(cast.admin)


def banner(page: Page) -> str:
    found = page.soup.find("section", {"aria-label": "Annonce"})
    return " ".join(found.get_text().split()) if found else ""


async def test_it_shows_on_every_page_at_once_and_goes(
    cast: Cast, admin: Browser, anonymous_browser: Browser, sign_in: SignIn
) -> None:
    agent = await sign_in(cast.agent_lot)
    page = await admin.press(
        await admin.get(PATH), "Afficher ce bandeau", texte="Coupure <b>ce soir</b>", genre="warning"
    )

    assert banner(page) == "Important : Coupure <b>ce soir</b>"
    for browser, path in (
        (anonymous_browser, "/login"),
        (anonymous_browser, "/aide"),
        (agent, "/demandes"),
        (agent, "/nulle-part"),
    ):
        shown = await browser.get(path)
        assert banner(shown) == "Important : Coupure <b>ce soir</b>", path
        assert shown.soup.body and shown.soup.body.find(["section", "header"]).name == "section"  # type: ignore[union-attr]

    page = await admin.press(page, "Retirer le bandeau")
    assert not banner(page) and not banner(await anonymous_browser.get("/login"))


async def test_it_shows_from_when_until_when(admin: Browser, anonymous_browser: Browser, clock: "Clock") -> None:
    page = await admin.get(PATH)
    await admin.press(page, "Afficher ce bandeau", texte="Demain", debut="2026-11-24T08:30", fin="2026-11-24T10:00")
    assert not banner(await anonymous_browser.get("/login"))
    assert (await admin.get(PATH)).control("À partir de")["value"] == "2026-11-24T08:30"
    clock.now += timedelta(hours=22, minutes=30)
    assert banner(await anonymous_browser.get("/login")) == "Information : Demain"
    clock.now += timedelta(hours=1, minutes=30)
    assert not banner(await anonymous_browser.get("/login"))


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"texte": ""}, "texte"),
        ({"texte": "x" * 501}, "texte"),
        ({"texte": "nul\0"}, "texte"),
        ({"texte": "Un", "fin": "2020-01-01T00:00"}, "fin"),
        ({"texte": "Un", "debut": "2027-01-02T00:00", "fin": "2027-01-01T00:00"}, "fin"),
        ({"texte": "Un", "debut": "demain"}, "debut"),
        ({"texte": "Un", "debut": "0001-01-01T00:00"}, "debut"),
    ],
)
async def test_what_is_wrong_is_said_and_what_was_typed_stays(
    admin: Browser, typed: dict[str, str], field: str
) -> None:
    page = await admin.press(await admin.get(PATH), "Afficher ce bandeau", **{"debut": "", **typed, "genre": "warning"})
    assert page.status == 422 and not banner(page)
    assert [link["href"] for link in page.soup.select(".error-summary a")] == [f"#{field}"]
    assert page.list_ticked("genre") == ["Important"]


async def test_no_other_person_sees_or_sets_it(cast: Cast, sign_in: SignIn) -> None:
    for other in (cast.supervisor_lot, cast.manager_caf_lot, cast.agent_lot):
        browser = await sign_in(other)
        assert (await browser.get(PATH)).status == 404
        assert (await browser.get("/administration/maintenance")).status == 404
