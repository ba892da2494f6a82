"""A long thread opens on what one has not read, from the list and from any other link, with scripts and without."""

from collections.abc import Callable

from playwright.sync_api import expect

from e2e.people import Person
from e2e.thread import find_thread_lines

Arrive = Callable[..., Person]


def test_a_long_thread_opens_where_one_had_stopped(log_in_again: Arrive, with_scripts: bool) -> None:
    subject = f"Un fil à reprendre {with_scripts}"
    agent = log_in_again("agent.lot" if with_scripts else "collegue.lot")  # a person sends thirty messages at once
    referent = log_in_again("referent.caf.lot", javascript=with_scripts)
    case, page = agent.send_case(subject=subject), referent.page
    page.goto(case)
    expect(page.get_by_text("Jusqu’ici vous aviez lu")).to_have_count(0)
    page.goto("/demandes?vue=a-traiter")  # on the open case they would be read at once
    agent.page.goto(case)
    agent.writes_at_once([f"Message {number:02}." for number in range(1, 15)])

    page.reload()
    page.get_by_role("link", name=subject, exact=True).click()
    mark, lines = page.get_by_text("Jusqu’ici vous aviez lu"), find_thread_lines(page)
    expect(mark).to_be_in_viewport()
    expect(lines.get_by_text("Message 01.", exact=True)).to_be_in_viewport()
    expect(page.get_by_text("France Services de démonstration du Lot, le ")).to_have_count(1)

    agent.writes("Message 15.")
    if with_scripts:
        expect(lines.last).to_contain_text("Message 15.")
        expect(mark).to_be_in_viewport()
        expect(page.get_by_text("France Services de démonstration du Lot, le ")).to_have_count(1)
    page.goto("/demandes")
    agent.writes_at_once([f"Message {number}." for number in range(16, 29)])
    page.goto(case)
    expect(mark).to_be_in_viewport()
    expect(mark).to_be_focused()
    expect(lines.last).to_contain_text("Message 28.")
