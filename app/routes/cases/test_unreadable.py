"""A value that does not decrypt is never shown wrong: a page says so, without internals; the rest goes on."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from app.server.json_log import JsonFormatter
from app.settings.keys import Key
from app.tests.support.browser import Browser
from app.tests.support.cases_fixtures import NewCase
from db.encryption import use_keys
from db.tables.cases import Case, CaseField

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from app.cast import Cast
    from app.domain.accounts.actor import Actor

    SignIn = Callable[[Actor], Awaitable[Browser]]

SAID = "Ces données ne peuvent pas être lues"


async def alter(case_id: UUID) -> None:
    row = await Case.select(Case.citizen_last_name).where(Case.id == case_id).first()
    assert row is not None
    altered = row["citizen_last_name"][:-6] + "AAAAA="
    await Case.update({Case.citizen_last_name: altered}).where(Case.id == case_id)


async def test_an_altered_case_has_its_page_and_an_incident_number(
    cast: Cast, case_id: UUID, sign_in: SignIn, caplog: pytest.LogCaptureFixture
) -> None:
    agent = await sign_in(cast.agent_lot)
    await alter(case_id)
    with caplog.at_level(logging.ERROR, logger="aplus.errors"):
        page = await agent.get(f"/demandes/{case_id}")

    assert (page.status, page.h1) == (500, SAID)
    incident = page.soup.select("main strong")[0].get_text()
    assert incident in caplog.text and "cases.citizen_last_name" in caplog.text
    for inside in ("v1.", "cases.", "Pélissier", "Traceback", "UnreadableError"):
        assert inside not in page.text, inside


async def test_the_journal_names_the_route_and_not_the_address_asked_for(
    cast: Cast, case_id: UUID, sign_in: SignIn, caplog: pytest.LogCaptureFixture
) -> None:
    agent = await sign_in(cast.agent_lot)
    await alter(case_id)
    with caplog.at_level(logging.ERROR, logger="aplus.errors"):
        await agent.get(f"/demandes/{case_id}?q=zibeline")

    (line,) = {JsonFormatter().format(record) for record in caplog.records if record.name == "aplus.errors"}
    found = json.loads(line)
    assert (found["route"], found["person"]) == ("/demandes/{case_id}", cast.agent_lot.id) and found["incident"]
    assert "zibeline" not in line and f"/demandes/{case_id}" not in line


async def test_a_form_that_cannot_be_shown_again_says_the_same(cast: Cast, case_id: UUID, sign_in: SignIn) -> None:
    agent = await sign_in(cast.agent_lot)
    page = await agent.get(f"/demandes/{case_id}")
    await alter(case_id)
    page = await agent.press(page, "Envoyer le message", message="")
    assert (page.status, page.h1) == (500, SAID)


async def test_the_others_and_the_list_go_on(cast: Cast, new_case: NewCase, sign_in: SignIn) -> None:
    agent, altered, whole = await sign_in(cast.agent_lot), await new_case("CAF"), await new_case("MSA")
    await alter(altered)
    page = await agent.get("/demandes")
    assert page.status == 200 and page.text.count("Nom illisible") == 1 and "Jeanne Pélissier" in page.text
    assert (await agent.get(f"/demandes/{whole}")).status == 200


async def test_two_people_s_numbers_exchanged_are_shown_to_no_one(
    cast: Cast, new_case: NewCase, sign_in: SignIn
) -> None:
    one, other = await new_case("CAF"), await new_case("CAF")
    agent = await sign_in(cast.agent_lot)
    for sent, number in ((one, "1111111"), (other, "2222222")):
        page = await agent.get(f"/demandes/{sent}/complement")
        await agent.press(page, "Enregistrer", champ="Numéro d’allocataire CAF", valeur=number)
    rows = await CaseField.select(CaseField.id, CaseField.case, CaseField.value).where(CaseField.value != "")
    assert len(rows) == 2
    for row, swapped in zip(rows, reversed(rows), strict=True):
        await CaseField.update({CaseField.value: swapped["value"]}).where(CaseField.id == row["id"])

    for sent in (one, other):
        page = await agent.get(f"/demandes/{sent}")
        assert page.h1 == SAID and "1111111" not in page.text and "2222222" not in page.text


async def test_without_its_key_a_case_says_the_same_and_comes_back_with_it(
    cast: Cast, case_id: UUID, sign_in: SignIn
) -> None:
    agent = await sign_in(cast.agent_lot)
    with use_keys(Key("another", b"a" * 32)):
        page = await agent.get(f"/demandes/{case_id}")
        listed = await agent.get("/demandes")
        assert (page.status, page.h1) == (500, SAID) and "ENCRYPTION_KEYS" not in page.text
        assert listed.status == 200 and "Nom illisible" in listed.text
    assert (await agent.get(f"/demandes/{case_id}")).status == 200
