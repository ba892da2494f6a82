"""A file is uploaded by chunks, once, through interruptions; only its uploader has it until it is sent."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest

from app.cast import Cast
from app.domain.cases.access import load_visible_case
from app.domain.cases.attachments.access import list_unsent_attachments, open_for_download
from app.domain.cases.attachments.upload import (
    begin_upload,
    discard_upload,
    load_upload,
    receive_chunk,
    receive_form_files,
)
from app.domain.cases.draft.saving import delete_draft
from app.domain.cases.draft.submission import submit
from app.domain.cases.thread.correction import withdraw_message
from app.domain.cases.thread.internal_notes import post_internal_note
from app.domain.cases.thread.posting import post_message
from app.domain.errors import Conflict, Forbidden, Invalid, NotFound
from app.domain.files.cleaned_upload import build_stored_name
from app.domain.files.file_type import MediaType
from app.domain.files.limits import MAX_FILES, RefusedFile
from app.domain.files.removal import remove_abandoned_files
from app.domain.files.scan_state import ScanState
from app.domain.files.scanning import list_files_to_scan, record_scan_result
from app.domain.files.store import FileStore
from app.tests.support import photos
from app.tests.support.attachments_fixtures import PDF, attach_file, make_picture, make_zip
from app.tests.support.case_reads import read_attachments
from app.tests.support.photos import find_leaks
from db.tables.attachments import Attachment
from db.tables.audit import AuditEntry
from db.tables.thread import Message

if TYPE_CHECKING:
    from app.gateways.files.store import EncryptedFileStore


async def read_content(store: FileStore, attachment_id: UUID) -> bytes:
    return b"".join([piece async for piece in store.read(attachment_id)])


async def test_pieces_are_taken_where_the_last_one_ended(
    cast: Cast, files: FileStore, case_id: UUID, now: datetime
) -> None:
    one, name = uuid4(), "relevé.pdf"
    await begin_upload(cast.agent_lot, case_id, one, name, len(PDF), now)
    assert (await receive_chunk(cast.agent_lot, files, one, 0, PDF[:100])).received_bytes == 100
    assert (await receive_chunk(cast.agent_lot, files, one, 0, PDF[:100])).received_bytes == 100
    assert (await receive_chunk(cast.agent_lot, files, one, 150, PDF[150:])).received_bytes == 100
    assert (await begin_upload(cast.agent_lot, case_id, one, name, len(PDF), now)).received_bytes == 100
    assert await list_unsent_attachments(cast.agent_lot, case_id) == []

    done = await receive_chunk(cast.agent_lot, files, one, 100, PDF[100:])

    assert done.is_complete and await read_content(files, one) == PDF
    assert [known.name for known in await list_unsent_attachments(cast.agent_lot, case_id)] == [name]


class Chosen:
    """A file of a form, in chunks of a hundred bytes. The server dies after `until` of them, if given."""

    name, size = "relevé.pdf", len(PDF)

    def __init__(self, until: int = 0) -> None:
        self._until, self._read = until, 0

    async def read_chunks(self) -> AsyncIterator[bytes]:
        self._read += 1
        for number, at in enumerate(range(0, self.size, 100), start=1):
            if self._read == 2 and number == self._until:
                raise KeyboardInterrupt
            yield PDF[at : at + 100]


async def test_a_form_sent_again_after_a_cut_brings_its_files_once(
    cast: Cast, files: FileStore, case_id: UUID, now: datetime
) -> None:
    agent = cast.agent_lot
    with pytest.raises(KeyboardInterrupt):
        await receive_form_files(agent, files, case_id, [Chosen(until=2)], now)

    for _ in range(MAX_FILES + 1):
        arrived = await receive_form_files(agent, files, case_id, [Chosen()], now)
    [one] = arrived.stored_ids

    assert await Attachment.count() == 1 and await read_content(files, one) == PDF
    await post_message(agent, case_id, "Le relevé", key="key", now=now, attachments=[one])
    assert (await receive_form_files(agent, files, case_id, [Chosen()], now)).stored_ids != [one]


async def test_a_refused_file_is_gone_and_takes_no_other_with_it(
    cast: Cast, files: FileStore, case_id: UUID, now: datetime
) -> None:
    kept = await attach_file(cast.agent_lot, files, case_id, now)
    with pytest.raises(RefusedFile):
        await attach_file(cast.agent_lot, files, case_id, now, "outil.exe", b"MZ\0\0")

    assert [known.id for known in await list_unsent_attachments(cast.agent_lot, case_id)] == [kept]
    assert await Attachment.count() == 1


async def test_more_bytes_than_announced_are_refused(
    cast: Cast, files: FileStore, case_id: UUID, now: datetime
) -> None:
    one = uuid4()
    await begin_upload(cast.agent_lot, case_id, one, "relevé.pdf", 10, now)
    with pytest.raises(RefusedFile):
        await receive_chunk(cast.agent_lot, files, one, 0, PDF)
    with pytest.raises(NotFound):
        await load_upload(cast.agent_lot, one)


async def test_ten_files_and_no_eleventh(cast: Cast, files: FileStore, case_id: UUID, now: datetime) -> None:
    for number in range(MAX_FILES):
        await attach_file(cast.agent_lot, files, case_id, now, f"{number}.pdf")
    with pytest.raises(RefusedFile, match="10 fichiers"):
        await attach_file(cast.agent_lot, files, case_id, now, "onze.pdf")


async def test_until_sent_no_one_else_has_it(cast: Cast, files: FileStore, case_id: UUID, now: datetime) -> None:
    one = await attach_file(cast.agent_lot, files, case_id, now)

    for other in (cast.colleague_lot, cast.referent_caf_lot, cast.agent_cher, cast.admin):
        with pytest.raises(NotFound):
            await open_for_download(other, one, now)
        with pytest.raises(NotFound):
            await discard_upload(other, one)
        with pytest.raises(NotFound):
            await receive_chunk(other, files, one, 0, b"x")
    with pytest.raises(NotFound):
        await attach_file(cast.agent_cher, files, case_id, now)


async def test_it_leaves_with_the_message_to_its_readers(
    cast: Cast, files: FileStore, case_id: UUID, now: datetime
) -> None:
    one = await attach_file(cast.agent_lot, files, case_id, now)

    await post_message(cast.agent_lot, case_id, "Voici.", key="a", now=now, attachments=[one])

    assert await list_unsent_attachments(cast.agent_lot, case_id) == []
    for reader in (cast.agent_lot, cast.colleague_lot, cast.referent_caf_lot, cast.referent_msa_lot):
        assert (await open_for_download(reader, one, now)).name == "relevé.pdf"
        shown = await read_attachments(reader, await load_visible_case(reader, case_id))
        assert [[known.id for known in group] for group in shown.by_message.values()] == [[one]]
    for stranger in (cast.agent_cher, cast.referent_cpam_lot, cast.referent_caf_cher, cast.supervisor_lot, cast.admin):
        with pytest.raises(NotFound):
            await open_for_download(stranger, one, now)
    assert await AuditEntry.count().where(AuditEntry.action == "attachment.taken") == 4
    with pytest.raises(NotFound):
        await discard_upload(cast.agent_lot, one)


async def test_a_file_between_referents_does_not_exist_for_an_agent(
    cast: Cast, files: FileStore, case_id: UUID, now: datetime
) -> None:
    one = await attach_file(cast.referent_caf_lot, files, case_id, now)
    await post_internal_note(cast.referent_caf_lot, case_id, "Entre nous", key="a", now=now, attachments=[one])

    assert (await open_for_download(cast.referent_msa_lot, one, now)).id == one
    with pytest.raises(NotFound):
        await open_for_download(cast.agent_lot, one, now)
    shown = await read_attachments(cast.agent_lot, await load_visible_case(cast.agent_lot, case_id))
    assert shown.by_message == {} and shown.sent_with_case == ()


async def test_a_file_of_another_person_or_gone_stops_the_message(
    cast: Cast, files: FileStore, case_id: UUID, now: datetime
) -> None:
    theirs = await attach_file(cast.referent_caf_lot, files, case_id, now)
    for wrong in (theirs, uuid4()):
        with pytest.raises(Invalid):
            await post_message(cast.agent_lot, case_id, "Voici.", key=str(wrong), now=now, attachments=[wrong])
    assert await Message.count() == 0


async def test_the_files_of_a_draft_leave_with_the_case_and_go_with_the_draft(
    cast: Cast, files: FileStore, draft_id: UUID, now: datetime
) -> None:
    one = await attach_file(cast.agent_lot, files, draft_id, now, "photo.jpg", make_picture())
    half = uuid4()
    await begin_upload(cast.agent_lot, draft_id, half, "coupé.pdf", 500, now)
    await submit(cast.agent_lot, draft_id, now)

    shown = await read_attachments(cast.referent_caf_lot, await load_visible_case(cast.referent_caf_lot, draft_id))
    assert [known.id for known in shown.sent_with_case] == [one]
    assert await Attachment.count() == 1


async def test_a_deleted_draft_leaves_no_byte(cast: Cast, files: FileStore, draft_id: UUID, now: datetime) -> None:
    one = await attach_file(cast.agent_lot, files, draft_id, now)
    await delete_draft(cast.agent_lot, draft_id, now)
    with pytest.raises(FileNotFoundError):
        await read_content(files, one)


async def test_a_withdrawn_message_keeps_no_file(cast: Cast, files: FileStore, case_id: UUID, now: datetime) -> None:
    one = await attach_file(cast.agent_lot, files, case_id, now)
    await post_message(cast.agent_lot, case_id, "Voici.", key="a", now=now, attachments=[one])
    message = await Message.select(Message.id).first()
    assert message is not None

    await withdraw_message(cast.agent_lot, case_id, message["id"], now)

    assert await Attachment.count() == 0
    with pytest.raises(FileNotFoundError):
        await read_content(files, one)


async def test_the_sweep_takes_what_was_never_sent_and_leaves_drafts_their_files(
    cast: Cast, files: FileStore, case_id: UUID, other_draft: UUID, now: datetime
) -> None:
    abandoned = await attach_file(cast.agent_lot, files, case_id, now)
    kept = await attach_file(cast.agent_lot, files, other_draft, now)

    await remove_abandoned_files(files, now + timedelta(days=1))
    assert await Attachment.count() == 2
    await remove_abandoned_files(files, now + timedelta(days=3))

    assert [row["id"] for row in await Attachment.select(Attachment.id)] == [kept]
    with pytest.raises(FileNotFoundError):
        await read_content(files, abandoned)


async def test_an_image_is_counted_as_it_is_kept_and_comes_once(
    cast: Cast, files: FileStore, case_id: UUID, now: datetime
) -> None:
    """The stored image is smaller than the upload: a late or repeated chunk at its end changes nothing."""
    agent, one, source = cast.agent_lot, uuid4(), photos.png()
    await begin_upload(agent, case_id, one, "capture.png", len(source), now)
    done = await receive_chunk(agent, files, one, 0, source)
    kept = await read_content(files, one)

    assert done.is_complete and done.size == len(kept) < len(source) and find_leaks(kept) == []
    assert await files.has_digest(one, sha256(kept).hexdigest())
    assert await begin_upload(agent, case_id, one, "capture.png", len(source), now) == done
    assert await receive_chunk(agent, files, one, len(kept), source[len(kept) :]) == done
    assert await read_content(files, one) == kept


async def test_what_is_in_a_pdf_or_an_office_file_is_not_touched(
    cast: Cast, files: FileStore, case_id: UUID, now: datetime
) -> None:
    letter = make_zip({"mimetype": b"application/vnd.oasis.opendocument.text", "Pictures/1.jpg": photos.jpeg()})
    for name, content in (("lettre.odt", letter), ("scan.pdf", PDF + photos.jpeg())):
        assert (
            await read_content(files, await attach_file(cast.agent_lot, files, case_id, now, name, content)) == content
        )


@pytest.mark.parametrize(
    ("given", "kind", "kept"),
    [
        ("IMG_0042.HEIC", MediaType.JPEG, "IMG_0042.jpg"),
        ("IMG_0042.jpg", MediaType.JPEG, "IMG_0042.jpg"),
        ("photo.heif", MediaType.PNG, "photo.png"),
        ("photo", MediaType.JPEG, "photo.jpg"),
        (".heic", MediaType.JPEG, ".heic.jpg"),
        ("relevé.exe", MediaType.PDF, "relevé.exe.pdf"),
    ],
)
def test_a_name_says_what_is_kept(given: str, kind: MediaType, kept: str) -> None:
    assert build_stored_name(given, kind) == kept


@pytest.mark.filterwarnings("ignore:Image appears to be a malformed MPO")
async def test_pieces_that_a_crash_left_beside_the_whole_are_swept(
    cast: Cast, files: EncryptedFileStore, case_id: UUID, now: datetime
) -> None:
    """The chunks still hold the image with its metadata."""
    one, half = await attach_file(cast.agent_lot, files, case_id, now, "photo.jpg", photos.jpeg()), uuid4()
    await begin_upload(cast.agent_lot, case_id, half, "relevé.pdf", 500, now)
    for piece_of in (one, half):
        await files.write_chunk(piece_of, 0, photos.jpeg())
    await remove_abandoned_files(files, now)
    assert files.build_path(one, ".part").exists(), "it may be on its way"
    for piece_of in (one, half):
        os.utime(files.build_path(piece_of, ".part"), (0, 0))

    await remove_abandoned_files(files, now)

    assert not files.build_path(one, ".part").exists() and files.build_path(half, ".part").exists()
    assert find_leaks(await read_content(files, one)) == []


async def test_with_an_antivirus_nothing_leaves_before_it_has_spoken(
    cast: Cast, scanned_files: FileStore, case_id: UUID, now: datetime
) -> None:
    one, two = [await attach_file(cast.agent_lot, scanned_files, case_id, now, name) for name in ("un.pdf", "deux.pdf")]
    await post_message(cast.agent_lot, case_id, "Voici.", key="a", now=now, attachments=[one, two])
    assert set(await list_files_to_scan()) == {one, two}
    with pytest.raises(Conflict, match="analyse encore"):
        await open_for_download(cast.referent_caf_lot, one, now)

    await record_scan_result(one, ScanState.CLEAN)
    await record_scan_result(two, ScanState.INFECTED)
    await record_scan_result(two, ScanState.CLEAN)

    assert (await open_for_download(cast.referent_caf_lot, one, now)).scan == ScanState.CLEAN
    with pytest.raises(Forbidden, match="virus"):
        await open_for_download(cast.referent_caf_lot, two, now)
    with pytest.raises(FileNotFoundError):
        await read_content(scanned_files, two)
