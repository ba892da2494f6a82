"""The list of a referent with sixty open cases: what one screen shows, what is remembered, what a colleague changes."""

import functools
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from e2e.people import Person, follow
from e2e.server import Server, run_server

Sit = Callable[..., Person]
WIDTHS = (360, 768, 1024, 1280)
FIRST_VIEW = "/demandes?vue=a-traiter"
_WHOLE_ROWS = """() => [...document.querySelectorAll("#demandes > li")].filter((row) => {
  const place = row.getBoundingClientRect();
  return place.top >= 0 && place.bottom <= innerHeight && place.height > 10;
}).length"""
_COUNT_SWAPS = "() => { window.woken = 0; addEventListener('htmx:after:swap', () => window.woken++); }"
_TOO_WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[int], Server]]:
    """As in conftest.py, with sixty cases. Each page has the demonstration's banner, a line that others have not."""
    with ExitStack() as running:

        def start(attempt: int) -> Server:
            folder = tmp_path_factory.mktemp(f"list{attempt}-")
            return running.enter_context(run_server(folder, world="e2e.sixty_cases"))

        yield functools.cache(start)


def find_tab(page: Page, name: str, count: int) -> Locator:
    return page.get_by_role("link", name=f"{name} ({count})", exact=True)


def see_view(page: Page, name: str, count: int) -> None:
    """The tab of this view has this figure."""
    expect(find_tab(page, name, count)).to_be_visible()


def find_row(page: Page, subject: str) -> Locator:
    return page.locator("#demandes > li").filter(has=page.get_by_role("link", name=subject, exact=True))


def filter_with(page: Page, choose: Callable[[Page], object]) -> None:
    if not page.get_by_role("combobox", name="Agent").is_visible():
        page.get_by_text("Plus de filtres").click()
    choose(page)
    follow(page.get_by_role("button", name="Filtrer"))


def take_some_first(page: Page) -> str:
    """The subject of the first case that no person has."""
    row = page.locator("#demandes > li").filter(has_text="À personne").first
    return row.get_by_role("link").first.inner_text()


def test_a_screen_has_twelve_whole_rows_and_twenty_compact_and_no_width_overflows(log_in_again: Sit) -> None:
    page = log_in_again("referent.caf.lot").page
    for density, fewest in (("", 12), ("compacte", 20)):
        page.goto(f"{FIRST_VIEW}&tri=a-repondre&densite={density}")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate(_TOO_WIDE) == 0, (width, density)
        assert page.evaluate(_WHOLE_ROWS) >= fewest
        late = page.locator("#demandes > li .due").first
        assert late.evaluate("one => one.scrollWidth <= one.clientWidth"), "the due date is never cut"
        assert late.inner_text().startswith("en retard de ")


def test_the_first_page_has_what_is_due_first(log_in_again: Sit) -> None:
    page = log_in_again("referent.caf.lot").page
    page.goto(f"{FIRST_VIEW}&tri=a-repondre")
    late = [int(words.split()[3]) for words in page.locator("#demandes .late").all_inner_texts()]
    assert len(late) > 20 and max(late) == late[0] and late[-1] < late[0]
    follow(page.get_by_role("link", name="Page suivante"))
    expect(page.locator("#demandes > li").last).to_contain_text("répondre avant")


def test_filters_are_remembered_and_back_returns_to_them(log_in_again: Sit) -> None:
    page = log_in_again("responsable.caf.lot").page
    page.goto(FIRST_VIEW)
    filter_with(page, lambda page: page.get_by_role("combobox", name="Agent").select_option(label="Bastien Roques"))
    expect(page.locator("#demandes > li").first).to_contain_text("Bastien Roques")
    expect(page.locator("#demandes > li").filter(has_text="Carmen Vidal")).to_have_count(0)
    whole = page.locator("#demandes > li").count()

    follow(page.locator("#demandes > li").nth(3).get_by_role("link").first)
    page.go_back()
    expect(page.locator("#demandes > li")).to_have_count(whole)
    expect(page.locator("#demandes > li").nth(3).get_by_role("link").first).to_be_focused()

    follow(find_tab(page, "À moi", 6))
    expect(page.locator("#demandes > li").filter(has_text="Carmen Vidal")).to_have_count(0)
    follow(page.get_by_role("link", name="Mes demandes").first)
    expect(page.locator("#demandes > li").first).to_contain_text("Bastien Roques")
    follow(page.get_by_role("link", name="Tout afficher"))
    expect(page.locator("#demandes > li").filter(has_text="Carmen Vidal").first).to_be_visible()
    follow(page.get_by_role("link", name="Mes demandes").first)
    expect(page.get_by_text("avec ces filtres")).to_have_count(0)


