"""The data of the screens: cases in each state, a draft, a list to import, an applicant."""

import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Browser, Page, expect

from e2e.people import Person
from e2e.server import Server

PEOPLE = (
    "agent.lot",
    "agent.cher",
    "referent.caf.lot",
    "responsable.caf.lot",
    "superviseur.lot",
    "admin",
    "nouvelle.lot",
)
LIST = "prénom;nom;adresse mail;équipe\nAnne;Teyssier;anne.teyssier@exemple.fr;CAF du Lot\nJean;;jean@;CAF du Lot\n"


@dataclass
class ScreensData:
    """Who is logged in, and the ids that the screens use."""

    people: dict[str, Person]
    visitor: Page
    addresses: dict[str, str] = field(default_factory=dict)

    def find_page(self, login: str) -> Page:
        return self.people[login].page if login else self.visitor


def build_screens_data(server: Server, browser: Browser) -> ScreensData:
    def page() -> Page:
        return browser.new_context(base_url=server.url, locale="fr-FR", reduced_motion="reduce").new_page()

    people = {login: Person(page(), f"{login}@exemple.fr") for login in PEOPLE}
    world = ScreensData(people, page())
    for person in people.values():
        person.log_in()
    Person(world.visitor, "agent.lot@exemple.fr").ask_for_link()
    _cases(world)
    _signup(world)
    _team(world)
    _import(world)
    _second_factor(world)
    _old_login(server, people["responsable.caf.lot"].address)
    return world


def _cases(world: ScreensData) -> None:
    agent, referent = world.people["agent.lot"], world.people["referent.caf.lot"]
    closed = agent.send_case(subject="Pension de réversion non versée", last_name="Soulié")
    agent.closes("Le blocage est résolu")
    answered = agent.send_case(subject="Allocation suspendue", last_name="Pélissier")
    agent.writes("L’usager a fourni toutes les pièces le 12 mars, par courrier recommandé.")
    referent.page.goto(answered)
    referent.writes("Bonjour, il manque une pièce : pouvez-vous joindre l’attestation de résidence ?")
    referent.page.goto("/demandes")
    agent.page.goto(answered)
    agent.writes("La voici, merci de votre réponse si rapide.")
    link = agent.page.get_by_role("link", name="Corriger ou retirer").last.get_attribute("href")
    agent.page.goto("/demandes")
    twin = agent.send_case(subject="Allocation de logement suspendue", last_name="Pelissier")
    agent.page.goto(f"{twin}/memes-usager")
    continuing = agent.page.get_by_role("link", name="Continuer dans").first.get_attribute("href")
    agent.page.goto("/demandes")
    fresh = agent.send_case(subject="Carte d’invalidité jamais reçue malgré deux relances", last_name="Cayrol")
    agent.drafts_until_check(last_name="Marcillac", subject="Dossier perdu entre deux caisses")
    world.addresses |= {
        "closed": closed,
        "answered": answered,
        "fresh": fresh,
        "continuing": str(continuing),
        "correction": str(link),
        "draft": agent.page.url.rsplit("/", 1)[0],
    }


def _signup(world: ScreensData) -> None:
    page = world.visitor
    page.goto("/inscription")
    for label, words in {
        "Prénom": "Ana",
        "Nom": "Vient",
        "Adresse mail professionnelle": "ana.vient@exemple.fr",
        "Fonction": "Conseillère",
        "Téléphone professionnel": "05 36 49 00 40",
        "Équipe ou structure": "France Services de démonstration du Lot",
        "Pourquoi demandez-vous un compte ?": "J’accueille le public le mardi et le jeudi.",
    }.items():
        page.get_by_role("textbox", name=label, exact=True).fill(words)
    page.get_by_role("combobox", name="Département").select_option("46")
    page.get_by_role("button", name="Envoyer ma demande d’inscription").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre demande d’inscription est envoyée")
    admin = world.people["admin"].page
    admin.goto("/administration/inscriptions")
    world.addresses["applicant"] = str(admin.get_by_role("link", name="Ana Vient").get_attribute("href"))


def _team(world: ScreensData) -> None:
    page = world.people["responsable.caf.lot"].page
    page.goto("/equipes")
    page.get_by_role("link", name="CAF du Lot").first.click()
    world.addresses["team"] = re.sub(r".*(/equipes/\d+).*", r"\1", page.url)
    page.goto(world.addresses["team"] + "/membres")
    removal = page.get_by_role("link", name=re.compile("Retirer de l’équipe.*Julien")).first.get_attribute("href")
    world.addresses["member"] = str(removal).split("/")[-2]


def _import(world: ScreensData) -> None:
    page = world.people["admin"].page
    page.goto("/administration/imports")
    page.get_by_role("radio", name="Des personnes").check()
    page.get_by_label("Fichier CSV").set_input_files(
        {"name": "personnes.csv", "mimeType": "text/csv", "buffer": LIST.encode()}
    )
    page.get_by_role("button", name="Lire le fichier").click()
    expect(page.get_by_role("link", name=re.compile("Refusées"))).to_be_visible()
    world.addresses["list"] = page.url


def _second_factor(world: ScreensData) -> None:
    """Comes last: the visitor logs in as a person who has a second factor."""
    person = world.people["responsable.caf.lot"]
    person.sets_up_a_second_factor()
    Person(world.visitor, person.address).follows_their_link()
    expect(world.visitor.get_by_role("heading", level=1)).to_have_text("Encore un code pour vous connecter")


def _old_login(server: Server, address: str) -> None:
    """Sets the login an hour back, so that « Confirmez que c’est vous » is asked."""
    changes = "UPDATE session SET created_at = ? WHERE person = (SELECT id FROM person WHERE address = ?)"
    with closing(sqlite3.connect(server.folder / "aplus.sqlite", timeout=10)) as database, database:
        changed = database.execute(changes, [str(datetime.now(UTC) - timedelta(hours=1)), address])
        assert changed.rowcount == 1
