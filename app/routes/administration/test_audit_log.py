"""« Trace »: filters, errors that keep the input, a CSV that no spreadsheet computes; no text that a person typed."""

import csv
import io
from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.accounts.profile import change_profile
from app.domain.audit.log import write_audit
from app.domain.cases.lifecycle.test_erasure import CANARY, full_case
from app.domain.files.store import FileStore
from app.tests.support.browser import Browser
from db.tables.audit import AuditEntry

SignIn = Callable[[Actor], Awaitable[Browser]]
PATH = "/administration/trace"


async def test_an_administrator_follows_a_case_and_a_person(cast: Cast, case_id: UUID, sign_in: SignIn) -> None:
    await (await sign_in(cast.referent_caf_lot)).get(f"/demandes/{case_id}")
    admin = await sign_in(cast.admin)

    page = await admin.get("/administration")
    page = await admin.get(page.link("Trace"))
    page = await admin.press(page, "Filtrer", demande=str(case_id), action="case.read")

    assert page.h1 == "Trace" and page.control("Numéro de demande")["value"] == str(case_id)
    (line,) = page.soup.select("ol.cases > li")
    found = " ".join(line.get_text(" ").split())
    assert found.startswith("Demande consultée 23 novembre 2026 à 10 h 00 par Julien Delmas")
    assert "depuis 127.0.0.0/24" in found
    page = await admin.get(page.link("Julien Delmas"))
    assert "Demande ouverte par une équipe destinataire" in page.text and "CAF du Lot" in page.text


async def test_the_page_says_what_visitors_tried(
    cast: Cast, anonymous_browser: Browser, sign_in: SignIn, now: datetime
) -> None:
    """Through the login itself: an unknown address writes no audit line, and an admin sees the count all the same."""
    admin = await sign_in(cast.admin)
    before = await admin.get(PATH)
    assert "Avant toute connexion" not in before.text
    for address in ("inconnue@exemple.fr", "autre@exemple.fr", cast.agent_lot.address):
        await anonymous_browser.press(
            await anonymous_browser.get("/login"), "Recevoir mon lien de connexion", adresse=address
        )

    page = await admin.get(PATH)

    assert "Avant toute connexion, ces dernières 24 heures : 3 essais" in page.text
    assert "Lien de connexion demandé : 3 fois, dont 1 sur des comptes qui existent" in page.text
    assert "127.0.0.0/24 (2)" in page.text and "autre@exemple.fr" not in page.text
    assert "Avant toute connexion" not in (await admin.get(f"{PATH}?action=login.asked")).text


async def test_a_wrong_filter_is_named_and_kept(cast: Cast, sign_in: SignIn) -> None:
    admin = await sign_in(cast.admin)
    typed = {"personne": "personne@exemple.fr", "demande": "12", "du": "demain", "au": "31/12/9999", "action": "vol"}

    page = await admin.get(PATH, params=typed)

    assert page.status == 422
    for name in ("demande", "du", "au"):
        assert page.soup.find("a", href=f"#{name}") and page.soup.find(id=name)["value"] == typed[name]  # type: ignore[index]
    page = await admin.get(PATH, params={"personne": "personne@exemple.fr"})
    assert page.status == 422 and "Aucun compte n’a cette adresse" in page.text
    page = await admin.get(PATH, params={"equipe": "%_\0", "avant": "9" * 30, "personne": "2147483648"})
    assert page.status in (200, 422)


@pytest.mark.parametrize("path", [PATH, f"{PATH}.csv"])
async def test_it_exists_for_administrators_alone(cast: Cast, sign_in: SignIn, path: str) -> None:
    for actor in (cast.supervisor_lot, cast.manager_caf_lot, cast.expert, cast.agent_lot):
        answer = await (await sign_in(actor)).http.get(path)
        assert answer.status_code == 404


async def test_the_export_is_text_in_a_spreadsheet_and_is_told(
    cast: Cast, case_id: UUID, sign_in: SignIn, now: datetime
) -> None:
    hostile = {"first_name": "=1+1", "last_name": ";@SUM(A1)", "function": "x", "phone": "0123456789"}
    await change_profile(cast.agent_lot, **hostile, signature="", now=now)
    admin = await sign_in(cast.admin)

    answer = await admin.http.get(f"{PATH}.csv", params={"demande": str(case_id)})

    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="trace-2026-11-23.csv"'
    assert answer.text.startswith("\ufeff")
    headings, *rows = csv.reader(io.StringIO(answer.text[1:], newline=""), delimiter=";")
    assert headings[:3] == ["Date", "Action", "Qui"]
    assert [row[:3] for row in rows] == [
        ["2026-11-23 10:00:00", "Demande envoyée", f"'=1+1 ;@SUM(A1) (n° {cast.agent_lot.id})"]
    ]
    exported = await AuditEntry.select().where(AuditEntry.action == "trail.exported").first()
    assert exported is not None and exported["person_id"] == cast.admin.id and exported["network"] == "127.0.0.0/24"


async def test_a_wrong_filter_exports_nothing(cast: Cast, sign_in: SignIn) -> None:
    admin = await sign_in(cast.admin)
    assert (await admin.http.get(f"{PATH}.csv?du=demain")).status_code == 422
    assert not await AuditEntry.exists().where(AuditEntry.action == "trail.exported")


async def test_a_long_export_comes_by_batches(cast: Cast, sign_in: SignIn, now: datetime) -> None:
    for number in range(2100):
        await write_audit("login", now=now, person_id=number)
    admin = await sign_in(cast.admin)

    answer = await admin.http.get(f"{PATH}.csv?action=login")

    numbers = [row[2] for row in csv.reader(io.StringIO(answer.text[1:], newline=""), delimiter=";")][1:]
    assert len(numbers) == 2100 + 1 and len(set(numbers[1:])) == 2100
    assert "supprimé (n° 2099)" in numbers


async def test_nothing_that_anybody_wrote_is_in_it(
    cast: Cast, draft_id: UUID, files: FileStore, now: datetime, sign_in: SignIn
) -> None:
    await full_case(cast, files, draft_id, now)
    admin = await sign_in(cast.admin)

    shown = (await admin.http.get(PATH, params={"demande": str(draft_id)})).text
    exported = (await admin.http.get(f"{PATH}.csv")).text

    assert str(draft_id) in shown and str(draft_id) in exported
    for bytes_shown in (shown, exported, str(await AuditEntry.select())):
        assert CANARY not in bytes_shown and "Pélissier" not in bytes_shown and "Jeanne" not in bytes_shown
