"""What installations of the past left is migrated by the command of today, opened, searched and counted again.

Each base of db/kept_bases/ on both databases. What is expected is in its facts.json, and is never written again: a
change that means to change one of its facts says so here, in CHANGED, with its reason.
"""

from __future__ import annotations

import hashlib
import io
import lzma
import tarfile
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from app.domain.authentication.totp import code_at, step_of
from app.domain.cases.lifecycle.erasure import erase_due
from app.domain.cases.lifecycle.retention import erased_from
from app.domain.operations.key_rotation import rotate
from app.gateways.email.transport import FolderMail
from app.gateways.email.worker import Postman
from app.routes.middleware.authentication import SESSION_COOKIE
from app.server.background import recurring
from app.settings import ROOT
from app.tests.kept_bases.declared import DRAFTS
from app.tests.kept_bases.packing import KEPT, kept_bases
from app.tests.kept_bases.reading import figures, found, rows, shown, statuses, tabs
from app.tests.kept_bases.schema import names, schema
from app.tests.kept_bases.ways_in import FACTOR, REMEMBERED, WORDS, cookie_of
from app.tests.operations.test_migrating_forward import held
from app.tests.security.test_at_rest import stolen, without_blanks
from app.tests.support.browser import Browser
from app.tests.support.rows import SqliteDatabase, raw_database
from db.encryption import FORM, name_of, unseal
from db.pending import pending_migrations
from db.tables import COUNTED_AGAIN, SEALED, Event

if TYPE_CHECKING:
    from pathlib import Path

    from jinja2 import Environment
    from litestar import Litestar

    from app.gateways.files.store import Files
    from app.tests.kept_bases.migrated import Kept, SignIn
    from app.tests.operations.test_migrating_forward import Held
    from app.tests.support.fixtures import Clock

LOOKING = (
    *("agent.lot", "agent.cher", "referent.caf.lot", "referent.msa.lot", "responsable.caf.lot"),
    *("expert", "superviseur.lot", "admin"),
)
OF_A_MACHINE = (
    *(b"/tmp/", b"/home/", b"/srv/", b"/opt/", b"/usr/", b"root", b"OWNER TO", b"GRANT "),
    str(ROOT).encode(),
)
MOST_BYTES = 300_000
"""Of one kept base: each clone of the project carries it for ever."""
RENAMED: dict[str, str] = {}
"""A table, a column (« team.phone »), an index or a trigger -> the name that a migration since gave it
(« team.number »). It is compared under that name.
"""
CHANGED: dict[str, str] = {}
"""A table, a column (« team.phone »), an index or a trigger -> why a migration since changes its rows or values, or
drops it.
"""


def test_there_is_one() -> None:
    assert kept_bases()


