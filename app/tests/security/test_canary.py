"""Two words typed wherever one can type, then looked for in every byte of every place that docs/security.md lists.

SECRET is what lies sealed, WORDS what may be read in the base. « chiffré »: neither is there, nor the beginning of a
PDF or a picture. « rien » and « empreinte »: neither. « en clair »: one is, or the row is wrong. An hour after the time
of the erasure, neither is anywhere. Source: docs/security.md, « Où sont les octets d’un usager ».
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
from piccolo.table import TABLE_REGISTRY

from app.cli.backup.write import back_up
from app.domain.cases.attachments.upload import begin, receive
from app.domain.cases.draft.saving import save_citizen, save_problem
from app.domain.cases.draft.submission import submit
from app.domain.cases.draft.view import Detail
from app.domain.cases.lifecycle.closure import close
from app.domain.cases.lifecycle.erasure import erase_due
from app.domain.cases.lifecycle.retention import erased_from
from app.domain.cases.lifecycle.test_erasure import CANARY, full_case
from app.domain.cases.mandate.attestation import attest
from app.domain.cases.mandate.request_by_sms import ask
from app.domain.cases.thread.correction import correct, withdraw_message
from app.domain.cases.thread.message_draft import keep
from app.domain.cases.thread.posting import post
from app.domain.memo import Once, forget_all
from app.gateways.live.bus import LiveBus
from app.gateways.sms.worker import Messenger
from app.gateways.workers.wal_truncation import LogKeeper
from app.server.background import sweeps
from app.server.metrics import Ear, Measures
from app.settings import settings
from app.tests.security.test_at_rest import stolen
from app.tests.support.attachments_fixtures import PDF, join
from app.tests.support.backups_fixtures import KEY
from app.tests.support.cases_fixtures import draft
from app.tests.support.log_check import Lines
from app.tests.support.places import CLEAR, COLUMNS, MARKS, REST, SEALED, WORDS, Place, place_of, places
from db.encryption import name_of
from db.engine import current_engine
from db.tables import Attachment, Message

if TYPE_CHECKING:
    from app.cast import Cast
    from app.domain.accounts.actor import Actor
    from app.gateways.email.worker import Postman
    from app.gateways.files.store import Files
    from app.gateways.sms.provider import Text
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
"""In another program, or for a moment: the tests that their rows name look there."""
Bytes = dict[str, bytes]
SignIn = Callable[["Actor"], Awaitable["Browser"]]


@dataclass
class Recorded:
    """What has left, and what was said."""

    texts: list[str] = field(default_factory=list)
    journal: Lines = field(default_factory=Lines)
    measures: bytes = b""
    exports: Bytes = field(default_factory=dict)

    async def send(self, text: Text) -> None:
        """As a provider takes it."""
        self.texts.append(f"{text.to} {text.body}")


@pytest.fixture
def recorded() -> Iterator[Recorded]:
    kept = Recorded()
    logging.getLogger().addHandler(kept.journal)
    yield kept
    logging.getLogger().removeHandler(kept.journal)


async def type_everywhere(cast: Cast, files: Files, clock: Clock, recorded: Recorded) -> UUID:
    """One case closed with all that may be typed, one with an unsent message, one draft; its id."""
    now, agent = clock.now, cast.agent_lot
    one = await full_case(cast, files, await draft(agent, now, "CAF", "MSA"), now, secret=SECRET)
    other = await draft(agent, now, "CAF", subject=f"Autre {CANARY}")
    identity = {"first_name": SECRET, "last_name": SECRET, "birth": "1957"}
    await save_citizen(agent, other, identity, [Detail("Numéro d’allocataire CAF", SECRET)], now)
    await ask(agent, other, uuid4(), "06 39 98 76 54", brand="Administration+", now=now)
    assert await Messenger(recorded, clock).deliver_due() == 1
    await attest(agent, other, "paper", signed_on=now.date(), reason="", now=now)
    await submit(agent, other, now)
    await _write_and_take_back(agent, other, clock)
    await keep(agent, other, f"Pas envoyé {CANARY}", key="page", apart=False, now=now)
    await close(agent, other, "solved", now)
    begun = await draft(agent, now, "CAF", subject=f"Commencé {CANARY}")
    texts = {"subject": f"Commencé {CANARY}", "description": CANARY, "urgency_reason": CANARY}
    await save_problem(agent, begun, texts, urgent=True, now=now)
    await join(agent, files, begun, now, f"{SECRET}.pdf", PDF + SECRET.encode())
    half = uuid4()
    await begin(agent, begun, half, f"{SECRET}.txt", 100, now)
    await receive(agent, files, half, 0, SECRET.encode())
    return one


async def _write_and_take_back(agent: Actor, case_id: UUID, clock: Clock) -> None:
    for key in ("corrected", "withdrawn"):
        await post(agent, case_id, f"{key} {CANARY}", key=key, now=clock.now)
    written = await Message.select(Message.id).where(Message.case == case_id).order_by(Message.id)
    await correct(agent, case_id, written[0]["id"], f"Corrigé {CANARY}", clock.now)
    await withdraw_message(agent, case_id, written[1]["id"], clock.now)


async def show_everywhere(cast: Cast, case_id: UUID, signed_in: SignIn, recorded: Recorded) -> None:
    """Pages, a search, a preview; the trail exported."""
    referent, admin = await signed_in(cast.referent_caf_lot), await signed_in(cast.admin)
    for path in ("/demandes?vue=closes", f"/demandes/{case_id}", f"/demandes?q={SECRET}"):
        assert (await referent.get(path)).status == 200
    row = await Attachment.select(Attachment.id).where(Attachment.case == case_id).first()
    assert row and (await referent.http.get(f"/pieces/{row['id']}/apercu")).status_code == 200
    answer = await admin.http.get("/administration/trace.csv")
    assert answer.status_code == 200 and len(answer.content) > 1000
    recorded.exports = {"trace.csv": answer.content}


async def make_backup(folder: Path) -> None:
    engine = current_engine()
    await engine.stop()
    await back_up(replace(settings, var_folder=folder, backup_key=KEY), folder)
    await engine.start()


async def columns(names: frozenset[str]) -> Bytes:
    """What each of these columns holds, all rows together; of a table's name, all its columns."""
    found = {}
    for table in (table for table in TABLE_REGISTRY if table.__module__ == "db.tables"):
        for column in table._meta.columns:
            if {name_of(column), table._meta.tablename} & names:
                rows = await table.select(column).where(column.is_not_null())
                values = [row[column._meta.name] for row in rows]
                found[name_of(column)] = "\n".join(str(one) for one in values if one not in ("", None)).encode()
    return found


