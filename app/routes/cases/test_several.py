"""Several rows of the list at once, without scripts: what is done, what is left and why, the question, the undo."""

from __future__ import annotations

import csv
import io
from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.cases.inbox.listing import PAGE_SIZE
from app.domain.cases.lifecycle.assignment import take_charge
from app.domain.cases.lifecycle.closure import close
from app.tests.support.browser import Browser, Page
from app.tests.support.cases_fixtures import NewCase, clear_rate_limits
from app.tests.support.recipients import find_team_id, list_emailed, read_recipients
from db.tables.audit import AuditEntry
from db.tables.participants import SetAside
from db.tables.thread import ReadReceipt

SignIn = Callable[[Actor], Awaitable[Browser]]


@pytest.fixture
async def three(new_case: NewCase) -> list[UUID]:
    sent = [await new_case("CAF", subject=f"Demande {number}") for number in range(3)]
    await clear_rate_limits()
    return sent


async def press_for(browser: Browser, page: Page, button: str, case_ids: list[UUID], **fields: str) -> Page:
    """Ticks these rows, and no other, then presses."""
    form = page.form(button)
    (pressed,) = [one for one in form.find_all("button") if one.get_text() == button]
    token = form.find("input", {"name": "jeton"})
    assert token is not None
    ticked = [str(case_id) for case_id in case_ids]
    data = {"jeton": str(token["value"]), "geste": str(pressed["value"]), "demande": ticked, **fields}
    answer = await browser.http.post(str(form["action"]), data=data)
    return Page(answer)


async def list_holders(case_ids: list[UUID]) -> list[int | None]:
    return [(await read_recipients(case_id))["CAF"]["taken_by"] for case_id in case_ids]


async def test_taking_says_what_was_left_and_undoes_what_was_taken(
    cast: Cast, three: list[UUID], sign_in: SignIn, now: datetime
) -> None:
    julien = await sign_in(cast.referent_caf_lot)
    page = await julien.get("/demandes?vue=a-traiter")
    await take_charge(cast.manager_caf_lot, three[0], now)
    await close(cast.agent_lot, three[1], "solved", now)

    page = await press_for(julien, page, "Je m’en occupe", three)

    assert "1 demande est à votre nom." in page.text and "2 demandes restent comme avant" in page.text
    assert "Demande 0" in page.text and f"{cast.manager_caf_lot.full_name} s’en occupe" in page.text
    assert "clôturée entre-temps" in page.text
    assert await list_holders(three) == [cast.manager_caf_lot.id, None, cast.referent_caf_lot.id]
    page = await julien.press(page, "Annuler")
    assert "1 demande est comme avant." in page.text and not page.has_button("Annuler")
    assert await list_holders(three) == [cast.manager_caf_lot.id, None, None]


async def test_nothing_ticked_is_said_and_the_view_stays(cast: Cast, three: list[UUID], sign_in: SignIn) -> None:
    julien = await sign_in(cast.referent_caf_lot)
    page = await julien.get("/demandes?vue=a-personne&tri=recentes")
    page = await press_for(julien, page, "Je m’en occupe", [])
    assert page.status == 422 and "Cochez d’abord une ou plusieurs demandes" in page.text
    current = page.soup.select_one("#vues [aria-current]")
    assert current is not None and "À personne" in current.text
    assert len(page.soup.select("#demandes > li")) == 3


async def test_marking_is_for_agents_too_and_is_undone(cast: Cast, three: list[UUID], sign_in: SignIn) -> None:
    carmen = await sign_in(cast.colleague_lot)
    page = await carmen.get("/demandes")
    assert not page.has_button("Je m’en occupe") and not page.has_button("Transférer…")
    before = page.text.count("Non lue")
    page = await press_for(carmen, page, "Marquer comme lues", three[:2])
    assert "2 demandes sont marquées comme lues." in page.text
    assert page.text.count("Non lue") < before
    page = await carmen.press(page, "Annuler")
    assert "2 demandes sont comme avant." in page.text and page.text.count("Non lue") == before
    assert {
        row["last_event"] for row in await ReadReceipt.select().where(ReadReceipt.person == cast.colleague_lot.id)
    } == {0}


async def test_setting_aside_asks_for_the_day_then_is_undone(cast: Cast, three: list[UUID], sign_in: SignIn) -> None:
    julien = await sign_in(cast.referent_caf_lot)
    asked = await press_for(julien, await julien.get("/demandes"), "Mettre de côté…", three)
    assert asked.h1 == "Mettre de côté 3 demandes" and "Demande 2" in asked.text
    wrong = await press_for(julien, asked, "Mettre de côté 3 demandes", three, confirme="oui", jour="hier", pour="moi")
    assert wrong.status == 422 and wrong.h1 == asked.h1 and "Indiquez un jour" in wrong.text
    page = await press_for(
        julien, asked, "Mettre de côté 3 demandes", three, confirme="oui", jour="2026-12-12", pour="equipe"
    )
    assert "3 demandes sont mises de côté." in page.text and await SetAside.count() == 3
    page = await julien.press(page, "Annuler")
    assert "3 demandes sont comme avant." in page.text and not await SetAside.exists()


