"""The states of the pages of a team’s manager and of the admin. See e2e/states.py."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Page

from e2e.case_states import States
from e2e.people import Person, follow, press


def member_states(manager: Person, visitor: Page) -> States:
    page = manager.page
    page.goto("/equipe/phrases")
    press(page, "Ajouter cette phrase")
    yield page, "phrase refusée"
    added = page.locator("form").filter(has=page.get_by_role("button", name="Ajouter cette phrase"))
    added.get_by_role("textbox", name="Titre court").fill("Pièce manquante")
    added.get_by_role("textbox", name="Phrase", exact=True).fill("Il manque l’attestation de résidence.")
    press(page, "Ajouter cette phrase")
    yield page, "phrases"
    follow(page.get_by_role("link", name="Historique").first)
    yield page, "une phrase"
    page.goto("/equipes")
    follow(page.get_by_role("link", name="CAF du Lot").first)
    yield page, "une équipe"
    follow(page.get_by_role("link", name="Gérer les membres"))
    yield page, "les membres"
    press(page, "Inviter")
    yield page, "invitation refusée"
    page.get_by_role("textbox", name="Adresses mail").fill("invitee.lot@exemple.fr, pas-une-adresse")
    press(page, "Inviter")
    yield page, "invitation faite"
    yield from _invitations(manager, visitor)
    members = page.url
    for gesture in ("Retirer de l’équipe", "Désactiver le compte"):
        page.goto(members)
        follow(page.get_by_role("link", name=f"{gesture} : Julien Delmas"))
        yield page, gesture
    yield from _absence(page, members)


def _absence(page: Page, members: str) -> States:
    """A member's: refused, shown in the list, changed, and removed again."""
    page.goto(members)
    follow(page.get_by_role("link", name="Absence : Julien Delmas"))
    page.get_by_label("Du", exact=True).fill("2126-12-01")
    press(page, "Enregistrer l’absence")
    yield page, "une absence refusée"
    days = [f"{datetime.now(UTC) + timedelta(days=days):%Y-%m-%d}" for days in (2, 9)]
    for label, day in zip(("Du", "Au"), days, strict=True):
        page.get_by_label(label, exact=True).fill(day)
    press(page, "Enregistrer l’absence")
    yield page, "les membres, l’un en absence"
    follow(page.get_by_role("link", name="Absence : Julien Delmas"))
    yield page, "une absence à venir"
    press(page, "Supprimer l’absence")


def _invitations(manager: Person, visitor: Page) -> States:
    """Opened by an address without an account, by Inès, who has one, and once it is cancelled."""
    page, ines = manager.page, Person(visitor, "agent.cher@exemple.fr")
    page.get_by_role("textbox", name="Adresses mail").fill(ines.address)
    press(page, "Inviter")
    for invited in (Person(visitor, "invitee.lot@exemple.fr"), ines):
        link = invited.find_link(invited.wait_for_email("Vous êtes invité à rejoindre une équipe"))
        visitor.goto(link)
        yield visitor, f"une invitation ({invited.address})"
    ines.log_in()
    visitor.goto("/profil/invitations")
    yield visitor, "une invitation qui attend mon accord"
    visitor.context.clear_cookies()


def proof_states(admin: Person, person: Person) -> States:
    """What an admin may remove from a person, each on its page; nothing is removed."""
    page = admin.page
    page.goto("/personnes?q=" + person.address)
    follow(page.locator("main .cases a").first)
    yield page, "une personne, avec sa double authentification (admin)"
    who = page.url
    page.goto(f"{who}/sessions/fermeture")
    yield page, "fermer ses sessions"
    page.goto(f"{who}/double-authentification/retrait")
    press(page, "Retirer la double authentification")
    yield page, "retirer sa double authentification, rien de coché"


def platform_states(admin: Person, folder: Path) -> States:
    page = admin.page
    yield from _catalogue(page)
    yield from _import(page, folder)
    page.goto("/administration/territoires/46")
    yield page, "un territoire"
    page.get_by_role("textbox", name="Adresse mail").fill("pas une adresse")
    press(page, "Enregistrer ce contact")
    yield page, "un territoire, refusé"
    page.goto("/administration/trace?du=demain")
    yield page, "la trace, date illisible"
    page.goto("/equipes")
    follow(page.get_by_role("link", name="CAF du Cher").first)
    yield page, "une équipe (admin)"
    yield from _banner(page)


def _catalogue(page: Page) -> States:
    for slug in ("organismes", "champs", "categories", "sujets"):
        page.goto(f"/administration/catalogue/{slug}")
        yield page, f"catalogue, {slug}"
        follow(page.locator("main").get_by_role("link", name=re.compile("^Nouve")).first)
        press(page, "Ajouter")
        page.get_by_role("alert").wait_for()
        yield page, f"catalogue, {slug}, ajout refusé"
        page.goto(f"/administration/catalogue/{slug}/1")
        yield page, f"catalogue, {slug}, une fiche"


def _import(page: Page, folder: Path) -> States:
    page.goto("/administration/imports")
    press(page, "Lire le fichier")
    yield page, "import refusé"
    listed = folder / "personnes.csv"
    listed.write_text("Équipe;Adresse mail;Nom;Prénom\nCAF du Lot;zoe@exemple.fr;Éluard;Zoé\nCAF du Lot;sans;;\n")
    page.goto("/administration/imports")
    page.get_by_role("radio", name="Des personnes").check()
    page.get_by_label("Fichier CSV").set_input_files(str(listed))
    press(page, "Lire le fichier")
    page.get_by_role("link", name="Refusées (1)").wait_for(timeout=60_000)
    yield page, "un import lu"
    follow(page.get_by_role("link", name="Refusées (1)"))
    yield page, "un import, ses refus"


def _banner(page: Page) -> States:
    page.goto("/administration/bandeau")
    press(page, "Afficher ce bandeau")
    yield page, "bandeau refusé"
    page.get_by_role("textbox", name="Message").fill("Maintenance ce soir à 20 h")
    page.get_by_role("radio", name="Important").check()
    press(page, "Afficher ce bandeau")
    yield page, "bandeau affiché"
    page.goto("/administration/maintenance")
    press(page, "Commencer la maintenance")
    yield page, "maintenance"
    page.goto("/profil")
    press(page, "Enregistrer mon profil")
    yield page, "un envoi pendant la maintenance (503)"
    page.goto("/administration/maintenance")
    press(page, "Terminer la maintenance")
    page.goto("/administration/bandeau")
    press(page, "Retirer le bandeau")
