"""Two words are typed in every field, then searched in every byte of every place that docs/security.md lists.

SECRET is in encrypted columns, WORDS in clear ones. « chiffré »: neither is found, nor the beginning of a PDF or a
picture. « rien » and « empreinte »: neither. « en clair »: one is found, or the row is wrong. An hour after the
erasure, neither is anywhere. Source: docs/security.md, « Où sont les octets d’un usager ».
"""

from __future__ import annotations

import asyncio
import base64
import gc
import logging
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest

from app.cli.backup.write import create_backup
from app.domain.cases.attachments.upload import begin_upload, receive_chunk
from app.domain.cases.draft.draft import CitizenDetail
from app.domain.cases.draft.saving import save_citizen, save_problem
from app.domain.cases.draft.submission import submit
from app.domain.cases.lifecycle.closure import close
from app.domain.cases.lifecycle.erasure import erase_due
from app.domain.cases.lifecycle.retention import compute_erasure_date
from app.domain.cases.lifecycle.test_erasure import CANARY, full_case
from app.domain.cases.mandate.attestation import attest_mandate
from app.domain.cases.mandate.request_by_sms import request_mandate_by_sms
from app.domain.cases.thread.message_draft import save_message_draft
from app.domain.memo import Memo, clear_memos
from app.gateways.live.bus import LiveBus
from app.gateways.sms.worker import SmsWorker
from app.gateways.workers.wal_truncation import WalTruncator
from app.server.background import list_retention_jobs
from app.server.metrics import Metrics, MetricsLogHandler
from app.settings import settings
from app.tests.security.canary_messages import write_and_take_back, write_note
from app.tests.security.test_encryption_at_rest import read_all_files
from app.tests.support.attachments_fixtures import PDF, attach_file
from app.tests.support.backups_fixtures import BACKUP_SECRET
from app.tests.support.cases_fixtures import make_draft
from app.tests.support.data_locations import (
    CLEAR,
    CLEAR_TEXT,
    ENCRYPTED,
    ENCRYPTED_COLUMNS,
    REST,
    SEARCH_TOKENS,
    DataLocation,
    find_location_of_file,
    load_data_locations,
)
from app.tests.support.log_check import LogRecorder
from db.encryption import format_column_name
from db.engine import get_current_engine
from db.piccolo_app import APP_CONFIG
from db.tables.attachments import Attachment

if TYPE_CHECKING:
    from app.cast import Cast
    from app.domain.accounts.actor import Actor
    from app.gateways.email.worker import EmailWorker
    from app.gateways.files.store import EncryptedFileStore
    from app.gateways.sms.provider import OutgoingSms
    from app.tests.support.browser import Browser
    from app.tests.support.fixtures import Clock

SECRET = "quatrecanard"
FILES_BEGIN = (b"%PDF", b"RIFF", b"SQLite format")
ELSEWHERE = {
    "antivirus",
    "fichiers temporaires",
    "copies en cours",
    "clés et verrous",
    "navigateur, saisie non partie",
    "navigateur, onglet",
    "navigateur, cookies",
    "navigateur, affichage",
}
"""In another program, or for a moment only: the tests that their rows name check them."""
Bytes = dict[str, bytes]
SignIn = Callable[["Actor"], Awaitable["Browser"]]


@dataclass
class Outbox:
    """The sent emails and SMS, and the log."""

    sms: list[str] = field(default_factory=list)
    log: LogRecorder = field(default_factory=LogRecorder)
    metrics: bytes = b""
    exports: Bytes = field(default_factory=dict)

    async def send(self, text: OutgoingSms) -> None:
        """As a provider accepts it."""
        self.sms.append(f"{text.to} {text.body}")


@pytest.fixture
def outbox() -> Iterator[Outbox]:
    kept = Outbox()
    logging.getLogger().addHandler(kept.log)
    yield kept
    logging.getLogger().removeHandler(kept.log)


