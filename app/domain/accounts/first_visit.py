"""The first visit: a person gives their name, function and phone, and accepts the terms. Source: features.md L7."""

from datetime import datetime

from app.domain.accounts.actor import Actor
from app.domain.accounts.identity import find_identity_errors, normalize_spaces
from app.domain.accounts.phone import clean_phone
from app.domain.audit.log import write_audit
from app.domain.errors import Invalid
from app.domain.search.people_and_teams import index_people
from db.engine import transaction
from db.tables.people import Person


async def complete_first_visit(
    actor: Actor, *, first_name: str, last_name: str, function: str, phone: str, accepted: bool, now: datetime
) -> None:
    """A second call changes nothing: the date of acceptance stays the first one. Raises Invalid for each field."""
    wrong = find_identity_errors(first_name=first_name, last_name=last_name, function=function, phone=phone)
    if not accepted:
        wrong["conditions"] = "Lisez les conditions d’utilisation, puis cochez cette case pour les accepter."
    if wrong:
        raise Invalid(**wrong)
    async with transaction():
        first = await (
            Person.update(
                {
                    Person.first_name: normalize_spaces(first_name),
                    Person.last_name: normalize_spaces(last_name),
                    Person.function: normalize_spaces(function),
                    Person.phone: clean_phone(phone),
                    Person.terms_accepted_at: now,
                }
            )
            .where(Person.id == actor.id, Person.terms_accepted_at.is_null())
            .returning(Person.id)
        )
        if first:
            await index_people([actor.id])
            await write_audit("terms.accepted", now=now, person_id=actor.id)
