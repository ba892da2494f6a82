"""An import over HTTP, without scripts: the file, the preview, the confirmation; every refusal in words."""

import csv
import io
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.imports.csv_parser import MAX_BYTES
from app.domain.imports.worker import process_next_import
from app.tests.support.browser import BASE, Browser, Page
from app.tests.support.imports_fixtures import PEOPLE_HEADING, build_csv
from db.tables.imports import Import
from db.tables.people import Person

if TYPE_CHECKING:
    from app.tests.support.fixtures import Clock

SignIn = Callable[[Actor], Awaitable[Browser]]
Send = Callable[..., Awaitable[Page]]
PATH = "/administration/imports"
ROWS = ["Zoé;Roux;zoe@exemple.fr;;;CAF du Lot;;;", ";;pas-une-adresse;;;;;;"]

COMPLETE = "Saisissez une adresse complète, par exemple prenom.nom@structure.fr."


@pytest.fixture
async def browser(cast: Cast, sign_in: SignIn) -> Browser:
    return await sign_in(cast.admin)


@pytest.fixture
def send(browser: Browser) -> Send:
    async def chosen(content: bytes, *, kind: str | None = "people", name: str = "liste.csv") -> Page:
        page = await browser.get(PATH)
        return await browser.press_with([(name, content)], page, "Lire le fichier", liste=kind)

    return chosen


async def test_a_list_is_read_previewed_and_applied(browser: Browser, send: Send, clock: "Clock") -> None:
    page = await send(build_csv(PEOPLE_HEADING, *ROWS))
    assert page.h1 == "liste.csv" and "Lecture de chaque ligne" in page.text
    assert page.soup.find("progress") and page.link("Actualiser") == f"{page.path}?lignes=toutes"

    await process_next_import(clock)
    page = await browser.get(page.link("Actualiser"))
    assert "Rien n’est encore enregistré. 1 création à faire ; 1 ligne refusée ne fera rien." in page.text
    assert "2 Création Zoé Roux, zoe@exemple.fr Rejoint CAF du Lot" in page.text
    assert "3 Refusée pas-une-adresse « pas-une-adresse » n’est pas une adresse mail" in page.text
    assert not await Person.exists().where(Person.address == "zoe@exemple.fr")

    page = await browser.press(page, "Importer cette ligne")
    assert "Import en cours" in page.text
    await process_next_import(clock)
    page = await browser.get(page.path)
    assert "Import terminé 1 création, 0 modification, 0 inchangée, 1 refusée. Lancé par Odile Garnier" in page.text
    assert await Person.exists().where(Person.address == "zoe@exemple.fr")

    page = await browser.get(PATH)
    assert "liste.csv Importé 2 lignes envoyé le 23 novembre 2026 à 10 h 00 par Odile Garnier" in page.text


async def test_the_rows_of_one_kind_are_shown_by_pages(browser: Browser, send: Send, clock: "Clock") -> None:
    page = await send(build_csv(PEOPLE_HEADING, *(f";;ana.{at}@exemple.fr;;;;;;" for at in range(60)), "sans adresse"))
    await process_next_import(clock)

    page = await browser.get(page.path)
    page = await browser.get(page.link("Créations (60)"))
    assert len(page.soup.select("tbody tr")) == 50
    page = await browser.get(page.link("Page suivante"))
    assert len(page.soup.select("tbody tr")) == 10
    page = await browser.get(page.link("Refusées (1)"))
    assert [row.th.get_text() for row in page.soup.select("tbody tr") if row.th] == ["62"]
    for address in ("?lignes=autre&page=0", "?page=99999999999999999999", "?page=%00&lignes=%ff"):
        assert (await browser.get(page.path.split("?")[0] + address)).status == 200


async def test_the_rows_are_downloaded_and_no_cell_is_a_formula(browser: Browser, send: Send, clock: "Clock") -> None:
    page = await send(build_csv(PEOPLE_HEADING, "=1+1;Roux;zoe@exemple.fr;;;;;;", ";;@bad;;;;;;"))
    await process_next_import(clock)

    page = await browser.get(page.path)
    answer = await browser.http.get(page.link("Télécharger ces lignes"))

    assert answer.headers["content-disposition"] == 'attachment; filename="import-toutes.csv"'
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";"))
    assert rows[1][:3] == ["2", "Création", "'=1+1 Roux, zoe@exemple.fr"]
    assert rows[2][:4] == [
        "3",
        "Refusée",
        "'@bad",
        f"« @bad » n’est pas une adresse mail. {COMPLETE}",
    ]


