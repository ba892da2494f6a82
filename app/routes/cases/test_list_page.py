"""The list has its filters in the address: they hold on reload, for a colleague, on the next page."""

import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.inbox.listing import PAGE_SIZE
from app.settings import ROOT
from app.tests.support.browser import Browser
from app.tests.support.cases_fixtures import NewCase

SignIn = Callable[[Actor], Awaitable[Browser]]
CHOSEN = {"vue": ["recherche"], "statut": ["new"], "tri": ["anciennes"], "q": ["retard"]}


async def test_filters_are_in_the_address_and_in_the_form_again(
    cast: Cast, new_case: NewCase, sign_in: SignIn, now: datetime
) -> None:
    for _ in range(PAGE_SIZE + 1):
        await new_case("CAF")
    agent = await sign_in(cast.agent_lot)

    page = await agent.press(await agent.get("/demandes"), "Filtrer", q="retard", statut="new", tri="anciennes")

    assert page.path.startswith("/demandes?")
    again = await agent.get(page.path)
    assert again.control("Rechercher")["value"] == "retard"
    chosen = [option.get_text() for option in again.soup.select("option[selected]")]
    assert chosen == ["Les plus anciennes d’abord", "Nouvelle"]
    assert f"{PAGE_SIZE + 1} demandes avec ces filtres" in again.text
    following = again.soup.select_one(".pagination a[rel=next]")
    stream = again.soup.select_one("[data-stream]")
    assert following and stream
    for address in (str(following["href"]), str(stream["hx-sse:connect"])):
        kept = parse_qs(urlsplit(address).query)
        assert {name: kept.get(name) for name in CHOSEN} == CHOSEN, address
    assert len((await agent.get(str(following["href"]))).soup.select("#demandes > li")) == 1


async def test_help_announces_each_key_and_no_other(cast: Cast, sign_in: SignIn) -> None:
    script = (ROOT / "app/static/keys.js").read_text()
    keys = set(re.findall(r'^    "?([a-z/?])"?: \(\) =>', script, re.MULTILINE))
    page = await (await sign_in(cast.agent_lot)).get("/aide")

    title = page.soup.find(id="raccourcis")
    assert title
    found = {key.get_text().lower() for key in title.find_next("dl").find_all("kbd")}  # type: ignore[union-attr]

    assert len(keys) == 11 and found == keys | {"entrée"}