async def type_everywhere(cast: Cast, files: EncryptedFileStore, clock: Clock, recorded: Outbox) -> UUID:
    """Fills a closed case with all that may be typed, a case with an unsent message, and a draft. Returns its id."""
    now, agent = clock.now, cast.agent_lot
    one = await full_case(cast, files, await make_draft(agent, now, "CAF", "MSA"), now, secret=SECRET)
    other = await make_draft(agent, now, "CAF", subject=f"Autre {CANARY}")
    identity = {"first_name": SECRET, "last_name": SECRET, "birth": "1957"}
    await save_citizen(agent, other, identity, [CitizenDetail("Numéro d’allocataire CAF", SECRET)], now)
    await request_mandate_by_sms(agent, other, uuid4(), "06 39 98 76 54", brand="Administration+", now=now)
    assert await SmsWorker(recorded, clock).deliver_due() == 1
    await attest_mandate(agent, other, "paper", signed_on=now.date(), reason="", now=now)
    await submit(agent, other, now)
    await write_and_take_back(agent, other, CANARY, now)
    await write_note(cast, other, CANARY, now)
    await save_message_draft(agent, other, f"Pas envoyé {CANARY}", key="page", now=now)
    await close(agent, other, "solved", now)
    begun = await make_draft(agent, now, "CAF", subject=f"Commencé {CANARY}")
    texts = {"subject": f"Commencé {CANARY}", "description": CANARY, "urgency_reason": CANARY}
    await save_problem(agent, begun, texts, urgent=True, now=now)
    await attach_file(agent, files, begun, now, f"{SECRET}.pdf", PDF + SECRET.encode())
    half = uuid4()
    await begin_upload(agent, begun, half, f"{SECRET}.txt", 100, now)
    await receive_chunk(agent, files, half, 0, SECRET.encode())
    return one


async def show_everywhere(cast: Cast, case_id: UUID, signed_in: SignIn, recorded: Outbox) -> None:
    """Opens pages, a search and a preview; exports the audit log."""
    referent, admin = await signed_in(cast.referent_caf_lot), await signed_in(cast.admin)
    for path in ("/demandes?vue=closes", f"/demandes/{case_id}", f"/demandes?q={SECRET}"):
        assert (await referent.get(path)).status == 200
    row = await Attachment.select(Attachment.id).where(Attachment.case == case_id).first()
    assert row and (await referent.http.get(f"/pieces/{row['id']}/apercu")).status_code == 200
    answer = await admin.http.get("/administration/trace.csv")
    assert answer.status_code == 200 and len(answer.content) > 1000
    recorded.exports = {"trace.csv": answer.content}


async def make_backup(folder: Path) -> None:
    engine = get_current_engine()
    await engine.stop()
    await create_backup(replace(settings, var_folder=folder, backup_key=BACKUP_SECRET), folder)
    await engine.start()


async def columns(names: frozenset[str]) -> Bytes:
    """The values of each column, all rows together; of a table’s name, all its columns."""
    found = {}
    for table in APP_CONFIG.table_classes:
        for column in table._meta.columns:
            if {format_column_name(column), table._meta.tablename} & names:
                rows = await table.select(column).where(column.is_not_null())
                values = [row[column._meta.name] for row in rows]
                found[format_column_name(column)] = "\n".join(
                    str(one) for one in values if one not in ("", None)
                ).encode()
    return found


async def read_bytes_of(place: DataLocation, folder: Path, taken: Bytes, recorded: Outbox) -> Bytes:
    """Every byte of this place. Raises KeyError for a row that the test does not read."""
    if place.name == ENCRYPTED_COLUMNS:  # those of both rows: the files below have no SECRET
        return await columns(place.names - load_data_locations()[CLEAR_TEXT].names)
    if place.name in (CLEAR_TEXT, SEARCH_TOKENS, REST):
        return await columns(place.names)
    if place.names:
        return {name: raw for name, raw in taken.items() if row_of(folder, name) == place.name}
    return {
        "SMS partis": {"texts": "\n".join(recorded.sms).encode()},
        "mémoire du serveur": {
            "once": repr([one._results for one in gc.get_objects() if isinstance(one, Memo)]).encode()
        },
        "exports": recorded.exports,
        "journal du serveur": {"journal": "\n".join(recorded.log.lines).encode()},
        "mesures": {"measures": recorded.metrics},
    }[place.name]


def read_all_bytes(database: str, folder: Path) -> Bytes:
    """Every file of the var folder, and the dump that stands for the files of PostgreSQL."""
    found = read_all_files(database, folder)
    (folder / "dump").unlink(missing_ok=True)
    return found


