"""The databases of past installations are migrated by today’s command, then opened, searched and counted again.

Each base of db/kept_bases/ on both databases. What is expected is in its facts.json, which is never written again: a
change that alters one of its facts on purpose says so in renamed.py, in CHANGED, with its reason.
"""

from __future__ import annotations

import hashlib
import io
import lzma
import tarfile
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from app.cli.baseline import DONE, NOTHING_TO_DO
from app.domain.authentication.totp import compute_code, compute_step
from app.domain.cases.lifecycle.erasure import erase_due
from app.domain.cases.lifecycle.retention import compute_erasure_date
from app.domain.operations.key_rotation import reencrypt_database
from app.gateways.email.transport import FolderTransport
from app.gateways.email.worker import EmailWorker
from app.routes.middleware.authentication import SESSION_COOKIE
from app.server.background import list_recurring_jobs
from app.settings import ROOT
from app.tests.kept_bases.declared import DRAFTS
from app.tests.kept_bases.packing import FOLDER, list_past_databases
from app.tests.kept_bases.reading import (
    count_rows,
    count_statuses,
    read_page,
    read_statistics,
    read_tab_counts,
    search_cases,
)
from app.tests.kept_bases.renamed import CHANGED, CHANGED_TABS, RENAMED, REWORDED, change_figures, join_tabs
from app.tests.kept_bases.schema import list_index_and_trigger_names, read_schema, read_stored_values
from app.tests.kept_bases.ways_in import FACTOR, PASSWORD, REMEMBERED_LOGINS, build_session_cookie
from app.tests.security.test_encryption_at_rest import read_all_files, strip_blanks
from app.tests.support.browser import Browser
from app.tests.support.rows import SqliteDatabase, open_raw_database
from db.encryption import FORMAT, decrypt, format_column_name
from db.pending_migrations import list_pending_migrations
from db.tables.encrypted_columns import ENCRYPTED_COLUMNS
from db.tables.statistics import RECOMPUTED_TABLES
from db.tables.thread import Event

if TYPE_CHECKING:
    from pathlib import Path

    from jinja2 import Environment
    from litestar import Litestar

    from app.gateways.files.store import EncryptedFileStore
    from app.tests.kept_bases.migrated import MigratedDatabase, SignIn
    from app.tests.kept_bases.schema import StoredValues
    from app.tests.support.fixtures import Clock

READERS_TO_TRY = (
    *("agent.lot", "agent.cher", "referent.caf.lot", "referent.msa.lot", "responsable.caf.lot"),
    *("expert", "superviseur.lot", "admin"),
)
MACHINE_TRACES = (
    *(b"/tmp/", b"/home/", b"/srv/", b"/opt/", b"/usr/", b"root", b"OWNER TO", b"GRANT "),
    str(ROOT).encode(),
)
MOST_BYTES = 300_000
"""Of one kept base: each clone of the project carries it for ever."""


def test_there_is_one() -> None:
    assert list_past_databases()


@pytest.mark.parametrize(
    "archive", sorted(FOLDER.rglob("*.tar.xz")), ids=lambda path: f"{path.parent.name}-{path.stem}"
)
def test_nothing_of_the_machine_that_made_it_is_in_it(archive: Path) -> None:
    raw = lzma.decompress(archive.read_bytes())
    assert not [word for word in MACHINE_TRACES if word in raw]
    with tarfile.open(fileobj=io.BytesIO(raw)) as tar:
        assert {(one.uid, one.uname, one.gname, one.mtime) for one in tar} == {(0, "", "", 0)}
    assert sum(path.stat().st_size for path in archive.parent.iterdir()) < MOST_BYTES


async def test_no_row_is_lost_and_the_schema_is_that_of_a_new_base(
    past_database: MigratedDatabase, migrated_database: MigratedDatabase, new_base: str
) -> None:
    assert migrated_database.printed in {f"{DONE}\n", f"{NOTHING_TO_DO}\n"} and not await list_pending_migrations()
    async with open_raw_database(past_database.url) as database, open_raw_database(new_base) as new:
        assert find_changed_counts(past_database.facts["rows"], await count_rows(database)) == {}
        assert await count_statuses(database) == past_database.facts["statuses"]
        assert find_changed_columns(migrated_database.values, await read_stored_values(database)) == []
        assert await read_schema(database) == await read_schema(new)
        assert not {
            RENAMED.get(name, name) for name in migrated_database.built - CHANGED.keys()
        } - await list_index_and_trigger_names(database)
        if isinstance(database, SqliteDatabase):
            assert await database.fetch("PRAGMA integrity_check") == [("ok",)]
            assert await database.fetch("PRAGMA foreign_key_check") == []


