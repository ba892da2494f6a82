"""The click writes everything or nothing, once, whatever is repeated; and says what it did not do as announced."""

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
from app.domain.imports import applying, progress
from app.domain.imports.applying import LEASE, work_next
from app.domain.imports.kinds import ListKind
from app.domain.imports.listing import Shown, import_of, lines_of
from app.domain.imports.plan import CHUNK, Verdict
from app.domain.imports.retention import forget_lists
from app.domain.imports.sending import apply_list, drop_list, send_list
from app.domain.imports.states import State
from app.settings import ROOT
from app.tests.support.imports_fixtures import PEOPLE, TEAMS, apply, lines, listed, preview
from db.tables import Audit, Import, ImportRow, Membership, Person, Team, TeamArea

if TYPE_CHECKING:
    from app.tests.support.fixtures import Clock

MANY = 2 * CHUNK + 7


def many(count: int = MANY) -> bytes:
    return listed(PEOPLE, *(f"Ana;N{at};ana.{at}@exemple.fr;Agente;;CAF du Lot;;;" for at in range(count)))


async def world() -> list[object]:
    return [await table.select().order_by(table.id) for table in (Person, Membership, Team, TeamArea)]


async def imported() -> int:
    return int(await Person.count().where(Person.address.like("ana.%")))


async def test_the_preview_writes_nothing_and_the_click_everything(cast: Cast, now: datetime) -> None:
    before = await world()
    sent = await preview(cast, ListKind.PEOPLE, many(), now)
    assert await world() == before

    done = await apply(cast, sent, now)

    assert (done.state, done.created, done.differing) == (State.APPLIED, MANY, 0)
    assert await imported() == MANY
    actions = await Audit.select(Audit.action, Audit.person_id).order_by(Audit.id)
    *_, sent_line, applied_line = [line for line in actions if line["action"] != "member.added"]
    assert [sent_line, applied_line] == [
        {"action": f"import.{done}", "person_id": cast.admin.id} for done in ("sent", "applied")
    ]
    added = await Audit.select(Audit.about_id, Audit.person_id, Audit.team_id).where(Audit.action == "member.added")
    seats = await Membership.select(Membership.person, Membership.team).where(Membership.person.address.like("ana.%"))
    assert len(added) == MANY and {line["person_id"] for line in added} == {cast.admin.id}
    assert {(line["about_id"], line["team_id"]) for line in added} == {(one["person"], one["team"]) for one in seats}


async def test_a_click_whose_admin_lost_the_right_since_imports_nothing(cast: Cast, now: datetime) -> None:
    """The worker comes later: after a pause, an outage, a maintenance."""
    sent = await preview(cast, ListKind.PEOPLE, many(3), now)
    await apply_list(cast.admin, sent, now=now, invite=True)
    await Person.update({Person.active: False}).where(Person.id == cast.admin.id)
    await Person.update({Person.platform_role: "admin"}).where(Person.id == cast.expert.id)
    other = await load_actor(cast.expert.id)
    assert other is not None

    assert await work_next(lambda: now)

    waiting = await import_of(other, sent)
    assert (waiting.state, waiting.sender_active, await imported()) == (State.READY, False, 0)
    assert not await work_next(lambda: now), "it waits for a press, not for a worker"
    await apply_list(other, sent, now=now)
    assert await work_next(lambda: now) and await imported() == 3


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        (ListKind.PEOPLE, many(20)),
        (ListKind.TEAMS, listed(TEAMS, *(f"{at};Relais {at};FS;46,12;;46000;Cahors;;" for at in range(7000, 7020)))),
    ],
)
async def test_the_same_file_again_changes_nothing(cast: Cast, now: datetime, kind: ListKind, content: bytes) -> None:
    await apply(cast, await preview(cast, kind, content, now), now)
    before = await world()

    sent = await preview(cast, kind, content, now)
    done = await apply(cast, sent, now)

    assert (done.unchanged, done.total) == (20, 20)
    assert await world() == before


