"""Maintenance: every write is refused with the typed text, every page can be read, workers wait."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from litestar import Litestar

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.errors import Forbidden, NotFound
from app.domain.operations.jobs import RecurringJob, run_due_jobs
from app.domain.platform.state import begin_maintenance, end_maintenance, is_in_maintenance
from app.settings import Settings
from app.tests.support.browser import BASE, Browser, list_paths
from app.tests.support.cases_fixtures import make_draft
from db.engine import transaction
from db.read_only import ReadOnlyError, set_read_only
from db.tables.areas import Area
from db.tables.audit import AuditEntry
from db.tables.cases import Case
from db.tables.jobs import Job
from db.tables.participants import Recipient
from db.tables.sessions import Session
from db.tables.thread import Message, ReadReceipt

if TYPE_CHECKING:
    from app.gateways.email.worker import EmailWorker
    from app.tests.support.fixtures import Clock

SignIn = Callable[[Actor], Awaitable[Browser]]
MAINTENANCE = "/administration/maintenance"
EXPORTS = ("/administration/trace.csv", "/demandes.csv")
"""An export writes a line of the audit log, which maintenance refuses: it waits."""


async def test_every_form_is_refused_for_each_sender(
    cast: Cast, sign_in: SignIn, anonymous_browser: Browser, application: Litestar, now: datetime
) -> None:
    browsers = [await sign_in(cast.admin), await sign_in(cast.newcomer_lot), anonymous_browser]
    await begin_maintenance(cast.admin, now)
    posted = [path for path in list_paths(application, "POST") if path != MAINTENANCE]
    assert len(posted) > 30

    for browser in browsers:
        for path in posted:
            answer = await browser.http.post(path, data={"message": "x"}, headers={"origin": BASE})
            assert (answer.status_code, answer.headers.get("retry-after")) == (503, "60"), path
            assert "Maintenance en cours" in answer.text, path


async def test_every_page_is_read_and_nothing_is_written(
    cast: Cast, case_id: UUID, sign_in: SignIn, application: Litestar, clock: Clock
) -> None:
    own_draft = await make_draft(cast.agent_lot, clock.now, "CAF")
    people = (cast.admin, cast.agent_lot, cast.referent_caf_lot, cast.manager_caf_lot, cast.supervisor_lot)
    browsers = [await sign_in(person) for person in people]
    await begin_maintenance(cast.admin, clock.now)
    clock.advance(hours=1)
    before = [await table.select() for table in (Case, ReadReceipt, Recipient, Session, AuditEntry)]
    pages = list_paths(application, "GET", case_id=case_id, draft_id=own_draft)
    shown = set()

    for browser in browsers:
        for path in pages:
            if path not in EXPORTS and not path.endswith("/flux"):
                answer = await browser.http.get(path)
                assert answer.status_code < 500, (path, answer.status_code)
                shown |= {path} if answer.status_code == 200 else set()

    for export, browser in zip(EXPORTS, browsers, strict=False):
        assert (await browser.http.get(export)).status_code == 503
    assert {"/demandes", f"/demandes/{case_id}", f"/brouillons/{own_draft}/mandat.pdf", "/profil"} <= shown
    assert [await table.select() for table in (Case, ReadReceipt, Recipient, Session, AuditEntry)] == before


async def test_what_was_typed_is_given_back_and_taken_once_it_has_ended(
    cast: Cast, case_id: UUID, sign_in: SignIn, now: datetime
) -> None:
    agent, referent = await sign_in(cast.agent_lot), await sign_in(cast.referent_caf_lot)
    form = await agent.get(f"/demandes/{case_id}")
    await begin_maintenance(cast.admin, now)

    page = await agent.press(form, "Envoyer le message", message="Gardé.\nSur deux lignes.")
    assert (page.status, page.h1) == (503, "Maintenance en cours") and "Sur deux lignes." in page.text
    assert page.link("Mes demandes") == "/demandes"
    assert (await referent.get(f"/demandes/{case_id}")).shows_status("Nouvelle")

    await end_maintenance(cast.admin, now)
    page = await agent.press(page, "Envoyer de nouveau")
    assert [row["body"] for row in await Message.select(Message.body)] == ["Gardé.\nSur deux lignes."]
    assert (await referent.get(f"/demandes/{case_id}")).shows_status("Consultée")


async def test_an_autosave_is_refused_and_kept_by_the_next_one(cast: Cast, sign_in: SignIn, now: datetime) -> None:
    own_draft = await make_draft(cast.agent_lot, now, "CAF")
    agent = await sign_in(cast.agent_lot)
    page = await agent.get(f"/brouillons/{own_draft}/blocage")
    token = page.soup.find("input", {"name": "jeton"})
    assert token
    saved = {"jeton": str(token["value"]), "enregistrer": "1", "objet": "Nouveau", "description": "Gardé"}
    await begin_maintenance(cast.admin, now)
    assert (await agent.http.post(page.path, data=saved, headers={"origin": BASE})).status_code == 503
    await end_maintenance(cast.admin, now)
    assert (await agent.http.post(page.path, data=saved, headers={"origin": BASE})).status_code == 204


async def test_the_admin_begins_and_ends_it_from_the_page(
    cast: Cast, sign_in: SignIn, anonymous_browser: Browser
) -> None:
    admin = await sign_in(cast.admin)
    page = await admin.get((await admin.get("/administration/bandeau")).link("Mettre la plateforme"))
    page = await admin.press(page, "Commencer la maintenance")
    assert "Maintenance en cours depuis" in page.text and await is_in_maintenance()
    assert "tout se lit, rien ne s’enregistre" in (await anonymous_browser.get("/login")).text

    other = await (await sign_in(cast.supervisor_lot)).http.post(MAINTENANCE, headers={"origin": BASE})
    assert other.status_code in {403, 404}
    page = await admin.press(page, "Terminer la maintenance")
    assert not await is_in_maintenance() and "tout se lit" not in (await anonymous_browser.get("/login")).text
    found = {row["action"] for row in await AuditEntry.select(AuditEntry.action)}
    assert found >= {"maintenance.begun", "maintenance.ended"}


async def test_the_environment_holds_it_against_every_page(
    cast: Cast, sign_in: SignIn, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = await sign_in(cast.admin)
    page = await admin.get(MAINTENANCE)
    monkeypatch.setattr("app.domain.platform.state.settings", Settings(maintenance=True))

    held = (await admin.get(MAINTENANCE)).text
    assert "tenue par qui exploite le serveur" in held and "sans le réglage MAINTENANCE=1" in held
    assert (await admin.press(page, "Commencer la maintenance")).status == 503
    with pytest.raises(Forbidden):
        await end_maintenance(cast.admin, now)


async def test_no_other_person_begins_it(cast: Cast, now: datetime) -> None:
    for other in (cast.supervisor_lot, cast.agent_lot, cast.expert):
        with pytest.raises(NotFound):
            await begin_maintenance(other, now)


async def test_letters_and_jobs_wait(cast: Cast, case_id: UUID, email_worker: EmailWorker, clock: Clock) -> None:
    ran: list[datetime] = []

    async def run(at: datetime) -> int:
        ran.append(at)
        return 0

    job = RecurringJob("test", timedelta(hours=1), run)
    await begin_maintenance(cast.admin, clock.now)
    await run_due_jobs([job], clock.now)
    assert await email_worker.deliver_due() == 0 and not ran and not await Job.count()

    await end_maintenance(cast.admin, clock.now)
    await run_due_jobs([job], clock.now)
    assert await email_worker.deliver_due() > 0 and ran


async def test_the_engines_themselves_refuse_to_write(cast: Cast) -> None:
    with set_read_only(on=True):
        assert await Area.count()
        with pytest.raises(ReadOnlyError):
            await Area.update({Area.name: "Ailleurs"}).where(Area.code == "46")
        with pytest.raises(ReadOnlyError):
            await Area.insert(Area(code="999", name="Ailleurs"))
        with pytest.raises(ReadOnlyError):
            async with transaction():
                pass
    await Area.update({Area.name: "Lot"}).where(Area.code == "46")


def test_the_command_line_begins_and_ends_it(tmp_path: Path) -> None:
    environment = {**os.environ, "VAR_DIR": str(tmp_path), "DATABASE_URL": "", "MAINTENANCE": ""}

    def run(*words: str) -> None:
        subprocess.run([sys.executable, "-m", "app", *words], env=environment, check=True, capture_output=True)

    def since() -> list[tuple[object]]:
        with sqlite3.connect(tmp_path / "aplus.sqlite") as database:
            return database.execute("SELECT maintenance_since FROM platform").fetchall()

    run("migrate")
    run("maintenance", "on")
    assert since()[0][0]
    run("maintenance", "off")
    assert since() == [(None,)]
