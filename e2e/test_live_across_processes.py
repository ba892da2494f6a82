"""Browser A on one process, browser B on another, of one PostgreSQL: they communicate as on a single one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from app.tests.support.postgres_cluster import Cluster
from e2e.people import Person
from e2e.server import Server, run_two_servers


@pytest.fixture(scope="module")
def two_servers(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Server]]:
    folder: Path = tmp_path_factory.mktemp("shared")
    url = cluster.create_database("shared")
    with run_two_servers(folder, url) as both:
        yield both


def test_a_message_of_one_process_arrives_live_in_the_other(
    two_servers: tuple[Server, Server], chromium: Browser
) -> None:
    first, second = two_servers
    agent = Person(chromium.new_context(base_url=first.url, locale="fr-FR").new_page(), "agent.lot@exemple.fr")
    referent = Person(
        chromium.new_context(base_url=second.url, locale="fr-FR").new_page(), "referent.caf.lot@exemple.fr"
    )
    agent.log_in()
    referent.log_in()
    case = agent.send_case(subject="À deux processus").replace(first.url, second.url)

    referent.page.goto(case)
    agent.sees_status("Consultée")
    referent.writes("Bonjour de l’autre processus.")
    agent.reads("Bonjour de l’autre processus.")
    agent.writes("Bien reçu.")
    referent.reads("Bien reçu.")
    agent.closes("Le blocage est résolu")
    expect(referent.page.get_by_role("img", name="Statut : Clôturée")).to_be_visible()
    agent.page.context.close()
    referent.page.context.close()
