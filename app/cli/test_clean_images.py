"""Older images are cleaned in place, in the background, through kills and lost keys."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, BinaryIO
from uuid import UUID

import pytest

from app import __main__
from app.domain.cases.attachments.access import list_unsent_attachments, open_for_download
from app.domain.cases.attachments.test_upload import read_content
from app.domain.files import clean_stored_images
from app.domain.files.clean_stored_images import CleaningCounts, clean_all, clean_batch, requeue_unread
from app.domain.files.file_type import MediaType
from app.domain.files.scan_state import CleaningState
from app.domain.imports.offices import OfficeReport
from app.domain.operations.jobs import run_due_jobs
from app.gateways.files.atomic_write import write_encrypted
from app.gateways.files.sandbox import PROCESS_TIMEOUT
from app.gateways.workers.heartbeat import MAX_STEP_SECONDS
from app.server.background import list_recurring_jobs
from app.settings.keys import Key
from app.tests.support import photos
from app.tests.support.attachments_fixtures import PDF, attach_file, make_picture
from app.tests.support.photos import find_leaks
from db.encryption import encrypt, use_keys
from db.tables.attachments import Attachment

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from app.cast import Cast
    from app.domain.files.store import AcceptedFile, StoredFile
    from app.gateways.files.store import EncryptedFileStore

pytestmark = pytest.mark.filterwarnings("ignore:Image appears to be a malformed MPO")


async def stored_before(
    cast: Cast, files: EncryptedFileStore, case_id: UUID, now: datetime, name: str, content: bytes, kind: MediaType
) -> UUID:
    """As uploads were stored before images were cleaned."""
    one = await attach_file(cast.agent_lot, files, case_id, now, name, PDF)
    write_encrypted(files.build_path(one), str(one), [content])
    await Attachment.update(
        {
            Attachment.digest: sha256(content).hexdigest(),
            Attachment.size: len(content),
            Attachment.received_bytes: len(content),
            Attachment.media_type: kind,
            Attachment.cleaning: CleaningState.WAITING,
            Attachment.name: encrypt(Attachment.name, one, name),
        }
    ).where(Attachment.id == one)
    return one


async def test_they_lose_their_metadata_and_a_heic_its_format(
    cast: Cast, files: EncryptedFileStore, case_id: UUID, now: datetime
) -> None:
    old = [
        await stored_before(cast, files, case_id, now, "photo.jpg", photos.jpeg(), MediaType.JPEG),
        await stored_before(cast, files, case_id, now, "IMG_0042.heic", photos.heic(), MediaType.HEIC),
        await stored_before(cast, files, case_id, now, "fax.tiff", photos.tiff(), MediaType.TIFF),
    ]
    paper = await attach_file(cast.agent_lot, files, case_id, now)
    recent = await attach_file(cast.agent_lot, files, case_id, now, "recent.png", make_picture("PNG"))

    assert await clean_all(files) == CleaningCounts(cleaned=3)
    assert await clean_all(files) == CleaningCounts()

    for one in old:
        found = await open_for_download(cast.agent_lot, one, now)
        assert find_leaks(await read_content(files, one)) == [] and await files.has_digest(one, found.digest)
        assert found.size == len(await read_content(files, one))
    names = [known.name for known in await list_unsent_attachments(cast.agent_lot, case_id)]
    assert sorted(names) == ["IMG_0042.jpg", "fax.tiff", "photo.jpg", "recent.png", "relevé.pdf"]
    assert await read_content(files, paper) == PDF and await read_content(files, recent) == make_picture("PNG")


async def test_killed_between_the_file_and_its_row_it_is_finished(
    cast: Cast, files: EncryptedFileStore, case_id: UUID, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = await stored_before(cast, files, case_id, now, "photo.jpg", photos.jpeg(), MediaType.JPEG)

    async def killed(*_: object) -> str:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(clean_stored_images, "_record_state", killed)
        with pytest.raises(KeyboardInterrupt):
            await clean_batch(files, now)
    assert not await files.has_digest(one, (await open_for_download(cast.agent_lot, one, now)).digest)

    assert await clean_batch(files, now) == 1

    assert await files.has_digest(one, (await open_for_download(cast.agent_lot, one, now)).digest)


async def test_the_job_goes_on_where_a_kill_stopped_it_and_reads_nothing_twice(
    cast: Cast, files: EncryptedFileStore, case_id: UUID, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the last two, one is clean already: it is read once too."""
    for number in range(4):
        content = make_picture() if number else photos.jpeg()
        await stored_before(cast, files, case_id, now, f"{number}.jpg", content, MediaType.JPEG)
    read, seal_again = list[UUID](), files.replace_content

    async def counted(one: UUID, check: Callable[[BinaryIO], AcceptedFile]) -> StoredFile:
        if len(read) == 2 and not killed:
            killed.append(True)
            raise KeyboardInterrupt
        read.append(one)
        return await seal_again(one, check)

    killed = list[bool]()
    monkeypatch.setattr(files, "replace_content", counted)
    with pytest.raises(KeyboardInterrupt):
        await clean_batch(files, now)
    assert len(read) == 2

    assert await clean_batch(files, now) == 2 and await clean_batch(files, now) == 0

    assert len(read) == len(set(read)) == 4


