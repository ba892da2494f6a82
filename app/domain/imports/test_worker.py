"""An import is applied whole or not at all, once, even when repeated; it reports what differs from the preview."""

import asyncio
import os
import subprocess
import sys
import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest

from app.cast import Cast
from app.domain.accounts.actor import load_actor
from app.domain.errors import Conflict, NotFound
from app.domain.imports import progress, worker
from app.domain.imports.admin_actions import apply_import, drop_import, send_import
from app.domain.imports.kinds import ImportKind
from app.domain.imports.listing import RowFilter, list_import_lines, load_import
from app.domain.imports.retention import delete_old_imports
from app.domain.imports.row_decision import CHUNK_SIZE, RowResult
from app.domain.imports.states import ImportState
from app.domain.imports.worker import LEASE, process_next_import
from app.settings import ROOT
from app.tests.support.imports_fixtures import (
    PEOPLE_HEADING,
    TEAMS_HEADING,
    build_csv,
    load_lines,
    preview_import,
    run_import,
)
from db.tables.audit import AuditEntry
from db.tables.imports import Import, ImportRow
from db.tables.members import Membership
from db.tables.people import Person
from db.tables.teams import Team, TeamArea

if TYPE_CHECKING:
    from app.tests.support.fixtures import Clock

MANY = 2 * CHUNK_SIZE + 7


def many(count: int = MANY) -> bytes:
    return build_csv(PEOPLE_HEADING, *(f"Ana;N{at};ana.{at}@exemple.fr;Agente;;CAF du Lot;;;" for at in range(count)))


async def world() -> list[object]:
    return [await table.select().order_by(table.id) for table in (Person, Membership, Team, TeamArea)]


async def imported() -> int:
    return int(await Person.count().where(Person.address.like("ana.%")))


async def test_the_preview_writes_nothing_and_the_click_everything(cast: Cast, now: datetime) -> None:
    before = await world()
    sent = await preview_import(cast, ImportKind.PEOPLE, many(), now)
    assert await world() == before

    done = await run_import(cast, sent, now)

    assert (done.state, done.created, done.differing) == (ImportState.APPLIED, MANY, 0)
    assert await imported() == MANY
    actions = await AuditEntry.select(AuditEntry.action, AuditEntry.person_id).order_by(AuditEntry.id)
    *_, sent_line, applied_line = [line for line in actions if line["action"] != "member.added"]
    assert [sent_line, applied_line] == [
        {"action": f"import.{done}", "person_id": cast.admin.id} for done in ("sent", "applied")
    ]
    added = await AuditEntry.select(AuditEntry.target_person_id, AuditEntry.person_id, AuditEntry.team_id).where(
        AuditEntry.action == "member.added"
    )
    seats = await Membership.select(Membership.person, Membership.team).where(Membership.person.address.like("ana.%"))
    assert len(added) == MANY and {line["person_id"] for line in added} == {cast.admin.id}
    assert {(line["target_person_id"], line["team_id"]) for line in added} == {
        (one["person"], one["team"]) for one in seats
    }


async def test_a_click_whose_admin_lost_the_right_since_imports_nothing(cast: Cast, now: datetime) -> None:
    """The worker runs later: after a pause, an outage or a maintenance."""
    sent = await preview_import(cast, ImportKind.PEOPLE, many(3), now)
    await apply_import(cast.admin, sent, now=now, invite=True)
    await Person.update({Person.active: False}).where(Person.id == cast.admin.id)
    await Person.update({Person.platform_role: "admin"}).where(Person.id == cast.expert.id)
    other = await load_actor(cast.expert.id)
    assert other is not None

    assert await process_next_import(lambda: now)

    waiting = await load_import(other, sent)
    assert (waiting.state, waiting.sender_active, await imported()) == (ImportState.READY, False, 0)
    assert not await process_next_import(lambda: now), "it waits for a press, not for a worker"
    await apply_import(other, sent, now=now)
    assert await process_next_import(lambda: now) and await imported() == 3


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        (ImportKind.PEOPLE, many(20)),
        (
            ImportKind.TEAMS,
            build_csv(TEAMS_HEADING, *(f"{at};Relais {at};FS;46,12;;46000;Cahors;;" for at in range(7000, 7020))),
        ),
    ],
)
async def test_the_same_file_again_changes_nothing(cast: Cast, now: datetime, kind: ImportKind, content: bytes) -> None:
    await run_import(cast, await preview_import(cast, kind, content, now), now)
    before = await world()

    sent = await preview_import(cast, kind, content, now)
    done = await run_import(cast, sent, now)

    assert (done.unchanged, done.total) == (20, 20)
    assert await world() == before


