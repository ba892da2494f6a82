"""A late case says so in the list and on its page, and proposes an expert; an answer ends it.

The test moves the hour at which this one case becomes late, since it cannot wait for three working days. The emails to
the team, then to its managers, follow a clock: app/domain/cases/lifecycle/test_lateness.py.
"""

import sqlite3
from collections.abc import Callable
from contextlib import closing

from playwright.sync_api import expect

from e2e.people import Person
from e2e.server import Server

Sit = Callable[..., Person]


def make_late(server: Server, subject: str) -> None:
    with closing(sqlite3.connect(server.folder / "aplus.sqlite", timeout=10)) as database, database:
        changed = database.execute("UPDATE cases SET late_from = sent_at WHERE subject = ?", [subject])
        assert changed.rowcount == 1
        changed = database.execute(
            """UPDATE recipient SET late_from = joined_at WHERE "case" = (SELECT id FROM cases WHERE subject = ?)
            AND team = (SELECT id FROM team WHERE name = 'CAF du Lot')""",
            [subject],
        )
        assert changed.rowcount == 1


def test_a_late_case_is_shown_and_proposes_an_expert(log_in_again: Sit, server: Server, with_scripts: bool) -> None:
    subject = f"Sans réponse {'avec' if with_scripts else 'sans'} scripts"
    agent, referent = (
        log_in_again("agent.lot", javascript=with_scripts),
        log_in_again("referent.caf.lot", javascript=with_scripts),
    )
    page, case = agent.page, agent.send_case(subject=subject)
    make_late(server, subject)

    page.goto("/demandes")
    page.get_by_text("Plus de filtres").click()
    page.get_by_role("checkbox", name="En souffrance seulement").check()
    page.get_by_role("button", name="Filtrer").click()
    row = page.get_by_role("listitem").filter(has_text=subject)
    expect(row.get_by_text("En souffrance", exact=True)).to_be_visible()
    page.goto(case)
    page.get_by_role("link", name="inviter un expert").click()
    expect(page.get_by_role("button", name="Inviter l’équipe de la plateforme")).to_be_visible()

    referent.page.goto(case)
    expect(referent.page.get_by_text("En souffrance", exact=True)).to_be_visible()
    referent.writes("Nous regardons.")
    page.goto(case)
    expect(page.get_by_text("En souffrance", exact=True)).to_have_count(0)
