"""Messages that hold a word, for test_canary.py to look for."""

from datetime import datetime
from uuid import UUID

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.audience import Audience, Readership
from app.domain.cases.thread.correction import correct, withdraw_message
from app.domain.cases.thread.internal_notes import post_internal_note
from app.domain.cases.thread.posting import post_message
from app.domain.cases.thread.taking_away import request_removal
from db.tables.people import Person
from db.tables.thread import Message


async def write_note(cast: Cast, case_id: UUID, word: str, now: datetime) -> None:
    """For the CAF alone, to a colleague whose name is the word at that moment, and who asks to take it away."""
    referent, colleague = cast.referent_caf_lot, Person.id == cast.manager_caf_lot.id
    await Person.update({Person.last_name: word}).where(colleague)
    text, readership = f"@Hélène {word} : {word}", Readership(Audience.TEAM, referent.seats[0].team_id)
    await post_internal_note(referent, case_id, text, key="note", now=now, readership=readership)
    await Person.update({Person.last_name: cast.manager_caf_lot.last_name}).where(colleague)
    row = await Message.select(Message.id).where(Message.case == case_id, Message.key == "note").first()
    assert row is not None
    await request_removal(cast.manager_caf_lot, case_id, row["id"], word, now)


async def write_and_take_back(agent: Actor, case_id: UUID, word: str, now: datetime) -> None:
    """One message is corrected, the other withdrawn."""
    for key in ("corrected", "withdrawn"):
        await post_message(agent, case_id, f"{key} {word}", key=key, now=now)
    mine = Message.select(Message.id).where(Message.case == case_id, Message.author == agent.id)
    written = await mine.order_by(Message.id)
    await correct(agent, case_id, written[0]["id"], f"Corrigé {word}", now)
    await withdraw_message(agent, case_id, written[1]["id"], now)
