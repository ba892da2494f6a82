"""An administrator opens the account of an expert, a supervisor or an administrator, who has no team to be invited to.

The person gets an email that says so. They log in by a link to their own address, then do their first visit.
"""

from dataclasses import dataclass
from datetime import datetime

from app.domain.accounts.actor import Actor
from app.domain.accounts.address import parse_address
from app.domain.accounts.duties import Duty, require_duty
from app.domain.accounts.registration import register_person
from app.domain.audit.log import NewAuditEntry, write_audit_entries
from app.domain.email.queue_email import EmailKind, queue_emails
from app.domain.errors import Invalid
from app.domain.people.roles import (
    Roles,
    check_roles,
    list_changes,
    lock_for_roles,
    notify_other_admins,
    save_roles,
)
from db.engine import lock_tables, transaction
from db.tables.people import Person

_NO_ROLE = (
    "Choisissez au moins un rôle. Qui sera seulement membre d’une équipe s’invite depuis la page des membres de cette "
    "équipe."
)
_KNOWN = "Cette adresse a déjà un compte : retrouvez la personne dans la liste, et donnez-lui le rôle depuis sa fiche."


@dataclass(frozen=True)
class PlatformPerson:
    """As typed."""

    address: str
    first_name: str
    last_name: str


async def open_platform_account(actor: Actor, newcomer: PlatformPerson, wanted: Roles, now: datetime) -> int:
    """Returns the person's id. Raises Invalid for each field, NotFound without the duty, TooManyRequests."""
    require_duty(actor, Duty.GIVE_ROLES)
    address = parse_address(newcomer.address)
    async with transaction():
        await lock_for_roles(actor, now)
        await lock_tables(Person)
        if await Person.exists().where(Person.address == address):
            raise Invalid(adresse=_KNOWN)
        roles = await check_roles(wanted)
        if roles == Roles():
            raise Invalid(role=_NO_ROLE)
        person_id = await register_person(
            address, first_name=newcomer.first_name, last_name=newcomer.last_name, function="", now=now
        )
        await save_roles(person_id, roles)
        actions = ["account.opened", *list_changes(Roles(), roles)]
        lines = [NewAuditEntry(action, person_id=actor.id, target_person_id=person_id) for action in actions]
        await write_audit_entries(lines, now=now)
        await queue_emails(EmailKind.OPENED, [person_id], now=now)
        await notify_other_admins(actor, person_id, now)
    return person_id
