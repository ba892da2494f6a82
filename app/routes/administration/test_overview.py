"""« Demandes » for people who read no case: no content, no link to a case, no name of a person."""

import re
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from uuid import UUID

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.lifecycle.closure import Outcome
from app.domain.cases.lifecycle.suspension import suspend
from app.domain.cases.lifecycle.test_erasure import CANARY, full_case
from app.domain.cases.statistics.totals import round_down_hours
from app.domain.files.store import FileStore
from app.tests.support.browser import Browser
from app.tests.support.cases_fixtures import make_draft
from app.text.formats import format_duration
from db.engine import transaction
from db.tables.cases import Case

SignIn = Callable[[Actor], Awaitable[Browser]]
PATH = "/administration/demandes"


async def test_a_supervisor_sees_states_and_figures(cast: Cast, case_id: UUID, sign_in: SignIn) -> None:
    browser = await sign_in(cast.supervisor_lot)
    page = await browser.get((await browser.get("/administration")).link("Demandes"))

    assert page.h1 == "Demandes" and page.shows_status("Nouvelle")
    found = " ".join(page.soup.select("ol.cases > li")[0].get_text(" ").split())
    assert "Lot de France Services de démonstration du Lot à CAF, MSA envoyée le 23 novembre 2026" in found
    assert not page.soup.find("label", string="Territoire"), "one territory needs no filter"
    assert not re.search(r"\b\d{4}-\d{4}\b", page.text), "the number of a case would name it to who reads none"
    assert (await browser.get(f"{PATH}?territoire=18&avant=zz")).status == 200


async def test_a_suspended_case_says_so_as_in_its_teams_lists(
    cast: Cast, case_id: UUID, now: datetime, sign_in: SignIn
) -> None:
    browser = await sign_in(cast.supervisor_lot)
    assert "Suspendue" not in (await browser.get(PATH)).text
    async with transaction():
        await suspend(case_id, now)

    (line,) = (await browser.get(PATH)).soup.select("ol.cases > li")
    assert "Suspendue" in line.get_text(" ")


def test_waits_are_added_up_as_finely_as_they_are_shown() -> None:
    for minutes in range(0, 31 * 24 * 60, 17):
        wait = timedelta(minutes=minutes)
        assert format_duration(timedelta(hours=round_down_hours(wait))) == format_duration(wait)


async def test_the_figures_tell_of_cases_closed_without_an_answer(
    cast: Cast, case_id: UUID, now: datetime, sign_in: SignIn
) -> None:
    browser = await sign_in(cast.supervisor_lot)
    assert "sans réponse" not in (await browser.get(PATH)).text
    await Case.update({Case.status: "closed", Case.closed_at: now, Case.outcome: Outcome.UNANSWERED}).where(
        Case.id == case_id
    )

    page = await browser.get(PATH)

    lines = [[cell.get_text() for cell in row.select("th, td")] for row in page.soup.select("tbody tr")]
    assert [line[0] for line in lines] == ["Lot", "CAF", "MSA"]
    assert {line[7] for line in lines} == {"1, dont 1 sans réponse"}
    assert "Les chiffres relevés avant cette règle" in page.text


async def test_an_empty_territory_says_so(cast: Cast, sign_in: SignIn) -> None:
    page = await (await sign_in(cast.admin)).get(f"{PATH}?territoire=974")
    assert "Aucune demande" in page.text and "Par territoire" not in page.text


async def test_nothing_that_anybody_wrote_or_is_called_leaves(
    cast: Cast, case_id: UUID, files: FileStore, now: datetime, sign_in: SignIn
) -> None:
    full = await full_case(cast, files, await make_draft(cast.agent_lot, now, "CAF", "MSA"), now)

    for actor in (cast.admin, cast.supervisor_lot):
        browser = await sign_in(actor)
        answer = await browser.http.get(PATH)
        page = await browser.get(PATH)
        assert answer.status_code == 200 and len(page.soup.select("ol.cases > li")) == 2
        content = {CANARY, "Jeanne", "Pélissier", "Aide en retard", "Rien depuis", str(case_id), str(full)}
        names = {cast.agent_lot.last_name, cast.referent_caf_lot.last_name, cast.referent_msa_lot.last_name}
        for secret in content | names:
            assert secret not in answer.text, f"{secret} is shown to {actor.role}"
        main = page.soup.find("main")
        assert main is not None and not main.select('a[href^="/demandes"]')


async def test_for_others_it_does_not_exist(cast: Cast, sign_in: SignIn) -> None:
    for actor in (cast.agent_lot, cast.referent_caf_lot, cast.manager_caf_lot, cast.expert):
        assert (await (await sign_in(actor)).get(PATH)).status == 404
