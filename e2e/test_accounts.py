"""The first visit, a password and its reset, the rate limits, with scripts and without."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from e2e.people import Person, press

PASSWORD, OTHER = "tramway violet sous la pluie", "k7Rv-q2Lm-9xTe"
Arrive = Callable[..., Person]
NewPage = Callable[..., Page]


def sees_title(page: Page, title: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def test_a_newcomer_says_who_they_are_once_and_goes_where_they_were_going(
    log_in_by_email: Arrive, with_scripts: bool
) -> None:
    page = log_in_by_email("nouvelle.lot" if with_scripts else "nouveau.cher", javascript=with_scripts).page
    page.goto("/demandes/nouvelle")
    sees_title(page, "Votre première visite")
    page.get_by_role("textbox", name="Fonction").fill("Conseillère")
    press(page, "Commencer")
    expect(page.get_by_role("alert")).to_contain_text("numéro de téléphone")
    expect(page.get_by_role("textbox", name="Fonction")).to_have_value("Conseillère")
    page.get_by_role("textbox", name="Téléphone professionnel").fill("01 99 00 12 34")
    page.get_by_role("checkbox", name="J’ai lu et j’accepte les conditions d’utilisation").check()
    page.get_by_role("button", name="Commencer").click()

    sees_title(page, "Comment trouver les bons organismes ?")
    page.goto("/demandes")
    sees_title(page, "Mes demandes")


def choose_password(page: Page, password: str) -> None:
    page.get_by_label("Nouveau mot de passe").fill(password)
    page.get_by_label("Le même, une seconde fois").fill(password)
    page.get_by_role("button", name="Enregistrer ce mot de passe").click()


def log_in_with(page: Page, address: str, password: str) -> None:
    page.goto("/login")
    page.get_by_role("link", name="Utiliser mon mot de passe").click()
    page.get_by_role("textbox", name="Adresse mail professionnelle").fill(address)
    page.get_by_label("Mot de passe", exact=True).fill(password)
    page.get_by_role("button", name="Se connecter", exact=True).click()


def test_a_password_is_chosen_used_forgotten_and_replaced(
    log_in_by_email: Arrive, new_page: NewPage, with_scripts: bool
) -> None:
    person = log_in_by_email("referent.pref.lot" if with_scripts else "referent.travail.lot", javascript=with_scripts)
    person.page.goto("/profil")
    person.page.get_by_role("link", name="Choisir un mot de passe").click()
    choose_password(person.page, "Motdepasse2026")
    expect(person.page.get_by_role("alert")).to_contain_text("se devine trop vite")
    choose_password(person.page, PASSWORD)
    expect(person.page.get_by_text("Votre mot de passe est enregistré.")).to_be_visible()
    person.wait_for_email("Votre mot de passe a été changé")

    other = Person(new_page(javascript=with_scripts), person.address)
    log_in_with(other.page, person.address, OTHER)
    expect(other.page.get_by_role("alert")).to_contain_text("ne vont pas ensemble")
    log_in_with(other.page, person.address, PASSWORD)
    sees_title(other.page, "Mes demandes")
    other.page.get_by_role("button", name="Se déconnecter").click()

    before = len(other.read_emails())
    other.page.goto("/login/mot-de-passe")
    other.page.get_by_role("link", name="Mot de passe oublié").click()
    other.page.get_by_role("textbox", name="Adresse mail professionnelle").fill(person.address)
    other.page.get_by_role("button", name="Recevoir un lien pour choisir un mot de passe").click()
    other.page.goto(other.find_link(other.wait_for_email("Votre lien de connexion", after=before)))
    other.page.get_by_role("button", name="Me connecter").click()
    sees_title(other.page, "Mon mot de passe")
    choose_password(other.page, OTHER)
    sees_title(other.page, "Mon profil")

    person.page.goto("/demandes")
    sees_title(person.page, "Se connecter")


def test_the_sixth_link_says_when_to_come_back_and_keeps_the_address(new_page: NewPage, with_scripts: bool) -> None:
    page = new_page(javascript=with_scripts)
    address = f"inconnu.{'avec' if with_scripts else 'sans'}@exemple.fr"
    for _ in range(6):
        page.goto("/login")
        page.get_by_role("textbox", name="Adresse mail professionnelle").fill(address)
        page.get_by_role("button", name="Recevoir mon lien de connexion").click()

    expect(page.get_by_role("alert")).to_contain_text("Réessayez à partir de")
    expect(page.get_by_role("textbox", name="Adresse mail professionnelle")).to_have_value(address)