def find_changed_counts(kept: dict[str, int], counted: dict[str, int]) -> dict[str, tuple[int, int | None]]:
    """Table -> (rows kept, rows counted); None where the table is gone."""
    return {
        name: (count, found)
        for name, count in kept.items()
        if (found := counted.get(RENAMED.get(name, name))) != count and name not in CHANGED
    }


def find_changed_columns(kept: StoredValues, now: StoredValues) -> list[str]:
    """The columns whose values changed. A table in CHANGED excuses all its columns."""
    derived = {table._meta.tablename for table in RECOMPUTED_TABLES}
    return [
        f"{table}.{column}"
        for table, columns in kept.items()
        for column, values in columns.items()
        if not {table, f"{table}.{column}"} & CHANGED.keys()
        and RENAMED.get(table, table) not in derived
        and _values_of(now, table, column) != _reword(table, column, values)
    ]


def _values_of(now: StoredValues, table: str, column: str) -> list[str] | None:
    renamed = RENAMED.get(f"{table}.{column}", column).rpartition(".")[2]
    return now.get(RENAMED.get(table, table), {}).get(renamed)


def _reword(table: str, column: str, values: list[str]) -> list[str]:
    words = REWORDED.get(f"{RENAMED.get(table, table)}.{column}", {})
    return [words.get(value, value) for value in values]


def test_what_is_renamed_is_compared_under_its_new_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(RENAMED, "phrase", "ready_phrase")
    monkeypatch.setitem(RENAMED, "phrase.title", "ready_phrase.name")
    kept = {"phrase": {"id": ["1"], "title": ["a"]}}

    assert find_changed_counts({"phrase": 1}, {"ready_phrase": 1}) == {}
    assert find_changed_counts({"phrase": 1}, {"ready_phrase": 0}) == {"phrase": (1, 0)}
    assert find_changed_columns(kept, {"ready_phrase": {"id": ["1"], "name": ["a"]}}) == []
    assert find_changed_columns(kept, {"ready_phrase": {"id": ["1"], "name": [""]}}) == ["phrase.title"]
    assert find_changed_columns(kept, {"ready_phrase": {"id": ["1"]}}) == ["phrase.title"]


@pytest.fixture
def new_base(past_database: MigratedDatabase, request: pytest.FixtureRequest) -> str:
    """A new database, migrated from nothing."""
    if past_database.url.startswith("sqlite"):
        return f"sqlite:///{request.getfixturevalue('sqlite_template')}"
    return str(request.getfixturevalue("postgres_database"))


async def test_each_sealed_text_opens_and_none_can_be_read_without_the_keys(
    past_database: MigratedDatabase, tmp_path: Path
) -> None:
    opened = dict.fromkeys(map(format_column_name, (column for column, *_ in ENCRYPTED_COLUMNS)), 0)
    for column, named_by, _ in ENCRYPTED_COLUMNS:
        asked = column._meta.table.select(column, named_by).where(column != "")
        for row in await (asked.where(Event.kind == "completed") if column is Event.about else asked):
            text = row[column._meta.name]
            assert text.startswith(f"{FORMAT}."), f"{format_column_name(column)} is not sealed"
            assert decrypt(column, row[named_by._meta.name], text), format_column_name(column)
            opened[format_column_name(column)] += 1
    assert all(opened.values()), f"nothing to open: {[name for name, count in opened.items() if not count]}"
    words = {word.casefold() for case in past_database.facts["cases"].values() for word in case["citizen"].split()[1:]}
    taken = {name: strip_blanks(raw) for name, raw in read_all_files(past_database.url, past_database.folder).items()}
    assert len(taken) > 15 and any("dossierperduentredeuxcaisses" in raw for raw in taken.values())
    assert not [(name, word) for name, raw in taken.items() for word in words if word in raw]


async def test_each_person_opens_their_cases_and_no_other(past_database: MigratedDatabase, sign_in: SignIn) -> None:
    """Each reads the message sent to them, and the internal note where they are a referent."""
    for login in READERS_TO_TRY:
        async with sign_in(login) as browser:
            for name, case in past_database.facts["cases"].items():
                await check_case(browser, login, name, case)


READ = ("citizen", "subject", "message", "internal_note")


async def check_case(browser: Browser, login: str, name: str, case: dict[str, Any]) -> None:
    address = f"/brouillons/{case['id']}/verification" if name in DRAFTS else f"/demandes/{case['id']}"
    text = (await browser.http.get(address)).text
    shown_as = {"citizen": case["citizen"].rpartition(" ")[2] if name in DRAFTS else case["citizen"]}
    written = {what: shown_as.get(what, case[what]) for what in READ if case[what]}
    theirs = {what for what in written if what != "internal_note" or login in case["apart"]}
    read = {what for what, words in written.items() if words in text}
    assert read == (theirs if login in case["readers"] else set()), f"{login} reads {read} of « {name} »"


