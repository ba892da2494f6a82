"""Two to four people on one case: who is there and who writes shows on their side alone, in one process and in two."""

from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from app.tests.support.postgres_cluster import Cluster
from e2e.line import CuttableLine
from e2e.people import Person
from e2e.server import run_two_servers

Sit = Callable[..., Person]
PROGRAM, PACE_MS = "e2e.hurried", 15_000
"""A person’s changes are at most one a second there, and a page that closes counts after three: 15 s are generous."""
_WATCH = """() => {
  window.changes = [];
  const watch = new MutationObserver((seen) => changes.push(...seen.map((one) => one.target.textContent)));
  for (const one of document.querySelectorAll("#presents, #ecrit")) watch.observe(one, { childList: true });
}"""


def shows(page: Page, *, there: str = "", writes: str = "") -> None:
    expect(page.locator("#presents")).to_have_text(there, timeout=PACE_MS)
    expect(page.locator("#ecrit")).to_have_text(writes, timeout=PACE_MS)


def watches(person: Person, path: str) -> None:
    """Opens the case, and notes each change of its line from then on."""
    person.page.goto(path)
    person.page.evaluate(_WATCH)


def saw_nothing(person: Person) -> bool:
    shows(person.page)
    return person.page.evaluate("changes") == []


@pytest.fixture(params=["sqlite", "postgresql"])
def sit(
    request: pytest.FixtureRequest, log_in_again: Sit, chromium: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Sit]:
    """A person in a browser of their own. On PostgreSQL, each is on another process than the one before."""
    if request.param == "sqlite":
        yield log_in_again
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    folder: Path = tmp_path_factory.mktemp("presence")
    with run_two_servers(folder, cluster.create_database("presence"), program=PROGRAM) as both:
        servers = cycle(both)

        def log_in(login: str) -> Person:
            page = chromium.new_context(base_url=next(servers).url, locale="fr-FR").new_page()
            person = Person(page, f"{login}@exemple.fr")
            person.log_in()
            return person

        yield log_in
    cluster.drop_database("presence")


def path_of(case: str) -> str:
    return "/" + case.split("/", 3)[3]


def test_colleagues_see_each_other_and_the_agent_nothing_of_it(sit: Sit) -> None:
    agent, julien, helene = sit("agent.lot"), sit("referent.caf.lot"), sit("responsable.caf.lot")
    case = path_of(agent.send_case(subject="À deux sur la demande"))
    watches(agent, case)
    julien.page.goto(case)
    box = julien.page.get_by_role("textbox", name="Votre message")
    box.press_sequentially("Une phrase commencée")

    helene.page.goto(case)
    shows(julien.page, there="Hélène Marty a aussi cette demande ouverte.")
    shows(helene.page, writes="Julien Delmas écrit.")
    place = box.bounding_box()
    helene.page.get_by_role("radio", name="Lu par : les référents").check()
    helene.page.get_by_role("textbox", name="Votre message").press_sequentially("Je l’appelle demain.")
    shows(julien.page, writes="Hélène Marty écrit.")
    expect(box).to_be_focused()
    assert box.bounding_box() == place, "the field does not move"

    helene.page.get_by_role("button", name="Envoyer aux référents").click()
    julien.reads("Je l’appelle demain.")
    shows(julien.page, there="Hélène Marty a aussi cette demande ouverte.")
    helene.page.goto("/demandes")
    shows(julien.page)
    assert saw_nothing(agent)


def test_agents_see_each_other_and_referents_nothing_of_it(sit: Sit) -> None:
    agent, colleague, julien = sit("agent.lot"), sit("collegue.lot"), sit("referent.caf.lot")
    case = path_of(agent.send_case(subject="Deux agents"))
    watches(julien, case)
    colleague.page.goto(case)
    shows(agent.page, there="Bastien Roques a aussi cette demande ouverte.")
    shows(colleague.page, there="Carmen Vidal a aussi cette demande ouverte.")

    agent.page.get_by_role("textbox", name="Votre message").press_sequentially("Bonjour")

    shows(colleague.page, writes="Carmen Vidal écrit.")
    assert saw_nothing(julien)


