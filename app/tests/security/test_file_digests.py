"""A person who has a file cannot tell from the database, a folder or an address that it was attached."""

from collections.abc import AsyncIterator
from datetime import datetime
from hashlib import algorithms_guaranteed, new
from pathlib import Path
from uuid import UUID, uuid3, uuid4, uuid5

import pytest

from app.cast import Cast
from app.domain.cases.attachments.access import open_for_download
from app.domain.cases.attachments.upload import receive_form_files
from app.domain.files.file_digest import decrypt_digest, encrypt_clear_digests
from app.gateways.files.store import EncryptedFileStore
from app.settings.keys import Key
from app.tests.security.test_encryption_at_rest import read_all_files
from app.tests.support.attachments_fixtures import PDF, attach_file
from db.encryption import MissingKeyError, UnreadableError, get_current_key, use_keys
from db.engine import purge_deleted_data
from db.tables.attachments import Attachment

ANOTHER = Key("autre", b"a" * 32)


class Chosen:
    """The file of a form that was sent without scripts."""

    name, size = "relevé.pdf", len(PDF)

    async def read_chunks(self) -> AsyncIterator[bytes]:
        yield PDF


def digests_of(content: bytes) -> set[bytes]:
    """As bytes and as text, by one algorithm of each digest length."""
    made = [new(name, content, usedforsecurity=False) for name in sorted(algorithms_guaranteed) if "shake" not in name]
    return {form for one in made for form in (one.digest(), one.hexdigest().encode())}


def guessed_ids(case_id: UUID, person: int, content: bytes) -> set[UUID]:
    """All ids that can be computed from the case, the person, the name and the file."""
    texts = [f"{person} False {Chosen.name} {new('sha256', content).hexdigest()}", new("sha256", content).hexdigest()]
    return {make(case_id, text) for make in (uuid3, uuid5) for text in texts}


async def test_no_digest_of_a_file_is_in_the_database_nor_in_an_address(
    cast: Cast, database: str, files: EncryptedFileStore, case_id: UUID, now: datetime, tmp_path: Path
) -> None:
    agent = cast.agent_lot
    [sent] = (await receive_form_files(agent, files, case_id, [Chosen()], now)).stored_ids
    other = await attach_file(agent, files, case_id, now)

    rows = await Attachment.select(Attachment.id, Attachment.digest)
    assert len({row["digest"] for row in rows}) == 2, "nor is it seen that two files are the same one"
    assert {decrypt_digest(row["id"], row["digest"]) for row in rows} == {new("sha256", PDF).hexdigest()}
    await purge_deleted_data()
    taken = read_all_files(database, tmp_path)
    found = [name for name, raw in taken.items() for digest in digests_of(PDF) if digest in raw]
    assert found == [] and not guessed_ids(case_id, agent.id, PDF) & {sent, other}
    assert (await receive_form_files(agent, files, case_id, [Chosen()], now)).stored_ids == [sent], (
        "sent again, it is the same"
    )
    with use_keys(ANOTHER, get_current_key()):
        assert (await receive_form_files(agent, files, case_id, [Chosen()], now)).stored_ids != [sent], (
            "our key makes the id"
        )


async def test_bare_digests_of_a_release_before_are_read_then_sealed_without_their_files(
    cast: Cast, files: EncryptedFileStore, case_id: UUID, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = new("sha256", PDF).hexdigest()
    old = [await attach_file(cast.agent_lot, files, case_id, now) for _ in range(3)]
    coming = await attach_file(cast.agent_lot, files, case_id, now)
    await Attachment.update({Attachment.digest: bare}).where(Attachment.id.is_in(old))
    await Attachment.update({Attachment.digest: ""}).where(Attachment.id == coming)
    assert (await open_for_download(cast.agent_lot, old[0], now)).digest == bare

    monkeypatch.setattr("app.domain.files.file_digest.BATCH_SIZE", 2)
    for one in old:
        files.build_path(one).unlink()
    assert (await encrypt_clear_digests(), await encrypt_clear_digests()) == (3, 0)

    stored = {row["id"]: row["digest"] for row in await Attachment.select(Attachment.id, Attachment.digest)}
    assert stored[coming] == "" and not [one for one in old if bare in stored[one]]
    assert [decrypt_digest(one, stored[one]) for one in old] == [bare] * 3
    with use_keys(ANOTHER), pytest.raises(MissingKeyError):
        decrypt_digest(old[0], stored[old[0]])
    with pytest.raises(UnreadableError, match=r"attachment\.digest"):
        decrypt_digest(uuid4(), stored[old[0]])
