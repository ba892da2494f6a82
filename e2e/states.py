"""Every page, role and state that a person can meet, for tests that look at all of them.

Each function drives one person and yields the name of what their page shows. Addresses without a parameter are read
from the routes, so that a new page is included; a page with a parameter is listed here.
"""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

from app.routes.handlers import list_resolved_handlers
from e2e.case_states import States, case_states, continued_states, suspended_states
from e2e.draft_states import draft_states
from e2e.people import Person, follow, press
from e2e.platform_states import member_states, platform_states, proof_states

_NOT_PAGES = (
    "/flux",
    "/nouvelles",
    "/livez",
    "/readyz",
    ".txt",
    ".pdf",
    ".csv",
    "/donnees/fichier",
    ".json",
    "/demo/courrier",
    "/galerie/lettres",
)
_CONTENT = """() => (document.querySelector("main") || document.body).innerHTML
  .replace(/value="[^"]*"/g, "").replace(/[0-9a-f-]{36}|[0-9]+/g, "")"""
"""The text of a page without numbers, dates and tokens. The menu is checked on each role’s own list."""
LogIn = Callable[[str], Person]


def list_paths() -> list[str]:
    """The paths of pages without a parameter."""
    paths = {path for handler in list_resolved_handlers() if "GET" in handler.http_methods for path in handler.paths}
    return sorted(path for path in paths if "{" not in path and not path.endswith(_NOT_PAGES))


def iterate_states(arrive: LogIn, visitor: Page, folder: Path) -> States:
    """`arrive` gives a logged-in person, `visitor` is not logged in. A page already shown is skipped."""
    seen: set[str] = set()
    for page, state in iterate_all_states(arrive, visitor, folder):
        page.wait_for_load_state()
        content = page.evaluate(_CONTENT)
        if content not in seen or state.startswith("/demandes ("):
            seen.add(content)
            yield page, state


def iterate_all_states(arrive: LogIn, visitor: Page, folder: Path) -> States:
    people = {login: arrive(login) for login in ROLES}
    agent, referent = people["agent.lot"], people["referent.caf.lot"]
    yield from _signed_out(visitor)
    yield from draft_states(agent)
    yield from case_states(agent, referent, people["expert"])
    yield from suspended_states(agent, referent, visitor)
    yield from continued_states(agent)
    yield from member_states(people["responsable.caf.lot"], visitor)
    yield from platform_states(people["admin"], folder)
    for login, person in people.items():
        yield from _own_pages(person.page, login)
    yield from _refusals(agent)
    yield from _second_factor(arrive("referent.pref.lot"), people["admin"])


ROLES = ("agent.lot", "referent.caf.lot", "responsable.caf.lot", "expert", "superviseur.lot", "admin", "nouvelle.lot")


def _own_pages(page: Page, login: str) -> States:
    for path in list_paths():
        page.goto(path)
        yield page, f"{path} ({login})"


def _signed_out(page: Page) -> States:
    yield from _own_pages(page, "personne")
    page.goto("/login")
    for path, button in {
        "/login": "Recevoir mon lien de connexion",
        "/login/mot-de-passe": "Se connecter",
        "/login/mot-de-passe/oubli": "Recevoir un lien pour choisir un mot de passe",
        "/inscription": "Envoyer ma demande d’inscription",
    }.items():
        page.goto(path)
        press(page, button)
        page.get_by_role("alert").wait_for()
        yield page, f"{path}, rien de saisi"
    person = Person(page, "personne@exemple.fr")
    for _ in range(5):
        person.ask_for_link()
    yield page, "/login/lien-envoye"
    page.goto("/login")
    page.get_by_role("textbox", name="Adresse mail professionnelle").fill(person.address)
    press(page, "Recevoir mon lien de connexion")
    yield page, "/login, trop souvent (429)"
    colleague = Person(page, "collegue.lot@exemple.fr")
    before = len(colleague.read_emails())
    colleague.ask_for_link()
    link = colleague.find_link(colleague.wait_for_email("Votre lien de connexion", after=before))
    page.goto(link)
    yield page, "la page du lien"
    page.context.clear_cookies()
    page.goto(link)
    yield page, "la page du lien, dans un autre navigateur"
    page.get_by_role("textbox", name="Code de connexion").fill("00000000")
    press(page, "Me connecter")
    yield page, "un mauvais code"
    page.goto(f"{link[:-3]}xyz")
    yield page, "un lien inconnu"
    page.goto("/invitations/inconnue")
    yield page, "une invitation inconnue"


def _second_factor(person: Person, admin: Person) -> States:
    """Set up, asked for, refused, replaced by a recovery code, and removed: the account ends as it began."""
    _, codes = person.sets_up_a_second_factor()
    page = person.page
    yield page, "les codes de secours"
    page.goto("/profil/double-authentification")
    yield page, "gérer la double authentification"
    yield from proof_states(admin, person)
    follow(page.get_by_role("button", name="Se déconnecter"))
    person.follows_their_link()
    yield page, "le code demandé"
    page.get_by_role("textbox", name="Code de votre application").fill("000000")
    press(page, "Me connecter")
    yield page, "un mauvais code d’application"
    page.get_by_role("textbox", name="Code de secours").fill(codes[0])
    press(page, "Utiliser ce code de secours")
    page.goto("/profil/double-authentification")
    press(page, "Retirer la double authentification")
    yield page, "la retirer sans code"
    page.get_by_role("textbox", name="Code de votre application, ou un code de secours").fill(codes[1])
    press(page, "Retirer la double authentification")
    yield page, "mon profil, double authentification retirée"


def _refusals(agent: Person) -> States:
    """The pages of errors and refusals."""
    page = agent.page
    page.goto("/profil")
    page.locator("main [name=jeton]").first.evaluate("(field) => { field.value = 'vieux'; }")
    press(page, "Enregistrer mon profil")
    yield page, "page ouverte trop longtemps (403)"
    page.goto("/profil")
    page.get_by_role("textbox", name="Fonction").evaluate(
        "(field) => { field.maxLength = 1e7; field.value = 'x'.repeat(3e6); }"
    )
    press(page, "Enregistrer mon profil")
    yield page, "envoi trop lourd (413)"
    page.goto("/profil")
    page.context.clear_cookies()
    press(page, "Enregistrer mon profil")
    yield page, "session terminée (401)"
