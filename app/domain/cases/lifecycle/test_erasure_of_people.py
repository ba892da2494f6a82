"""An erased case names no person. Its team stays, and the audit log for a year. All tables are checked."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from piccolo.columns import ForeignKey
from piccolo.table import Table

from app.cast import Cast
from app.domain.accounts.actor import Actor, load_actor
from app.domain.accounts.registration import register_person
from app.domain.audience import TO_REFERENTS
from app.domain.cases.draft.submission import submit
from app.domain.cases.lifecycle.assignment import take_charge
from app.domain.cases.lifecycle.closure import close
from app.domain.cases.lifecycle.erasure import erase_due
from app.domain.cases.lifecycle.invitation import invite_colleagues, invite_expert
from app.domain.cases.lifecycle.retention import compute_erasure_date
from app.domain.cases.lifecycle.set_aside import set_aside
from app.domain.cases.lifecycle.survey import answer_survey
from app.domain.cases.lookalikes.links import link_cases
from app.domain.cases.mandate.attestation import attest_mandate
from app.domain.cases.thread.message_draft import save_message_draft
from app.domain.cases.thread.posting import post_message
from app.domain.cases.thread.taking_away import request_removal
from app.domain.files.store import FileStore
from app.domain.teams.teams import add_member
from app.tests.support.attachments_fixtures import attach_file
from app.tests.support.cases_fixtures import make_draft, open_and_read_case
from app.tests.support.mandate_sms import send_mandate_sms
from db.piccolo_app import APP_CONFIG
from db.tables.audit import AuditEntry
from db.tables.cases import Case
from db.tables.members import Membership
from db.tables.participants import Recipient
from db.tables.people import Person
from db.tables.thread import Event, Message

FIRST = 1_770_000_000
"""The ids of the canaries begin here: no count, date or other row’s id is one."""
CANARY = "zibeline"
KEPT = (Person, Membership, AuditEntry)
"""An account, its memberships, and the audit log, which the database itself retains for a year."""
TABLES = APP_CONFIG.table_classes


async def canary(login: str, team: int | None, now: datetime) -> Actor:
    """A member of this team, or an expert; recognised anywhere by their id, name and address."""
    address = f"{CANARY}.{login}@exemple.fr"
    known = await register_person(address, first_name=login, last_name=CANARY, function="", now=now, expert=not team)
    number = known if known > FIRST else FIRST + known  # SQLite goes on from the highest
    await Person.update({Person.id: number}).where(Person.id == known)
    if team:
        await add_member(number, team)
    actor = await load_actor(number)
    assert actor is not None
    return actor


def names_a_canary(value: object) -> bool:
    return CANARY in str(value) or (isinstance(value, int) and FIRST <= value < FIRST + 10_000)


async def named() -> set[str]:
    """Each « table.column » that names a canary."""
    found = set()
    for table in TABLES:
        for row in await table.select() if table not in KEPT else ():
            found |= {f"{table._meta.tablename}.{name}" for name, value in row.items() if names_a_canary(value)}
    return found


def tied_to_a_case() -> Iterator[type[Table]]:
    """By a foreign key, direct or through another table."""
    tied: set[type[Table]] = {Case}
    while more := {table for table in TABLES if table not in tied and references_of(table) & tied}:
        tied |= more
    yield from tied


def references_of(table: type[Table]) -> set[type[Table]]:
    return {column._foreign_key_meta.resolved_references for column in table._meta.foreign_key_columns}


def columns_of_people() -> set[str]:
    """Of all tables tied to a case, so that a new one is included."""
    return {
        f"{table._meta.tablename}.{column._meta.db_column_name}"
        for table in tied_to_a_case()
        for column in table._meta.columns
        if isinstance(column, ForeignKey) and column._foreign_key_meta.resolved_references is Person
    }


async def busy_case(cast: Cast, files: FileStore, now: datetime) -> tuple[UUID, Actor, set[str]]:
    """People do every action that names them. The case, its closer, the columns that named a canary meanwhile."""
    office, caf = cast.agent_lot.seats[0].team_id, cast.referent_caf_lot.seats[0].team_id
    author, closer, invited = [await canary(login, office, now) for login in ("author", "closer", "invited")]
    taker, reader = [await canary(login, caf, now) for login in ("taker", "reader")]
    await canary("expert", None, now)
    case_id = await make_draft(author, now, "CAF")
    await send_mandate_sms(author, case_id, now)
    await attest_mandate(author, case_id, "phone", signed_on=now.date(), reason="Au téléphone", now=now)
    await attach_file(author, files, case_id, now)
    await submit(author, case_id, now)
    await open_and_read_case(taker, case_id, now)
    await open_and_read_case(reader, case_id, now)
    await take_charge(taker, case_id, now)
    await post_message(taker, case_id, "Je regarde.", key="a", now=now)
    row = await Message.select(Message.id).where(Message.case == case_id).first()
    assert row is not None
    await request_removal(reader, case_id, row["id"], "Mauvaise demande", now)
    await attach_file(reader, files, case_id, now)
    await invite_colleagues(author, case_id, {invited.id}, now)
    await invite_expert(author, case_id, "Rien ne bouge.", now)
    await save_message_draft(reader, case_id, "Pas encore envoyé", key="b", readership=TO_REFERENTS, now=now)
    await set_aside(taker, case_id, now.date() + timedelta(days=2), now)
    await link_cases(author, case_id, await send_again(cast.agent_lot, now), now)
    before = await named()
    await close(closer, case_id, "solved", now)
    await answer_survey(closer, case_id, dict.fromkeys(("useful", "quick", "clear"), "yes"), now)
    return case_id, closer, before | await named()


async def send_again(author: Actor, now: datetime) -> UUID:
    """Another case of the same citizen."""
    case_id = await make_draft(author, now, "MSA")
    await submit(author, case_id, now)
    return case_id


async def test_only_the_trail_names_people_of_an_erased_case(cast: Cast, files: FileStore, now: datetime) -> None:
    case_id, closer, found = await busy_case(cast, files, now)
    assert found == columns_of_people(), "each column that may name a person does: what stays empty proves nothing"

    due = compute_erasure_date(now)
    assert (await erase_due(due - timedelta(seconds=1))).erased == 0 and "cases.author" in await named()
    assert (await erase_due(due)).erased == 1

    assert await named() == set()
    (case,) = await Case.select(Case.team, Case.author, Case.closed_by).where(Case.id == case_id)
    assert case == {"team": cast.agent_lot.seats[0].team_id, "author": None, "closed_by": None}
    assert await Recipient.count().where(Recipient.case == case_id) == 1 and await Event.count() > 5
    assert await AuditEntry.exists().where(AuditEntry.case_id == case_id, AuditEntry.person_id == closer.id)