async def test_what_is_applied_is_the_file_that_was_previewed_and_its_bytes_go(cast: Cast, now: datetime) -> None:
    sent = await preview(cast, ListKind.PEOPLE, many(3), now)
    assert (await Import.select(Import.content).first()) == {"content": many(3)}

    await apply(cast, sent, now)

    assert (await Import.select(Import.content).first()) == {"content": None}


async def test_what_changed_between_the_preview_and_the_click_is_said(cast: Cast, now: datetime) -> None:
    rows = ["Ana;Roux;ana.1@exemple.fr;;;;;;", ";;ana.2@exemple.fr;;;MSA du Lot;;;", "Ana;Vif;ana.3@exemple.fr;;;;;;"]
    sent = await preview(cast, ListKind.PEOPLE, listed(PEOPLE, *rows), now)
    await Person.insert(Person(address="ana.1@exemple.fr", first_name="Ana", last_name="Roux", created_at=now))
    await Team.update({Team.closed_at: now}).where(Team.name == "MSA du Lot")

    done = await apply(cast, sent, now)

    assert (done.created, done.unchanged, done.refused, done.differing) == (1, 1, 1, 2)
    assert [(one.line, one.verdict) for one in await lines(cast, sent, Shown.DIFFERING)] == [
        (2, Verdict.UNCHANGED),
        (3, Verdict.REFUSED),
    ]


async def test_two_admins_at_once_write_each_person_once(cast: Cast, now: datetime) -> None:
    """Both previewed, both clicked: the second finds the first one's work and says so."""
    sent = [await preview(cast, ListKind.PEOPLE, many(), now) for _ in range(2)]
    for one in sent:
        await apply_list(cast.admin, one, now=now)

    await asyncio.gather(*(work_next(lambda: now) for _ in sent))

    done = [await import_of(cast.admin, one) for one in sent]
    assert sorted((one.created, one.unchanged, one.differing) for one in done) == [(0, MANY, MANY), (MANY, 0, 0)]
    assert await imported() == MANY == await Membership.count().where(Membership.person.address.like("ana.%"))


async def test_two_clicks_and_two_workers_on_one_list_do_it_once(cast: Cast, clock: "Clock") -> None:
    sent = await preview(cast, ListKind.PEOPLE, many(), clock.now)
    await asyncio.gather(*(apply_list(cast.admin, sent, now=clock.now) for _ in range(2)))

    late = clock.now + LEASE + timedelta(seconds=1)
    await asyncio.gather(work_next(lambda: clock.now), work_next(lambda: late))

    done = await import_of(cast.admin, sent)
    assert (done.state, done.created, done.differing) == (State.APPLIED, MANY, 0)
    assert not await work_next(lambda: late + LEASE)


async def test_a_list_that_two_workers_read_has_each_row_once(cast: Cast, clock: "Clock") -> None:
    await send_list(cast.admin, ListKind.PEOPLE, "liste.csv", many(), now=clock.now)

    late = clock.now + LEASE + timedelta(seconds=1)
    await asyncio.gather(work_next(lambda: clock.now), work_next(lambda: late))
    while await work_next(lambda: late + 2 * LEASE):
        pass

    assert await ImportRow.count() == MANY


