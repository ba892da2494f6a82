"""Where a proxy holds back streams, the page polls by itself.

The page’s clock is moved forward; the connections, the answers and the waits for them are real.
"""

import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection, HTTPResponse

import pytest
from playwright.sync_api import Page, Route, expect

from app.gateways.live.bus import MAX_PER_PERSON
from e2e.line import CuttableLine, StreamHandling
from e2e.people import Person
from e2e.server import Server

Arrive = Callable[..., Person]
POLLS = "**/nouvelles?*"
PUT_AWAY = """(away) => {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => away });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


@pytest.fixture(params=[StreamHandling.HELD, StreamHandling.ENDED], ids=["a relay that holds", "a relay that ends"])
def relayed(request: pytest.FixtureRequest, server: Server) -> Iterator[CuttableLine]:
    relay = CuttableLine(server.port, request.param)
    yield relay
    relay.close()


def polls(page: Page) -> list[int]:
    """A list that grows by the status of each answer to the page’s poll."""
    answered: list[int] = []
    page.on("response", lambda answer: answered.append(answer.status) if "/nouvelles?" in answer.url else None)
    return answered


def until_it_polls(page: Page, answered: list[int]) -> None:
    """At least half a minute of the page’s clock, in steps that let each poll be answered."""
    for step in range(100):
        page.clock.run_for(2500)
        page.wait_for_timeout(100)
        if step >= 15 and len(answered) >= 3:
            break
    assert len(answered) >= 3, "it asks before it gives the stream up"
    page.wait_for_timeout(300)
    answered.clear()


def until_nothing_is_new(page: Page, answered: list[int]) -> None:
    """On a busy machine the page also polls between the opening and the message: each is new to it."""
    for _ in range(3):
        seen = len(answered)
        page.clock.run_for(36_000)
        for _ in range(100):
            if len(answered) == seen:
                page.wait_for_timeout(100)
        if answered[-1] == 304:
            break
    assert set(answered[:-1]) == {200} and answered[-1] == 304


def test_messages_and_badges_arrive_all_the_same(log_in_again: Arrive, relayed: CuttableLine) -> None:
    agent, referent = log_in_again("agent.lot", url=relayed.url), log_in_again("referent.caf.lot")
    case = agent.send_case(subject="Flux retenu").replace(relayed.url, "")
    agent.page.clock.install()
    answered = polls(agent.page)
    agent.page.goto(case)
    agent.page.get_by_role("textbox", name="Votre message").press_sequentially("Une phrase commencée")
    until_it_polls(agent.page, answered)

    referent.page.goto(case)
    referent.writes("Un message sans flux")
    agent.page.clock.run_for(36_000)
    agent.reads("Un message sans flux")
    agent.sees_status("Répondue")
    expect(agent.page.get_by_role("textbox", name="Votre message")).to_have_value("Une phrase commencée")
    expect(agent.page.locator("#annonces")).to_contain_text("Message de la CAF.")

    until_nothing_is_new(agent.page, answered)
    expect(agent.page.get_by_text("Un message sans flux", exact=True)).to_have_count(1)


def test_a_list_whose_stream_is_refused_asks_when_it_is_seen(log_in_again: Arrive) -> None:
    agent, referent = log_in_again("agent.lot"), log_in_again("referent.msa.lot")
    page = referent.page
    page.route("**/flux?*", lambda route: route.abort())
    page.clock.install()
    answered = polls(page)
    page.goto("/demandes")
    until_it_polls(page, answered)

    page.evaluate(PUT_AWAY, True)
    agent.send_case(subject="Arrivée sans flux")
    page.clock.run_for(72_000)
    row = page.get_by_role("listitem").filter(has_text="Arrivée sans flux")
    expect(row.get_by_role("img", name="Statut : Nouvelle")).to_be_visible()
    assert page.title().startswith("("), "« à vous » is counted in the tab"
    page.goto(agent.page.url)
    until_it_polls(page, answered)
    page.evaluate(PUT_AWAY, True)
    page.clock.run_for(120_000)
    page.wait_for_timeout(300)
    assert answered == [], "nothing is asked from a tab that is put away, but for the figure of a list"


def test_a_page_whose_account_holds_too_many_streams_asks(log_in_again: Arrive, server: Server) -> None:
    agent, referent = log_in_again("agent.lot"), log_in_again("referent.caf.lot")
    case = agent.send_case(subject="Un flux de trop")
    agent.page.goto("about:blank")
    held = [listening(server, agent) for _ in range(MAX_PER_PERSON + 1)]
    assert [answer.status for _, answer in held] == [200] * MAX_PER_PERSON + [429]

    agent.page.clock.install()
    answered = polls(agent.page)
    agent.page.goto(case)
    until_it_polls(agent.page, answered)
    referent.page.goto(case)
    referent.writes("Lu sans flux")
    agent.page.clock.run_for(36_000)
    agent.reads("Lu sans flux")
    for line, _ in held:
        line.close()


def listening(server: Server, person: Person) -> tuple[HTTPConnection, HTTPResponse]:
    line = HTTPConnection("127.0.0.1", server.port, timeout=10)
    cookies = "; ".join(f"{one['name']}={one['value']}" for one in person.page.context.cookies())
    line.request("GET", "/flux", headers={"Cookie": cookies})
    return line, line.getresponse()


def test_the_next_page_tries_the_stream_again(log_in_again: Arrive) -> None:
    agent, referent = log_in_again("agent.lot"), log_in_again("referent.caf.lot")
    case = agent.send_case(subject="Flux revenu")
    refused: list[str] = []

    def refuse(route: Route) -> None:
        refused.append(route.request.url)
        route.abort()

    agent.page.route("**/flux?*", refuse)
    agent.page.clock.install()
    answered = polls(agent.page)
    agent.page.goto(case)
    until_it_polls(agent.page, answered)
    tried = len(refused)
    agent.page.clock.run_for(60_000)
    assert len(refused) == tried >= 3, "it has given the stream up"

    agent.page.unroute("**/flux?*")
    agent.page.reload()
    referent.page.goto(case)
    agent.sees_status("Consultée")


def test_a_page_opens_one_stream_and_asks_nothing(log_in_again: Arrive) -> None:
    agent = log_in_again("agent.lot")
    for page in (agent.send_case(subject="Un seul flux"), "/demandes"):
        streams: list[str] = []
        answered = polls(agent.page)
        agent.page.on(
            "request", lambda request, to=streams: to.append(request.url) if "/flux?" in request.url else None
        )
        agent.page.goto(page)
        agent.page.wait_for_timeout(2500)
        assert (len(streams), answered) == (1, [])


def test_a_stream_begins_when_its_script_comes_last(log_in_again: Arrive) -> None:
    agent, referent = log_in_again("agent.lot"), log_in_again("referent.caf.lot")
    case = agent.send_case(subject="Script en retard")
    answered = polls(agent.page)
    agent.page.route("**/htmx*.js", lambda route: (time.sleep(1), route.continue_()))
    with agent.page.expect_request("**/flux?*"):
        agent.page.goto(case)

    referent.page.goto(case)
    agent.sees_status("Consultée")
    assert answered == [], "by the stream"


def test_a_page_whose_session_has_ended_asks_no_more(log_in_again: Arrive) -> None:
    agent = log_in_again("agent.lot")
    case = agent.send_case(subject="Session finie")
    agent.page.route("**/flux?*", lambda route: route.abort())
    agent.page.clock.install()
    answered = polls(agent.page)
    agent.page.goto(case)
    until_it_polls(agent.page, answered)

    agent.page.context.clear_cookies()
    for _ in range(4):
        agent.page.clock.run_for(36_000)
        agent.page.wait_for_timeout(200)

    assert len(answered) <= 1
    expect(agent.page.get_by_role("heading", level=1)).to_have_text("Session finie")
