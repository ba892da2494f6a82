"""Names, roles and states as a screen reader gets them, on the five pages of the main job."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from e2e.people import Person

NewPage = Callable[..., Page]
Arrive = Callable[..., Person]


def test_login(new_page: NewPage) -> None:
    page = new_page()
    page.goto("/login")
    expect(page.locator("body")).to_match_aria_snapshot("""
        - link "Aller au contenu"
        - banner:
          - link "Administration+"
        - main:
          - heading "Se connecter" [level=1]
          - text: Adresse mail professionnelle
          - textbox "Adresse mail professionnelle"
          - checkbox "Rester connecté"
          - paragraph:
            - button "Recevoir mon lien de connexion"
            - link "Utiliser mon mot de passe"
          - heading "Pas encore de compte ?" [level=2]
        - status
        - contentinfo:
          - paragraph:
            - link "Aide"
          - paragraph:
            - 'link "Accessibilité : non conforme"'
    """)


def test_a_question_of_the_wizard(log_in_by_email: Arrive) -> None:
    page = log_in_by_email("agent.lot").page
    page.goto("/demandes/nouvelle")
    page.get_by_role("radio", name="Mode guidé").check()
    expect(page.locator("body")).to_match_aria_snapshot("""
        - navigation "Menu principal":
          - list:
            - listitem:
              - link "Nouvelle demande"
            - listitem:
              - link "Mes demandes"
        - main:
          - paragraph: Étape 1 sur 7
          - group /Comment trouver les bons organismes/:
            - heading /Comment trouver les bons organismes/ [level=1]
            - radio "Mode guidé" [checked]
            - radio "Choisir les organismes"
          - paragraph:
            - button "Continuer"
          - status
    """)


def test_a_refused_answer_is_tied_to_its_field(log_in_by_email: Arrive) -> None:
    page = log_in_by_email("agent.lot").page
    page.goto("/profil")
    page.get_by_role("textbox", name="Fonction").fill("")
    page.get_by_role("button", name="Enregistrer mon profil").click()
    expect(page.get_by_role("main")).to_match_aria_snapshot("""
        - alert [active]:
          - heading "Il y a un problème" [level=2]
          - list:
            - listitem:
              - link
    """)
    field = page.get_by_role("textbox", name="Fonction")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(re.compile("Erreur : "))


def test_check_page_list_and_case(log_in_by_email: Arrive) -> None:
    agent = log_in_by_email("agent.lot")
    page = agent.page
    agent.drafts_until_check(last_name="Pélissier", subject="Ce que dit l’arbre")
    expect(page.get_by_role("main")).to_match_aria_snapshot("""
        - heading "Vérifiez vos réponses" [level=1]
        - term: Sujet
        - definition: Ce que dit l’arbre
        - definition:
          - link /Modifier . Sujet/
        - group "Inviter des collègues (facultatif)":
          - checkbox "Bastien Roques"
        - paragraph:
          - button "Envoyer ma demande"
    """)
    page.get_by_role("button", name="Envoyer ma demande").click()
    agent.sees_status("Nouvelle")
    expect(page.get_by_role("main")).to_match_aria_snapshot("""
        - status [active]
        - heading "Ce que dit l’arbre" [level=1]
        - 'img "Statut : Nouvelle"'
        - region "L’usager et le blocage":
          - heading "L’usager et le blocage" [level=2]
        - region "Fil de la demande":
          - heading "Fil de la demande" [level=2]
          - list:
            - listitem: /Demande envoyée/
          - textbox "Votre message"
          - button "Pièces jointes (facultatif)"
          - status
          - paragraph:
            - button "Envoyer le message"
        - list:
          - listitem:
            - button "Compléter le dossier"
        - paragraph:
          - button "Clore la demande"
    """)
    page.goto("/demandes")
    expect(page.get_by_role("main")).to_match_aria_snapshot("""
        - heading "Mes demandes" [level=1]
        - navigation "Vues":
          - list:
            - listitem:
              - link /À traiter/
        - search:
          - searchbox "Rechercher"
          - paragraph:
            - button "Filtrer"
          - group
        - list:
          - listitem:
            - paragraph:
              - link "Ce que dit l’arbre"
            - paragraph:
              - 'img "Statut : Nouvelle"'
    """)
    expect(page.get_by_role("navigation", name="Vues").locator("[aria-current=page]")).to_have_count(1)
    expect(page.get_by_role("group").first).not_to_have_attribute("open", "")
