"""Closing and what follows: the outcome, thanks, the survey, the day of erasure, reopening."""

from collections.abc import Callable
from datetime import UTC, datetime

from playwright.sync_api import expect

from app.domain.cases.lifecycle.retention import compute_erasure_date
from app.text.formats import format_day
from e2e.people import Person, press

Sit = Callable[..., Person]


def test_a_closed_case_says_how_it_ended_when_it_goes_and_is_reopened(log_in_again: Sit, with_scripts: bool) -> None:
    agent, referent = (
        log_in_again("agent.lot", javascript=with_scripts),
        log_in_again("referent.caf.lot", javascript=with_scripts),
    )
    page, case = agent.page, agent.send_case(subject="Close puis rouverte")
    referent.page.goto(case)
    referent.writes("C’est réglé.")
    page.goto(case)
    page.get_by_role("button", name="Clore la demande").click()
    press(page, "Confirmer la clôture")
    expect(page.get_by_text("Choisissez comment se termine la demande.").first).to_be_visible()
    page.get_by_role("radio", name="Le blocage est résolu", exact=True).check()
    page.get_by_role("button", name="Confirmer la clôture").click()
    agent.sees_it_closed()
    expect(
        page.get_by_text(
            f"le blocage est résolu. Elle sera effacée le {format_day(compute_erasure_date(datetime.now(UTC)))}"
        )
    ).to_be_visible()
    expect(page.get_by_text("Merci d’avoir suivi cette demande jusqu’à sa clôture.")).to_be_visible()
    for group in page.get_by_role("group").all():
        group.get_by_role("radio", name="En partie").check()
    page.get_by_role("button", name="Répondre au sondage").click()
    expect(page.get_by_text("Merci, votre réponse anonyme est reçue.").first).to_be_visible()

    referent.page.goto(case)
    expect(referent.page.get_by_role("button", name="Rouvrir la demande")).to_have_count(0)
    page.goto(case)
    page.get_by_role("button", name="Rouvrir la demande").click()
    agent.sees_status("Répondue")
    agent.writes("Le versement n’est pas arrivé.")
