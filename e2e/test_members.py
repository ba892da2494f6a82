"""Joining a team by an invitation, leaving it by a page that announces the effects: with scripts and without."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from e2e.people import Person

Arrive = Callable[..., Person]
NewPage = Callable[..., Page]


def sees_title(page: Page, title: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def opens_members_of(page: Page, team: str) -> None:
    page.get_by_role("navigation").get_by_role("link", name="Administration", exact=True).click()
    page.get_by_role("link", name="Équipes", exact=True).click()
    page.get_by_role("link", name=team, exact=True).click()
    page.get_by_role("link", name="Gérer les membres").click()
    sees_title(page, f"Membres de {team}")


def invite(page: Page, typed: str) -> None:
    page.get_by_role("textbox", name="Adresses mail").fill(typed)
    page.get_by_role("button", name="Inviter", exact=True).click()


def joins(person: Person) -> None:
    """From the invitation’s email to the end of the first visit."""
    page = person.page
    page.goto(person.find_link(person.wait_for_email("Vous êtes invité à rejoindre une équipe")))
    before = len(person.read_emails())
    join = page.get_by_role("button", name="Rejoindre l’équipe")
    expect(join).to_have_css("animation-name", "press-guard")
    join.click()
    sees_title(page, "Consultez votre messagerie")
    page.goto(person.find_link(person.wait_for_email("Votre lien de connexion", after=before)))
    page.get_by_role("button", name="Me connecter").click()
    page.get_by_role("textbox", name="Fonction").fill("Référente")
    page.get_by_role("textbox", name="Téléphone professionnel").fill("01 99 00 12 34")
    page.get_by_role("checkbox", name="J’ai lu et j’accepte les conditions d’utilisation").check()
    page.get_by_role("button", name="Commencer").click()


def test_an_invitation_makes_a_member_and_a_departure_puts_them_out(
    log_in_by_email: Arrive, new_page: NewPage, with_scripts: bool
) -> None:
    manager = log_in_by_email("responsable.caf.lot", javascript=with_scripts).page
    name = "Zoé Avec" if with_scripts else "Zoé Sans"
    person = Person(new_page(javascript=with_scripts), f"zoe.{'avec' if with_scripts else 'sans'}@exemple.fr")

    opens_members_of(manager, "CAF du Lot")
    invite(manager, f"{name} <{person.address}>\npas une adresse")
    expect(manager.get_by_role("alert")).to_contain_text("pas une adresse")
    expect(manager.get_by_role("textbox", name="Adresses mail")).to_have_value("pas une adresse")
    expect(manager.get_by_text(f"{name} <{person.address}> : invitation envoyée")).to_be_visible()
    joins(person)
    sees_title(person.page, f"Bienvenue, {name}")

    opens_members_of(manager, "CAF du Lot")
    manager.get_by_role("link", name="Désactiver le compte : " + name).click()
    sees_title(manager, f"Désactiver le compte de {name}")
    expect(manager.get_by_role("heading", name="Ce qui va se passer")).to_be_visible()
    expect(manager.get_by_text("se ferment à l’instant")).to_be_visible()
    manager.get_by_role("button", name="Désactiver le compte").click()
    expect(manager.get_by_text("Le compte est désactivé.")).to_be_visible()

    person.page.get_by_role("navigation").get_by_role("link", name="Mes demandes").click()
    sees_title(person.page, "Se connecter")
    manager.get_by_role("button", name="Réactiver le compte").click()
    person.wait_for_email("Votre compte est de nouveau ouvert", after=2)


def test_what_a_departing_agent_followed_goes_to_a_colleague(
    log_in_by_email: Arrive, new_page: NewPage, with_scripts: bool
) -> None:
    supervisor = log_in_by_email("superviseur.lot", javascript=with_scripts).page
    name = "Max Avec" if with_scripts else "Max Sans"
    team = "France Services de démonstration du Lot"
    person = Person(new_page(javascript=with_scripts), f"max.{'avec' if with_scripts else 'sans'}@exemple.fr")
    opens_members_of(supervisor, team)
    invite(supervisor, f"{name} <{person.address}>")
    joins(person)
    subject = f"Demande de {name}"
    case = person.send_case(subject=subject)
    colleague = log_in_by_email("collegue.lot", javascript=with_scripts)

    opens_members_of(supervisor, team)
    supervisor.get_by_role("link", name="Retirer de l’équipe : " + name).click()
    expect(supervisor.get_by_text("1 demande en cours passe à l’équipe")).to_be_visible()
    supervisor.get_by_label("Qui reprend ses demandes en cours").select_option("Bastien Roques")
    supervisor.get_by_role("button", name="Retirer de l’équipe").click()
    expect(supervisor.get_by_text("ne fait plus partie de l’équipe")).to_be_visible()

    colleague.wait_for_email("Des demandes vous sont confiées", after=1)
    colleague.page.goto(case)
    expect(colleague.page.get_by_text("Demande confiée à Bastien Roques")).to_be_visible()
    person.page.goto(case)
    expect(person.page.get_by_text(subject)).to_have_count(0)


def test_an_account_that_exists_joins_by_its_own_yes_alone(log_in_by_email: Arrive) -> None:
    """Invited into two teams; between the email and the answer, one of the invitations is cancelled."""
    supervisor, marc = log_in_by_email("superviseur.lot").page, log_in_by_email("referent.caf.cher")
    for team in ("CPAM du Lot", "MSA du Lot"):
        opens_members_of(supervisor, team)
        invite(supervisor, marc.address)
        expect(supervisor.get_by_text("L’invitation est envoyée. Elle est valable 7 jours.")).to_be_visible()
    page = marc.page
    page.goto(marc.find_link(marc.wait_for_email("Vous êtes invité à rejoindre une équipe", after=1)))
    expect(page.get_by_text("Sans votre accord, rien ne change.")).to_be_visible()
    page.get_by_role("link", name="Ouvrir « Mes invitations »").click()
    sees_title(page, "Mes invitations")
    join = page.get_by_role("button", name="Rejoindre l’équipe : MSA du Lot")
    expect(join).to_be_visible()
    supervisor.get_by_role("button", name="Annuler l’invitation : " + marc.address).click()
    expect(supervisor.get_by_text("L’invitation est annulée")).to_be_visible()

    join.click()
    expect(page.get_by_text("Demandez-en une nouvelle à un responsable de l’équipe.")).to_be_visible()
    page.goto("/profil")
    page.get_by_role("link", name="Mes invitations").click()
    page.get_by_role("button", name="Rejoindre l’équipe : CPAM du Lot").click()
    expect(page.get_by_text("vous êtes maintenant membre de l’équipe")).to_be_visible()

    opens_members_of(supervisor, "CPAM du Lot")
    expect(supervisor.get_by_role("link", name="Retirer de l’équipe : Marc Perrin")).to_be_visible()
