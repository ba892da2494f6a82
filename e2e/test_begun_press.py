"""A press that has begun is not cut in two by the guard of a new page, or by a scroll."""

from collections.abc import Callable

from playwright.sync_api import expect

from e2e.double_press import GUARD_MS, a_person, find_middle, hold_clock, put_at, put_under
from e2e.held import hold, wait_for_first
from e2e.people import Person

Sit = Callable[..., Person]


def test_a_press_that_began_before_the_guard_arrived_is_not_lost(log_in_again: Sit) -> None:
    """More than 500 ms after the press that led there: it is no second press of a double click."""
    agent = log_in_again("agent.lot")
    page, heading = agent.page, agent.page.get_by_role("heading", level=1)
    page.set_viewport_size({"width": 1280, "height": 3000})
    agent.drafts_until_check(last_name="Script tardif")
    link, target = page.get_by_role("link", name="Supprimer ce brouillon"), page.locator("main .button-danger")
    place = put_under(page, link, target)
    held = hold(page, "**/press-guard*.js")
    page.mouse.click(*place)
    expect(target).to_be_visible()
    page.wait_for_timeout(GUARD_MS)

    page.mouse.move(*place)
    page.mouse.down()
    wait_for_first(held, page).continue_()
    expect(page.locator("html[data-guarded]")).to_have_count(1)
    page.wait_for_timeout(50)
    page.mouse.up()

    expect(heading).to_have_text("Mes demandes")


def test_a_scroll_under_a_press_does_not_cut_it_in_two(log_in_again: Sit) -> None:
    """A driver scrolls to a button and presses it at once, where it pressed on the page before."""
    agent = a_person(log_in_again, "agent.lot")
    page, heading = agent.page, agent.page.get_by_role("heading", level=1)
    agent.drafts_until_check(last_name="Défilé")
    place = find_middle(page.get_by_role("link", name="Supprimer ce brouillon"))
    hold_clock(page)
    with page.expect_navigation():
        page.mouse.click(*place)

    put_at(page.locator("main .button-danger"), place)
    page.mouse.down()
    page.clock.run_for(GUARD_MS - 100)
    page.mouse.up()

    expect(heading).to_have_text("Mes demandes")
