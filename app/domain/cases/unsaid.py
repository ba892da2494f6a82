"""A message's form comes again because its answer was lost on a weak line, with more in it than the first time.

Its key counts once (thread.py): what it has more is not posted, and must not be lost either.
"""

from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.accounts.profile import unsigned
from db.tables import Message


async def unsaid(actor: Actor, case_id: UUID, key: str, words: str, signature: str) -> str:
    """What was typed after the message of this form had left; nothing when it says all, or has not left."""
    of_this_form = (Message.case == case_id, Message.author == actor.id, Message.key == key)
    row = await Message.select(Message.body).where(*of_this_form).first()
    return words.removeprefix(unsigned(row["body"], signature)).strip() if row else ""
