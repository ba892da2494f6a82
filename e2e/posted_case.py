"""A case that is sent without its wizard being looked at: the forms of the seven steps, posted one after the other.

The same answers as Person.drafts_until_check(). A browser needs ten times longer; test_journey.py compares the two.
"""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode, urljoin

from playwright.sync_api import Page

Typed = list[tuple[str, str]]
_SOCIAL, _LATE_BENEFIT, _CAF, _MSA = "1", "2", "4", "22"


def list_answers(subject: str, last_name: str) -> dict[str, Typed]:
    """step -> what its form sends."""
    yesterday = f"{datetime.now(UTC) - timedelta(days=1):%d/%m/%Y}"
    return {
        "categorie": [("categorie", _SOCIAL)],
        "sujet": [("sujet", _LATE_BENEFIT)],
        "organismes": [*[("montre", one) for one in (_CAF, _MSA)], *[("organismes", one) for one in (_CAF, _MSA)]],
        "usager": [
            *[("prenom", "Jeanne"), ("nom", last_name), ("naissance", "1957")],
            *[("libelle-demande-1", "Numéro d’allocataire CAF"), ("demande-1", "1234567A")],
            *[("libelle-demande-2", "Numéro de sécurité sociale"), ("inconnu-demande-2", "oui")],
        ],
        "blocage": [
            *[("objet", subject), ("description", "Plus aucun versement depuis trois mois.")],
            *[("urgente", "oui"), ("raison", "Sans ressources")],
        ],
        "mandat": [("mandat", "paper"), ("signature", yesterday)],
        "envoi": [],
    }


def post_case(page: Page, *, subject: str, last_name: str) -> str:
    """The path of the case of the person who is logged in there. The page itself goes nowhere."""
    start = page.request.get("/demandes/nouvelle")
    fields = dict(re.findall(r'name="(jeton|brouillon)" value="([^"]+)"', start.text()))
    _post(page, start.url, [*fields.items(), ("mode", "guided")])
    for step, typed in list_answers(subject, last_name).items():
        _post(
            page, urljoin(start.url, f"/brouillons/{fields['brouillon']}/{step}"), [("jeton", fields["jeton"]), *typed]
        )
    return f"/demandes/{fields['brouillon']}"


def _post(page: Page, address: str, typed: Typed) -> None:
    """The page that follows is not asked for. A form that is refused has no page to go to: it is shown again."""
    sent = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
    answer = page.request.post(address, data=urlencode(typed), headers=sent, max_redirects=0)
    assert answer.status == 303, f"{address}: {answer.status}, {answer.text()[:4000]}"
