"""The first visit: a person says who they are and accepts the terms of use, once. Source: features.md L7."""

from datetime import datetime

from app.domain.accounts.actor import Actor
from app.domain.accounts.identity import clean, wrong_identity
from app.domain.audit.log import write_audit
from app.domain.errors import Invalid
from app.domain.search.people_and_teams import index_people
from db.engine import transaction
from db.tables import Person


async def arrive(
    actor: Actor, *, first_name: str, last_name: str, function: str, phone: str, accepted: bool, now: datetime
) -> None:
    """A second time changes nothing: the moment of acceptance stays the first. Raises Invalid for each field."""
    wrong = wrong_identity(first_name=first_name, last_name=last_name, function=function, phone=phone)
    if not accepted:
        wrong["conditions"] = "Lisez les conditions d’utilisation, puis cochez cette case pour les accepter."
    if wrong:
        raise Invalid(**wrong)
    async with transaction():
        first = await (
            Person.update(
                {
                    Person.first_name: clean(first_name),
                    Person.last_name: clean(last_name),
                    Person.function: clean(function),
                    Person.phone: clean(phone),
                    Person.terms_accepted_at: now,
                }
            )
            .where(Person.id == actor.id, Person.terms_accepted_at.is_null())
            .returning(Person.id)
        )
        if first:
            await index_people([actor.id])
            await write_audit("terms.accepted", now=now, person_id=actor.id)