async def test_an_error_in_the_middle_leaves_nothing_half_done_and_is_said(
    cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = await preview(cast, ListKind.PEOPLE, many(), now)
    before, chunks = await world(), []

    async def fail_late(*_: object) -> int:
        chunks.append(1)
        if len(chunks) == 3:
            raise OSError("the disk is full")
        return 0

    monkeypatch.setattr(applying, "_note_differences", fail_late)
    done = await apply(cast, sent, now)

    assert done.state == State.FAILED and await world() == before
    assert progress.done(sent) is None


WORKER = """
import asyncio, sys
from datetime import UTC, datetime, timedelta
from app.domain.imports.applying import work_next
from db.engine import engine_for, use

async def main():
    engine = engine_for(sys.argv[1])
    use(engine)
    await engine.start()
    print("at work", flush=True)
    await work_next(lambda: datetime.now(UTC) + timedelta(days=900))
    await engine.stop()

asyncio.run(main())
"""


async def test_killed_at_any_moment_it_leaves_nothing_half_done_and_is_done_again(
    cast: Cast, database: str, now: datetime
) -> None:
    sent = await preview(cast, ListKind.PEOPLE, many(6 * CHUNK), now)
    await apply_list(cast.admin, sent, now=now)
    seen = set()
    for pause in (0.05, 0.15, 0.3, 0.45, 0.6, 0.8):
        await Import.update({Import.work_due: now}).where(Import.id == sent, Import.work_due.is_not_null())
        await asyncio.to_thread(_work_and_kill, database, pause)
        seen.add(await imported())
    assert seen <= {0, 6 * CHUNK} and 0 in seen

    await Import.update({Import.work_due: now}).where(Import.id == sent, Import.work_due.is_not_null())
    await work_next(lambda: now)
    assert (await import_of(cast.admin, sent)).state == State.APPLIED and await imported() == 6 * CHUNK


def _work_and_kill(url: str, pause: float) -> None:
    environment = {**os.environ, "DATABASE_URL": url}
    worker = subprocess.Popen([sys.executable, "-c", WORKER, url], cwd=ROOT, env=environment, stdout=subprocess.PIPE)
    assert worker.stdout and worker.stdout.readline()
    time.sleep(pause)
    worker.kill()
    worker.communicate()


async def test_a_dropped_list_keeps_neither_its_bytes_nor_its_rows(cast: Cast, now: datetime) -> None:
    sent = await preview(cast, ListKind.PEOPLE, many(3), now)

    await drop_list(cast.admin, sent, now=now)
    await drop_list(cast.admin, sent, now=now)

    assert await ImportRow.count() == 0
    assert (await Import.select(Import.content).first()) == {"content": None}
    with pytest.raises(Conflict, match="abandonné"):
        await apply_list(cast.admin, sent, now=now)
    assert await imported() == 0


async def test_an_applied_list_is_not_dropped(cast: Cast, now: datetime) -> None:
    sent = await preview(cast, ListKind.PEOPLE, many(3), now)
    await apply(cast, sent, now)

    with pytest.raises(Conflict, match="a déjà commencé"):
        await drop_list(cast.admin, sent, now=now)


async def test_after_a_week_only_figures_are_left(cast: Cast, clock: "Clock") -> None:
    done = await preview(cast, ListKind.PEOPLE, many(3), clock.now)
    await apply(cast, done, clock.now)
    waiting = await preview(cast, ListKind.PEOPLE, many(4), clock.now)

    assert await forget_lists(clock.advance(days=6, hours=23)) == 0
    assert await forget_lists(clock.advance(hours=2)) == 7

    assert await ImportRow.count() == 0 == await Import.count().where(Import.content.is_not_null())
    old, dropped = await import_of(cast.admin, done), await import_of(cast.admin, waiting)
    assert (old.state, old.created) == (State.APPLIED, 3)
    assert (dropped.state, dropped.total) == (State.DROPPED, 4)


async def test_nobody_but_an_admin_may(cast: Cast, now: datetime) -> None:
    sent = await preview(cast, ListKind.PEOPLE, many(1), now)
    known = await import_of(cast.admin, sent)
    for actor in (cast.supervisor_lot, cast.manager_caf_lot, cast.agent_lot, cast.expert):
        for attempt in (
            send_list(actor, ListKind.PEOPLE, "liste.csv", many(1), now=now),
            apply_list(actor, sent, now=now),
            drop_list(actor, sent, now=now),
            import_of(actor, sent),
            lines_of(actor, known, Shown.ALL, 1),
        ):
            with pytest.raises(NotFound):
                await attempt
    assert (await import_of(cast.admin, sent)).state == State.READY


async def test_an_absent_list_is_not_found(cast: Cast, now: datetime) -> None:
    absent: UUID = uuid4()
    for attempt in (import_of(cast.admin, absent), apply_list(cast.admin, absent, now=now)):
        with pytest.raises(NotFound):
            await attempt
