"""Images that are there from before are cleaned in place, once, through kills and lost keys."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from app import cleaning
from app.domain.attachments.conftest import PDF, join, picture
from app.domain.attachments.content import MediaType
from app.domain.attachments.metadata import planted
from app.domain.attachments.metadata.planted import leaks
from app.domain.attachments.reading import take_out, waiting_with
from app.domain.attachments.stored_images import CleanedImages, clean_stored_images
from app.domain.attachments.test_reception import content_of
from app.domain.cases.conftest import case_id, draft_id
from app.gateways.durable import write_sealed
from app.settings import Key, settings
from db.tables import Attachment
from db.vault import seal, using

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path
    from uuid import UUID

    from app.cast import Cast
    from app.gateways.files import Files

__all__ = ["case_id", "draft_id"]
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
            Attachment.name: seal(Attachment.name, one, name),
        }
    ).where(Attachment.id == one)
    return one


async def test_they_lose_their_metadata_and_a_heic_its_format(
    cast: Cast, files: Files, case_id: UUID, now: datetime
) -> None:
    old = [
        await stored_before(cast, files, case_id, now, "photo.jpg", planted.jpeg(), MediaType.JPEG),
        await stored_before(cast, files, case_id, now, "IMG_0042.heic", planted.heic(), MediaType.HEIC),
        await stored_before(cast, files, case_id, now, "fax.tiff", planted.tiff(), MediaType.TIFF),
    ]
    paper = await join(cast.agent_lot, files, case_id, now)
    recent = await join(cast.agent_lot, files, case_id, now, "recent.png", picture("PNG"))

    assert await clean_stored_images(files) == CleanedImages(cleaned=3)
    assert await clean_stored_images(files) == CleanedImages()

    for one in old:
        found = await take_out(cast.agent_lot, one, now)
        assert leaks(await content_of(files, one)) == [] and await files.matches(one, found.digest)
        assert found.size == len(await content_of(files, one))
    names = [known.name for known in await waiting_with(cast.agent_lot, case_id)]
    assert sorted(names) == ["IMG_0042.jpg", "fax.tiff", "photo.jpg", "recent.png", "relevé.pdf"]
    assert await content_of(files, paper) == PDF and await content_of(files, recent) == picture("PNG")


async def test_killed_between_the_file_and_its_row_it_is_finished(
    cast: Cast, files: Files, case_id: UUID, now: datetime
) -> None:
    one = await stored_before(cast, files, case_id, now, "photo.jpg", planted.jpeg(), MediaType.JPEG)
    before = (await take_out(cast.agent_lot, one, now)).digest
    assert await clean_stored_images(files) == CleanedImages(cleaned=1)
    await Attachment.update({Attachment.digest: before}).where(Attachment.id == one)

    assert await clean_stored_images(files) == CleanedImages(cleaned=1)

    assert await files.matches(one, (await take_out(cast.agent_lot, one, now)).digest)


async def test_what_is_not_understood_or_does_not_open_is_counted_and_left(
    cast: Cast, files: Files, case_id: UUID, now: datetime
) -> None:
    broken = planted.png()[:1200]
    one = await stored_before(cast, files, case_id, now, "coupée.png", broken, MediaType.PNG)
    gone = await stored_before(cast, files, case_id, now, "perdue.png", planted.png(), MediaType.PNG)
    files.path(gone).unlink()

    assert await clean_stored_images(files) == CleanedImages(refused=1, unread=1)
    assert await content_of(files, one) == broken


async def test_under_a_key_that_is_missing_they_wait_for_it(
    cast: Cast, files: Files, case_id: UUID, now: datetime
) -> None:
    old, new = Key("old", b"o" * 32), Key("new", b"n" * 32)
    with using(old):
        await stored_before(cast, files, case_id, now, "photo.jpg", planted.jpeg(), MediaType.JPEG)
    with using(new):
        assert await clean_stored_images(files) == CleanedImages(unread=1)
    with using(new, old):
        assert await clean_stored_images(files) == CleanedImages(cleaned=1)


def test_it_runs_once_with_the_migrations_and_again_while_something_does_not_open(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = [CleanedImages(cleaned=2, unread=1), CleanedImages(cleaned=1), CleanedImages(refused=1)]

    async def clean_now() -> CleanedImages:
        return found.pop(0)

    monkeypatch.setattr(cleaning, "settings", replace(settings, var_folder=tmp_path))
    monkeypatch.setattr(cleaning, "_clean_now", clean_now)
    for _ in range(4):
        cleaning.clean_images_once()
    assert len(found) == 1, "the second run finished it"

    cleaning.clean_images_again()

    assert found == [], "a backup may hold older images"
    assert "2 débarrassées de leurs métadonnées" in capsys.readouterr().out