async def test_what_is_applied_is_the_file_that_was_previewed_and_its_bytes_go(cast: Cast, now: datetime) -> None:
    sent = await preview_import(cast, ImportKind.PEOPLE, many(3), now)
    assert (await Import.select(Import.content).first()) == {"content": many(3)}

    await run_import(cast, sent, now)

    assert (await Import.select(Import.content).first()) == {"content": None}


async def test_what_changed_between_the_preview_and_the_click_is_said(cast: Cast, now: datetime) -> None:
    rows = ["Ana;Roux;ana.1@exemple.fr;;;;;;", ";;ana.2@exemple.fr;;;MSA du Lot;;;", "Ana;Vif;ana.3@exemple.fr;;;;;;"]
    sent = await preview_import(cast, ImportKind.PEOPLE, build_csv(PEOPLE_HEADING, *rows), now)
    await Person.insert(Person(address="ana.1@exemple.fr", first_name="Ana", last_name="Roux", created_at=now))
    await Team.update({Team.closed_at: now}).where(Team.name == "MSA du Lot")

    done = await run_import(cast, sent, now)

    assert (done.created, done.unchanged, done.refused, done.differing) == (1, 1, 1, 2)
    assert [(one.line, one.result) for one in await load_lines(cast, sent, RowFilter.DIFFERING)] == [
        (2, RowResult.UNCHANGED),
        (3, RowResult.REFUSED),
    ]


async def test_two_admins_at_once_write_each_person_once(cast: Cast, now: datetime) -> None:
    """Both admins previewed and confirmed: the second import finds the first one’s work and reports it."""
    sent = [await preview_import(cast, ImportKind.PEOPLE, many(), now) for _ in range(2)]
    for one in sent:
        await apply_import(cast.admin, one, now=now)

    await asyncio.gather(*(process_next_import(lambda: now) for _ in sent))

    done = [await load_import(cast.admin, one) for one in sent]
    assert sorted((one.created, one.unchanged, one.differing) for one in done) == [(0, MANY, MANY), (MANY, 0, 0)]
    assert await imported() == MANY == await Membership.count().where(Membership.person.address.like("ana.%"))


async def test_two_clicks_and_two_workers_on_one_list_do_it_once(cast: Cast, clock: "Clock") -> None:
    sent = await preview_import(cast, ImportKind.PEOPLE, many(), clock.now)
    await asyncio.gather(*(apply_import(cast.admin, sent, now=clock.now) for _ in range(2)))

    late = clock.now + LEASE + timedelta(seconds=1)
    await asyncio.gather(process_next_import(lambda: clock.now), process_next_import(lambda: late))

    done = await load_import(cast.admin, sent)
    assert (done.state, done.created, done.differing) == (ImportState.APPLIED, MANY, 0)
    assert not await process_next_import(lambda: late + LEASE)


async def test_a_list_that_two_workers_read_has_each_row_once(cast: Cast, clock: "Clock") -> None:
    await send_import(cast.admin, ImportKind.PEOPLE, "liste.csv", many(), now=clock.now)

    late = clock.now + LEASE + timedelta(seconds=1)
    await asyncio.gather(process_next_import(lambda: clock.now), process_next_import(lambda: late))
    while await process_next_import(lambda: late + 2 * LEASE):
        pass

    assert await ImportRow.count() == MANY


