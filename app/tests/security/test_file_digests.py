"""A person who has a file from elsewhere cannot tell from the database, a folder or an address that it was joined."""

from collections.abc import AsyncIterator
from datetime import datetime
from hashlib import algorithms_guaranteed, new
from pathlib import Path
from uuid import UUID, uuid3, uuid4, uuid5

import pytest

from app.cast import Cast
from app.domain.cases.attachments.access import take_out
from app.domain.cases.attachments.upload import receive_whole
from app.domain.files.digests import known_digest, seal_bare_digests
from app.gateways.files.store import Files
from app.settings.keys import Key
from app.tests.security.test_at_rest import stolen
from app.tests.support.attachments_fixtures import PDF, join
from db.encryption import MissingKeyError, UnreadableError, current_key, using
from db.engine import scrub
from db.tables import Attachment

ANOTHER = Key("autre", b"a" * 32)


class Chosen:
    """The file of a form that was sent without a script."""

    name, size = "relevé.pdf", len(PDF)

    async def pieces(self) -> AsyncIterator[bytes]:
        yield PDF


def digests_of(content: bytes) -> set[bytes]:
    """As bytes and as text, by each algorithm whose digest has one length."""
    made = [new(name, content, usedforsecurity=False) for name in sorted(algorithms_guaranteed) if "shake" not in name]
    return {form for one in made for form in (one.digest(), one.hexdigest().encode())}


def guessed_ids(case_id: UUID, person: int, content: bytes) -> set[UUID]:
    """What anybody may compute of the case, the person, the name and the file."""
    texts = [f"{person} False {Chosen.name} {new('sha256', content).hexdigest()}", new("sha256", content).hexdigest()]
    return {make(case_id, text) for make in (uuid3, uuid5) for text in texts}


async def test_no_digest_of_a_file_is_in_the_database_nor_in_an_address(
    cast: Cast, database: str, files: Files, case_id: UUID, now: datetime, tmp_path: Path
) -> None:
    agent = cast.agent_lot
    [sent] = (await receive_whole(agent, files, case_id, [Chosen()], now)).kept
    other = await join(agent, files, case_id, now)

    rows = await Attachment.select(Attachment.id, Attachment.digest)
    assert len({row["digest"] for row in rows}) == 2, "nor is it seen that two files are the same one"
    assert {known_digest(row["id"], row["digest"]) for row in rows} == {new("sha256", PDF).hexdigest()}
    await scrub()
    taken = stolen(database, tmp_path)
    found = [name for name, raw in taken.items() for digest in digests_of(PDF) if digest in raw]
    assert found == [] and not guessed_ids(case_id, agent.id, PDF) & {sent, other}
    assert (await receive_whole(agent, files, case_id, [Chosen()], now)).kept == [sent], "sent again, it is the same"
    with using(ANOTHER, current_key()):
        assert (await receive_whole(agent, files, case_id, [Chosen()], now)).kept != [sent], "our key makes the id"


async def test_bare_digests_of_a_release_before_are_read_then_sealed_without_their_files(
    cast: Cast, files: Files, case_id: UUID, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = new("sha256", PDF).hexdigest()
    old = [await join(cast.agent_lot, files, case_id, now) for _ in range(3)]
    coming = await join(cast.agent_lot, files, case_id, now)
    await Attachment.update({Attachment.digest: bare}).where(Attachment.id.is_in(old))
    await Attachment.update({Attachment.digest: ""}).where(Attachment.id == coming)
    assert (await take_out(cast.agent_lot, old[0], now)).digest == bare

    monkeypatch.setattr("app.domain.files.digests.BATCH", 2)
    for one in old:
        files.path(one).unlink()
    assert (await seal_bare_digests(), await seal_bare_digests()) == (3, 0)

    stored = {row["id"]: row["digest"] for row in await Attachment.select(Attachment.id, Attachment.digest)}
    assert stored[coming] == "" and not [one for one in old if bare in stored[one]]
    assert [known_digest(one, stored[one]) for one in old] == [bare] * 3
    with using(ANOTHER), pytest.raises(MissingKeyError):
        known_digest(old[0], stored[old[0]])
    with pytest.raises(UnreadableError, match=r"attachment\.digest"):
        known_digest(uuid4(), stored[old[0]])