async def gathered(place: Place, folder: Path, taken: Bytes, recorded: Recorded) -> Bytes:
    """Every byte of this place. Raises KeyError for a row that no walk reaches."""
    if place.name == COLUMNS:  # a column that is in both is sealed where it must be: no SECRET is in the files below
        return await columns(place.names - places()[WORDS].names)
    if place.name in (WORDS, MARKS, REST):
        return await columns(place.names)
    if place.names:
        return {name: raw for name, raw in taken.items() if row_of(folder, name) == place.name}
    return {
        "SMS partis": {"texts": "\n".join(recorded.texts).encode()},
        "mémoire du serveur": {"once": repr([one._made for one in gc.get_objects() if isinstance(one, Once)]).encode()},
        "exports": recorded.exports,
        "journal du serveur": {"journal": "\n".join(recorded.journal.kept).encode()},
        "mesures": {"measures": recorded.measures},
    }[place.name]


def everything(database: str, folder: Path) -> Bytes:
    """Every file of the var folder, and the dump that stands for the files of PostgreSQL."""
    found = stolen(database, folder)
    (folder / "dump").unlink(missing_ok=True)
    return found


def row_of(folder: Path, name: str) -> str:
    """The row of a file. The letters of the tests lie under another name."""
    if name == "dump":
        return "fichiers de la base"
    path = PurePath(name).relative_to(folder)
    return place_of(PurePath("courrier", *path.parts[1:]) if path.parts[0] == "letters" else path)


