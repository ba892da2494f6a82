"""What tests of removals write and read."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from app.domain.accounts.actor import Actor
from app.domain.cases.access import load_visible_case
from app.domain.cases.thread.posting import post_message
from app.domain.cases.thread.removals import load_removals
from app.tests.support.case_reads import read_thread
from db.tables.thread import Message

WHY = "C’est une autre personne"
WORDS = "Zibeline dort au 12 rue des Lilas"
LATER = timedelta(minutes=5)


async def say(actor: Actor, case_id: UUID, now: datetime, words: str = WORDS, files: tuple[UUID, ...] = ()) -> int:
    await post_message(actor, case_id, words, key=str(uuid4()), now=now, attachments=files)
    return await last_message()


async def last_message() -> int:
    row = await Message.select(Message.id).order_by(Message.id, ascending=False).first()
    assert row is not None
    return int(row["id"])


async def find_request(actor: Actor, case_id: UUID) -> int:
    """The only one that the actor sees."""
    (asked,) = (await load_removals(actor, await load_visible_case(actor, case_id))).pending
    return asked


async def list_choices(actor: Actor, case_id: UUID) -> list[str]:
    found = await load_removals(actor, await load_visible_case(actor, case_id))
    return [one.words for one in found.choices]


async def read_standing(actor: Actor, case_id: UUID) -> tuple[object, ...]:
    case = await load_visible_case(actor, case_id)
    return case.status, case.teams, case.next_side


async def list_lines(actor: Actor, case_id: UUID) -> list[str]:
    """The kind of each line about removals."""
    kinds = [entry.kind for entry in await read_thread(actor, await load_visible_case(actor, case_id))]
    return [kind for kind in kinds if kind in {"removal_ask", "removal_no", "taken_away", "file_removed"}]
