"""A message or a file that was put in the wrong case is taken away by its author, after it was read."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from app.cast import Cast
from app.domain.cases.access import load_visible_case
from app.domain.cases.attachments.access import open_for_download
from app.domain.cases.draft.submission import submit
from app.domain.cases.inbox.filters import Filters
from app.domain.cases.inbox.listing import list_cases
from app.domain.cases.lifecycle.withdrawal import withdraw
from app.domain.cases.thread.answers import announce_handled
from app.domain.cases.thread.correction import withdraw_message
from app.domain.cases.thread.taking_away import accept_removal, request_removal
from app.domain.errors import Conflict, Invalid, NotFound
from app.tests.support.attachments_fixtures import attach_file
from app.tests.support.case_reads import read_attachments, read_thread
from app.tests.support.cases_fixtures import make_draft, open_and_read_case
from app.tests.support.removals import (
    LATER,
    WHY,
    WORDS,
    find_request,
    last_message,
    list_choices,
    list_lines,
    read_standing,
    say,
)
from db.tables.attachments import Attachment
from db.tables.audit import AuditEntry
from db.tables.email import Email
from db.tables.people import Person
from db.tables.thread import Message

if TYPE_CHECKING:
    from app.domain.files.store import FileStore


async def test_an_author_takes_away_a_message_that_was_read(
    cast: Cast, case_id: UUID, files: FileStore, now: datetime
) -> None:
    author, reader = cast.referent_caf_lot, cast.agent_lot
    file = await attach_file(author, files, case_id, now)
    sent = await say(author, case_id, now, files=(file,))
    await open_and_read_case(reader, case_id, now)
    with pytest.raises(Conflict):
        await withdraw_message(author, case_id, sent, now)

    for _ in range(2):
        assert await request_removal(author, case_id, sent, WHY, now + LATER)

    case = await load_visible_case(reader, case_id)
    (line,) = [entry for entry in await read_thread(reader, case) if entry.is_message]
    assert (line.body, line.withdrawn) == ("", True)
    assert line.removal and (line.removal.author_id, line.removal.at) == (author.id, now + LATER)
    assert line.removal.about == f"Avait été lu. Motif : {WHY}" and not line.removal.other
    assert (await list_cases(reader, Filters(words="zibeline"), now)).total == 0
    assert not (await read_attachments(reader, case)).by_message and not await Attachment.exists()
    with pytest.raises(NotFound):
        await open_for_download(reader, file, now)
    assert file not in await files.list_stored_ids()
    assert (
        await AuditEntry.count().where(AuditEntry.action == "case.taken_away", AuditEntry.person_id == author.id) == 1
    )


async def test_what_it_changed_on_the_case_stays(cast: Cast, case_id: UUID, now: datetime) -> None:
    """Also when a later message is withdrawn: the replay still has it."""
    referent, agent = cast.referent_caf_lot, cast.agent_lot
    await announce_handled(referent, case_id, WORDS, key="handled", now=now)
    handled = await last_message()
    await open_and_read_case(agent, case_id, now)
    before = await read_standing(agent, case_id)
    await request_removal(referent, case_id, handled, WHY, now + LATER)

    assert await read_standing(agent, case_id) == before
    unread = await say(agent, case_id, now + 2 * LATER, "Merci")
    await withdraw_message(agent, case_id, unread, now + 2 * LATER)
    assert await read_standing(agent, case_id) == before


async def test_an_email_that_waits_does_not_leave(cast: Cast, case_id: UUID, now: datetime) -> None:
    sent = await say(cast.referent_caf_lot, case_id, now)
    await open_and_read_case(cast.agent_lot, case_id, now)
    waiting = (Email.kind == "message") & (Email.written_at == now)
    assert await Email.exists().where(waiting, Email.state == "waiting")
    asked = await Email.count()
    await request_removal(cast.referent_caf_lot, case_id, sent, WHY, now + LATER)

    assert not await Email.exists().where(waiting, Email.state == "waiting")
    assert await Email.count() == asked, "no email says it"


async def test_a_message_that_was_not_read_is_withdrawn_from_the_thread(
    cast: Cast, case_id: UUID, now: datetime
) -> None:
    sent = await say(cast.agent_lot, case_id, now)
    assert WORDS not in await list_choices(cast.agent_lot, case_id)
    with pytest.raises(Conflict):
        await request_removal(cast.agent_lot, case_id, sent, WHY, now)
    assert WORDS in await list_choices(cast.colleague_lot, case_id)


async def test_a_file_goes_alone(cast: Cast, case_id: UUID, files: FileStore, now: datetime) -> None:
    wrong, right = [await attach_file(cast.agent_lot, files, case_id, now, f"{name}.pdf") for name in ("faux", "bon")]
    await say(cast.agent_lot, case_id, now, files=(wrong, right))
    await open_and_read_case(cast.referent_caf_lot, case_id, now)
    assert await request_removal(cast.agent_lot, case_id, wrong, WHY, now)
    assert not await request_removal(cast.referent_caf_lot, case_id, right, WHY, now)
    await accept_removal(cast.manager_caf_lot, case_id, await find_request(cast.manager_caf_lot, case_id), now)

    assert not await Attachment.exists() and await Message.exists().where(Message.body == WORDS)
    assert await list_lines(cast.agent_lot, case_id) == ["file_removed", "removal_ask", "file_removed"]


async def test_a_file_without_words_is_the_message(cast: Cast, case_id: UUID, files: FileStore, now: datetime) -> None:
    file = await attach_file(cast.agent_lot, files, case_id, now, "faux.pdf")
    sent = await say(cast.agent_lot, case_id, now, "", (file,))
    await open_and_read_case(cast.referent_caf_lot, case_id, now)
    assert await list_choices(cast.agent_lot, case_id) == ["faux.pdf"]
    assert await request_removal(cast.agent_lot, case_id, sent, WHY, now)
    assert not await Attachment.exists()


async def test_a_file_of_the_case_goes_and_those_of_the_mandate_stay(
    cast: Cast, files: FileStore, now: datetime
) -> None:
    case_id = await make_draft(cast.agent_lot, now, "CAF")
    proof = await attach_file(cast.agent_lot, files, case_id, now, "mandat.pdf")
    await Attachment.update({Attachment.mandate: True}).where(Attachment.id == proof)
    file = await attach_file(cast.agent_lot, files, case_id, now, "faux.pdf")
    await submit(cast.agent_lot, case_id, now)
    assert await list_choices(cast.referent_caf_lot, case_id) == ["faux.pdf"]
    with pytest.raises(Conflict):
        await request_removal(cast.agent_lot, case_id, proof, WHY, now)
    assert await request_removal(cast.agent_lot, case_id, file, WHY, now)
    assert [row["id"] for row in await Attachment.select(Attachment.id)] == [proof]


async def test_nothing_is_taken_away_from_a_case_that_was_withdrawn(
    cast: Cast, case_id: UUID, files: FileStore, now: datetime
) -> None:
    sent = await say(cast.colleague_lot, case_id, now)
    await withdraw(cast.agent_lot, case_id, now)
    assert await list_choices(cast.agent_lot, case_id) == []
    with pytest.raises(Conflict):
        await request_removal(cast.agent_lot, case_id, sent, WHY, now)


async def test_a_reason_is_asked_for(cast: Cast, case_id: UUID, now: datetime) -> None:
    with pytest.raises(Invalid):
        await request_removal(cast.agent_lot, case_id, await say(cast.referent_caf_lot, case_id, now), "", now)


async def test_what_an_account_wrote_is_of_the_account_in_which_it_continues(
    cast: Cast, case_id: UUID, now: datetime
) -> None:
    former, kept = cast.colleague_lot, cast.agent_lot
    sent = await say(former, case_id, now)
    await open_and_read_case(cast.referent_caf_lot, case_id, now)
    await Person.update({Person.merged_into: kept.id, Person.active: False}).where(Person.id == former.id)
    assert await request_removal(kept, case_id, sent, WHY, now)
