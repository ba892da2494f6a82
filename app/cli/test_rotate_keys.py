"""Changing the key: everything is sealed again while people work; killed, it goes on; then the old key can go."""

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
from app.domain.cases.draft.submission import submit
from app.domain.cases.draft.view import details_of
from app.domain.cases.inbox.filters import Filters
from app.domain.cases.inbox.listing import list_cases
from app.domain.cases.inbox.test_search_index import CAF
from app.domain.cases.lifecycle.completion import complete
from app.domain.cases.mandate.record_reply import receive
from app.domain.files.digests import known_digest
from app.domain.files.file_type import MediaType
from app.domain.files.store import Accepted
from app.domain.operations.key_rotation import count_left, rotate
from app.gateways.files.reencrypt import reseal
from app.settings import ROOT
from app.settings.keys import Key
from app.tests.support.attachments_fixtures import PDF, join
from app.tests.support.cases_fixtures import draft
from app.tests.support.fixtures import START, opened
from app.tests.support.mandates_fixtures import PHONE, send_text
from db.encryption import UnreadableError, unseal, using
from db.engine import engine_for
from db.tables import SEALED, Attachment, Case, CaseWord

if TYPE_CHECKING:
    from app.gateways.files.store import Files

OLD, NEW = Key("2026", b"o" * 32), Key("2027", b"n" * 32)
CASES = 12


async def everything() -> list[str]:
    """Each sealed value, opened; what the keys in use do not open raises."""
    found = []
    for column, named_by, _ in SEALED:
        rows = await column._meta.table.select(column, named_by).where(column != "")
        values = [(row[named_by._meta.name], row[column._meta.name]) for row in rows]
        found += [unseal(column, place, stored) for place, stored in values if stored.startswith("v1.")]
    return sorted(found)


async def full_case(cast: Cast, files: Files, now: datetime) -> UUID:
    """With a text that was answered, a file, a number found later."""
    draft_id = await draft(cast.agent_lot, now, "CAF")
    await send_text(cast.agent_lot, draft_id, now)
    await receive(str(draft_id), PHONE, "OUI", now)
    await join(cast.agent_lot, files, draft_id, now)
    await submit(cast.agent_lot, draft_id, now)
    await complete(cast.agent_lot, draft_id, CAF, "7788123", now)
    return draft_id


def _as_text(opened: BinaryIO) -> Accepted:
    opened.read().decode()
    return Accepted(MediaType.TXT)


async def test_everything_passes_to_the_new_key_and_works_without_the_old_one(
    cast: Cast, files: Files, now: datetime
) -> None:
    with using(OLD):
        case_id = await full_case(cast, files, now)
        await submit(cast.agent_lot, await draft(cast.agent_lot, now, "MSA"), now)
        half = uuid4()
        await files.write(half, 0, b"half")
        joined = await Attachment.select(Attachment.id).first()
        assert joined
        files.keep_preview(joined["id"], b"RIFF")
    with using(NEW, OLD):
        await complete(cast.agent_lot, case_id, "Numéro fiscal", "1234567890123", now)
        before = await everything()
        for words in ("pelissier", "7788123", "1234567890123"):
            assert (await list_cases(cast.agent_lot, Filters(words=words), now)).total, "in the middle, too"
        rotated, resealed = await rotate(), reseal(files.folder)
        assert rotated.sealed > 8 and rotated.indexed == 1 and (rotated.left, resealed.left) == (0, 0)
        again = await rotate()
        assert (again.sealed, again.indexed, reseal(files.folder).sealed) == (0, 0, 0)

    with using(NEW):
        assert await everything() == before and await count_left() == 0
        row = (await Attachment.select(Attachment.id, Attachment.digest))[0]
        assert await files.matches(row["id"], known_digest(row["id"], row["digest"]))
        assert files.preview(row["id"]) == b"RIFF" and row["id"] == joined["id"]
        await files.write(half, 4, b" a file")
        assert (await files.seal(half, _as_text, 1)).size == len(b"half a file")
        for words in ("pelissier", "7788123", "1234567890123"):
            assert (await list_cases(cast.referent_caf_lot, Filters(words=words), now)).total == 1
        assert await receive("later", PHONE, "STOP", now), "its number is found by the new mark"


async def test_writers_beside_it_lose_nothing(cast: Cast, now: datetime) -> None:
    with using(OLD):
        sent = [await draft(cast.agent_lot, now, "CAF") for _ in range(CASES)]
        for one in sent:
            await submit(cast.agent_lot, one, now)
    with using(NEW, OLD):
        await asyncio.gather(
            rotate(), *(complete(cast.agent_lot, one, CAF, f"99{place:05}", now) for place, one in enumerate(sent))
        )
        assert await count_left() == 0
    with using(NEW):
        for place, one in enumerate(sent):
            assert (await details_of(one))[0].value == f"99{place:05}"
            assert (await list_cases(cast.agent_lot, Filters(words=f"99{place:05}"), now)).total == 1


async def test_what_does_not_open_is_left_as_it_is_and_counted(cast: Cast, now: datetime) -> None:
    with using(OLD):
        await submit(cast.agent_lot, await draft(cast.agent_lot, now, "CAF"), now)
        altered = (await Case.select(Case.citizen_birth))[0]["citizen_birth"][:-8] + "AAAAAAA="
        await Case.update({Case.citizen_birth: altered}, force=True)
    with using(NEW, OLD):
        assert (await rotate()).left > 0
        assert (await Case.select(Case.citizen_birth))[0]["citizen_birth"] == altered
    with using(NEW), pytest.raises(UnreadableError):
        await everything()


def setting(*keys: Key) -> str:
    return ",".join(f"{key.id}:{base64.b64encode(key.secret).decode()}" for key in keys)


def start(world: str, folder: Path) -> subprocess.Popen[str]:
    environment = {**os.environ, "DATABASE_URL": world, "VAR_DIR": str(folder), "ENCRYPTION_KEYS": setting(NEW, OLD)}
    return subprocess.Popen(
        [sys.executable, "-m", "app", "rotate-keys"], env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True
    )


async def passed() -> int:
    return int(await CaseWord.count().where(CaseWord.key == NEW.id))


async def test_killed_in_the_middle_it_goes_on_and_nothing_needs_the_old_key_any_more(
    world: str, tmp_path: Path, files: Files
) -> None:
    async with opened(engine_for(world)):
        cast = await load_cast()
        with using(OLD):
            for _ in range(CASES):
                one = await draft(cast.agent_lot, START, "CAF")
                await join(cast.agent_lot, files, one, START, "relevé.pdf", PDF)
                await submit(cast.agent_lot, one, START)
            before = await everything()
        running = start(world, tmp_path)
        while running.poll() is None and not await passed():
            continue
        running.send_signal(signal.SIGKILL)
        running.wait()
        with using(NEW, OLD):
            assert await passed() and await count_left() and await everything() == before

        last = await asyncio.to_thread(start(world, tmp_path).communicate, timeout=60)
        assert "Plus rien ne tient à une autre clé" in last[0] and f"{CASES} fichiers" in last[0]
        with using(NEW):
            assert await everything() == before and await count_left() == 0
            for row in await Attachment.select(Attachment.id, Attachment.digest):
                assert await files.matches(row["id"], known_digest(row["id"], row["digest"]))
            assert (await list_cases(cast.agent_lot, Filters(words="pelissier"), START)).total == CASES
