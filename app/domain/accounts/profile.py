"""My profile: what my correspondents read of me, and the signature of an account that several people share."""

from datetime import datetime

from app.domain.accounts.actor import Actor
from app.domain.accounts.identity import clean, wrong_identity
from app.domain.audit.log import write_audit
from app.domain.errors import Invalid
from app.domain.search.people_and_teams import index_people
from app.domain.text_length import excess
from db.engine import transaction
from db.tables import Person

SIGNATURE_LENGTH = 100


async def change_profile(
    actor: Actor, *, first_name: str, last_name: str, function: str, phone: str, signature: str, now: datetime
) -> None:
    """Raises Invalid for each field. What was written before keeps the signature it had."""
    wrong = wrong_identity(first_name=first_name, last_name=last_name, function=function, phone=phone)
    if len(clean(signature)) > SIGNATURE_LENGTH:
        wrong["signature"] = excess(len(clean(signature)), SIGNATURE_LENGTH)
    if wrong:
        raise Invalid(**wrong)
    async with transaction():
        await Person.update(
            {
                Person.first_name: clean(first_name),
                Person.last_name: clean(last_name),
                Person.function: clean(function),
                Person.phone: clean(phone),
                Person.signature: clean(signature),
            }
        ).where(Person.id == actor.id)
        await index_people([actor.id])
        await write_audit("profile.changed", now=now, person_id=actor.id)


async def choose_shortcuts(actor: Actor, wanted: bool) -> None:
    """One-key commands must be able to be turned off: WCAG 2.1.4."""
    await Person.update({Person.shortcuts: wanted}).where(Person.id == actor.id)


def signed(body: str, signature: str) -> str:
    """A message with who writes it under what they typed; nothing typed stays nothing."""
    return f"{body}\n\n— {clean(signature)}" if body and clean(signature) else body


def unsigned(body: str, signature: str) -> str:
    """What was typed of a message that `signed` wrote."""
    return body.removesuffix(signed(" ", signature)[1:])
