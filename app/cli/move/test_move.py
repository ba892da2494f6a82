"""python -m app move: everything is moved, or nothing is, and what is wrong is named."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

import asyncpg
import pytest
from piccolo.apps.migrations.commands.forwards import run_forwards

from app.cast import load_cast
from app.cli.backup.test_restore import a_day_of_work
from app.cli.move.commands import format_lines
from app.cli.move.copy_rows import compare_databases, move_rows
from app.cli.move.copy_rows import open_side as side
from app.cli.move.tables import TABLES, MoveError
from app.domain.accounts.actor import Actor
from app.domain.authentication.sessions import begin_session
from app.domain.cases.draft.submission import submit
from app.domain.cases.thread.posting import post_message
from app.domain.platform.state import begin_maintenance, end_maintenance
from app.main import create_app
from app.routes.middleware.authentication import SESSION_COOKIE
from app.tests.support.backups_fixtures import Machine
from app.tests.support.browser import Browser
from app.tests.support.cases_fixtures import make_draft
from app.tests.support.fixtures import open_engine
from app.tests.support.move_fixtures import OpenSource
from app.tests.support.rows import HOSTILE, fill_tables, open_raw_database
from db.engine import build_engine, transaction
from db.tables.rate_limits import RateLimitHit
from db.tables.statistics import RECOMPUTED_TABLES

if TYPE_CHECKING:
    from pathlib import Path

    from app.gateways.email.transport import FolderTransport
    from app.gateways.files.store import EncryptedFileStore

only_from_sqlite = pytest.mark.parametrize("new_database", ["sqlite"], indirect=True)
only_from_postgres = pytest.mark.parametrize("new_database", ["postgresql"], indirect=True)


async def run(url: str, sql: str) -> None:
    async with open_raw_database(url) as database:
        await database.fetch(sql)


async def how_many(url: str, table: str) -> int:
    async with open_raw_database(url) as database:
        return int((await database.fetch(f'SELECT count(*) FROM "{table}"'))[0][0])  # noqa: S608 # nosec B608


async def a_hostile_case(now: datetime) -> UUID:
    cast = await load_cast()
    case_id = await make_draft(cast.agent_lot, now, "CAF", subject=HOSTILE[0])
    await submit(cast.agent_lot, case_id, now)
    for at, text in enumerate(text for text in HOSTILE if text and "\x01" not in text):
        await post_message(cast.agent_lot, case_id, text, key=str(at), now=now)
    return case_id


@only_from_sqlite
async def test_all_is_there_on_the_other_side_and_its_pages_open(
    new_database: str,
    target_database: str,
    open_source: OpenSource,
    machine: Machine,
    files: EncryptedFileStore,
    email_folder: FolderTransport,
) -> None:
    now = datetime.now(UTC)
    async with open_source():
        cast = await load_cast()
        await a_day_of_work(cast, files, now)
        case_id = await a_hostile_case(now)
    said = await asyncio.to_thread(machine.run_ok, "move", new_database, target_database)
    assert "DIFFÉRENTE" not in said and "les mêmes des deux côtés" in said and "maintenance off" in said

    async with open_engine(build_engine(target_database)):
        await end_maintenance(None, now)
        application = create_app(clock=lambda: now, email_transport=email_folder, file_store=files)
        for actor in (cast.agent_lot, cast.referent_caf_lot):
            async with Browser(application) as browser:
                await check_pages(browser, actor, case_id, now)


async def check_pages(browser: Browser, actor: Actor, case_id: UUID, now: datetime) -> None:
    """Messages can be read, encrypted values decrypt, new messages get an id of their own."""
    token = await begin_session(actor.id, remember=False, browser="tests", now=now)
    browser.http.cookies.set(SESSION_COOKIE, token)
    assert HOSTILE[0] in (await browser.get("/demandes")).text
    page = await browser.get(f"/demandes/{case_id}")
    assert page.status == 200 and "Jeanne Pélissier" in page.text
    assert all(" ".join(text.split()) in page.text for text in HOSTILE[:3])
    after = await browser.press(page, "Envoyer le message", message=f"Écrit après par {actor.id}")
    assert f"Écrit après par {actor.id}" in after.text


@only_from_sqlite
async def test_every_table_goes_there_and_back(target_database: str, tmp_path: Path) -> None:
    """Rows that fill every column of every table; a team that was merged into a later one."""
    full, back = f"sqlite:///{tmp_path / 'pleine.sqlite'}", f"sqlite:///{tmp_path / 'retour.sqlite'}"
    async with open_engine(build_engine(full)):
        await run_forwards("db")
    async with open_raw_database(full) as database:
        await fill_tables(database, lambda _: 7)
    await run(full, "UPDATE team SET merged_into = (SELECT max(id) FROM team) WHERE id = 1")

    lines = await move_rows(full, target_database) + await move_rows(target_database, back)

    assert all(line.is_same and line.source.rows == 7 for line in lines)
    assert dump(full) == dump(back)


def dump(url: str) -> list[str]:
    """Every row exactly as SQLite stores it, except what is particular to each database."""
    own = {'"migration"', '"sqlite_sequence"', *(f'"{table._meta.tablename}"' for table in RECOMPUTED_TABLES)}
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as database:
        rows = [line for line in database.iterdump() if line.startswith("INSERT")]
    return sorted(line for line in rows if not any(name in line[:40] for name in own))


@only_from_postgres
async def test_a_number_once_given_is_given_to_no_other(
    new_database: str, target_database: str, open_source: OpenSource, request: pytest.FixtureRequest
) -> None:
    async with open_source():
        await run(new_database, "INSERT INTO rate_limit_hit (key, happened_at) VALUES ('a', now())")
        await run(new_database, "SELECT setval('rate_limit_hit_id_seq', 41)")
    again = request.getfixturevalue("cluster").create_database("cible_deux")
    await move_rows(new_database, again)
    await run(again, "INSERT INTO rate_limit_hit (key, happened_at) VALUES ('b', now())")
    async with open_raw_database(again) as database:
        assert (await database.fetch("SELECT max(id) FROM rate_limit_hit"))[0][0] == 42


_ALTERED = """CREATE FUNCTION altered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN NEW.last_name = upper(NEW.last_name); RETURN NEW; END $$;
CREATE TRIGGER altering BEFORE INSERT ON person FOR EACH ROW WHEN (NEW.id = 3) EXECUTE FUNCTION altered()"""


@only_from_sqlite
async def test_a_row_that_changed_on_the_way_is_told_and_nothing_is_kept(
    new_database: str, target_database: str, open_source: OpenSource, machine: Machine
) -> None:
    async with open_source():
        machine.database = target_database
    await asyncio.to_thread(machine.run_ok, "migrate")
    await execute(target_database, _ALTERED)

    done = await asyncio.to_thread(machine.run, "move", new_database, target_database)

    assert done.returncode == 1 and "rien n’est gardé" in done.stderr
    assert [line for line in done.stdout.splitlines() if "DIFFÉRENTE, à partir de 3" in line and "person" in line]
    assert done.stdout.count("DIFFÉRENTE") == 1 and await how_many(target_database, "person") == 0


async def execute(url: str, statements: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(statements)
    await connection.close()


@only_from_sqlite
async def test_what_was_changed_since_is_found_by_comparing(
    new_database: str, target_database: str, open_source: OpenSource
) -> None:
    async with open_source():
        pass
    assert all(line.is_same for line in await move_rows(new_database, target_database))
    await run(target_database, "UPDATE team SET phone = '1' WHERE id = 2")
    await run(target_database, "DELETE FROM area WHERE code = '2A'")

    different = [
        line
        for line in format_lines(await compare_databases(new_database, target_database)).splitlines()
        if "DIFFÉRENTE" in line
    ]

    assert [(line.split()[0], line.split()[-1]) for line in different] == [("area", "2A"), ("team", "2")]


@only_from_sqlite
async def test_it_refuses_what_is_not_ready_and_touches_nothing(
    new_database: str, target_database: str, machine: Machine
) -> None:
    assert "n’est pas en maintenance" in await refusal(new_database, target_database)
    async with open_engine(build_engine(new_database)):
        await begin_maintenance(None, datetime.now(UTC))
    assert "n’est pas vide" in await refusal(new_database, new_database)
    assert "ne répond pas" in await refusal("postgresql://127.0.0.1:1/rien", target_database)
    assert "n’existe pas" in await refusal("sqlite:////nulle/part.sqlite", target_database)
    await run(new_database, "DELETE FROM migration WHERE id = (SELECT max(id) FROM migration)")
    assert "version de ce logiciel" in await refusal(new_database, target_database)
    assert "Option inconnue" in await asyncio.to_thread(
        machine.run_refused, "move", new_database, target_database, "--vite"
    )


async def refusal(source: str, target: str) -> str:
    with pytest.raises(MoveError) as refused:
        await move_rows(source, target)
    return str(refused.value)


async def test_a_person_who_writes_is_waited_for_then_told(
    new_database: str, target_database: str, open_source: OpenSource
) -> None:
    async with open_source():
        pass
    async with open_engine(build_engine(new_database)), transaction():
        await RateLimitHit.insert(RateLimitHit(key="a", happened_at=datetime.now(UTC)))
        assert "écrit" in await refusal(new_database, target_database)


@only_from_sqlite
@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE team SET name = 'a' || char(0) WHERE id = 2", "Table team, ligne 2, colonne name : un caractère nul"),
        (
            "UPDATE team SET phone = printf('%041d', 5) || 'secret' WHERE id = 2",
            "ligne 2, colonne phone : plus de 40 caractères",
        ),
        ("UPDATE person SET created_at = 'hier' WHERE id = 3", "ligne 3, colonne created_at : ce n’est pas ce que"),
        ("UPDATE person SET active = 'oui' WHERE id = 3", "ligne 3, colonne active : ce n’est pas ce que"),
        ("UPDATE subject SET position = 3000000000 WHERE id = 1", "ligne 1, colonne position : ce n’est pas ce que"),
        ("UPDATE team SET name = CAST(x'ff' AS TEXT) WHERE id = 2", "Table team : un texte qui n’en est pas un"),
    ],
)
async def test_what_postgresql_would_refuse_is_named_without_being_shown(
    new_database: str, change: str, said: str
) -> None:
    await run(new_database, change)
    with pytest.raises(MoveError) as refused:
        async with side(new_database) as source:
            for table in TABLES:
                async for _ in source.read_rows(table):
                    continue
    assert said in str(refused.value) and not {"secret", "hier"} & set(str(refused.value).split())