async def test_giving_asks_first_and_cannot_be_undone(cast: Cast, three: list[UUID], sign_in: SignIn) -> None:
    julien = await sign_in(cast.referent_caf_lot)
    asked = await press_for(julien, await julien.get("/demandes"), "Confier…", three)
    assert asked.h1 == "Confier 3 demandes" and "un seul mail pour ces 3 demandes" in asked.text
    assert await list_emailed("assigned") == []
    page = await press_for(
        julien, asked, "Confier 3 demandes", three, confirme="oui", personne=str(cast.manager_caf_lot.id)
    )
    assert "3 demandes sont confiées." in page.text and not page.has_button("Annuler")
    assert await list_holders(three) == [cast.manager_caf_lot.id] * 3


async def test_transferring_asks_first_with_one_reason(cast: Cast, three: list[UUID], sign_in: SignIn) -> None:
    julien, msa = await sign_in(cast.referent_caf_lot), await find_team_id("MSA du Lot")
    asked = await press_for(julien, await julien.get("/demandes"), "Transférer…", three[:2])
    assert asked.h1 == "Transférer 2 demandes" and cast.agent_lot.full_name in asked.text
    sent = {"confirme": "oui", "equipe": str(msa)}
    wrong = await press_for(julien, asked, "Transférer 2 demandes", three[:2], **sent, motif="")
    assert wrong.status == 422 and "pourquoi cette équipe" in wrong.text
    page = await press_for(julien, wrong, "Transférer 2 demandes", three[:2], **sent, motif="Leur régime.")
    assert "2 demandes sont transférées." in page.text and "Demande 1" not in page.text.replace("Demandes", "")
    again = await press_for(julien, wrong, "Transférer 2 demandes", three[:2], **sent, motif="Leur régime.")
    assert "Demande 0" not in again.text and await list_emailed("transferred") == ["referent.msa.lot"] * 2


async def test_of_a_stranger_s_case_the_page_says_no_more_than_of_an_absent_one(
    cast: Cast, three: list[UUID], sign_in: SignIn
) -> None:
    marc = await sign_in(cast.referent_caf_cher)
    page = await marc.get("/demandes")
    absent = UUID(int=7)
    for button in ("Je m’en occupe", "Marquer comme lues", "Confier…", "Transférer…", "Mettre de côté…"):
        of_stranger, of_absent = [
            (await press_for(marc, page, button, [case_id])).text for case_id in (three[0], absent)
        ]
        assert of_stranger == of_absent and "Demande 0" not in of_stranger, button
    refused = await AuditEntry.count().where(AuditEntry.action == "case.refused")
    assert refused == 1


async def test_the_file_has_the_rows_of_all_pages_and_is_recorded(
    cast: Cast, new_case: NewCase, sign_in: SignIn
) -> None:
    for number in range(PAGE_SIZE + 1):
        await new_case("CAF", subject=f"=1+{number}")
    julien = await sign_in(cast.referent_caf_lot)
    page = await julien.get("/demandes?vue=a-traiter&q=1")

    answer = await julien.http.get(page.link("Télécharger la liste"))

    heading, *rows = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";")
    assert heading[:5] == ["Numéro", "Demande", "Statut", "À savoir", "Usager"] and len(rows) == PAGE_SIZE + 1
    assert all(row[1].startswith("'=1+") and row[2] == "Nouvelle" for row in rows)
    assert {row[7] for row in rows} == {cast.agent_lot.full_name}
    assert await AuditEntry.count().where(AuditEntry.action == "list.exported") == 1
    assert (await julien.http.get("/demandes.csv?vue=brouillons")).status_code == 404
    other = await (await sign_in(cast.referent_caf_cher)).http.get("/demandes.csv")
    assert len(other.text.splitlines()) == 1
    for _ in range(20):
        last = await julien.http.get("/demandes.csv")
    assert last.status_code == 429


async def test_a_preview_opens_the_case_as_its_page_does(cast: Cast, case_id: UUID, sign_in: SignIn) -> None:
    julien, carmen = await sign_in(cast.referent_caf_lot), await sign_in(cast.agent_lot)

    answer = await julien.http.get(f"/demandes/{case_id}/apercu", headers={"hx-request-type": "partial"})

    assert "L’aperçu compte comme une ouverture" in answer.text and "hx-upsert" in answer.text
    assert "Non lue" not in answer.text
    assert (await carmen.get(f"/demandes/{case_id}")).shows_status("Consultée")
    assert await AuditEntry.exists().where(AuditEntry.action == "case.read", AuditEntry.case_id == case_id)
    assert (await julien.get(f"/demandes/{case_id}/apercu")).has_button("Envoyer le message")
