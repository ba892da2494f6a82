"""Each page at the width of a phone and of a desk, in docs/screens; bin/screens draws them all anew.

Drawn from its own demonstration, by the roles that see each page. A page that is too tall is cut at the foot, and a
panel of a case is drawn alone. e2e/test_screens.py: the folder holds exactly these, and every page with an address.
"""

import io
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page

from e2e.account_screens import ACCOUNT_SCREENS
from e2e.browser import open_browser
from e2e.screens_world import build_screens_data
from e2e.server import Server, run_server

FOLDER = Path(__file__).parent.parent / "docs/screens"
SIZES = {360: 740, 1280: 800}
TALLEST = 1100


@dataclass(frozen=True)
class Screen:
    """`name`: of the file. `login`: the person, or empty for a visitor. `path`: with ids of the data in braces."""

    name: str
    login: str
    path: str


def _screens(login: str, paths: dict[str, str]) -> list[Screen]:
    return [Screen(name, login, path) for name, path in paths.items()]


SCREENS = [
    *_screens(
        "",
        {
            "login": "/login",
            "login-sent": "/login/lien-envoye",
            "login-dead-link": "/login/lien/inconnu",
            "login-code": "/login/verification",
            "password": "/login/mot-de-passe",
            "password-forgotten": "/login/mot-de-passe/oubli",
            "signup": "/inscription",
            "signup-sent": "/inscription/envoyee",
            "invitation-dead": "/invitations/inconnue",
            "help": "/aide",
            "accessibility": "/accessibilite",
            "terms": "/conditions",
            "privacy": "/donnees-personnelles",
            "legal": "/mentions-legales",
            "error-404": "/rien-ici",
            "gallery": "/galerie",
            "gallery-letters": "/galerie/mails",
            "demo-mailbox": "/demo/mails",
            "demo-telephone": "/demo/sms",
        },
    ),
    *_screens("nouvelle.lot", {"arrival": "/bienvenue"}),
    *_screens(
        "agent.cher",
        {"list-empty": "/demandes", "drafts-empty": "/demandes?vue=brouillons"},
    ),
    *_screens(
        "agent.lot",
        {
            "list": "/demandes",
            "list-filtered": "/demandes?q=Caisse&urgente=oui",
            "list-closed": "/demandes?vue=cloturees",
            "list-drafts": "/demandes?vue=brouillons",
            "case": "{answered}",
            "case-new": "{fresh}",
            "case-closed": "{closed}",
            "case-closing": "{answered}/cloture",
            "case-expert": "{answered}/expert",
            "case-colleagues": "{answered}/collegues",
            "case-others": "{answered}/memes-usager",
            "case-continuing": "{continuing}",
            "case-complete": "{answered}/complement",
            "case-withdraw": "{fresh}/retrait",
            "case-correction": "{correction}",
            "case-removals": "{answered}/retraits",
            "wizard-mode": "/demandes/nouvelle",
            "wizard-category": "{draft}/categorie",
            "wizard-subject": "{draft}/sujet",
            "wizard-organisations": "{draft}/organismes",
            "wizard-citizen": "{draft}/usager",
            "wizard-problem": "{draft}/blocage",
            "wizard-mandate": "{draft}/mandat",
            "wizard-check": "{draft}/verification",
            "draft-deletion": "{draft}/suppression",
            "profile": "/profil",
            "profile-absence": "/profil/absence",
            "profile-invitations": "/profil/invitations",
            "profile-password": "/profil/mot-de-passe",
            "profile-second-factor": "/profil/double-authentification",
            "teams": "/equipes",
        },
    ),
    *_screens(
        "referent.caf.lot",
        {
            "list-referent": "/demandes",
            "case-referent": "{answered}",
            "case-transfer": "{answered}/transfert",
            "case-stepping-out": "{answered}/sortie",
            "case-reopening-request": "{closed}/a-rouvrir",
            "case-organisation": "{answered}/organisme",
            "phrases": "/equipe/phrases",
        },
    ),
    *_screens(
        "responsable.caf.lot",
        {
            "team": "{team}",
            "members": "{team}/membres",
            "member-absence": "{team}/membres/{member}/absence",
            "member-removal": "{team}/membres/{member}/retrait",
            "profile-proof": "/profil/confirmation",
        },
    ),
    *_screens(
        "superviseur.lot",
        {"administration-supervisor": "/administration", "areas": "/administration/territoires"},
    ),
    *_screens(
        "admin",
        {
            "administration": "/administration",
            "teams-admin": "/equipes",
            "team-new": "/equipes/nouvelle",
            "people": "/personnes",
            "person": "/personnes/{member}",
            "person-roles": "/personnes/{member}/roles",
            "person-opening": "/personnes/nouvelle",
            "banner": "/administration/bandeau",
            "maintenance": "/administration/maintenance",
            "sessions": "/administration/sessions",
            "overview": "/administration/demandes",
            "area": "/administration/territoires/46",
            "catalogue": "/administration/catalogue",
            "catalogue-organisations": "/administration/catalogue/organismes",
            "catalogue-fields": "/administration/catalogue/champs",
            "catalogue-categories": "/administration/catalogue/categories",
            "catalogue-subjects": "/administration/catalogue/sujets",
            "catalogue-entry": "/administration/catalogue/sujets/1",
            "catalogue-new": "/administration/catalogue/organismes/ajout",
            "imports": "/administration/imports",
            "import-preview": "{list}",
            "signups": "/administration/inscriptions",
            "signup-decision": "{applicant}",
            "trail": "/administration/trace",
            "trail-empty": "/administration/trace?demande=00000000-0000-4000-8000-000000000000",
            "account-closing": "/personnes/{member}/desactivation",
        },
    ),
    *[screen for login, paths in ACCOUNT_SCREENS.items() for screen in _screens(login, paths)],
]


def draw_screens(server: Server, browser: Browser) -> Iterator[tuple[Screen, int, bytes]]:
    world = build_screens_data(server, browser)
    for screen in SCREENS:
        for width, pixels in take_screenshot(world.find_page(screen.login), screen.path.format(**world.addresses)):
            yield screen, width, pixels


def take_screenshot(page: Page, address: str) -> Iterator[tuple[int, bytes]]:
    """The page, or the panel that its address opens: it stands below a whole thread."""
    page.goto(address)
    panel = page.locator("#geste section.panel, #cloture form.panel")
    for width, height in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        yield width, panel.screenshot() if panel.count() else page.screenshot(full_page=True)


def encode_webp(pixels: bytes, tallest: int = TALLEST) -> bytes:
    """A few dozen colours, lossless: text stays sharp and the file is small."""
    drawn = Image.open(io.BytesIO(pixels)).convert("RGB")
    shown = drawn.crop((0, 0, drawn.width, min(drawn.height, tallest))).quantize(20, dither=Image.Dither.NONE)
    packed = io.BytesIO()
    shown.save(packed, "WEBP", lossless=True, quality=60, method=3)
    return packed.getvalue()


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(exist_ok=True)
    with run_server() as server, open_browser() as browser:
        for screen, width, pixels in draw_screens(server, browser):
            (folder / f"{screen.name}-{width}.webp").write_bytes(encode_webp(pixels))


if __name__ == "__main__":
    main()
