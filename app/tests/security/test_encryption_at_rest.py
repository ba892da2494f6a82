"""What a thief would get, byte for byte: the database’s files or its dump, and the whole var folder."""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from app.cast import Cast
from app.cli.backup.postgres_tools import run_tool
from app.domain.cases.draft.draft import CitizenDetail
from app.domain.cases.draft.saving import save_citizen
from app.domain.cases.draft.submission import submit
from app.domain.cases.inbox.filters import Filters
from app.domain.cases.inbox.listing import list_cases
from app.domain.cases.lifecycle.completion import complete
from app.domain.cases.mandate.attestation import attest_mandate
from app.domain.cases.mandate.record_reply import record_reply
from app.domain.cases.search.test_search import CAF
from app.gateways.files.previews import PreviewWorker
from app.gateways.files.store import EncryptedFileStore
from app.tests.support.attachments_fixtures import PDF, attach_file
from app.tests.support.cases_fixtures import NewDraft
from app.tests.support.mandate_sms import send_mandate_sms

IDENTITY = {"first_name": "Zéphyrine", "last_name": "QUATRECANARD", "birth": "12/03/1957 à Zanzibourg"}
HIDDEN = (
    "zéphyrine",
    "zephyrine",
    "quatrecanard",
    "zanzibourg",
    "12/03/1957",
    "12031957",
    "7654321k",
    "0639984711",
    "+33639984711",
    "639984711",
    "9812077",
    "ouimonaccord",
    "sanstelephone",
    "lettredequatrecanard",
    "contenudelalettre",
)
"""Without case and blanks, to match any spelling."""


@pytest.fixture
async def full_case(cast: Cast, files: EncryptedFileStore, new_draft: NewDraft, now: datetime) -> AsyncIterator[UUID]:
    """A sent case and a draft, with all data about the citizen."""
    sent, kept = await new_draft("CAF"), await new_draft("CAF")
    for draft in (sent, kept):
        found = [CitizenDetail(CAF, "7654321 K"), CitizenDetail("Téléphone", "06 39 98 47 11")]
        await save_citizen(cast.agent_lot, draft, IDENTITY, found, now)
    await send_mandate_sms(cast.agent_lot, sent, now, "06 39 98 47 11")
    await record_reply("1", "06 39 98 47 11", "Oui, mon accord", now)
    await attest_mandate(cast.agent_lot, kept, "phone", signed_on=now.date(), reason="Sans téléphone", now=now)
    one = await attach_file(
        cast.agent_lot, files, sent, now, "Lettre de Quatrecanard.pdf", PDF + b"contenu de la lettre"
    )
    await files.write_chunk(uuid4(), 0, b"contenu de la lettre")
    assert await PreviewWorker(files).load_preview(one, 1)
    await submit(cast.agent_lot, sent, now)
    await complete(cast.referent_caf_lot, sent, CAF, "981 20 77", now)
    yield sent


def read_all_files(database: str, folder: Path) -> dict[str, bytes]:
    """Name -> bytes."""
    found = {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    if database.startswith("postgresql"):
        run_tool("pg_dump", database, "--inserts", "--file", str(folder / "dump"))
        found["dump"] = (folder / "dump").read_bytes()
    return found


def strip_blanks(raw: bytes) -> str:
    return "".join(raw.decode("utf-8", "replace").casefold().split())


async def test_no_byte_of_what_identifies_a_citizen_can_be_stolen(
    cast: Cast, database: str, full_case: UUID, tmp_path: Path, now: datetime
) -> None:
    taken = {name: strip_blanks(raw) for name, raw in read_all_files(database, tmp_path).items()}

    assert any("riendepuistroismois" in found for found in taken.values()), (
        "the description is readable: it is the right place"
    )
    leaks = [(name, word) for name, found in taken.items() for word in HIDDEN if word in found]
    assert leaks == [] and len(taken) >= 4
    line = (await list_cases(cast.referent_caf_lot, Filters(words="zephyrine quatrecanard"), now)).rows[0]
    assert (line.id, line.citizen) == (full_case, "Zéphyrine QUATRECANARD")