async def test_each_file_is_the_one_that_was_sent_and_goes_to_its_readers_alone(
    past_database: MigratedDatabase, sign_in: SignIn
) -> None:
    for login in READERS_TO_TRY:
        async with sign_in(login) as browser:
            for name, file in past_database.facts["files"].items():
                assert await downloaded(browser, file) == (login in file["readers"]), f"{login}, « {name} »"


async def downloaded(browser: Browser, file: dict[str, Any]) -> bool:
    """The whole file, with its preview if it has one."""
    answer = await browser.http.get(f"/pieces/{file['id']}")
    if answer.status_code == 404:
        return False
    preview = await browser.http.get(f"/pieces/{file['id']}/apercu")
    assert answer.status_code == 200, f"« {file['name']} » answers {answer.status_code}"
    assert hashlib.sha256(answer.content).hexdigest() == file["sha256"], f"« {file['name']} » has changed"
    assert preview.content.startswith(b"RIFF") == file["drawn"], f"the preview of « {file['name']} »"
    return True


async def test_each_search_finds_what_it_found_for_who_may_read_it(
    past_database: MigratedDatabase, sign_in: SignIn, indexed_again: None
) -> None:
    cases, searches = past_database.facts["cases"], past_database.facts["searches"]
    for login in READERS_TO_TRY:
        async with sign_in(login) as browser:
            for right, reader in (("all", "readers"), ("apart", "apart")):
                for words, names in searches[right].items():
                    expected = {cases[name]["id"] for name in names if login in cases[name][reader]}
                    assert await search_cases(browser, words) == expected, f"{login} searches « {words} »"


async def test_each_figure_is_what_it_was(past_database: MigratedDatabase, sign_in: SignIn) -> None:
    for login, counts in past_database.facts["tabs"].items():
        async with sign_in(login) as browser:
            assert join_tabs(await read_tab_counts(browser)) == counts | CHANGED_TABS.get(login, {}), login
            if login in past_database.facts["figures"]:
                assert await read_statistics(browser) == change_figures(past_database.facts, login), login


async def test_people_come_in_as_they_did(past_database: MigratedDatabase, application: Litestar, clock: Clock) -> None:
    """By the session of their browser, by a password, by a password and a phone."""
    clock.advance(minutes=20)
    for login in REMEMBERED_LOGINS:
        async with Browser(application) as browser:
            browser.http.cookies.set(SESSION_COOKIE, build_session_cookie(login))
            assert (await browser.get("/profil")).path == "/profil", login
    for login, factor in (("agent.lot", ""), ("admin", FACTOR)):
        async with Browser(application) as browser:
            typed = {"adresse": f"{login}@exemple.fr", "mot-de-passe": PASSWORD}
            page = await browser.press(await browser.get("/login/mot-de-passe"), "Se connecter", **typed)
            if factor:
                page = await browser.press(page, "Me connecter", code=compute_code(factor, compute_step(clock.now)))
            assert page.status == 200 and not page.path.startswith("/login"), page.text[:200]


async def test_work_goes_on(
    past_database: MigratedDatabase, sign_in: SignIn, clock: Clock, files: EncryptedFileStore, templates: Environment
) -> None:
    """A message, a closure; every waiting email; the nightly jobs until the closed cases are erased."""
    case = past_database.facts["cases"]["answered"]
    async with sign_in("agent.lot") as agent, sign_in("referent.msa.lot") as referent:
        page = await agent.get(f"/demandes/{case['id']}")
        await agent.press(page, "Envoyer le message", message="Écrit après la mise à jour.")
        assert "Écrit après la mise à jour." in await read_page(referent, f"/demandes/{case['id']}")
        page = await agent.press(await agent.get(f"/demandes/{case['id']}"), "Clore la demande")
        page = await agent.press(page, "Confirmer la clôture", issue="solved")
        assert page.shows_status("Clôturée")
    assert await EmailWorker(FolderTransport(past_database.folder / "courrier"), templates, clock).deliver_due() > 10
    assert (await reencrypt_database()).remaining == 0
    closed_at = clock.now
    for days in (1, 31, 60):
        clock.advance(days=days)
        for job in list_recurring_jobs(files):
            await job.run(clock.now)
    clock.now = compute_erasure_date(closed_at)
    assert (await erase_due(clock.now)).erased >= past_database.facts["statuses"]["closed"] - 1
    async with sign_in("agent.lot") as agent:
        assert case["id"] not in await search_cases(agent, "quatrecanard")
    assert not files.build_path(UUID(past_database.facts["files"]["statement"]["id"])).exists()