async def test_an_error_in_the_middle_leaves_nothing_half_done_and_is_said(
    cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = await preview_import(cast, ImportKind.PEOPLE, many(), now)
    before, chunks = await world(), []

    async def fail_late(*_: object) -> int:
        chunks.append(1)
        if len(chunks) == 3:
            raise OSError("the disk is full")
        return 0

    monkeypatch.setattr(worker, "_record_differences", fail_late)
    done = await run_import(cast, sent, now)

    assert done.state == ImportState.FAILED and await world() == before
    assert progress.get_rows_done(sent) is None


WORKER = """
import asyncio, sys
from datetime import UTC, datetime, timedelta
from app.domain.imports.worker import process_next_import
from db.engine import build_engine, use_engine

async def main():
    engine = build_engine(sys.argv[1])
    use_engine(engine)
    await engine.start()
    print("at work", flush=True)
    await process_next_import(lambda: datetime.now(UTC) + timedelta(days=900))
    await engine.stop()

asyncio.run(main())
"""


@pytest.mark.slow
async def test_killed_at_any_moment_it_leaves_nothing_half_done_and_is_done_again(
    cast: Cast, database: str, now: datetime
) -> None:
    sent = await preview_import(cast, ImportKind.PEOPLE, many(6 * CHUNK_SIZE), now)
    await apply_import(cast.admin, sent, now=now)
    seen = set()
    for pause in (0.05, 0.15, 0.3, 0.45, 0.6, 0.8):
        await Import.update({Import.due_at: now}).where(Import.id == sent, Import.due_at.is_not_null())
        await asyncio.to_thread(_work_and_kill, database, pause)
        seen.add(await imported())
    assert seen <= {0, 6 * CHUNK_SIZE} and 0 in seen

    await Import.update({Import.due_at: now}).where(Import.id == sent, Import.due_at.is_not_null())
    await process_next_import(lambda: now)
    assert (await load_import(cast.admin, sent)).state == ImportState.APPLIED and await imported() == 6 * CHUNK_SIZE


def _work_and_kill(url: str, pause: float) -> None:
    command, environment = [sys.executable, "-c", WORKER, url], {**os.environ, "DATABASE_URL": url}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE) as worker:
        assert worker.stdout and worker.stdout.readline()
        time.sleep(pause)
        worker.kill()


async def test_a_dropped_list_keeps_neither_its_bytes_nor_its_rows(cast: Cast, now: datetime) -> None:
    sent = await preview_import(cast, ImportKind.PEOPLE, many(3), now)

    await drop_import(cast.admin, sent, now=now)
    await drop_import(cast.admin, sent, now=now)

    assert await ImportRow.count() == 0
    assert (await Import.select(Import.content).first()) == {"content": None}
    with pytest.raises(Conflict, match="abandonné"):
        await apply_import(cast.admin, sent, now=now)
    assert await imported() == 0


async def test_an_applied_list_is_not_dropped(cast: Cast, now: datetime) -> None:
    sent = await preview_import(cast, ImportKind.PEOPLE, many(3), now)
    await run_import(cast, sent, now)

    with pytest.raises(Conflict, match="a déjà commencé"):
        await drop_import(cast.admin, sent, now=now)


async def test_after_a_week_only_figures_are_left(cast: Cast, clock: "Clock") -> None:
    done = await preview_import(cast, ImportKind.PEOPLE, many(3), clock.now)
    await run_import(cast, done, clock.now)
    waiting = await preview_import(cast, ImportKind.PEOPLE, many(4), clock.now)

    assert await delete_old_imports(clock.advance(days=6, hours=23)) == 0
    assert await delete_old_imports(clock.advance(hours=2)) == 7

    assert await ImportRow.count() == 0 == await Import.count().where(Import.content.is_not_null())
    old, dropped = await load_import(cast.admin, done), await load_import(cast.admin, waiting)
    assert (old.state, old.created) == (ImportState.APPLIED, 3)
    assert (dropped.state, dropped.total) == (ImportState.DROPPED, 4)


async def test_no_one_but_an_admin_may(cast: Cast, now: datetime) -> None:
    sent = await preview_import(cast, ImportKind.PEOPLE, many(1), now)
    known = await load_import(cast.admin, sent)
    for actor in (cast.supervisor_lot, cast.manager_caf_lot, cast.agent_lot, cast.expert):
        for attempt in (
            send_import(actor, ImportKind.PEOPLE, "liste.csv", many(1), now=now),
            apply_import(actor, sent, now=now),
            drop_import(actor, sent, now=now),
            load_import(actor, sent),
            list_import_lines(actor, known, RowFilter.ALL, 1),
        ):
            with pytest.raises(NotFound):
                await attempt
    assert (await load_import(cast.admin, sent)).state == ImportState.READY


async def test_an_absent_list_is_not_found(cast: Cast, now: datetime) -> None:
    absent: UUID = uuid4()
    for attempt in (load_import(cast.admin, absent), apply_import(cast.admin, absent, now=now)):
        with pytest.raises(NotFound):
            await attempt
