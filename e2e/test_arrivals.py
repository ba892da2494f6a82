"""What arrives live moves neither the field that one types in nor the focus. A link leads to what is out of sight."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from e2e.firefox import FIREFOX, Firefox
from e2e.people import Person
from e2e.server import Server
from e2e.test_blocked_stream import POLLS, PUT_AWAY, polls
from e2e.test_firefox import logs_in

Sit = Callable[..., Person]
_WATCH = """() => {
  window.places = [];
  const look = () => {
    const field = document.activeElement, { left, top, width, height } = field.getBoundingClientRect();
    places.push([field.id, field.selectionStart, field.selectionEnd, left, top, width, height]);
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  window.said = [];
  new MutationObserver(() => said.push(document.getElementById("annonces").textContent))
    .observe(document.getElementById("annonces"), { childList: true });
}"""
_READ_PLACES = "() => places"
_TYPE = """() => {
  const field = document.getElementById("message");
  field.focus();
  field.value = "Une phrase commencée";
  field.setSelectionRange(2, 7);
  field.dispatchEvent(new Event("input", { bubbles: true }));
}"""


def stayed_in_place(places: list[list[float]]) -> None:
    """In each frame: the same field and selection, and the same place but for the rounding of a scroll."""
    focus = {tuple(place[:3]) for place in places}
    assert focus == {("message", 2, 7)}, focus
    for side in zip(*places, strict=True):
        if not isinstance(side[0], str):
            assert max(side) - min(side) < 1, places


def in_sight(page: Page, text: str) -> bool:
    return bool(
        page.get_by_text(text).evaluate("one => one.getBoundingClientRect().top < innerHeight && scrollY >= 0")
        and page.get_by_text(text).evaluate("one => one.getBoundingClientRect().bottom > 0")
    )


def test_the_field_that_one_types_in_never_moves(log_in_again: Sit) -> None:
    """On pages that scroll, and on one that is too short to."""
    agent, caf, msa = map(log_in_again, ("agent.lot", "referent.caf.lot", "referent.msa.lot"))
    case = agent.send_case(subject="Un champ qui reste où il est")
    page = agent.page
    for number, (width, height, top) in enumerate(((1280, 800, None), (360, 640, 200), (1280, 2600, None))):
        page.set_viewport_size({"width": width, "height": height})
        page.goto(case)
        page.evaluate(_TYPE)
        if top:
            page.evaluate("top => scrollBy(0, document.activeElement.getBoundingClientRect().top - top)", top)
        page.wait_for_timeout(300)
        page.evaluate(_WATCH)
        for person, name in ((caf, "CAF"), (msa, "MSA")):
            person.page.goto(case)
            person.writes(f"{name}, {number} :\n\nnous regardons.")
            agent.reads_part_of_line(f"{name}, {number} :")
        page.wait_for_timeout(200)
        stayed_in_place(page.evaluate(_READ_PLACES))
        assert page.evaluate("said") == ["Message de la CAF.", "Message de la MSA."]


@pytest.mark.skipif(not FIREFOX, reason="Firefox is not installed: apt-get install firefox-esr")
def test_nor_does_it_in_firefox(log_in_again: Sit, server: Server, tmp_path: Path) -> None:
    agent = log_in_again("agent.lot")
    case = agent.send_case(subject="Un champ qui reste, ailleurs")
    firefox = Firefox(tmp_path, server.url)
    try:
        logs_in(firefox, server, "referent.caf.lot")
        firefox.goes_to(case)
        firefox.runs(_TYPE)
        firefox.runs(_WATCH)
        for text in ("Un premier message.", "Un deuxième message."):
            agent.writes(text)
            firefox.reads(text)
        stayed_in_place(firefox.runs(_READ_PLACES))
    finally:
        firefox.close()


def test_a_link_leads_to_a_message_that_is_out_of_sight(log_in_again: Sit) -> None:
    agent, caf = log_in_again("agent.lot"), log_in_again("referent.caf.lot")
    case, page = agent.send_case(subject="Un message plus bas"), agent.page
    caf.page.goto(case)
    for number in range(4):
        caf.writes(f"Point {number}.\n\n" + "Une ligne de plus.\n" * 12)
    page.set_viewport_size({"width": 360, "height": 640})
    page.goto(case)
    page.evaluate("scrollTo(0, 0)")
    below, above = (page.get_by_role("link", name=f"Un nouveau message plus {where}") for where in ("bas", "haut"))

    caf.writes("Et voici la suite.")
    expect(below).to_be_visible()
    assert not in_sight(page, "Et voici la suite.")
    below.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#fil > li").last).to_be_focused()
    expect(below).to_be_hidden()
    assert in_sight(page, "Et voici la suite.")

    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    caf.writes("Encore un mot.")
    expect(above).to_be_visible()
    page.get_by_text("Encore un mot.").scroll_into_view_if_needed()
    expect(above).to_be_hidden()
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.wait_for_timeout(200)
    expect(above).to_be_hidden()


def test_a_list_that_is_put_away_keeps_its_figure_true(log_in_again: Sit) -> None:
    """Its stream has ended: it asks each minute. A figure may be above a thousand."""
    agent, referent = log_in_again("agent.lot"), log_in_again("referent.msa.lot")
    page = referent.page
    page.clock.install()
    answered = polls(page)
    page.goto("/demandes")
    page.wait_for_timeout(500)
    before = page.locator("#a-traiter").evaluate("one => parseInt(one.firstChild.data)")
    page.evaluate(PUT_AWAY, True)
    page.wait_for_timeout(300)
    agent.send_case(subject="Comptée sans être vue")
    page.clock.run_for(64_000)
    expect(page).to_have_title(re.compile(rf"^\({before + 1}\) Mes demandes"))
    assert len(answered) == 1

    figure = '<span id="a-traiter" hx-swap-oob="true">1\u202f024<span class="sr-only"> à traiter</span></span>'
    page.route(POLLS, lambda route: route.fulfill(body=figure, headers={"ETag": '"x"', "content-type": "text/html"}))
    page.clock.run_for(64_000)
    expect(page).to_have_title(re.compile("^\\(1\u202f024\\) Mes demandes"))
    page.unroute(POLLS)
