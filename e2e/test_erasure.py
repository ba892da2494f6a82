"""Six months after it was closed, a case is erased for everybody: `python -m app erase-due` beside the running server.

The test moves the day of closing, since it cannot wait. app/cli/test_erase_due.py checks that no byte is left.
"""

import sqlite3
from collections.abc import Callable
from contextlib import closing

from playwright.sync_api import expect

from e2e.people import Person
from e2e.server import Server

Sit = Callable[..., Person]


def age(server: Server, subject: str) -> None:
    with closing(sqlite3.connect(server.folder / "aplus.sqlite", timeout=10)) as database, database:
        changed = database.execute(
            "UPDATE cases SET closed_at = '2020-01-01 00:00:00+00:00' WHERE subject = ?", [subject]
        )
        assert changed.rowcount == 1


def test_a_closed_case_is_announced_then_gone(log_in_again: Sit, server: Server, with_scripts: bool) -> None:
    subject = f"Bientôt effacée {'avec' if with_scripts else 'sans'} scripts"
    agent, referent = (
        log_in_again("agent.lot", javascript=with_scripts),
        log_in_again("referent.caf.lot", javascript=with_scripts),
    )
    page, case = agent.page, agent.send_case(subject=subject)
    agent.closes("Le blocage est résolu")
    expect(page.get_by_text("Elle sera effacée le")).to_be_visible()

    age(server, subject)
    server.run("erase-due")

    for person in (agent, referent):
        person.page.goto(case)
        expect(person.page.get_by_text("quelques mois après sa clôture")).to_be_visible()
        person.page.goto("/demandes?vue=cloturees")
        expect(person.page.get_by_role("link", name=subject)).to_have_count(0)