def test_who_steps_out_is_there_no_more_and_sees_no_one(sit: Sit) -> None:
    agent, julien, paul = sit("agent.lot"), sit("referent.caf.lot"), sit("referent.msa.lot")
    case = path_of(agent.send_case(subject="Une équipe s’en va"))
    julien.page.goto(case)
    watches(paul, case)
    shows(julien.page, there="Paul Castagné a aussi cette demande ouverte.")
    shows(paul.page, there="Julien Delmas a aussi cette demande ouverte.")
    elsewhere = paul.page.context.new_page()
    elsewhere.goto(f"{case}/sortie")
    elsewhere.get_by_role("textbox", name="Pourquoi votre équipe ne la suit plus").fill("Pas de dossier chez nous")
    elsewhere.locator("main").get_by_role("button", name="Ne plus suivre", exact=True).click()

    julien.reads_part_of_line("Pas de dossier chez nous")
    shows(julien.page)
    shows(paul.page)
    julien.page.get_by_role("textbox", name="Votre message").press_sequentially("Nous restons.")
    expect(paul.page.locator("[data-ended]")).to_be_visible()
    shows(paul.page)


def test_after_a_cut_the_line_says_who_is_there_now(log_in_again: Sit, cut_line: CuttableLine) -> None:
    agent, helene = log_in_again("agent.lot"), log_in_again("responsable.caf.lot")
    julien = log_in_again("referent.caf.lot", url=cut_line.url)
    case = path_of(agent.send_case(subject="Ligne coupée, qui est là"))
    helene.page.goto(case)
    julien.page.goto(case)
    shows(julien.page, there="Hélène Marty a aussi cette demande ouverte.")

    cut_line.cut()
    helene.page.goto("/demandes")
    shows(julien.page)
    cut_line.restore()
    helene.page.goto(case)
    shows(julien.page, there="Hélène Marty a aussi cette demande ouverte.")


def test_without_scripts_the_page_says_it_at_load_and_is_no_presence(log_in_again: Sit) -> None:
    agent, julien = log_in_again("agent.lot"), log_in_again("referent.caf.lot")
    case = agent.send_case(subject="Sans script, qui est là")
    julien.page.goto(case)
    helene = log_in_again("responsable.caf.lot", javascript=False)

    helene.page.goto(case)

    expect(helene.page.locator("#presents")).to_have_text("Julien Delmas a aussi cette demande ouverte.")
    julien.page.reload()
    shows(julien.page)


def test_a_message_over_a_colleague_s_is_asked_about_once(log_in_again: Sit, with_scripts: bool) -> None:
    agent, helene = log_in_again("agent.lot"), log_in_again("responsable.caf.lot")
    case = agent.send_case(subject="Deux réponses à la fois")
    julien = log_in_again("referent.caf.lot", javascript=with_scripts)
    julien.page.goto(case)
    helene.page.goto(case)
    julien.page.get_by_role("textbox", name="Votre message").fill("Bonjour, je regarde.")
    helene.writes("Je m’en charge.")

    julien.page.get_by_role("button", name="Envoyer le message").click()

    asked = julien.page.get_by_role("group", name="Hélène Marty a écrit entre-temps")
    expect(asked.get_by_text("Je m’en charge.")).to_be_visible()
    expect(julien.page.get_by_role("textbox", name="Votre message")).to_have_value("Bonjour, je regarde.")
    expect(agent.page.get_by_text("Bonjour, je regarde.")).to_have_count(0)
    julien.page.wait_for_timeout(600)
    julien.page.get_by_role("button", name="Envoyer quand même").click()
    julien.reads("Bonjour, je regarde.")
    agent.reads("Bonjour, je regarde.")
    expect(asked).to_have_count(0)
