"""A generated world: the same from the same seed, whole, readable by everybody in it, with nothing left to do."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from shutil import copyfile

import pytest

from app.domain.accounts.actor import Actor, load_actor
from app.domain.case_status import Status
from app.domain.cases.citizen import IDENTITY_COLUMNS, decode_citizen
from app.domain.cases.inbox.counters import load_list_counts
from app.domain.cases.inbox.filters import Filters
from app.domain.cases.inbox.listing import PAGE_SIZE, list_cases
from app.domain.cases.inbox.views import View
from app.domain.cases.inbox.visibility import build_visibility_condition
from app.domain.cases.lifecycle.erasure import erase_due
from app.domain.cases.lifecycle.late_notices import send_late_notices
from app.domain.errors import Conflict
from app.tests.support.browser import Browser
from app.tests.support.fixtures import open_engine
from app.tests.support.postgres_cluster import Cluster
from bench.generate.book import Book
from bench.generate.building import build
from bench.generate.digest import digest_world
from bench.generate.moments import moment
from bench.generate.notables import notables
from bench.generate.rows import write_case
from bench.generate.society import Society
from bench.generate.stories import World
from bench.generate.telling import CaseHistory
from db.engine import build_engine, is_postgres
from db.tables.attachments import Attachment
from db.tables.audit import AuditEntry
from db.tables.cases import Case, CaseField
from db.tables.participants import Recipient
from db.tables.people import Person
from db.tables.statistics import AreaChange
from db.tables.teams import Team
from db.tables.thread import Event, Message

SignIn = Callable[[Actor], Awaitable[Browser]]
FRIDAY_AFTERNOON = datetime.fromisoformat("2026-11-20T15:30:00+00:00")


@pytest.fixture
async def society(database: str, small: World, people: int) -> Society:
    return await build(small, people)


async def test_the_same_seed_is_the_same_world_on_both_databases(
    sqlite_template: Path, postgres_database: str, cluster: Cluster, small: World, people: int, tmp_path: Path
) -> None:
    cluster.restore_rows("world")
    urls = [postgres_database, *(f"sqlite:///{copyfile(sqlite_template, tmp_path / to)}" for to in ("one", "other"))]
    worlds = [small, small, World(small.seed + 1, small.cases, small.now)]
    digests = []
    for url, world in zip(urls, worlds, strict=True):
        async with open_engine(build_engine(url)):
            await build(world, people)
            digests.append(await digest_world())

    assert digests[0] == digests[1] != digests[2]


async def test_a_territory_is_marked_once_however_many_cases_came(society: Society) -> None:
    sent = {row["area"] for row in await Case.select(Case.area).where(Case.status != Status.DRAFT)}
    assert sorted(row["area"] for row in await AreaChange.select(AreaChange.area)) == sorted(sent) != []


async def test_every_case_holds_together(society: Society, small: World) -> None:
    cases = await Case.select().where(Case.status != Status.DRAFT)
    assert await Case.count() == small.cases and {row["status"] for row in cases} > {Status.ANSWERED, Status.CLOSED}
    assert len([row for row in cases if row["erased_at"]]) > small.cases / 2
    events = await Event.select().order_by(Event.id)
    assert [row["happened_at"] for row in events] == sorted(row["happened_at"] for row in events)
    received = {row["case"] for row in await Recipient.select(Recipient.case)}
    past = {row["message"] for row in events}
    assert {row["id"] for row in await Message.select(Message.id)} == past - {None}
    last = {row["case"]: row["id"] for row in events if row["audience"] == "all"}
    for row in cases:
        assert row["id"] in received or row["outcome"] == "withdrawn"
        assert row["last_event"] == last[row["id"]]
        assert (row["next_side"] == "") == (row["status"] == Status.CLOSED)
        assert row["late_from"] is None or row["next_side"] == "referent"
        assert row["erased_at"] is None or (row["search_text"], row["citizen_last_name"]) == ("", "")
        assert (row["author"] is None) == (row["erased_at"] is not None)


async def test_the_jobs_of_the_night_find_nothing_to_do(society: Society, small: World) -> None:
    late = await Recipient.select(Recipient.late_notices_sent, Recipient.first_answer_at).where(
        Recipient.late_from < FRIDAY_AFTERNOON
    )
    answered, silent = (
        {row["late_notices_sent"] for row in late if bool(row["first_answer_at"]) == known} for known in (True, False)
    )
    assert answered and answered <= {1, 2}
    assert max(silent) > 2 and silent <= {1, 2, 3, 4, 5}

    assert (await erase_due(moment(small.now))).total == 0
    assert await send_late_notices(FRIDAY_AFTERNOON) == 0


async def test_the_next_rows_get_numbers_of_their_own(society: Society) -> None:
    for table in (Person, Team, Message, Event, CaseField):
        last = await table.select(table._meta.primary_key).order_by(table._meta.primary_key, ascending=False).first()
        assert last is not None
        if is_postgres():
            name = table._meta.tablename
            rows = await table.raw(f"SELECT nextval(pg_get_serial_sequence('\"{name}\"', 'id')) AS next")
            assert rows[0]["next"] == last["id"] + 1


async def test_a_world_is_made_once(society: Society, small: World, people: int) -> None:
    with pytest.raises(Conflict, match="déjà des demandes"):
        await build(small, people)
    assert await Case.count() == small.cases


async def load_actor_by_address(address: str) -> Actor:
    row = await Person.select(Person.id).where(Person.address == address).first()
    actor = await load_actor(row["id"]) if row else None
    assert actor is not None and actor.accepted_terms, address
    return actor


async def test_agents_and_referents_read_their_cases(society: Society, sign_in: SignIn, small: World) -> None:
    past = await notables(society)
    for who in ("agent du plus grand bureau", "référent de la plus grande équipe"):
        actor = await load_actor_by_address(past[who])
        browser = await sign_in(actor)
        for view, shown in (("en-cours", View.OPEN), ("cloturees", View.CLOSED)):
            listed = await browser.get(f"/demandes?vue={view}")
            lines = [str(link["href"]) for link in listed.soup.select("#demandes > li a[href]")]
            assert listed.status == 200
            assert len(lines) == min(PAGE_SIZE, (await load_list_counts(actor, moment(small.now))).views[shown])
            for line in lines[:3]:
                assert (await browser.get(line)).status == 200


async def test_a_citizen_s_name_is_found(society: Society, small: World) -> None:
    actor = await load_actor_by_address((await notables(society))["référent de la plus grande équipe"])
    rows = await Case.select(Case.id, *IDENTITY_COLUMNS).where(
        build_visibility_condition(actor), Case.status == Status.CLOSED
    )
    name = decode_citizen(rows[0]["id"], rows[0]).last_name

    found = await list_cases(actor, Filters(View.CLOSED, words=name), moment(small.now))
    assert rows[0]["id"] in {line.id for line in found.rows}


async def test_supervisors_and_admins_read_their_figures(society: Society, sign_in: SignIn, small: World) -> None:
    past = await notables(society)
    for who in ("animateur", "administrateur"):
        browser = await sign_in(await load_actor_by_address(past[who]))
        for path in ("/administration", "/administration/demandes", "/personnes"):
            assert (await browser.get(path)).status == 200, (who, path)


async def test_a_file_without_bytes_is_said_to_be_unreadable(society: Society, sign_in: SignIn) -> None:
    query = Attachment.select(Attachment.id, Attachment.case.author.as_alias("author"))
    row = await query.where(Attachment.posted_at.is_not_null()).order_by(Attachment.id).first()
    assert row is not None
    actor = await load_actor(row["author"])
    assert actor is not None
    browser = await sign_in(actor)

    taken = await browser.get(f"/pieces/{row['id']}")
    assert taken.status == 409 and "n’est plus lisible" in taken.text
    assert (await browser.get(f"/pieces/{row['id']}/apercu")).status == 404


async def test_stopped_in_the_middle_it_leaves_nothing(
    database: str, small: World, people: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While a page is being written: nothing of it outlives the transaction, and the cause is told as it is."""
    trail = await AuditEntry.count()

    def stops(past: CaseHistory, book: Book, now: datetime) -> None:
        write_case(past, book, now)
        if book._writing and not book._writing.done():
            raise KeyError("stopped")

    monkeypatch.setattr("bench.generate.book._ENOUGH", 1_500)
    monkeypatch.setattr("bench.generate.building.write_case", stops)
    with pytest.raises(KeyError, match="stopped") as stopped:
        await build(small, people)

    assert stopped.value.__context__ is None
    assert (await Case.count(), await AuditEntry.count()) == (0, trail)