def test_a_colleague_sees_a_case_taken_given_and_set_aside(log_in_again: Sit) -> None:
    """Counts and rows of the open list of one follow what the other does; no page of an agent wakes."""
    manager, referent, agent = map(log_in_again, ("responsable.caf.lot", "referent.caf.lot", "agent.lot"))
    manager.page.goto(FIRST_VIEW)
    referent.page.goto(FIRST_VIEW)
    agent.page.goto("/demandes?vue=en-cours")
    subject = take_some_first(manager.page)
    see_view(manager.page, "À traiter", 50)
    opened = find_row(referent.page, subject).get_by_role("link").get_attribute("href")
    referent.page.goto(str(opened))

    referent.page.get_by_role("button", name="Je m’en occupe").click()
    expect(find_row(manager.page, subject)).to_contain_text("Julien Delmas s’en occupe")
    see_view(manager.page, "À mes collègues", 9)
    see_view(manager.page, "À personne", 45)

    referent.opens_panel("Confier à un collègue")
    referent.page.get_by_role("combobox", name="À qui").select_option(label="Hélène Marty")
    referent.page.get_by_role("button", name="Confier la demande").click()
    expect(find_row(manager.page, subject)).to_contain_text("Vous vous en occupez")
    see_view(manager.page, "À moi", 7)
    manager.wait_for_email("On vous confie la demande")

    agent.page.wait_for_timeout(1000)
    agent.page.evaluate(_COUNT_SWAPS)
    referent.opens_panel("Mettre de côté")
    referent.page.get_by_label("Me le rappeler le").fill(f"{datetime.now(UTC) + timedelta(days=3):%Y-%m-%d}")
    referent.page.get_by_role("radio", name="Pour toute mon équipe").check()
    follow(referent.page.get_by_role("button", name="Mettre de côté").last)
    expect(find_row(manager.page, subject)).to_have_count(0)
    see_view(manager.page, "À traiter", 49)
    see_view(manager.page, "Mises de côté", 1)
    assert agent.page.evaluate("window.woken") == 0

    referent.page.goto(str(opened))
    expect(referent.page.get_by_text("Mise de côté pour votre équipe")).to_be_visible()
    referent.writes("Nous regardons.")
    expect(referent.page.get_by_text("Mise de côté pour votre équipe")).to_have_count(0)
    see_view(manager.page, "Mises de côté", 0)
    agent.page.wait_for_function("window.woken > 0")


def list_order(page: Page) -> list[str]:
    return page.locator("#demandes > li").evaluate_all("rows => rows.map((row) => row.id)")


def read_order_anew(person: Person, address: str) -> list[str]:
    page = person.page.context.new_page()
    page.goto(address)
    order = list_order(page)
    page.close()
    return order


def test_rows_go_where_the_order_puts_them_but_not_under_the_pointer(log_in_again: Sit) -> None:
    """The open list is that of a page loaded anew: by what is due first, 25 a page, links to the pages beside it."""
    helene, julien = log_in_again("responsable.caf.lot"), log_in_again("referent.caf.lot")
    page, first = helene.page, f"{FIRST_VIEW}&tri=a-repondre&agent="
    page.goto(first)
    page.mouse.move(2, 2)
    before = list_order(page)
    assert len(before) == 25
    julien.page.goto(f"/demandes/{before[0][2:]}")
    julien.writes("Nous regardons.")
    expect(page.locator(f"#{before[0]}")).to_have_count(0)
    expect(page.locator("#demandes > li")).to_have_count(25)
    now = list_order(page)
    assert now == read_order_anew(helene, first) and now[:24] == before[1:]
    beside = page.get_by_role("link", name="Page suivante").get_attribute("href") or ""
    assert now[-1] not in read_order_anew(helene, beside)

    page.locator(f"#{now[1]}").get_by_role("link").first.focus()
    page.locator(f"#{now[1]}").hover()
    place = page.locator(f"#{now[1]}").bounding_box()
    julien.page.goto(f"/demandes/{now[0][2:]}")
    julien.writes("Nous regardons aussi.")
    link = page.get_by_role("link", name="Mettre la liste à jour")
    expect(link).to_be_visible()
    assert list_order(page) == now and page.locator(f"#{now[1]}").bounding_box() == place
    expect(page.locator(f"#{now[1]}").get_by_role("link").first).to_be_focused()
    page.mouse.move(2, 2)
    page.wait_for_timeout(200)
    assert list_order(page) == now, "the focus is still there"
    link.focus()
    page.keyboard.press("Enter")
    expect(page.locator(f"#{now[0]}")).to_have_count(0)
    expect(link).to_be_hidden()
    expect(page.locator("#demandes > li").first.get_by_role("link").first).to_be_focused()
    assert list_order(page) == read_order_anew(helene, first)
