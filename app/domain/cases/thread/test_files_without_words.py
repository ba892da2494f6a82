"""A message may be files alone: it counts as any other, and neither words nor a file is refused."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID, uuid4

import pytest

from app.cast import Cast
from app.domain.cases.access import load_visible_case
from app.domain.cases.inbox.filters import Filters
from app.domain.cases.inbox.listing import list_cases
from app.domain.cases.inbox.rows import CaseRow
from app.domain.cases.thread.answers import dismiss
from app.domain.cases.thread.correction import correct, withdraw_message
from app.domain.cases.thread.internal_notes import post_internal_note
from app.domain.cases.thread.posting import post_message
from app.domain.errors import Invalid
from app.domain.files.store import FileStore
from app.tests.support.attachments_fixtures import attach_file
from app.tests.support.case_reads import read_attachments, read_thread
from app.tests.support.recipients import list_emailed, list_turns
from db.tables.attachments import Attachment
from db.tables.thread import Message

Post = Callable[..., Awaitable[None]]


async def read_row(cast: Cast, now: datetime) -> CaseRow:
    return (await list_cases(cast.agent_lot, Filters(), now)).rows[0]


async def find_message() -> int:
    row = await Message.select(Message.id).order_by(Message.id, ascending=False).first()
    assert row is not None
    return int(row["id"])


async def test_it_is_an_answer_with_its_email_and_its_row(
    cast: Cast, files: FileStore, case_id: UUID, now: datetime
) -> None:
    joined = await attach_file(cast.referent_caf_lot, files, case_id, now)

    await post_message(cast.referent_caf_lot, case_id, "", key="one", now=now, attachments=[joined])

    row = await read_row(cast, now)
    assert (row.last_author, row.last_at, row.status) == ("Julien Delmas", now, "answered")
    assert await list_turns(case_id) == {"MSA"} and await list_emailed("message") == ["agent.lot"]
    line = (await read_thread(cast.agent_lot, await load_visible_case(cast.agent_lot, case_id)))[-1]
    assert line.is_message and line.body == "" and not line.withdrawn
    assert (await list_cases(cast.agent_lot, Filters(words="retard"), now)).total == 1, "the search goes on"


async def test_it_is_withdrawn_with_its_files_and_its_effects(
    cast: Cast, files: FileStore, case_id: UUID, now: datetime
) -> None:
    joined = await attach_file(cast.referent_caf_lot, files, case_id, now)
    await post_message(cast.referent_caf_lot, case_id, "", key="one", now=now, attachments=[joined])

    await withdraw_message(cast.referent_caf_lot, case_id, await find_message(), now)

    assert await list_turns(case_id) == {"CAF", "MSA"} and not await Attachment.exists()
    assert (await read_row(cast, now)).last_author == ""


async def test_its_words_are_added_and_taken_away_but_never_the_last_thing_it_has(
    cast: Cast, files: FileStore, case_id: UUID, now: datetime
) -> None:
    joined = await attach_file(cast.agent_lot, files, case_id, now)
    await post_message(cast.agent_lot, case_id, "", key="one", now=now, attachments=[joined])
    sent = await find_message()
    for body in ("Voici le relevé.", ""):
        await correct(cast.agent_lot, case_id, sent, body, now)
        line = (await read_thread(cast.agent_lot, await load_visible_case(cast.agent_lot, case_id)))[-2:]
        assert body in [one.body for one in line]

    await post_message(cast.agent_lot, case_id, "Des mots.", key="two", now=now)
    with pytest.raises(Invalid):
        await correct(cast.agent_lot, case_id, await find_message(), "", now)


async def test_a_note_may_be_files_alone_and_a_procedure_may_not(
    cast: Cast, files: FileStore, case_id: UUID, now: datetime
) -> None:
    joined = await attach_file(cast.referent_caf_lot, files, case_id, now)
    with pytest.raises(Invalid, match="procédure"):
        await dismiss(cast.referent_caf_lot, case_id, "", key=str(uuid4()), now=now, attachments=[joined])

    await post_internal_note(cast.referent_caf_lot, case_id, "", key="two", now=now, attachments=[joined])

    read = await read_attachments(cast.referent_msa_lot, await load_visible_case(cast.referent_msa_lot, case_id))
    assert [one.id for files in read.by_message.values() for one in files] == [joined]


@pytest.mark.parametrize("post", [post_message, post_internal_note])
async def test_neither_words_nor_a_file_is_refused(post: Post, cast: Cast, case_id: UUID, now: datetime) -> None:
    with pytest.raises(Invalid, match="Écrivez votre message avant de l’envoyer"):
        await post(cast.referent_caf_lot, case_id, "", key="one", now=now)
    with pytest.raises(Invalid, match="n’est plus là"):
        await post(cast.referent_caf_lot, case_id, "", key="one", now=now, attachments=[uuid4()])
    assert not await Message.exists()