async def test_the_models_are_read_by_the_import_itself(browser: Browser, send: Send, clock: "Clock") -> None:
    for kind, name in (("people", "personnes"), ("teams", "equipes")):
        model = (await browser.http.get(f"{PATH}/modeles/{name}.csv")).content
        page = await send(model, kind=kind)
        await process_next_import(clock)
        page = await browser.get(page.path)
        assert "Refusées (0)" in page.text, page.text
    assert (await browser.get(f"{PATH}/modeles/autre.csv")).status == 404


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"PK\x03\x04 a workbook", "CSV UTF-8 (délimité par des points-virgules)"),
        (b"", "Choisissez le fichier CSV à lire."),
        (b"\x00\xff\xd8binary", "Il manque des colonnes : « Adresse mail »"),
        (b"mail\n" + b"x" * MAX_BYTES, "Ce fichier dépasse 10 Mo."),
    ],
)
async def test_a_file_that_cannot_be_read_is_refused_in_the_form(send: Send, content: bytes, told: str) -> None:
    page = await send(content, name="liste.csv" if content else "")
    summary = page.soup.find(id="erreurs")
    assert page.status == 422 and summary and told in summary.get_text()
    link = summary.find("a")
    assert link and link["href"] == "#fichier" and page.soup.find(id="fichier")


async def test_the_kind_of_list_must_be_said_and_stays_chosen(send: Send) -> None:
    page = await send(build_csv(PEOPLE_HEADING, *ROWS), kind=None)
    assert page.status == 422 and "Dites si la liste est de personnes ou d’équipes." in page.text
    page = await send(b"", kind="teams", name="")
    assert page.list_ticked("liste") == ["Des équipes"]


async def test_what_is_far_too_heavy_is_refused_before_it_is_read(send: Send) -> None:
    assert (await send(b"mail\n" + b"x" * (MAX_BYTES + 3 * 1024 * 1024))).status == 413


async def test_a_preview_is_abandoned(browser: Browser, send: Send, clock: "Clock") -> None:
    page = await send(build_csv(PEOPLE_HEADING, *ROWS))
    await process_next_import(clock)
    sent = page.path
    page = await browser.press(await browser.get(sent), "Abandonner cet import")
    assert page.h1 == "Imports" and "L’import est abandonné" in page.text
    page = await browser.get(sent)
    assert "Rien n’a été enregistré" in page.text and not page.has_button("Importer cette ligne")


async def test_a_list_with_nothing_to_do_has_no_button(
    browser: Browser, send: Send, clock: "Clock", cast: Cast
) -> None:
    page = await send(build_csv(PEOPLE_HEADING, f";;{cast.agent_lot.address};;;;;;"))
    await process_next_import(clock)
    page = await browser.get(page.path)
    assert "tout ce que dit ce fichier est déjà enregistré" in page.text
    assert not any(button.get_text().startswith("Importer") for button in page.soup.find_all("button"))


async def test_while_it_is_under_way_the_fragment_asks_again_then_stops(
    browser: Browser, send: Send, clock: "Clock"
) -> None:
    page = await send(build_csv(PEOPLE_HEADING, *ROWS))
    partial = {"hx-request": "true", "hx-request-type": "partial"}
    waiting = await browser.http.get(page.path, headers=partial)
    assert 'hx-trigger="every 1s"' in waiting.text and "<html" not in waiting.text

    await process_next_import(clock)
    ready = await browser.http.get(page.path, headers=partial)
    assert "every 1s" not in ready.text and 'hx-swap-oob="innerHTML">À vérifier.' in ready.text


async def test_no_one_but_an_admin_learns_that_it_exists(
    cast: Cast, sign_in: SignIn, browser: Browser, send: Send, clock: "Clock"
) -> None:
    page = await send(build_csv(PEOPLE_HEADING, *ROWS))
    await process_next_import(clock)
    for actor in (cast.supervisor_lot, cast.manager_caf_lot, cast.agent_lot):
        other = await sign_in(actor)
        absent = f"{PATH}/{uuid4()}"
        for address in (PATH, page.path, f"{page.path}/lignes.csv", f"{PATH}/modeles/personnes.csv", absent):
            assert (await other.get(address)).status == 404
        token = str((await other.get("/aide")).soup.find("input", {"name": "jeton"})["value"])  # type: ignore[index]
        for address in (PATH, f"{page.path}/application", f"{page.path}/abandon"):
            answer = await other.http.post(address, data={"jeton": token}, headers={"origin": BASE})
            assert answer.status_code == 404
    assert (await Import.select(Import.state)) == [{"state": "ready"}]
    assert (await browser.get(f"{PATH}/{uuid4()}")).status == 404