def found_in(content: bytes, *words: str) -> set[str]:
    """Those that are there in clear: as text of any case, in UTF-16, in base64."""
    folded = content.lower()
    return {word for word in words if any(form in (folded if form.islower() else content) for form in _forms(word))}


def _forms(word: str) -> set[bytes]:
    forms = {word.encode(), word.encode("utf-16-le"), word.encode("utf-16-be")}
    for spelled in (word.encode(), word.capitalize().encode()):
        for lead in range(3):
            coded = base64.b64encode(bytes(lead) + spelled).rstrip(b"=")
            forms.add(coded[(lead * 8 + 5) // 6 : -1])
    return forms


def wrong(place: Place, content: Bytes) -> str:
    """What its row says that its bytes do not, in a word."""
    there = {word for raw in content.values() for word in found_in(raw, SECRET, CANARY)}
    empty = [name for name, raw in content.items() if not raw]
    if len(empty) == len(content) or (empty and place.name in (COLUMNS, WORDS, MARKS)):
        return f"has nothing in which to look: {empty}"
    if place.name == WORDS:
        return ", ".join(name for name, raw in content.items() if not found_in(raw, CANARY))
    if place.kind == CLEAR:
        return "" if there else "has none of the words in clear"
    named = [name for name, raw in content.items() if any(raw.startswith(mark) for mark in FILES_BEGIN)]
    return f"says « {place.kind} », and has {there | set(named)}" if there or (named and place.kind == SEALED) else ""


async def test_each_place_holds_what_its_row_says_and_nothing_after_the_erasure(
    cast: Cast,
    database: str,
    files: Files,
    clock: Clock,
    recorded: Recorded,
    signed_in: SignIn,
    postman: Postman,
    tmp_path: Path,
) -> None:
    forget_all()
    measures = Measures(LiveBus(), clock)
    ear = Ear(measures)
    logging.getLogger().addHandler(ear)
    case_id = await type_everywhere(cast, files, clock, recorded)
    await show_everywhere(cast, case_id, signed_in, recorded)
    assert await postman.deliver_due() > 3
    recorded.measures = await measures.read()
    logging.getLogger().removeHandler(ear)
    await make_backup(tmp_path)
    walked = {name: place for name, place in places().items() if name not in ELSEWHERE}
    assert set(places()) >= ELSEWHERE

    taken = await asyncio.to_thread(everything, database, tmp_path)
    before = {name: await gathered(place, tmp_path, taken, recorded) for name, place in walked.items()}
    said = {name: problem for name, content in before.items() if (problem := wrong(walked[name], content))}
    if not database.startswith("sqlite"):
        assert before["fichiers de la base"].keys() == {"dump"}
    assert said == {}
    assert not {name for raw in before["fichiers de la base"].values() for name in found_in(raw, SECRET)}
    assert not [name for name in taken if not row_of(tmp_path, name)], "a file that no row names"

    clock.now = erased_from(clock.now)
    await erase_due(clock.now)
    for job in sweeps(files):
        await job.run(clock.now)
    clock.advance(hours=1)
    await LogKeeper(clock).look()
    forget_all()

    taken = await asyncio.to_thread(everything, database, tmp_path)
    for name in walked.keys() - {"SMS partis"}:
        left = await gathered(walked[name], tmp_path, taken, recorded)
        assert not [where for where, raw in left.items() if found_in(raw, SECRET, CANARY)], name
    assert list((tmp_path / "pieces").iterdir()) == []
