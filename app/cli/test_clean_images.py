"""Images that are there from before are cleaned in place, in the background, through kills and lost keys."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, BinaryIO
from uuid import UUID, uuid4

import pytest

from app import __main__
from app.domain.cases.attachments.access import take_out, waiting_with
from app.domain.cases.attachments.test_upload import content_of
from app.domain.cases.attachments.upload import begin
from app.domain.files import clean_stored_images
from app.domain.files.clean_stored_images import CleanedImages, clean_all, clean_some, retry_unread
from app.domain.files.file_type import MediaType
from app.domain.files.scan_state import Cleaning
from app.domain.imports.offices import OfficeReport
from app.domain.operations.jobs import run_due
from app.gateways.files.atomic_write import write_sealed
from app.gateways.files.sandbox import PATIENCE
from app.gateways.workers.heartbeat import LONGEST_STEP
from app.server.background import recurring
from app.settings.keys import Key
from app.tests.support import photos
from app.tests.support.attachments_fixtures import PDF, join, picture
from app.tests.support.photos import leaks
from db.encryption import seal, using
from db.migrations import images_to_clean_marked
from db.tables import Attachment

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from app.cast import Cast
    from app.domain.files.store import Accepted, Sealed
    from app.gateways.files.store import Files

pytestmark = pytest.mark.filterwarnings("ignore:Image appears to be a malformed MPO")


async def stored_before(
    cast: Cast, files: Files, case_id: UUID, now: datetime, name: str, content: bytes, kind: MediaType
) -> UUID:
    """As reception kept it when it kept what came."""
    one = await join(cast.agent_lot, files, case_id, now, name, PDF)
    write_sealed(files.path(one), str(one), [content])
    await Attachment.update(
        {
            Attachment.digest: sha256(content).hexdigest(),
            Attachment.size: len(content),
            Attachment.received: len(content),
            Attachment.media_type: kind,
            Attachment.cleaning: Cleaning.WAITING,
            Attachment.name: seal(Attachment.name, one, name),
        }
    ).where(Attachment.id == one)
    return one


async def test_they_lose_their_metadata_and_a_heic_its_format(
    cast: Cast, files: Files, case_id: UUID, now: datetime
) -> None:
    old = [
        await stored_before(cast, files, case_id, now, "photo.jpg", photos.jpeg(), MediaType.JPEG),
        await stored_before(cast, files, case_id, now, "IMG_0042.heic", photos.heic(), MediaType.HEIC),
        await stored_before(cast, files, case_id, now, "fax.tiff", photos.tiff(), MediaType.TIFF),
    ]
    paper = await join(cast.agent_lot, files, case_id, now)
    recent = await join(cast.agent_lot, files, case_id, now, "recent.png", picture("PNG"))

    assert await clean_all(files) == CleanedImages(cleaned=3)
    assert await clean_all(files) == CleanedImages()

    for one in old:
        found = await take_out(cast.agent_lot, one, now)
        assert leaks(await content_of(files, one)) == [] and await files.matches(one, found.digest)
        assert found.size == len(await content_of(files, one))
    names = [known.name for known in await waiting_with(cast.agent_lot, case_id)]
    assert sorted(names) == ["IMG_0042.jpg", "fax.tiff", "photo.jpg", "recent.png", "relevé.pdf"]
    assert await content_of(files, paper) == PDF and await content_of(files, recent) == picture("PNG")


async def test_killed_between_the_file_and_its_row_it_is_finished(
    cast: Cast, files: Files, case_id: UUID, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = await stored_before(cast, files, case_id, now, "photo.jpg", photos.jpeg(), MediaType.JPEG)

    async def killed(*_: object) -> str:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(clean_stored_images, "_note", killed)
        with pytest.raises(KeyboardInterrupt):
            await clean_some(files, now)
    assert not await files.matches(one, (await take_out(cast.agent_lot, one, now)).digest)

    assert await clean_some(files, now) == 1

    assert await files.matches(one, (await take_out(cast.agent_lot, one, now)).digest)


async def test_the_job_goes_on_where_a_kill_stopped_it_and_reads_nothing_twice(
    cast: Cast, files: Files, case_id: UUID, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the last two, one is clean already: it is read once too."""
    for number in range(4):
        content = picture() if number else photos.jpeg()
        await stored_before(cast, files, case_id, now, f"{number}.jpg", content, MediaType.JPEG)
    read, seal_again = list[UUID](), files.seal_again

    async def counted(one: UUID, check: Callable[[BinaryIO], Accepted]) -> Sealed:
        if len(read) == 2 and not killed:
            killed.append(True)
            raise KeyboardInterrupt
        read.append(one)
        return await seal_again(one, check)

    killed = list[bool]()
    monkeypatch.setattr(files, "seal_again", counted)
    with pytest.raises(KeyboardInterrupt):
        await clean_some(files, now)
    assert len(read) == 2

    assert await clean_some(files, now) == 2 and await clean_some(files, now) == 0

    assert len(read) == len(set(read)) == 4