def row_of(folder: Path, name: str) -> str:
    """The row of a file. The emails of the tests are under another name."""
    if name == "dump":
        return "fichiers de la base"
    path = PurePath(name).relative_to(folder)
    return find_location_of_file(PurePath("courrier", *path.parts[1:]) if path.parts[0] == "letters" else path)


def found_in(content: bytes, *words: str) -> set[str]:
    """The words that are in clear: as text of any case, in UTF-16, in base64."""
    folded = content.lower()
    return {word for word in words if any(form in (folded if form.islower() else content) for form in _forms(word))}


def _forms(word: str) -> set[bytes]:
    forms = {word.encode(), word.encode("utf-16-le"), word.encode("utf-16-be")}
    for spelled in (word.encode(), word.capitalize().encode()):
        for lead in range(3):
            coded = base64.b64encode(bytes(lead) + spelled).rstrip(b"=")
            forms.add(coded[(lead * 8 + 5) // 6 : -1])
    return forms


def find_difference(place: DataLocation, content: Bytes) -> str:
    """How the bytes differ from what the row says; empty if they do not."""
    there = {word for raw in content.values() for word in found_in(raw, SECRET, CANARY)}
    empty = [name for name, raw in content.items() if not raw]
    if len(empty) == len(content) or (empty and place.name in (ENCRYPTED_COLUMNS, CLEAR_TEXT, SEARCH_TOKENS)):
        return f"has nothing in which to look: {empty}"
    if place.name == CLEAR_TEXT:
        return ", ".join(name for name, raw in content.items() if not found_in(raw, CANARY))
    if place.kind == CLEAR:
        return "" if there else "has none of the words in clear"
    named = [name for name, raw in content.items() if any(raw.startswith(mark) for mark in FILES_BEGIN)]
    return (
        f"says « {place.kind} », and has {there | set(named)}" if there or (named and place.kind == ENCRYPTED) else ""
    )


async def test_each_place_holds_what_its_row_says_and_nothing_after_the_erasure(
    cast: Cast,
    database: str,
    files: EncryptedFileStore,
    clock: Clock,
    outbox: Outbox,
    sign_in: SignIn,
    email_worker: EmailWorker,
    tmp_path: Path,
) -> None:
    clear_memos()
    measures = Metrics(LiveBus(), clock)
    ear = MetricsLogHandler(measures)
    logging.getLogger().addHandler(ear)
    case_id = await type_everywhere(cast, files, clock, outbox)
    await show_everywhere(cast, case_id, sign_in, outbox)
    assert await email_worker.deliver_due() > 3
    outbox.metrics = await measures.render_metrics()
    logging.getLogger().removeHandler(ear)
    await make_backup(tmp_path)
    walked = {name: place for name, place in load_data_locations().items() if name not in ELSEWHERE}
    assert set(load_data_locations()) >= ELSEWHERE

    taken = await asyncio.to_thread(read_all_bytes, database, tmp_path)
    before = {name: await read_bytes_of(place, tmp_path, taken, outbox) for name, place in walked.items()}
    said = {name: problem for name, content in before.items() if (problem := find_difference(walked[name], content))}
    if not database.startswith("sqlite"):
        assert before["fichiers de la base"].keys() == {"dump"}
    assert said == {}
    assert not {name for raw in before["fichiers de la base"].values() for name in found_in(raw, SECRET)}
    assert not [name for name in taken if not row_of(tmp_path, name)], "a file that no row names"

    clock.now = compute_erasure_date(clock.now)
    await erase_due(clock.now)
    for job in list_retention_jobs(files):
        await job.run(clock.now)
    clock.advance(hours=1)
    await WalTruncator(clock).truncate_when_due()
    clear_memos()

    taken = await asyncio.to_thread(read_all_bytes, database, tmp_path)
    for name in walked.keys() - {"SMS partis"}:
        left = await read_bytes_of(walked[name], tmp_path, taken, outbox)
        assert not [where for where, raw in left.items() if found_in(raw, SECRET, CANARY)], name
    assert list((tmp_path / "pieces").iterdir()) == []
