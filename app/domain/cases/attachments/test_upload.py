"""A file comes in by pieces, once, through cuts; it is its uploader's alone until it is sent."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest

from app.cast import Cast
from app.domain.cases.access import visible_case
from app.domain.cases.attachments.access import take_out, waiting_with
from app.domain.cases.attachments.upload import begin, discard, receive, receive_whole, reception_of
from app.domain.cases.draft.saving import delete_draft
from app.domain.cases.draft.submission import submit
from app.domain.cases.thread.correction import withdraw_message
from app.domain.cases.thread.internal_notes import post_apart
from app.domain.cases.thread.posting import post
from app.domain.errors import Conflict, Invalid, NotFound, Refused
from app.domain.files.cleaned_upload import stored_name
from app.domain.files.file_type import MediaType
from app.domain.files.limits import MOST_FILES, RefusedFile
from app.domain.files.removal import sweep
from app.domain.files.scan_state import Scan
from app.domain.files.scanning import awaiting_verdict, settle
from app.domain.files.store import Store
from app.tests.support import photos
from app.tests.support.attachments_fixtures import PDF, join, package, picture
from app.tests.support.photos import leaks
from app.tests.support.reads import read_attachments
from db.tables import Attachment, Audit, Message

if TYPE_CHECKING:
    from app.gateways.files.store import Files


async def content_of(store: Store, attachment_id: UUID) -> bytes:
    return b"".join([piece async for piece in store.read(attachment_id)])


async def test_pieces_are_taken_where_the_last_one_ended(
    cast: Cast, files: Store, case_id: UUID, now: datetime
) -> None:
    one, name = uuid4(), "relevé.pdf"
    await begin(cast.agent_lot, case_id, one, name, len(PDF), now)
    assert (await receive(cast.agent_lot, files, one, 0, PDF[:100])).received == 100
    assert (await receive(cast.agent_lot, files, one, 0, PDF[:100])).received == 100
    assert (await receive(cast.agent_lot, files, one, 150, PDF[150:])).received == 100
    assert (await begin(cast.agent_lot, case_id, one, name, len(PDF), now)).received == 100
    assert await waiting_with(cast.agent_lot, case_id) == []

    done = await receive(cast.agent_lot, files, one, 100, PDF[100:])

    assert done.complete and await content_of(files, one) == PDF
    assert [known.name for known in await waiting_with(cast.agent_lot, case_id)] == [name]


class Chosen:
    """A file of a form, in pieces of a hundred bytes; the server dies after `until` of them, when it is given."""

    name, size = "relevé.pdf", len(PDF)

    def __init__(self, until: int = 0) -> None:
        self._until, self._read = until, 0

    async def pieces(self) -> AsyncIterator[bytes]:
        self._read += 1
        for number, at in enumerate(range(0, self.size, 100), start=1):
            if self._read == 2 and number == self._until:
                raise KeyboardInterrupt
            yield PDF[at : at + 100]


async def test_a_form_sent_again_after_a_cut_brings_its_files_once(
    cast: Cast, files: Store, case_id: UUID, now: datetime
) -> None:
    agent = cast.agent_lot
    with pytest.raises(KeyboardInterrupt):
        await receive_whole(agent, files, case_id, [Chosen(until=2)], now)

    for _ in range(MOST_FILES + 1):
        arrived = await receive_whole(agent, files, case_id, [Chosen()], now)
    [one] = arrived.kept

    assert await Attachment.count() == 1 and await content_of(files, one) == PDF
    await post(agent, case_id, "Le relevé", key="key", now=now, attachments=[one])
    assert (await receive_whole(agent, files, case_id, [Chosen()], now)).kept != [one]


async def test_a_refused_file_is_gone_and_takes_no_other_with_it(
    cast: Cast, files: Store, case_id: UUID, now: datetime
) -> None:
    kept = await join(cast.agent_lot, files, case_id, now)
    with pytest.raises(RefusedFile):
        await join(cast.agent_lot, files, case_id, now, "outil.exe", b"MZ\0\0")

    assert [known.id for known in await waiting_with(cast.agent_lot, case_id)] == [kept]
    assert await Attachment.count() == 1


async def test_more_bytes_than_announced_are_refused(cast: Cast, files: Store, case_id: UUID, now: datetime) -> None:
    one = uuid4()
    await begin(cast.agent_lot, case_id, one, "relevé.pdf", 10, now)
    with pytest.raises(RefusedFile):
        await receive(cast.agent_lot, files, one, 0, PDF)
    with pytest.raises(NotFound):
        await reception_of(cast.agent_lot, one)


async def test_ten_files_and_no_eleventh(cast: Cast, files: Store, case_id: UUID, now: datetime) -> None:
    for number in range(MOST_FILES):
        await join(cast.agent_lot, files, case_id, now, f"{number}.pdf")
    with pytest.raises(RefusedFile, match="10 fichiers"):
        await join(cast.agent_lot, files, case_id, now, "onze.pdf")


async def test_until_it_is_sent_nobody_else_has_it(cast: Cast, files: Store, case_id: UUID, now: datetime) -> None:
    one = await join(cast.agent_lot, files, case_id, now)

    for other in (cast.colleague_lot, cast.referent_caf_lot, cast.agent_cher, cast.admin):
        with pytest.raises(NotFound):
            await take_out(other, one, now)
        with pytest.raises(NotFound):
            await discard(other, one)
        with pytest.raises(NotFound):
            await receive(other, files, one, 0, b"x")
    with pytest.raises(NotFound):
        await join(cast.agent_cher, files, case_id, now)


async def test_it_leaves_with_the_message_to_whoever_reads_it(
    cast: Cast, files: Store, case_id: UUID, now: datetime
) -> None:
    one = await join(cast.agent_lot, files, case_id, now)

    await post(cast.agent_lot, case_id, "Voici.", key="a", now=now, attachments=[one])

    assert await waiting_with(cast.agent_lot, case_id) == []
    for reader in (cast.agent_lot, cast.colleague_lot, cast.referent_caf_lot, cast.referent_msa_lot):
        assert (await take_out(reader, one, now)).name == "relevé.pdf"
        shown = await read_attachments(reader, await visible_case(reader, case_id))
        assert [[known.id for known in group] for group in shown.by_message.values()] == [[one]]
    for stranger in (cast.agent_cher, cast.referent_cpam_lot, cast.referent_caf_cher, cast.supervisor_lot, cast.admin):
        with pytest.raises(NotFound):
            await take_out(stranger, one, now)
    assert await Audit.count().where(Audit.action == "attachment.taken") == 4
    with pytest.raises(NotFound):
        await discard(cast.agent_lot, one)


async def test_a_file_between_referents_does_not_exist_for_an_agent(
    cast: Cast, files: Store, case_id: UUID, now: datetime
) -> None:
    one = await join(cast.referent_caf_lot, files, case_id, now)
    await post_apart(cast.referent_caf_lot, case_id, "Entre nous", key="a", now=now, attachments=[one])

    assert (await take_out(cast.referent_msa_lot, one, now)).id == one
    with pytest.raises(NotFound):
        await take_out(cast.agent_lot, one, now)
    shown = await read_attachments(cast.agent_lot, await visible_case(cast.agent_lot, case_id))
    assert shown.by_message == {} and shown.opening == ()


async def test_a_file_of_somebody_else_or_gone_stops_the_message(
    cast: Cast, files: Store, case_id: UUID, now: datetime
) -> None:
    theirs = await join(cast.referent_caf_lot, files, case_id, now)
    for wrong in (theirs, uuid4()):
        with pytest.raises(Invalid):
            await post(cast.agent_lot, case_id, "Voici.", key=str(wrong), now=now, attachments=[wrong])
    assert await Message.count() == 0


async def test_the_files_of_a_draft_leave_with_the_case_and_go_with_the_draft(
    cast: Cast, files: Store, draft_id: UUID, now: datetime
) -> None:
    one = await join(cast.agent_lot, files, draft_id, now, "photo.jpg", picture())
    half = uuid4()
    await begin(cast.agent_lot, draft_id, half, "coupé.pdf", 500, now)
    await submit(cast.agent_lot, draft_id, now)

    shown = await read_attachments(cast.referent_caf_lot, await visible_case(cast.referent_caf_lot, draft_id))
    assert [known.id for known in shown.opening] == [one]
    assert await Attachment.count() == 1


async def test_a_deleted_draft_leaves_no_byte(cast: Cast, files: Store, draft_id: UUID, now: datetime) -> None:
    one = await join(cast.agent_lot, files, draft_id, now)
    await delete_draft(cast.agent_lot, draft_id, now)
    with pytest.raises(FileNotFoundError):
        await content_of(files, one)


async def test_a_withdrawn_message_keeps_no_file(cast: Cast, files: Store, case_id: UUID, now: datetime) -> None:
    one = await join(cast.agent_lot, files, case_id, now)
    await post(cast.agent_lot, case_id, "Voici.", key="a", now=now, attachments=[one])
    message = await Message.select(Message.id).first()
    assert message is not None

    await withdraw_message(cast.agent_lot, case_id, message["id"], now)

    assert await Attachment.count() == 0
    with pytest.raises(FileNotFoundError):
        await content_of(files, one)


async def test_the_sweep_takes_what_was_never_sent_and_leaves_drafts_their_files(
    cast: Cast, files: Store, case_id: UUID, other_draft: UUID, now: datetime
) -> None:
    abandoned = await join(cast.agent_lot, files, case_id, now)
    kept = await join(cast.agent_lot, files, other_draft, now)

    await sweep(files, now + timedelta(days=1))
    assert await Attachment.count() == 2
    await sweep(files, now + timedelta(days=3))

    assert [row["id"] for row in await Attachment.select(Attachment.id)] == [kept]
    with pytest.raises(FileNotFoundError):
        await content_of(files, abandoned)


async def test_an_image_is_counted_as_it_is_kept_and_comes_once(
    cast: Cast, files: Store, case_id: UUID, now: datetime
) -> None:
    """Kept in fewer bytes than came: what comes late, or again, where the kept one ends, changes nothing."""
    agent, one, source = cast.agent_lot, uuid4(), photos.png()
    await begin(agent, case_id, one, "capture.png", len(source), now)
    done = await receive(agent, files, one, 0, source)
    kept = await content_of(files, one)

    assert done.complete and done.size == len(kept) < len(source) and leaks(kept) == []
    assert await files.matches(one, sha256(kept).hexdigest())
    assert await begin(agent, case_id, one, "capture.png", len(source), now) == done
    assert await receive(agent, files, one, len(kept), source[len(kept) :]) == done
    assert await content_of(files, one) == kept


async def test_what_is_in_a_pdf_or_an_office_file_is_not_touched(
    cast: Cast, files: Store, case_id: UUID, now: datetime
) -> None:
    letter = package({"mimetype": b"application/vnd.oasis.opendocument.text", "Pictures/1.jpg": photos.jpeg()})
    for name, content in (("lettre.odt", letter), ("scan.pdf", PDF + photos.jpeg())):
        assert await content_of(files, await join(cast.agent_lot, files, case_id, now, name, content)) == content


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
    assert stored_name(given, kind) == kept


@pytest.mark.filterwarnings("ignore:Image appears to be a malformed MPO")
async def test_pieces_that_a_crash_left_beside_the_whole_are_swept(
    cast: Cast, files: Files, case_id: UUID, now: datetime
) -> None:
    """An image is still as it came in them."""
    one, half = await join(cast.agent_lot, files, case_id, now, "photo.jpg", photos.jpeg()), uuid4()
    await begin(cast.agent_lot, case_id, half, "relevé.pdf", 500, now)
    for piece_of in (one, half):
        await files.write(piece_of, 0, photos.jpeg())
    await sweep(files, now)
    assert files.path(one, ".part").exists(), "it may be on its way"
    for piece_of in (one, half):
        os.utime(files.path(piece_of, ".part"), (0, 0))

    await sweep(files, now)

    assert not files.path(one, ".part").exists() and files.path(half, ".part").exists()
    assert leaks(await content_of(files, one)) == []


async def test_with_an_antivirus_nothing_leaves_before_it_has_spoken(
    cast: Cast, scanned_files: Store, case_id: UUID, now: datetime
) -> None:
    one, two = [await join(cast.agent_lot, scanned_files, case_id, now, name) for name in ("un.pdf", "deux.pdf")]
    await post(cast.agent_lot, case_id, "Voici.", key="a", now=now, attachments=[one, two])
    assert set(await awaiting_verdict()) == {one, two}
    with pytest.raises(Conflict, match="analyse encore"):
        await take_out(cast.referent_caf_lot, one, now)

    await settle(one, Scan.CLEAN)
    await settle(two, Scan.INFECTED)
    await settle(two, Scan.CLEAN)

    assert (await take_out(cast.referent_caf_lot, one, now)).scan == Scan.CLEAN
    with pytest.raises(Refused, match="virus"):
        await take_out(cast.referent_caf_lot, two, now)
    with pytest.raises(FileNotFoundError):
        await content_of(scanned_files, two)
