"""clamd over its own protocol: asked about each file, down, up, wrong; and the real one where it is installed."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import socket
from collections.abc import AsyncIterator
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from app.cast import Cast
from app.gateways.files.antivirus import Antivirus
from app.settings.keys import Key
from app.tests.support.attachments_fixtures import PDF, attach_file
from db.encryption import decrypt, use_keys
from db.tables.attachments import Attachment

if TYPE_CHECKING:
    from pathlib import Path

    from app.gateways.files.store import EncryptedFileStore

SIGN = b"Un signe que le laboratoire connait"


class Clamd:
    """Speaks INSTREAM as clamd does: lengths and chunks until a zero, then one line."""

    def __init__(self) -> None:
        self.answer, self.seen = "", list[bytes]()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert await reader.readuntil(b"\n") == b"nINSTREAM\n"
        content = b""
        while size := int.from_bytes(await reader.readexactly(4), "big"):
            content += await reader.readexactly(size)
        self.seen.append(content)
        found = "stream: Signe FOUND" if SIGN in content else "stream: OK"
        writer.write((self.answer or found).encode() + b"\n")
        writer.close()


@contextlib.asynccontextmanager
async def listening(clamd: Clamd, port: int) -> AsyncIterator[None]:
    server = await asyncio.start_server(clamd.serve, "127.0.0.1", port)
    async with server:
        yield


@contextlib.asynccontextmanager
async def installed(folder: Path, port: int) -> AsyncIterator[None]:
    """The real clamd, with one signature."""
    process = await asyncio.create_subprocess_exec(
        str(shutil.which("clamd")), "--config-file", set_up(folder, port), stdout=asyncio.subprocess.DEVNULL
    )
    try:
        await answering(port)
        yield
    finally:
        process.terminate()
        await process.wait()


def set_up(folder: Path, port: int) -> str:
    folder.mkdir()
    (folder / "laboratoire.ndb").write_text(f"Signe:0:*:{SIGN.hex()}\n")
    settings = folder / "clamd.conf"
    settings.write_text(f"TCPSocket {port}\nTCPAddr 127.0.0.1\nForeground yes\nDatabaseDirectory {folder}\n")
    return str(settings)


async def answering(port: int) -> None:
    async with asyncio.timeout(30):
        while True:
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                return
            await asyncio.sleep(0.05)


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@pytest.fixture
def antivirus(scanned_files: EncryptedFileStore, port: int) -> Antivirus:
    return Antivirus(f"tcp://127.0.0.1:{port}", scanned_files)


async def states() -> dict[str, str]:
    rows = await Attachment.select(Attachment.id, Attachment.name, Attachment.scan)
    return {decrypt(Attachment.name, row["id"], row["name"]): row["scan"] for row in rows}


@pytest.fixture
async def two_files(cast: Cast, scanned_files: EncryptedFileStore, case_id: UUID, now: datetime) -> EncryptedFileStore:
    await attach_file(cast.agent_lot, scanned_files, case_id, now, "sain.pdf", PDF)
    await attach_file(cast.agent_lot, scanned_files, case_id, now, "malade.pdf", PDF + SIGN)
    return scanned_files


async def test_each_file_is_shown_whole_and_the_infected_one_deleted(
    two_files: EncryptedFileStore, antivirus: Antivirus, port: int
) -> None:
    clamd = Clamd()
    async with listening(clamd, port):
        await antivirus.scan_pending()

    assert sorted(clamd.seen, key=len) == [PDF, PDF + SIGN]
    assert await states() == {"sain.pdf": "clean", "malade.pdf": "infected"}
    assert len(list(two_files.build_path(UUID(int=0)).parent.iterdir())) == 1


async def test_what_does_not_open_is_not_called_clean(
    two_files: EncryptedFileStore, antivirus: Antivirus, port: int
) -> None:
    """An altered file fails for good. A file whose key is missing is scanned again once the key is back."""
    clamd = Clamd()
    async with listening(clamd, port):
        with use_keys(Key("another", b"a" * 32)):
            altered = (await Attachment.select(Attachment.id, Attachment.size).order_by(Attachment.size))[0]["id"]
            await antivirus.scan_pending()
        assert set((await states()).values()) == {"waiting"}
        two_files.build_path(altered).write_bytes(two_files.build_path(altered).read_bytes()[:-1])
        await antivirus.scan_pending()

    assert await states() == {"sain.pdf": "failed", "malade.pdf": "infected"}


@pytest.mark.skipif(not shutil.which("clamd"), reason="clamd is not installed here")
async def test_the_real_clamd_says_the_same(
    two_files: EncryptedFileStore, antivirus: Antivirus, port: int, tmp_path: Path
) -> None:
    async with installed(tmp_path / "clamd", port):
        await antivirus.scan_pending()
    assert await states() == {"sain.pdf": "clean", "malade.pdf": "infected"}


@pytest.mark.usefixtures("two_files")
async def test_while_clamd_does_not_answer_files_wait(antivirus: Antivirus, port: int) -> None:
    await antivirus.scan_pending()
    assert await states() == {"sain.pdf": "waiting", "malade.pdf": "waiting"}

    async with listening(Clamd(), port):
        await antivirus.scan_pending()
    assert await states() == {"sain.pdf": "clean", "malade.pdf": "infected"}


@pytest.mark.usefixtures("two_files")
async def test_an_answer_that_is_no_verdict_lets_nothing_out(antivirus: Antivirus, port: int) -> None:
    clamd = Clamd()
    clamd.answer = "stream: Can't allocate memory ERROR"
    async with listening(clamd, port):
        await antivirus.scan_pending()
    assert clamd.seen and set((await states()).values()) <= {"failed", "waiting"}


async def test_a_new_file_wakes_the_worker(
    cast: Cast, scanned_files: EncryptedFileStore, antivirus: Antivirus, port: int, case_id: UUID, now: datetime
) -> None:
    async with listening(Clamd(), port):
        work = asyncio.create_task(antivirus.work())
        await asyncio.sleep(0.1)
        await attach_file(cast.agent_lot, scanned_files, case_id, now, "sain.pdf", PDF)
        async with asyncio.timeout(3):
            while await states() != {"sain.pdf": "clean"}:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        work.cancel()
