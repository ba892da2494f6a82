"""Looks for what a thief of the files can find: deleted or withdrawn words, files known from elsewhere, leftovers of
killed backups.

Its tests: app/gateways/workers/test_wal_truncation.py, app/cli/backup/test_killed.py,
app/tests/security/test_file_digests.py; app/tests/security/test_canary.py searches everywhere.
"""

import asyncio
import contextlib
import hashlib
import io
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid5

from piccolo.apps.migrations.commands.forwards import run_forwards

from app.cast import Cast, build_people, load_cast
from app.domain.cases.attachments.upload import receive_form_files
from app.domain.cases.draft.saving import delete_draft
from app.domain.cases.draft.submission import submit
from app.domain.cases.thread.correction import withdraw_message
from app.domain.cases.thread.posting import post_message
from app.domain.catalogue.loading import load_reference
from app.gateways.files.store import EncryptedFileStore
from app.gateways.workers.wal_truncation import WalTruncator
from app.settings import ROOT
from app.tests.support.attachments_fixtures import PDF
from app.tests.support.cases_fixtures import make_draft
from bench.hostile.table import report
from db.engine import build_engine, use_engine
from db.tables.thread import Message

WORDS, FILES, KILLS = 100, 10, 10
BETWEEN, LONG_TO_SEAL = 0.003, 64 * 1024 * 1024
"""Seconds between two kills, after the backup has begun to write; bytes of an attachment."""


def attack() -> int:
    with tempfile.TemporaryDirectory(prefix="aplus-bench-") as name:
        folder = Path(name)
        taken_back, known = asyncio.run(_steal(folder))
        killed = [_kill_a_backup(folder, number) for number in range(KILLS)]
        return max(
            report("words withdrawn or deleted, an hour later", taken_back),
            report("files known from elsewhere", known),
            report("backups killed at any moment", killed),
        )


async def _steal(folder: Path) -> tuple[list[str], list[str]]:
    engine = build_engine(f"sqlite:///{folder / 'aplus.sqlite'}")
    use_engine(engine)
    await engine.start()
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            await run_forwards("db")
        await load_reference()
        await build_people(datetime.now(UTC))
        cast, files = await load_cast(), EncryptedFileStore(folder / "pieces", requires_scan=False)
        case_id = await make_draft(cast.agent_lot, datetime.now(UTC), "CAF", subject="Reste-t-il")
        await submit(cast.agent_lot, case_id, datetime.now(UTC))
        words = await _take_back(cast, case_id)
        chosen = [_Chosen(PDF + f"{number}".encode()) for number in range(FILES)]
        ids = set((await receive_form_files(cast.agent_lot, files, case_id, [*chosen], datetime.now(UTC))).stored_ids)
        await WalTruncator(lambda: datetime.now(UTC)).truncate_when_due()
        stolen = b"".join(await asyncio.to_thread(lambda: [one.read_bytes() for one in folder.glob("aplus.sqlite*")]))
        known = [_known(one.content, stolen, ids, cast.agent_lot.id, case_id) for one in chosen]
        return [word if word.encode() in stolen else "" for word in words], known
    finally:
        await engine.stop()


async def _take_back(cast: Cast, case_id: UUID) -> list[str]:
    words = [f"zibeline{number:03}" for number in range(WORDS)]
    for number, word in enumerate(words):
        now = datetime.now(UTC)
        if number % 2:
            await delete_draft(cast.agent_lot, await make_draft(cast.agent_lot, now, "CAF", subject=word), now)
        else:
            await post_message(cast.agent_lot, case_id, word, key=str(number), now=now)
            row = await Message.select(Message.id).where(Message.body == word).first()
            assert row is not None
            await withdraw_message(cast.agent_lot, case_id, row["id"], now)
    return words


class _Chosen:
    """A file of a form sent without script."""

    name = "a.pdf"

    def __init__(self, content: bytes) -> None:
        self.content, self.size = content, len(content)

    async def read_chunks(self) -> AsyncIterator[bytes]:
        yield self.content


def _known(content: bytes, stolen: bytes, ids: set[UUID], person: int, case_id: UUID) -> str:
    digest = hashlib.sha256(content).hexdigest()
    guessed = uuid5(case_id, f"{person} False a.pdf {digest}")
    return digest if digest.encode() in stolen or guessed in ids else ""


def _kill_a_backup(folder: Path, number: int) -> str:
    """Kills a backup once it has begun to write, later at each kill. Returns each clear file but the database."""
    (folder / "pieces" / str(UUID(int=1))).write_bytes(os.urandom(LONG_TO_SEAL))
    environment = {**os.environ, "VAR_DIR": str(folder), "DATABASE_URL": "", "BACKUP_KEY": "k" * 40}
    place = folder / f"{number}.sauvegarde"
    command = [sys.executable, "-m", "app", "backup", str(place)]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL) as run:  # noqa: S603
        while run.poll() is None and not place.with_name(f"{place.name}.partiel").exists():
            time.sleep(0.001)
        time.sleep(number * BETWEEN)
        run.kill()
    files = [path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("aplus.sqlite")]
    return ", ".join(path.name for path in files if b"SQLite format" in path.read_bytes())
