"""The first administrator, created once at the command line. Every other account follows from this one."""

from datetime import datetime

from app.domain.accounts.actor import PlatformRole
from app.domain.accounts.address import parse_address
from app.domain.accounts.registration import register_person
from app.domain.audit.log import write_audit
from app.domain.errors import Forbidden
from db.engine import lock_tables, transaction
from db.tables.people import Person


async def make_first_admin(typed: str, now: datetime) -> str:
    """Returns the address. Raises Invalid; Forbidden when an administrator, or an account with it, exists."""
    address = parse_address(typed)
    async with transaction():
        await lock_tables(Person)
        if await Person.exists().where(Person.platform_role == PlatformRole.ADMIN, Person.active.eq(True)):
            raise Forbidden("Il y a déjà un administrateur : lui seul en fait d’autres.")
        if await Person.exists().where(Person.address == address):
            raise Forbidden("Cette adresse est déjà celle d’un compte.")
        person_id = await register_person(
            address, first_name="", last_name="", function="", now=now, role=PlatformRole.ADMIN
        )
        await write_audit("admin.first", now=now, target_person_id=person_id)
    return address
