"""A key rotation encrypts everything again while people work; killed, it goes on; then the old key can go."""

from __future__ import annotations

import asyncio
import base64
import os
import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from uuid import UUID, uuid4

import pytest

from app.cast import Cast, load_cast
from app.domain.cases.draft.draft import load_details
from app.domain.cases.draft.submission import submit
from app.domain.cases.inbox.filters import Filters
from app.domain.cases.inbox.listing import list_cases
from app.domain.cases.lifecycle.completion import complete
from app.domain.cases.mandate.record_reply import record_reply
from app.domain.cases.search.test_search import CAF
from app.domain.files.file_digest import decrypt_digest
from app.domain.files.file_type import MediaType
from app.domain.files.store import AcceptedFile
from app.domain.operations.key_rotation import count_remaining, reencrypt_database
from app.gateways.files.reencrypt import reencrypt_files
from app.settings import ROOT
from app.settings.keys import Key
from app.tests.support.attachments_fixtures import PDF, attach_file
from app.tests.support.cases_fixtures import make_draft
from app.tests.support.fixtures import START, open_engine
from app.tests.support.mandate_sms import PHONE, send_mandate_sms
from db.encryption import UnreadableError, decrypt, use_keys
from db.engine import build_engine
from db.tables.attachments import Attachment
from db.tables.cases import Case
from db.tables.encrypted_columns import ENCRYPTED_COLUMNS
from db.tables.search_tokens import SearchToken

if TYPE_CHECKING:
    from app.gateways.files.store import EncryptedFileStore

OLD, NEW = Key("2026", b"o" * 32), Key("2027", b"n" * 32)
CASES = 12


async def everything() -> list[str]:
    """Each encrypted value, decrypted. Raises for what the current keys cannot decrypt."""
    found = []
    for column, named_by, _ in ENCRYPTED_COLUMNS:
        rows = await column._meta.table.select(column, named_by).where(column != "")
        values = [(row[named_by._meta.name], row[column._meta.name]) for row in rows]
        found += [decrypt(column, place, stored) for place, stored in values if stored.startswith("v1.")]
    return sorted(found)


async def full_case(cast: Cast, files: EncryptedFileStore, now: datetime) -> UUID:
    """With an SMS and its reply, a file, a number added later."""
    draft_id = await make_draft(cast.agent_lot, now, "CAF")
    await send_mandate_sms(cast.agent_lot, draft_id, now)
    await record_reply(str(draft_id), PHONE, "OUI", now)
    await attach_file(cast.agent_lot, files, draft_id, now)
    await submit(cast.agent_lot, draft_id, now)
    await complete(cast.agent_lot, draft_id, CAF, "7788123", now)
    return draft_id


def _as_text(opened: BinaryIO) -> AcceptedFile:
    opened.read().decode()
    return AcceptedFile(MediaType.TXT)


async def test_everything_passes_to_the_new_key_and_works_without_the_old_one(
    cast: Cast, files: EncryptedFileStore, now: datetime
) -> None:
    with use_keys(OLD):
        case_id = await full_case(cast, files, now)
        await submit(cast.agent_lot, await make_draft(cast.agent_lot, now, "MSA"), now)
        half = uuid4()
        await files.write_chunk(half, 0, b"half")
        joined = await Attachment.select(Attachment.id).first()
        assert joined
        files.save_preview(joined["id"], b"RIFF")
    with use_keys(NEW, OLD):
        await complete(cast.agent_lot, case_id, "Numéro fiscal", "1234567890123", now)
        before = await everything()
        for words in ("pelissier", "7788123", "1234567890123"):
            assert (await list_cases(cast.agent_lot, Filters(words=words), now)).total, "in the middle, too"
        rotated, resealed = await reencrypt_database(), reencrypt_files(files.folder)
        assert rotated.encrypted > 8 and rotated.indexed == 1 and (rotated.remaining, resealed.remaining) == (0, 0)
        again = await reencrypt_database()
        assert (again.encrypted, again.indexed, reencrypt_files(files.folder).encrypted) == (0, 0, 0)

    with use_keys(NEW):
        assert await everything() == before and await count_remaining() == 0
        row = (await Attachment.select(Attachment.id, Attachment.digest))[0]
        assert await files.has_digest(row["id"], decrypt_digest(row["id"], row["digest"]))
        assert files.load_preview(row["id"]) == b"RIFF" and row["id"] == joined["id"]
        await files.write_chunk(half, 4, b" a file")
        assert (await files.complete_upload(half, _as_text, 1)).size == len(b"half a file")
        for words in ("pelissier", "7788123", "1234567890123"):
            assert (await list_cases(cast.referent_caf_lot, Filters(words=words), now)).total == 1
        assert await record_reply("later", PHONE, "STOP", now), "its number is found by the new mark"


