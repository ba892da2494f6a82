"""Email preferences: chosen in the profile, emails held until their hour; all of them shown in the gallery."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from playwright.sync_api import Page, expect

from e2e.people import Person

Arrive = Callable[..., Person]
NewPage = Callable[..., Page]
CASE = "de France Services de démonstration du Lot à CAF et MSA"


def choose(person: Person, choice: str) -> None:
    person.page.goto("/profil")
    """For the three shares."""
    for radio in person.page.get_by_role("radio", name=choice, exact=True).all():
        radio.check()
    person.page.get_by_role("button", name="Enregistrer mon choix").click()


def subjects(person: Person) -> list[str]:
    """Without login links, which wait for no hour, and without the number of the case."""
    found = [email["subject"] for email in person.read_emails() if email["subject"] != "Votre lien de connexion"]
    return [" ".join(re.sub(r" \d{4}-\d{4} ", " ", subject).split()) for subject in found]


def wait_for_subjects(person: Person, count: int) -> list[str]:
    for _ in range(100):
        if len(found := subjects(person)) >= count:
            return found
        time.sleep(0.1)
    raise AssertionError(f"{count} emails wanted: {found}")


def test_letters_wait_for_their_hour_and_leave_when_one_wants_them_again(
    log_in_by_email: Arrive, with_scripts: bool
) -> None:
    referent = log_in_by_email("referent.msa.lot", javascript=with_scripts)
    choose(referent, "Aucun mail")
    expect(referent.page.get_by_role("alert")).to_contain_text("Vous êtes la dernière personne")
    mine = referent.page.get_by_role("group", name="Demandes dont je m’occupe")
    expect(mine.get_by_role("radio", name="Aucun mail", exact=True)).to_be_checked()
    choose(referent, "Une fois par jour")
    expect(referent.page.get_by_text("Votre choix est enregistré")).to_be_visible()
    before = len(subjects(referent))

    agent = log_in_by_email("agent.lot", javascript=with_scripts)
    agent.send_case(subject="Retraite en attente")
    agent.writes("Première précision.")
    agent.writes("Seconde précision.")
    colleague = Person(agent.page, "referent.caf.lot@exemple.fr")
    colleague.wait_for_email("Nouveau message : demande ")
    assert len(subjects(referent)) == before

    choose(referent, "Aussitôt")
    found = wait_for_subjects(referent, before + 3)
    assert sorted(found[: len(found) - before]) == [
        f"Nouveau message : demande {CASE}",
        f"Nouveau message : demande {CASE}",
        f"Nouvelle demande {CASE}",
    ]


def test_the_gallery_shows_components_and_letters(new_page: NewPage, with_scripts: bool) -> None:
    page = new_page(javascript=with_scripts)
    page.goto("/galerie")
    expect(page.get_by_role("heading", level=1)).to_have_text("Galerie des composants")
    page.get_by_role("link", name="tous les mails").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Galerie des mails")
    page.get_by_role("link", name="Le même en HTML : Du nouveau dans vos demandes").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Du nouveau dans vos demandes")
    expect(page.get_by_text("nouvelle demande, 3 nouveaux messages")).to_be_visible()
