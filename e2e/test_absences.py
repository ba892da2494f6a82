"""Absences, in two or three browsers: a referent who is away, the colleague who takes over, the agent who reads it."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect

from app.domain.calendar.time_zones import PARIS
from e2e.people import Person
from e2e.test_several_teams import stands

Sit = Callable[..., Person]
CAF, MSA = "CAF du Lot", "MSA du Lot"


def day(days: int) -> datetime:
    return datetime.now(PARIS) + timedelta(days=days)


def is_away(person: Person, replacement: str = "") -> None:
    page = person.page
    page.goto("/profil")
    page.get_by_role("link", name="Indiquer une absence").click()
    page.get_by_label("Du", exact=True).fill(f"{day(0):%Y-%m-%d}")
    page.get_by_label("Au", exact=True).fill(f"{day(9):%Y-%m-%d}")
    if replacement:
        page.get_by_role("combobox", name="Qui remplace").select_option(replacement)
    page.get_by_role("button", name="Enregistrer l’absence").click()
    expect(page.get_by_text("L’absence est enregistrée.")).to_be_visible()


def is_back(person: Person) -> None:
    person.page.goto("/profil/absence")
    button = person.page.get_by_role("button", name="Supprimer l’absence")
    if button.count():
        button.click()
        expect(person.page.get_by_text("L’absence est supprimée.")).to_be_visible()


@pytest.fixture
def away(log_in_again: Sit) -> Iterator[Callable[[Person, str], None]]:
    """The absence ends with the test: others share the server."""
    people: list[Person] = []

    def leave(person: Person, replacement: str = "") -> None:
        people.append(person)
        is_away(person, replacement)

    yield leave
    for person in people:
        is_back(person)


def test_a_colleague_sees_the_absence_and_takes_the_case(
    log_in_again: Sit, away: Callable[..., None], with_scripts: bool
) -> None:
    agent, julien, helene = (
        log_in_again(login, javascript=with_scripts)
        for login in ("agent.lot", "referent.caf.lot", "responsable.caf.lot")
    )
    case = agent.send_case(subject="Une demande prise, puis une absence")
    julien.page.goto(case)
    julien.page.get_by_role("button", name="Je m’en occupe").click()
    expect(stands(julien.page, CAF)).to_contain_text("Julien Delmas s’en occupe")

    away(julien, "Hélène Marty")

    words = "Julien Delmas s’en occupe (absence jusqu’au"
    agent.page.goto(case)
    expect(stands(agent.page, CAF)).to_contain_text(words)
    expect(stands(agent.page, CAF)).to_contain_text("; remplacement : Hélène Marty)")
    expect(stands(agent.page, CAF)).not_to_contain_text("toute l’équipe")
    helene.page.goto(case)
    expect(stands(helene.page, CAF)).to_contain_text(words)
    helene.page.get_by_role("button", name="Je m’en occupe").click()
    expect(stands(helene.page, CAF)).to_contain_text("Hélène Marty s’en occupe")
    expect(stands(helene.page, CAF)).not_to_contain_text("absence")


def test_the_agent_reads_before_sending_and_after_that_a_whole_team_is_absent(
    log_in_again: Sit, away: Callable[..., None]
) -> None:
    agent, paul = log_in_again("agent.lot"), log_in_again("referent.msa.lot")
    away(paul)
    words = "toute l’équipe est absente jusqu’au"

    agent.drafts_until_check(last_name="Absente", subject="Une équipe absente")

    expect(agent.page.get_by_text(f"{MSA} : {words}")).to_be_visible()
    expect(agent.page.get_by_text("Vous pouvez envoyer : la demande attendra son retour.")).to_be_visible()
    agent.page.get_by_role("link", name="Modifier : Organismes contactés").click()
    choice = agent.page.get_by_role("checkbox", name="MSA")
    expect(choice).to_have_accessible_description(re.compile(f"{MSA} : {words}"))
    agent.press_continue()
    agent.sees_check_page()
    agent.page.get_by_role("button", name="Envoyer ma demande").click()
    agent.sees_status("Nouvelle")
    expect(stands(agent.page, MSA)).to_contain_text(f"pas encore ouverte, {words}")
    expect(stands(agent.page, CAF)).not_to_contain_text(words)
    case = agent.page.url

    is_back(paul)
    agent.page.goto(case)
    expect(stands(agent.page, MSA)).not_to_contain_text(words)


def test_a_manager_sets_the_absence_of_a_member_who_learns_by_email(log_in_again: Sit) -> None:
    helene, julien = log_in_again("responsable.caf.lot"), log_in_again("referent.caf.lot")
    before = len(julien.read_emails())
    page = helene.page
    page.goto("/equipes")
    page.get_by_role("link", name=CAF, exact=True).click()
    page.get_by_role("link", name="Gérer les membres").click()
    page.get_by_role("link", name="Absence : Julien Delmas").click()
    page.get_by_label("Du", exact=True).fill(f"{day(3):%Y-%m-%d}")
    page.get_by_label("Au", exact=True).fill(f"{day(1):%Y-%m-%d}")
    page.get_by_role("button", name="Enregistrer l’absence").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Absence : Julien Delmas")
    expect(page.get_by_label("Au", exact=True)).to_have_value(f"{day(1):%Y-%m-%d}")
    page.get_by_label("Au", exact=True).fill(f"{day(5):%Y-%m-%d}")
    page.get_by_role("button", name="Enregistrer l’absence").click()

    expect(page.get_by_role("listitem").filter(has_text="Julien Delmas")).to_contain_text("Absence du")
    julien.wait_for_email("Une absence est enregistrée à votre nom", after=before)
    is_back(julien)
