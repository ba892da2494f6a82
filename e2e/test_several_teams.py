"""A case of two organisations, in three or four browsers at once: each keeps its turn, its words and its buttons."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from app.tests.support.postgres_cluster import Cluster
from e2e.people import Person, press
from e2e.server import run_server

Sit = Callable[..., Person]
CAF, MSA = "CAF du Lot", "MSA du Lot"


def stands(page: Page, team: str) -> Locator:
    """The line that says where the organisation stands."""
    return page.get_by_role("list", name="Organismes", exact=True).get_by_role("listitem").filter(has_text=team)


@pytest.fixture(params=["sqlite", "postgresql"])
def sit(
    request: pytest.FixtureRequest, log_in_again: Sit, chromium: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Sit]:
    """A person in a browser of their own, on the server of either database."""
    if request.param == "sqlite":
        yield log_in_again
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    with on_postgresql(cluster, chromium, tmp_path_factory.mktemp("several")) as log_in:
        yield log_in


@contextmanager
def on_postgresql(cluster: Cluster, chromium: Browser, folder: Path) -> Iterator[Sit]:
    name = "several_teams"
    with run_server(folder, DATABASE_URL=cluster.create_database(name)) as server:

        def log_in(login: str) -> Person:
            page = chromium.new_context(base_url=server.url, locale="fr-FR").new_page()
            person = Person(page, f"{login}@exemple.fr")
            person.log_in()
            return person

        yield log_in
    cluster.drop_database(name)


def test_an_answer_of_one_organisation_leaves_the_other_its_turn(sit: Sit) -> None:
    agent, caf, msa = sit("agent.lot"), sit("referent.caf.lot"), sit("referent.msa.lot")
    case = agent.send_case(subject=(subject := "Deux organismes à la fois"))
    msa.page.goto(case)
    expect(stands(agent.page, MSA)).to_contain_text("consultée le")
    caf.page.goto(case)

    caf.writes("De notre côté, tout est en règle.")

    agent.sees_status("Répondue")
    expect(stands(agent.page, CAF)).to_contain_text("répondue le")
    expect(stands(agent.page, MSA)).to_contain_text("consultée le")
    msa.sees_status("Répondue")
    expect(msa.page.get_by_text("réponse de CAF")).to_be_visible()
    msa.page.goto("/demandes?vue=a-traiter")
    expect(msa.page.get_by_role("link", name=subject)).to_be_visible()
    caf.page.goto("/demandes?vue=a-traiter")
    expect(caf.page.get_by_role("link", name=subject)).to_have_count(0)


def test_a_message_to_one_organisation_and_a_team_that_steps_out_and_is_called_back(sit: Sit) -> None:
    agent, caf, msa = sit("agent.lot"), sit("referent.caf.lot"), sit("referent.msa.lot")
    case = agent.send_case(subject="Une question à la MSA")
    caf.page.goto(case)
    msa.page.goto(case)
    msa.writes("Nous regardons.")
    caf.writes("Nous aussi.")
    agent.reads("Nous aussi.")

    agent.page.get_by_role("group", name="Adresser ce message à").get_by_role("checkbox", name=MSA).check()
    agent.writes("Avez-vous reçu l’attestation ?")

    msa.reads("Avez-vous reçu l’attestation ?")
    caf.reads("Avez-vous reçu l’attestation ?")
    expect(caf.page.get_by_text("à MSA du Lot, le")).to_be_visible()
    expect(stands(caf.page, MSA)).to_contain_text("réponse attendue depuis le")
    expect(stands(caf.page, CAF)).to_contain_text("répondue le")

    msa.opens_panel("Ne plus suivre")
    msa.page.get_by_role("textbox", name="Pourquoi votre équipe ne la suit plus").fill("Pas de dossier chez nous")
    press(msa.page, "Ne plus suivre")
    expect(msa.page.get_by_text("Votre équipe ne suit plus la demande.")).to_be_visible()
    expect(stands(agent.page, MSA)).to_contain_text("ne suit plus la demande depuis le")
    agent.reads_part_of_line("Pas de dossier chez nous")

    agent.page.goto(case)
    agent.page.get_by_role("checkbox", name=MSA).check()
    agent.writes("Si : le numéro est dans le dossier.")
    msa.page.goto(case)
    msa.reads("Si : le numéro est dans le dossier.")
    expect(msa.page.get_by_role("button", name="C’est traité")).to_be_visible()


def test_closing_takes_the_buttons_from_open_pages_and_a_referent_asks_to_reopen(sit: Sit) -> None:
    agent, caf, msa, colleague = (
        sit("agent.lot"),
        sit("referent.caf.lot"),
        sit("referent.msa.lot"),
        sit("collegue.lot"),
    )
    case = agent.send_case(subject="Close trop tôt")
    for person in (caf, msa, colleague):
        person.page.goto(case)
    caf.page.get_by_role("textbox", name="Votre message").fill("J’écrivais encore")

    colleague.closes("Le blocage est résolu")

    for person in (agent, caf, msa):
        person.sees_status("Clôturée")
        expect(person.page.get_by_role("button", name="Envoyer le message")).to_have_count(0)
        expect(person.page.get_by_role("button", name="Je m’en occupe")).to_have_count(0)
    expect(caf.page.get_by_role("textbox", name="Votre message")).to_have_value("J’écrivais encore")

    msa.opens_panel("Demander de rouvrir")
    msa.page.get_by_role("textbox", name="Pourquoi faudrait-il la rouvrir ?").fill("Le rappel n’est pas parti")
    before = len(colleague.read_emails())
    press(msa.page, "Envoyer")
    expect(msa.page.get_by_text("Votre mot est envoyé à la personne qui a clos la demande.")).to_be_visible()
    agent.reads_part_of_line("Le rappel n’est pas parti")
    colleague.wait_for_email("On vous demande de rouvrir la demande", after=before)

    colleague.page.goto(case)
    press(colleague.page, "Rouvrir la demande")
    caf.sees_status("Consultée")
    expect(caf.page.get_by_role("textbox", name="Votre message")).to_have_value("J’écrivais encore")
    expect(msa.page.get_by_role("button", name="C’est traité")).to_be_visible()


def test_without_scripts_too(log_in_again: Sit) -> None:
    agent, caf = log_in_again("agent.lot", javascript=False), log_in_again("referent.caf.lot", javascript=False)
    case = agent.send_case(subject=(subject := "Sans script, deux organismes"))
    caf.page.goto(case)
    caf.writes("De notre côté, tout est en règle.")
    agent.page.goto(case)
    expect(stands(agent.page, CAF)).to_contain_text("répondue le")
    expect(stands(agent.page, MSA)).to_contain_text("pas encore ouverte")

    agent.page.get_by_role("checkbox", name=MSA).check()
    agent.writes("Et de votre côté ?")
    expect(agent.page.get_by_text("à MSA du Lot, le")).to_be_visible()
    caf.page.goto("/demandes?vue=a-traiter")
    expect(caf.page.get_by_role("link", name=subject)).to_have_count(0)

    caf.page.goto(f"{case}/sortie")
    caf.page.get_by_role("textbox", name="Pourquoi votre équipe ne la suit plus").fill("Réglé pour nous")
    press(caf.page, "Ne plus suivre")
    caf.page.goto(case)
    expect(caf.page.get_by_role("heading", level=1)).to_have_text("Cette demande ne vous est plus adressée")
