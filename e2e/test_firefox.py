"""The main job in Firefox, with scripts and without: from login to the survey."""

import json
import re
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from e2e.firefox import FIREFOX, Firefox
from e2e.server import Server

ENTER = "\ue007"
pytestmark = pytest.mark.skipif(not FIREFOX, reason="Firefox is not installed: apt-get install firefox-esr")


@pytest.fixture
def open_firefox(server: Server, tmp_path: Path, with_scripts: bool) -> Iterator[Callable[[str], Firefox]]:
    opened: list[Firefox] = []

    def start(login: str) -> Firefox:
        folder = tmp_path / login
        folder.mkdir()
        opened.append(Firefox(folder, server.url, javascript=with_scripts))
        return opened[-1]

    yield start
    for firefox in opened:
        firefox.close()


def letters(server: Server, login: str) -> list[dict[str, str]]:
    with urllib.request.urlopen(f"{server.url}/demo/mails.json?to={login}@exemple.fr") as answer:  # noqa: S310
        found: list[dict[str, str]] = json.load(answer)
    return found


def logs_in(firefox: Firefox, server: Server, login: str) -> None:
    before = len(letters(server, login))
    firefox.goes_to("/login")
    firefox.types("Adresse mail professionnelle", f"{login}@exemple.fr")
    firefox.presses("Recevoir mon lien de connexion")
    firefox.reads("Consultez votre messagerie")
    while len(letters(server, login)) == before:
        time.sleep(0.1)
    link = re.search(r"https?://\S+", letters(server, login)[0]["text"])
    assert link
    firefox.goes_to(urlsplit(link[0]).path)
    firefox.presses("Me connecter")
    firefox.reads("Se déconnecter")


def sends_a_case(agent: Firefox, subject: str) -> str:
    agent.presses("Nouvelle demande")
    agent.presses("Mode guidé")
    agent.presses("Continuer")
    agent.reads("Étape 2 sur 7")
    agent.presses("Social / Famille")
    agent.presses("Continuer")
    agent.presses("Étude ou versement d’une aide anormalement long")
    agent.presses("Continuer")
    agent.reads("Quels organismes contacter")
    agent.presses("Continuer")
    agent.types("Prénom", "Jeanne")
    agent.types("Nom de famille", "Pélissier")
    agent.types("Date de naissance", "1957")
    agent.types("Numéro d’allocataire CAF", "1234567A")
    agent.presses("Numéro de sécurité sociale : non connu")
    agent.presses("Continuer")
    agent.types("Sujet", subject)
    agent.types("Description du blocage", "Plus aucun versement depuis trois mois.")
    agent.presses("Continuer")
    agent.presses("Par téléphone, faute d’autre moyen")
    agent.types("Date de l’appel", "01/11/2026")
    agent.types("Pourquoi aucun autre moyen", "L’usager ne se déplace pas.")
    agent.presses("Continuer")
    agent.reads("Vérifiez vos réponses")
    agent.presses("Envoyer ma demande")
    agent.reads("Demande envoyée")
    return urlsplit(agent.url).path


def test_the_main_job_is_done_in_firefox(
    server: Server, open_firefox: Callable[[str], Firefox], with_scripts: bool
) -> None:
    agent, referent = open_firefox("agent.lot"), open_firefox("referent.caf.lot")
    logs_in(agent, server, "agent.lot")
    logs_in(referent, server, "referent.caf.lot")
    case = sends_a_case(agent, f"Firefox {'avec' if with_scripts else 'sans'} scripts")

    referent.goes_to(case)
    if with_scripts:
        referent.types("Votre message", "@hel")
        referent.reads("Hélène Marty")
        referent.types("Votre message", ENTER)
    referent.types("Votre message", "Je regarde le dossier.")
    referent.presses("Envoyer le message")
    referent.reads("@Hélène Marty Je regarde le dossier." if with_scripts else "Je regarde le dossier.")
    if not with_scripts:
        agent.goes_to(case)
    agent.reads("Je regarde le dossier.")
    agent.reads("Répondue")

    agent.presses("Clore la demande")
    agent.presses("Le blocage est résolu")
    agent.presses("Confirmer la clôture")
    agent.reads("Sondage de satisfaction")
    agent.reads("Demande close par Carmen Vidal")  # by the stream, above: the button moves while it is pressed
    for question in (1, 2, 3):
        agent.presses("Oui", group=question)
    agent.presses("Répondre au sondage")
    agent.reads("Merci, votre réponse anonyme est reçue.")
