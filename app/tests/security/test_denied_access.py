"""Denied accesses on teams, people and administration: who, which action, on whom; one audit line an hour."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.tests.support.browser import BASE, Browser
from db.tables.audit import AuditEntry
from db.tables.teams import Team

if TYPE_CHECKING:
    from app.tests.support.fixtures import Clock

SignIn = Callable[[Actor], Awaitable[Browser]]


async def lines() -> list[dict[str, Any]]:
    columns = (
        AuditEntry.person_id,
        AuditEntry.denied_route,
        AuditEntry.team_id,
        AuditEntry.target_person_id,
        AuditEntry.network,
    )
    return await AuditEntry.select(*columns).where(AuditEntry.action == "refused").order_by(AuditEntry.id)


async def test_what_is_refused_says_who_which_verb_and_on_whom(cast: Cast, sign_in: SignIn) -> None:
    team, agent = cast.referent_caf_lot.seats[0].team_id, cast.agent_cher
    browser = await sign_in(agent)
    page = await browser.get("/demandes")
    token = page.soup.find("input", {"name": "jeton"})["value"]  # type: ignore[index]
    asked = (
        ("GET", "/administration/trace"),
        ("GET", f"/equipes/{team}"),
        ("POST", f"/equipes/{team}/membres"),
        ("POST", f"/personnes/{cast.agent_lot.id}/desactivation"),
        ("POST", "/administration/bandeau"),
    )
    for method, path in asked:
        form = {"jeton": token} if method == "POST" else None
        answer = await browser.http.request(method, path, data=form, headers={"origin": BASE})
        assert answer.status_code in {403, 404}, path

    found = await lines()
    assert [line["denied_route"] for line in found] == [
        "GET /administration/trace",
        "GET /equipes/{team_id}",
        "POST /equipes/{team_id}/membres",
        "POST /personnes/{person_id}/desactivation",
        "POST /administration/bandeau",
    ]
    assert {line["person_id"] for line in found} == {agent.id} and {line["network"] for line in found} == {
        "127.0.0.0/24"
    }
    assert [line["team_id"] for line in found] == [None, team, team, None, None]
    assert [line["target_person_id"] for line in found] == [None, None, None, cast.agent_lot.id, None]


async def test_a_loop_leaves_one_line_an_hour(cast: Cast, sign_in: SignIn, clock: Clock) -> None:
    browser = await sign_in(cast.agent_cher)
    teams = await Team.select(Team.id).where(Team.id.not_in([seat.team_id for seat in cast.agent_cher.seats]))
    for _ in range(3):
        for team in teams:
            await browser.http.get(f"/equipes/{team['id']}")
    assert len(await lines()) == 1
    clock.now += timedelta(hours=1)
    await browser.http.get(f"/equipes/{teams[0]['id']}")
    assert len(await lines()) == 2


async def test_what_is_absent_and_what_strangers_ask_are_no_lines(
    cast: Cast, sign_in: SignIn, anonymous_browser: Browser
) -> None:
    for path in ("/administration/trace", "/personnes/1", "/equipes/1"):
        await anonymous_browser.http.get(path)
    admin, agent = await sign_in(cast.admin), await sign_in(cast.agent_cher)
    for path in ("/equipes/2000000000", "/personnes/2000000000", "/administration/inscriptions/2000000000"):
        assert (await admin.http.get(path)).status_code == 404
    assert (await agent.http.get("/equipes/2000000000")).status_code == 404
    assert await lines() == []


async def test_the_trail_says_it_in_french(cast: Cast, sign_in: SignIn) -> None:
    await (await sign_in(cast.agent_cher)).http.get(f"/equipes/{cast.referent_caf_lot.seats[0].team_id}")
    admin = await sign_in(cast.admin)
    page = await admin.get("/administration/trace", params={"action": "refused"})
    (line,) = page.soup.select("ol.cases > li")
    text = " ".join(line.get_text(" ").split())
    assert text.startswith("Action refusée") and "lire, à /equipes/…" in text and "équipe CAF du Lot" in text
    answer = await admin.http.get("/administration/trace.csv", params={"action": "refused"})
    assert "lire, à /equipes/…" in answer.text