@pytest.mark.parametrize("archive", sorted(KEPT.rglob("*.tar.xz")), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_nothing_of_the_machine_that_made_it_is_in_it(archive: Path) -> None:
    raw = lzma.decompress(archive.read_bytes())
    assert not [word for word in OF_A_MACHINE if word in raw]
    with tarfile.open(fileobj=io.BytesIO(raw)) as tar:
        assert {(one.uid, one.uname, one.gname, one.mtime) for one in tar} == {(0, "", "", 0)}
    assert sum(path.stat().st_size for path in archive.parent.iterdir()) < MOST_BYTES


async def test_no_row_is_lost_and_the_schema_is_that_of_a_new_base(here: Kept, migrated: Kept, new_base: str) -> None:
    assert migrated.printed == "" and not await pending_migrations()
    async with raw_database(here.url) as database, raw_database(new_base) as new:
        assert different(here.facts["rows"], await rows(database)) == {}
        assert await statuses(database) == here.facts["statuses"]
        assert changed(migrated.values, await held(database)) == []
        assert await schema(database) == await schema(new)
        assert not {RENAMED.get(name, name) for name in migrated.built - CHANGED.keys()} - await names(database)
        if isinstance(database, SqliteDatabase):
            assert await database.fetch("PRAGMA integrity_check") == [("ok",)]
            assert await database.fetch("PRAGMA foreign_key_check") == []


def different(kept: dict[str, int], counted: dict[str, int]) -> dict[str, tuple[int, int | None]]:
    """Table -> rows kept, rows counted: None where it is no more."""
    return {
        name: (count, found)
        for name, count in kept.items()
        if (found := counted.get(RENAMED.get(name, name))) != count and name not in CHANGED
    }


def changed(kept: Held, now: Held) -> list[str]:
    """The columns whose values are no more what they were; a table in CHANGED has all of its own there."""
    derived = {table._meta.tablename for table in COUNTED_AGAIN}
    return [
        f"{table}.{column}"
        for table, columns in kept.items()
        for column, values in columns.items()
        if not {table, f"{table}.{column}"} & CHANGED.keys()
        and table not in derived
        and _values_of(now, table, column) != values
    ]


def _values_of(now: Held, table: str, column: str) -> list[str] | None:
    renamed = RENAMED.get(f"{table}.{column}", column).rpartition(".")[2]
    return now.get(RENAMED.get(table, table), {}).get(renamed)


def test_what_is_renamed_is_compared_under_its_new_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(RENAMED, "phrase", "ready_phrase")
    monkeypatch.setitem(RENAMED, "phrase.title", "ready_phrase.name")
    kept = {"phrase": {"id": ["1"], "title": ["a"]}}

    assert different({"phrase": 1}, {"ready_phrase": 1}) == {}
    assert different({"phrase": 1}, {"ready_phrase": 0}) == {"phrase": (1, 0)}
    assert changed(kept, {"ready_phrase": {"id": ["1"], "name": ["a"]}}) == []
    assert changed(kept, {"ready_phrase": {"id": ["1"], "name": [""]}}) == ["phrase.title"]
    assert changed(kept, {"ready_phrase": {"id": ["1"]}}) == ["phrase.title"]


@pytest.fixture
def new_base(here: Kept, request: pytest.FixtureRequest) -> str:
    """Migrated from nothing."""
    if here.url.startswith("sqlite"):
        return f"sqlite:///{request.getfixturevalue('sqlite_template')}"
    return str(request.getfixturevalue("postgres_world"))


async def test_each_sealed_text_opens_and_none_can_be_read_without_the_keys(here: Kept, tmp_path: Path) -> None:
    opened = dict.fromkeys(map(name_of, (column for column, *_ in SEALED)), 0)
    for column, named_by, _ in SEALED:
        asked = column._meta.table.select(column, named_by).where(column != "")
        for row in await (asked.where(Event.kind == "completed") if column is Event.about else asked):
            text = row[column._meta.name]
            assert text.startswith(f"{FORM}."), f"{name_of(column)} is not sealed"
            assert unseal(column, row[named_by._meta.name], text), name_of(column)
            opened[name_of(column)] += 1
    assert all(opened.values()), f"nothing to open: {[name for name, count in opened.items() if not count]}"
    words = {word.casefold() for case in here.facts["cases"].values() for word in case["citizen"].split()[1:]}
    taken = {name: without_blanks(raw) for name, raw in stolen(here.url, here.folder).items()}
    assert len(taken) > 15 and any("dossierperduentredeuxcaisses" in raw for raw in taken.values())
    assert not [(name, word) for name, raw in taken.items() for word in words if word in raw]


async def test_each_person_opens_their_cases_and_no_other(here: Kept, signed_in: SignIn) -> None:
    """And reads there the message that was sent to them, and the internal note where they are a referent."""
    for login in LOOKING:
        async with signed_in(login) as browser:
            for name, case in here.facts["cases"].items():
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


async def test_each_file_is_the_one_that_was_sent_and_goes_to_its_readers_alone(here: Kept, signed_in: SignIn) -> None:
    for login in LOOKING:
        async with signed_in(login) as browser:
            for name, file in here.facts["files"].items():
                assert await downloaded(browser, file) == (login in file["readers"]), f"{login}, « {name} »"


async def downloaded(browser: Browser, file: dict[str, Any]) -> bool:
    """Whole, with its preview if it has one."""
    answer = await browser.http.get(f"/pieces/{file['id']}")
    if answer.status_code == 404:
        return False
    preview = await browser.http.get(f"/pieces/{file['id']}/apercu")
    assert answer.status_code == 200, f"« {file['name']} » answers {answer.status_code}"
    assert hashlib.sha256(answer.content).hexdigest() == file["sha256"], f"« {file['name']} » has changed"
    assert preview.content.startswith(b"RIFF") == file["drawn"], f"the preview of « {file['name']} »"
    return True


async def test_each_search_finds_what_it_found_for_who_may_read_it(here: Kept, signed_in: SignIn) -> None:
    cases, searches = here.facts["cases"], here.facts["searches"]
    for login in LOOKING:
        async with signed_in(login) as browser:
            for right, reader in (("all", "readers"), ("apart", "apart")):
                for words, names in searches[right].items():
                    expected = {cases[name]["id"] for name in names if login in cases[name][reader]}
                    assert await found(browser, words) == expected, f"{login} searches « {words} »"


async def test_each_figure_is_what_it_was(here: Kept, signed_in: SignIn) -> None:
    for login, counts in here.facts["tabs"].items():
        async with signed_in(login) as browser:
            assert await tabs(browser) == counts, login
            if login in here.facts["figures"]:
                assert await figures(browser) == here.facts["figures"][login], login


async def test_people_come_in_as_they_did(here: Kept, application: Litestar, clock: Clock) -> None:
    """By the session of their browser, by a password, by a password and a telephone."""
    clock.advance(minutes=20)
    for login in REMEMBERED:
        async with Browser(application) as browser:
            browser.http.cookies.set(SESSION_COOKIE, cookie_of(login))
            assert (await browser.get("/profil")).path == "/profil", login
    for login, factor in (("agent.lot", ""), ("admin", FACTOR)):
        async with Browser(application) as browser:
            typed = {"adresse": f"{login}@exemple.fr", "mot-de-passe": WORDS}
            page = await browser.press(await browser.get("/login/mot-de-passe"), "Se connecter", **typed)
            if factor:
                page = await browser.press(page, "Me connecter", code=code_at(factor, step_of(clock.now)))
            assert page.status == 200 and not page.path.startswith("/login"), page.text[:200]


async def test_work_goes_on(here: Kept, signed_in: SignIn, clock: Clock, files: Files, templates: Environment) -> None:
    """A message, a closing; every letter that waits; the work of each night until what is closed is erased."""
    case = here.facts["cases"]["answered"]
    async with signed_in("agent.lot") as agent, signed_in("referent.msa.lot") as referent:
        page = await agent.get(f"/demandes/{case['id']}")
        await agent.press(page, "Envoyer le message", message="Écrit après la mise à jour.")
        assert "Écrit après la mise à jour." in await shown(referent, f"/demandes/{case['id']}")
        page = await agent.press(await agent.get(f"/demandes/{case['id']}"), "Clore la demande")
        page = await agent.press(page, "Confirmer la clôture", issue="solved")
        assert page.shows_status("Clôturée")
    assert await Postman(FolderMail(here.folder / "courrier"), templates, clock).deliver_due() > 10
    assert (await rotate()).left == 0
    closed_at = clock.now
    for days in (1, 31, 60):
        clock.advance(days=days)
        for job in recurring(files):
            await job.run(clock.now)
    clock.now = erased_from(closed_at)
    assert (await erase_due(clock.now)).erased >= here.facts["statuses"]["closed"] - 1
    async with signed_in("agent.lot") as agent:
        assert case["id"] not in await found(agent, "quatrecanard")
    assert not files.path(UUID(here.facts["files"]["statement"]["id"])).exists()
