"""The admins and the supervisors edit the contact of an area; people who work there see it."""

from datetime import datetime

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.authentication.request_context import load_request_context
from app.domain.authentication.sessions import begin_session
from app.domain.errors import Invalid, NotFound
from app.domain.teams.local_contact import LocalContact, list_editable_contacts, load_editable_contact, save_contact
from db.tables.audit import AuditEntry

CONTACT = {"name": "Inès Roy", "address": "Contact.CHER@exemple.fr", "phone": "05 36 49 00 90"}


async def contacts_of(actor: Actor, now: datetime) -> tuple[LocalContact, ...]:
    token = await begin_session(actor.id, remember=False, browser="tests", now=now)
    return (await load_request_context(token, now)).contacts


async def test_each_reads_the_contact_of_the_territories_where_they_work_or_supervise(
    cast: Cast, now: datetime
) -> None:
    await save_contact(cast.admin, "18", **CONTACT, now=now)

    for actor in (cast.agent_lot, cast.referent_caf_lot, cast.supervisor_lot):
        assert [contact.area for contact in await contacts_of(actor, now)] == ["Lot"]
    (cher,) = await contacts_of(cast.agent_cher, now)
    assert (cher.name, cher.address, cher.phone) == ("Inès Roy", "contact.cher@exemple.fr", "05 36 49 00 90")
    assert await contacts_of(cast.expert, now) == await contacts_of(cast.admin, now) == ()


async def test_an_administrator_keeps_them_all_and_a_supervisor_theirs(cast: Cast, now: datetime) -> None:
    assert len(await list_editable_contacts(cast.admin)) == 101
    assert [area.code for area in await list_editable_contacts(cast.supervisor_lot)] == ["46"]
    await save_contact(cast.supervisor_lot, "46", **CONTACT, now=now)
    for actor, code in ((cast.supervisor_lot, "18"), (cast.manager_caf_lot, "46"), (cast.admin, "999")):
        with pytest.raises(NotFound):
            await save_contact(actor, code, **CONTACT, now=now)

    assert (await load_editable_contact(cast.admin, "46")).name == "Inès Roy"
    assert (await load_editable_contact(cast.admin, "18")).address == ""
    trail = (
        await AuditEntry.select(AuditEntry.person_id).where(AuditEntry.action == "area.contact").order_by(AuditEntry.id)
    )
    assert trail[-1]["person_id"] == cast.supervisor_lot.id


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"address": "pas une adresse"}, "adresse"),
        ({"address": ""}, "adresse"),
        ({"phone": "au bureau"}, "telephone"),
        ({"name": "y" * 101}, "nom"),
    ],
)
async def test_what_is_wrong_is_said_and_nothing_changes(
    cast: Cast, now: datetime, changed: dict[str, str], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        await save_contact(cast.admin, "18", **(CONTACT | changed), now=now)

    assert list(refused.value.fields) == [field]
    assert (await load_editable_contact(cast.admin, "18")).address == ""


async def test_three_empty_fields_take_it_away(cast: Cast, now: datetime) -> None:
    await save_contact(cast.supervisor_lot, "46", name=" ", address="", phone="", now=now)

    assert await contacts_of(cast.agent_lot, now) == ()
