"""/donnees-personnelles says how long each kind of data is kept: the job of each kind is run on both sides of it."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from piccolo.table import Table

from app.cast import Cast
from app.domain.audit import attempt_counts
from app.domain.authentication.sessions import begin_session
from app.domain.cases.lifecycle.closure import close
from app.domain.cases.lifecycle.retention import compute_erasure_date
from app.gateways.files.store import EncryptedFileStore
from app.server.background import list_recurring_jobs
from app.tests.support.browser import Browser
from app.tests.support.cases_fixtures import make_draft, open_and_read_case
from app.text.personal_data import DATA_KINDS, DataKind
from db.bulk import insert_many
from db.tables.absences import Absence
from db.tables.address_changes import AddressChange
from db.tables.audit import AttemptCount
from db.tables.cases import Case
from db.tables.imports import Import, ImportRow
from db.tables.login import LoginLink
from db.tables.people import Person
from db.tables.sessions import Session
from db.tables.signup import Signup

Make = Callable[[Cast, datetime], Awaitable[datetime]]
"""Makes one item, and returns when its time begins to run."""
KINDS = {kind.name: kind for kind in DATA_KINDS}


def find_kind(start: str) -> DataKind:
    (kind,) = [kind for name, kind in KINDS.items() if name.startswith(start)]
    return kind


def read_days(kind: DataKind) -> list[timedelta]:
    """The durations of the page, in their order."""
    return [timedelta(days=int(days)) for days in re.findall(r"(\d+) jours", kind.kept)]


async def draft(cast: Cast, now: datetime) -> datetime:
    await make_draft(cast.agent_lot, now, "CAF")
    return now


async def login_link(cast: Cast, now: datetime) -> datetime:
    await LoginLink.insert(LoginLink(reference="r", address="a@exemple.fr", created_at=now, expires_at=now))
    return now


async def address_change(cast: Cast, now: datetime) -> datetime:
    person = {"person": cast.agent_lot.id, "reference": "r", "asked_at": now, "expires_at": now, "done_at": now}
    await insert_many(AddressChange, [person])
    return now


async def session(cast: Cast, now: datetime) -> datetime:
    await begin_session(cast.agent_lot.id, remember=True, browser="t", now=now)
    return now


async def signup(cast: Cast, now: datetime) -> datetime:
    await Signup.insert(Signup(address="a@exemple.fr", area="46", team_name="", reason="", asked_at=now))
    return now


async def absence(cast: Cast, now: datetime) -> datetime:
    day = now.date()
    row = Absence(person=cast.agent_lot.id, first_day=day, last_day=day, begins_at=now, ends_at=now)
    await Absence.insert(row)
    return now


async def attempt(cast: Cast, now: datetime) -> datetime:
    hour = int(now.timestamp() // 3600)
    await AttemptCount.insert(AttemptCount(key="k", hour=hour, action="a", account_id=0, network="", times=1))
    return now.replace(minute=0, second=0)


async def imported_row(cast: Cast, now: datetime) -> datetime:
    sent = Import(kind="people", state="applied", sent_at=now, sent_by=cast.admin.id)
    await Import.insert(sent)
    await ImportRow.insert(ImportRow(source=sent.id))
    return now


async def closed_account(cast: Cast, now: datetime) -> datetime:
    await Person.update({Person.active: False, Person.closed_at: now}).where(Person.id == cast.expert.id)
    return now


DELETED: list[tuple[str, int, Make, type[Table]]] = [
    ("Un brouillon", 0, draft, Case),
    ("Une session", 0, session, Session),
    ("Une session", 1, login_link, LoginLink),
    ("L’adresse d’avant", 0, address_change, AddressChange),
    ("Ce que des visiteurs", 0, attempt, AttemptCount),
    ("Une demande de compte", 0, signup, Signup),
    ("Une absence", 0, absence, Absence),
    ("Une liste", 0, imported_row, ImportRow),
]


async def run_job(name: str, files: EncryptedFileStore, now: datetime) -> None:
    (job,) = [job for job in list_recurring_jobs(files) if job.name == name]
    await job.run(now)


@pytest.mark.parametrize(("start", "which", "make", "table"), DELETED)
async def test_each_duration_is_the_one_of_its_job(
    cast: Cast, files: EncryptedFileStore, now: datetime, start: str, which: int, make: Make, table: type[Table]
) -> None:
    kind = find_kind(start)
    begins, kept = await make(cast, now), read_days(kind)[which]

    await run_job(kind.job, files, begins + kept - timedelta(hours=1))
    assert await table.count() == 1
    await run_job(kind.job, files, begins + kept + timedelta(hours=1))
    assert await table.count() == 0


async def test_a_closed_case_is_kept_for_the_months_of_the_page(
    cast: Cast, case_id: Any, files: EncryptedFileStore, now: datetime
) -> None:
    with_cases = [kind for kind in DATA_KINDS if kind.job == "erasure" and "brouillon" not in kind.name]
    assert {kind.kept for kind in with_cases} == {"6 mois après la clôture de la demande."} and len(with_cases) == 5
    await open_and_read_case(cast.referent_caf_lot, case_id, now)
    await close(cast.agent_lot, case_id, "solved", now)
    due = now.replace(year=2027, month=5)
    assert due == compute_erasure_date(now)

    for moment, kept in ((due - timedelta(hours=1), 1), (due + timedelta(hours=1), 0)):
        await run_job("erasure", files, moment)
        assert await Case.count().where(Case.id == case_id, Case.erased_at.is_null()) == kept


async def test_a_closed_account_is_kept_for_the_days_of_the_page(
    cast: Cast, files: EncryptedFileStore, now: datetime
) -> None:
    kind = find_kind("Le nom et l’adresse d’un compte fermé")
    begins, (kept,) = await closed_account(cast, now), read_days(kind)
    for moment, named in ((begins + kept - timedelta(hours=1), 1), (begins + kept, 0)):
        await run_job(kind.job, files, moment)
        assert await Person.count().where(Person.last_name == "Lefort") == named


async def test_the_page_says_each_kind_with_its_four_answers(database: str, anonymous_browser: Browser) -> None:
    text = (await anonymous_browser.get("/donnees-personnelles")).text
    for kind in DATA_KINDS:
        for said in (kind.name, kind.purpose, kind.basis, kind.recipients, kind.kept):
            assert said and said in text, kind.name
    for named in ("numéro de sécurité sociale", "santé"):
        assert any(named in kind.name for kind in DATA_KINDS)
    assert attempt_counts.RETENTION.days == 30


def test_only_the_survey_is_called_anonymous() -> None:
    """Its totals are; a closed account and a trace are not."""
    folders = (Path("app/components"), Path("app/text"))
    files = [path for folder in folders for path in folder.rglob("*") if path.suffix in {".html", ".txt", ".py"}]
    found = {
        line.strip()
        for path in files
        for line in path.read_text().splitlines()
        if re.search(r"anonym(?!ous)", line, re.IGNORECASE) and "sondage" not in line.lower()
    }
    allowed = (
        "réponse anonyme est reçue",
        "Trois questions, anonymes",
        "réponds anonymement",
        "Anonyme : seuls des totaux",
    )
    assert not [line for line in found if not any(word in line for word in allowed)]
