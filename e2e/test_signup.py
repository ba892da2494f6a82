"""Asking for an account, being accepted or refused: with scripts and without."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from e2e.people import Person, press

Arrive = Callable[..., Person]
NewPage = Callable[..., Page]


def sees_title(page: Page, title: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def asks_for_an_account(person: Person, last_name: str) -> None:
    """Forgets the phone first: what was typed stays."""
    page = person.page
    page.goto("/login")
    page.get_by_role("link", name="demandez un compte").click()
    page.get_by_role("textbox", name="Prénom").fill("Ana")
    page.get_by_role("textbox", name="Nom", exact=True).fill(last_name)
    page.get_by_role("textbox", name="Adresse mail professionnelle").fill(person.address)
    page.get_by_role("textbox", name="Fonction").fill("Conseillère")
    page.get_by_label("Département").select_option("46 – Lot")
    page.get_by_role("textbox", name="Équipe ou structure").fill("France Services de Figeac")
    page.get_by_role("textbox", name="Pourquoi demandez-vous un compte ?").fill("J’accueille du public.")
    press(page, "Envoyer ma demande d’inscription")
    expect(page.get_by_role("alert")).to_contain_text("numéro de téléphone")
    expect(page.get_by_role("textbox", name="Nom", exact=True)).to_have_value(last_name)
    page.get_by_role("textbox", name="Téléphone professionnel").fill("01 99 00 12 34")
    press(page, "Envoyer ma demande d’inscription")
    sees_title(page, "Votre demande d’inscription est envoyée")


def opens_request_of(page: Page, name: str) -> None:
    page.get_by_role("navigation").get_by_role("link", name="Administration", exact=True).click()
    page.get_by_role("link", name="Inscriptions", exact=True).click()
    page.get_by_role("link", name=name, exact=True).click()
    sees_title(page, f"Inscription de {name}")


def test_a_request_is_accepted_and_another_refused(
    log_in_by_email: Arrive, new_page: NewPage, with_scripts: bool
) -> None:
    how = "avec" if with_scripts else "sans"
    welcome = Person(new_page(javascript=with_scripts), f"ana.{how}@exemple.fr")
    unwelcome = Person(new_page(javascript=with_scripts), f"ana.autre.{how}@exemple.fr")
    asks_for_an_account(welcome, f"Vient {how}")
    asks_for_an_account(unwelcome, f"Attend {how}")
    supervisor = log_in_by_email("superviseur.lot", javascript=with_scripts).page

    opens_request_of(supervisor, f"Ana Vient {how}")
    supervisor.get_by_label("Équipe", exact=True).select_option("France Services de démonstration du Lot")
    supervisor.get_by_role("button", name="Accepter l’inscription").click()
    expect(supervisor.get_by_text("L’inscription est acceptée")).to_be_visible()
    opens_request_of(supervisor, f"Ana Attend {how}")
    supervisor.get_by_role("textbox", name="Pourquoi ?").fill("Voyez votre responsable.")
    supervisor.get_by_role("button", name="Refuser l’inscription").click()
    expect(supervisor.get_by_text("L’inscription est refusée")).to_be_visible()

    letter = unwelcome.wait_for_email("Votre demande d’inscription n’a pas été acceptée", after=1)
    assert "Voyez votre responsable." in letter["text"]
    welcome.page.goto(welcome.find_link(welcome.wait_for_email("Vous êtes invité à rejoindre une équipe", after=1)))
    welcome.page.get_by_role("button", name="Rejoindre l’équipe").click()
    welcome.page.goto(welcome.find_link(welcome.wait_for_email("Votre lien de connexion", after=2)))
    welcome.page.get_by_role("button", name="Me connecter").click()
    sees_title(welcome.page, "Votre première visite")
    expect(welcome.page.get_by_role("textbox", name="Fonction")).to_have_value("Conseillère")