async def test_a_round_of_the_job_ends_at_its_hour_and_the_next_goes_on(
    cast: Cast, files: Files, case_id: UUID, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        await stored_before(cast, files, case_id, now, f"{number}.jpg", photos.jpeg(), MediaType.JPEG)
    seconds = iter(range(100))
    monkeypatch.setattr(clean_stored_images, "monotonic", lambda: float(next(seconds)))
    monkeypatch.setattr(clean_stored_images, "SECONDS", 3.0)
    assert [await clean_some(files, now) for _ in range(3)] == [2, 1, 0]


def test_a_round_is_far_shorter_than_what_readiness_takes_for_a_hang() -> None:
    assert clean_stored_images.SECONDS + PATIENCE < LONGEST_STEP / 4


async def test_it_is_one_of_the_server_s_jobs(cast: Cast, files: Files, case_id: UUID, now: datetime) -> None:
    one = await stored_before(cast, files, case_id, now, "photo.jpg", photos.jpeg(), MediaType.JPEG)
    await run_due(recurring(files), now)
    assert leaks(await content_of(files, one)) == []


async def test_what_is_not_understood_or_not_there_is_counted_and_left(
    cast: Cast, files: Files, case_id: UUID, now: datetime
) -> None:
    broken = photos.png()[:1200]
    one = await stored_before(cast, files, case_id, now, "coupée.png", broken, MediaType.PNG)
    gone = await stored_before(cast, files, case_id, now, "perdue.png", photos.png(), MediaType.PNG)
    files.path(gone).unlink()

    assert await clean_some(files, now) == 2
    assert await clean_some(files, now) == 0 and await retry_unread(now) == 0, "a lost file starts nothing again"

    assert await content_of(files, one) == broken
    assert await clean_all(files) == CleanedImages(refused=1, absent=1), "by hand they are tried again"


async def test_under_a_key_that_is_missing_they_wait_for_it(
    cast: Cast, files: Files, case_id: UUID, now: datetime
) -> None:
    old, new = Key("old", b"o" * 32), Key("new", b"n" * 32)
    with using(old):
        one = await stored_before(cast, files, case_id, now, "photo.jpg", photos.jpeg(), MediaType.JPEG)
    with using(new):
        other = await stored_before(cast, files, case_id, now, "autre.jpg", photos.jpeg(), MediaType.JPEG)
        assert await clean_some(files, now) == 2 and leaks(await content_of(files, other)) == []
        assert await clean_some(files, now) == 0
    with using(new, old):
        assert await retry_unread(now) == 1 and await clean_some(files, now) == 1
        assert leaks(await content_of(files, one)) == []


async def test_a_migration_marks_the_images_that_are_whole_and_nothing_else(
    cast: Cast, files: Files, case_id: UUID, now: datetime
) -> None:
    """As rows stand before it."""
    old = await stored_before(cast, files, case_id, now, "photo.jpg", photos.jpeg(), MediaType.JPEG)
    await join(cast.agent_lot, files, case_id, now)
    await begin(cast.agent_lot, case_id, uuid4(), "moitié.jpg", 100, now)
    await Attachment.update({Attachment.cleaning: Cleaning.NONE}, force=True)

    await images_to_clean_marked._mark()

    rows = await Attachment.select(Attachment.id).where(Attachment.cleaning == Cleaning.WAITING)
    assert [row["id"] for row in rows] == [old]


@pytest.mark.parametrize("command", ["migrate", "seed"])
def test_the_start_of_the_service_opens_no_image(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """systemd gives what runs before it 90 seconds."""
    done = list[str]()

    async def database() -> OfficeReport:
        done.append("database")
        return OfficeReport()

    monkeypatch.setattr(__main__, command, database)
    monkeypatch.setattr(__main__, "seal_files", lambda: done.append("files"))
    monkeypatch.setattr(__main__, "refuse_open_demo", lambda: None)
    monkeypatch.setattr("app.gateways.files.store.Files.seal_again", lambda *_: done.append("image"))
    __main__.COMMANDS[command]()
    assert done == ["database", "files"]
