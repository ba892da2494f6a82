"""The first admin is created once, in an empty database."""

from datetime import datetime

import pytest

from app.cast import Cast
from app.domain.accounts.first_admin import make_first_admin
from app.domain.errors import Forbidden, Invalid
from db.tables.audit import AuditEntry
from db.tables.people import Person


async def test_without_an_administrator_one_is_made_and_told(cast: Cast, now: datetime) -> None:
    await Person.update({Person.active: False}).where(Person.id == cast.admin.id)
    assert await make_first_admin(" Chef@Operateur.fr", now) == "chef@operateur.fr"
    made = await Person.select(Person.id, Person.platform_role).where(Person.address == "chef@operateur.fr").first()
    assert made and made["platform_role"] == "admin"
    assert await AuditEntry.exists().where(
        AuditEntry.action == "admin.first", AuditEntry.target_person_id == made["id"]
    )
    with pytest.raises(Forbidden):
        await make_first_admin("autre@operateur.fr", now)


async def test_a_known_address_stays_what_it_is(cast: Cast, now: datetime) -> None:
    await Person.update({Person.active: False}).where(Person.id == cast.admin.id)
    with pytest.raises(Forbidden):
        await make_first_admin(cast.agent_lot.address, now)
    with pytest.raises(Invalid):
        await make_first_admin("pas une adresse", now)