async def test_writers_beside_it_lose_nothing(cast: Cast, now: datetime) -> None:
    with use_keys(OLD):
        sent = [await make_draft(cast.agent_lot, now, "CAF") for _ in range(CASES)]
        for one in sent:
            await submit(cast.agent_lot, one, now)
    with use_keys(NEW, OLD):
        await asyncio.gather(
            reencrypt_database(),
            *(complete(cast.agent_lot, one, CAF, f"99{place:05}", now) for place, one in enumerate(sent)),
        )
        assert await count_remaining() == 0
    with use_keys(NEW):
        for place, one in enumerate(sent):
            assert (await load_details(one))[0].value == f"99{place:05}"
            assert (await list_cases(cast.agent_lot, Filters(words=f"99{place:05}"), now)).total == 1


async def test_what_does_not_open_is_left_as_it_is_and_counted(cast: Cast, now: datetime) -> None:
    with use_keys(OLD):
        await submit(cast.agent_lot, await make_draft(cast.agent_lot, now, "CAF"), now)
        altered = (await Case.select(Case.citizen_birth))[0]["citizen_birth"][:-8] + "AAAAAAA="
        await Case.update({Case.citizen_birth: altered}, force=True)
    with use_keys(NEW, OLD):
        assert (await reencrypt_database()).remaining > 0
        assert (await Case.select(Case.citizen_birth))[0]["citizen_birth"] == altered
    with use_keys(NEW), pytest.raises(UnreadableError):
        await everything()


def setting(*keys: Key) -> str:
    return ",".join(f"{key.id}:{base64.b64encode(key.secret).decode()}" for key in keys)


def start(world: str, folder: Path) -> subprocess.Popen[str]:
    environment = {**os.environ, "DATABASE_URL": world, "VAR_DIR": str(folder), "ENCRYPTION_KEYS": setting(NEW, OLD)}
    return subprocess.Popen(
        [sys.executable, "-m", "app", "rotate-keys"], env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True
    )


async def passed() -> int:
    return int(await SearchToken.count().where(SearchToken.key_id == NEW.id))


async def test_killed_in_the_middle_it_goes_on_and_nothing_needs_the_old_key_any_more(
    new_database: str, tmp_path: Path, files: EncryptedFileStore
) -> None:
    async with open_engine(build_engine(new_database)):
        cast = await load_cast()
        with use_keys(OLD):
            for _ in range(CASES):
                one = await make_draft(cast.agent_lot, START, "CAF")
                await attach_file(cast.agent_lot, files, one, START, "relevé.pdf", PDF)
                await submit(cast.agent_lot, one, START)
            before = await everything()
        running = start(new_database, tmp_path)
        while running.poll() is None and not await passed():
            continue
        running.send_signal(signal.SIGKILL)
        running.wait()
        with use_keys(NEW, OLD):
            assert await passed() and await count_remaining() and await everything() == before

        last = await asyncio.to_thread(start(new_database, tmp_path).communicate, timeout=60)
        assert "Plus rien ne tient à une autre clé" in last[0] and f"{CASES} fichiers" in last[0]
        with use_keys(NEW):
            assert await everything() == before and await count_remaining() == 0
            for row in await Attachment.select(Attachment.id, Attachment.digest):
                assert await files.has_digest(row["id"], decrypt_digest(row["id"], row["digest"]))
            assert (await list_cases(cast.agent_lot, Filters(words="pelissier"), START)).total == CASES
