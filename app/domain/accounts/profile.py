"""A person's own profile: what correspondents read of them, and the signature of an account that several share."""

from datetime import datetime

from piccolo.columns import Column

from app.domain.accounts.actor import Actor
from app.domain.accounts.identity import find_identity_errors, normalize_spaces
from app.domain.accounts.phone import clean_phone
from app.domain.audit.log import write_audit
from app.domain.errors import Invalid
from app.domain.search.people_and_teams import index_people
from app.domain.text_length import format_length_error
from db.engine import transaction
from db.tables.people import Person

SIGNATURE_LENGTH = 100


async def change_profile(
    actor: Actor, *, first_name: str, last_name: str, function: str, phone: str, signature: str, now: datetime
) -> None:
    """Messages already written keep the signature that they had. Raises Invalid for each field."""
    wrong = find_identity_errors(first_name=first_name, last_name=last_name, function=function, phone=phone)
    if len(normalize_spaces(signature)) > SIGNATURE_LENGTH:
        wrong["signature"] = format_length_error(len(normalize_spaces(signature)), SIGNATURE_LENGTH)
    if wrong:
        raise Invalid(**wrong)
    async with transaction():
        await save_identity(actor.id, first_name=first_name, last_name=last_name, function=function, phone=phone)
        await Person.update({Person.signature: normalize_spaces(signature)}).where(Person.id == actor.id)
        await write_audit("profile.changed", now=now, person_id=actor.id)


async def save_identity(person_id: int, *, first_name: str, last_name: str, function: str, phone: str) -> None:
    """Inside the caller's transaction, which has checked the fields. An account that continues in this one follows."""
    named = {Person.first_name: first_name, Person.last_name: last_name, Person.function: function}
    read: dict[Column | str, str] = {column: normalize_spaces(text) for column, text in named.items()}
    saved = await (
        Person.update({**read, Person.phone: clean_phone(phone)})
        .where((Person.id == person_id) | (Person.merged_into == person_id))
        .returning(Person.id)
    )
    await index_people(row["id"] for row in saved)


async def set_shortcuts(actor: Actor, wanted: bool) -> None:
    """One-key shortcuts can be turned off. Source: WCAG 2.1.4."""
    await Person.update({Person.shortcuts: wanted}).where(Person.id == actor.id)


def add_signature(body: str, signature: str, *, with_files: bool = False) -> str:
    """Adds the signature under the message. An empty message stays empty, unless it is sent with files."""
    name = normalize_spaces(signature)
    if not name or not (body or with_files):
        return body
    return f"{body}\n\n— {name}" if body else f"— {name}"


def remove_signature(body: str, signature: str) -> str:
    """Undoes add_signature: returns the message as it was typed."""
    return body.removesuffix(add_signature(" ", signature)[1:])