async def test_a_round_of_the_job_ends_at_its_hour_and_the_next_goes_on(
    cast: Cast, files: EncryptedFileStore, case_id: UUID, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        await stored_before(cast, files, case_id, now, f"{number}.jpg", photos.jpeg(), MediaType.JPEG)
    seconds = iter(range(100))
    monkeypatch.setattr(clean_stored_images, "monotonic", lambda: float(next(seconds)))
    monkeypatch.setattr(clean_stored_images, "TIME_BUDGET", 3.0)
    assert [await clean_batch(files, now) for _ in range(3)] == [2, 1, 0]


def test_a_round_is_far_shorter_than_what_readiness_takes_for_a_hang() -> None:
    assert clean_stored_images.TIME_BUDGET + PROCESS_TIMEOUT < MAX_STEP_SECONDS / 4


async def test_it_is_one_of_the_server_s_jobs(
    cast: Cast, files: EncryptedFileStore, case_id: UUID, now: datetime
) -> None:
    one = await stored_before(cast, files, case_id, now, "photo.jpg", photos.jpeg(), MediaType.JPEG)
    await run_due_jobs(list_recurring_jobs(files), now)
    assert find_leaks(await read_content(files, one)) == []


async def test_what_is_not_understood_or_not_there_is_counted_and_left(
    cast: Cast, files: EncryptedFileStore, case_id: UUID, now: datetime
) -> None:
    broken = photos.png()[:1200]
    one = await stored_before(cast, files, case_id, now, "coupée.png", broken, MediaType.PNG)
    gone = await stored_before(cast, files, case_id, now, "perdue.png", photos.png(), MediaType.PNG)
    files.build_path(gone).unlink()

    assert await clean_batch(files, now) == 2
    assert await clean_batch(files, now) == 0 and await requeue_unread(now) == 0, "a lost file starts nothing again"

    assert await read_content(files, one) == broken
    assert await clean_all(files) == CleaningCounts(refused=1, absent=1), "by hand they are tried again"


async def test_under_a_key_that_is_missing_they_wait_for_it(
    cast: Cast, files: EncryptedFileStore, case_id: UUID, now: datetime
) -> None:
    old, new = Key("old", b"o" * 32), Key("new", b"n" * 32)
    with use_keys(old):
        one = await stored_before(cast, files, case_id, now, "photo.jpg", photos.jpeg(), MediaType.JPEG)
    with use_keys(new):
        other = await stored_before(cast, files, case_id, now, "autre.jpg", photos.jpeg(), MediaType.JPEG)
        assert await clean_batch(files, now) == 2 and find_leaks(await read_content(files, other)) == []
        assert await clean_batch(files, now) == 0
    with use_keys(new, old):
        assert await requeue_unread(now) == 1 and await clean_batch(files, now) == 1
        assert find_leaks(await read_content(files, one)) == []


@pytest.mark.parametrize("command", ["migrate", "seed"])
def test_the_start_of_the_service_opens_no_image(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """systemd allows 90 seconds to what runs before it."""
    done = list[str]()

    async def database() -> OfficeReport:
        done.append("database")
        return OfficeReport()

    monkeypatch.setattr(__main__, command, database)
    monkeypatch.setattr(__main__, "encrypt_stored_files", lambda: done.append("files"))
    monkeypatch.setattr(__main__, "check_demo_exposure", lambda: None)
    monkeypatch.setattr("app.gateways.files.store.EncryptedFileStore.replace_content", lambda *_: done.append("image"))
    __main__.COMMANDS[command]()
    assert done == ["database", "files"]
