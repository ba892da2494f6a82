"""A name, a function, a phone corrected by who keeps the account: the person reads it, and stays who they are."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from app.cast import Cast
from app.domain.account_keeping.identity_correction import correct_person_identity
from app.domain.accounts.actor import Actor, load_actor
from app.domain.errors import Forbidden, Invalid, NotFound
from db.tables.audit import AuditEntry
from db.tables.email import Email
from db.tables.people import Person

if TYPE_CHECKING:
    from app.gateways.email.transport import FolderTransport
    from app.gateways.email.worker import EmailWorker


def typed_of(person: Actor) -> dict[str, str]:
    return {
        "first_name": person.first_name,
        "last_name": person.last_name,
        "function": person.function,
        "phone": person.phone,
    }


async def test_the_person_reads_that_it_was_corrected_and_is_found_by_the_new_name(
    cast: Cast, now: datetime, email_worker: EmailWorker, email_folder: FolderTransport
) -> None:
    julien = cast.referent_caf_lot
    typed = typed_of(julien) | {"last_name": "  Delmàs-Roux ", "phone": "05 36 49 00 99"}

    assert await correct_person_identity(cast.manager_caf_lot, julien.id, **typed, now=now)

    again = await load_actor(julien.id)
    assert again and (again.last_name, again.phone, again.address) == ("Delmàs-Roux", "05 36 49 00 99", julien.address)
    assert await Person.exists().where(Person.id == julien.id, Person.sort_name.like("delmas-roux%"))
    (line,) = await AuditEntry.select().where(AuditEntry.action == "profile.corrected")
    assert (line["person_id"], line["target_person_id"]) == (cast.manager_caf_lot.id, julien.id)
    await email_worker.deliver_due()
    (letter,) = await email_folder.read(julien.address)
    assert letter.subject == "Votre profil a été corrigé" and "Delmàs" not in letter.text


async def test_the_same_again_sends_nothing(cast: Cast, now: datetime) -> None:
    julien = cast.referent_caf_lot

    assert not await correct_person_identity(cast.manager_caf_lot, julien.id, **typed_of(julien), now=now)

    assert not await Email.exists()
    assert not await AuditEntry.exists().where(AuditEntry.action == "profile.corrected")


async def test_what_was_said_is_not_emptied_and_what_was_not_said_yet_may_stay_empty(cast: Cast, now: datetime) -> None:
    julien = cast.referent_caf_lot
    with pytest.raises(Invalid) as refused:
        await correct_person_identity(
            cast.admin, julien.id, first_name=" ", last_name="D" * 61, function="", phone="x", now=now
        )
    assert set(refused.value.fields) == {"prenom", "nom", "fonction", "telephone"}
    assert not [said for said in refused.value.fields.values() if "votre" in said or "vos " in said]
    assert refused.value.fields["prenom"] == "Saisissez son prénom."
    await Person.update({Person.function: "", Person.phone: ""}).where(Person.id == julien.id)
    typed = typed_of(julien) | {"function": "", "phone": "", "first_name": "Jules"}
    assert await correct_person_identity(cast.admin, julien.id, **typed, now=now)


async def test_only_who_keeps_the_whole_account_corrects_it(cast: Cast, now: datetime) -> None:
    for actor, person, refused in (
        (cast.manager_caf_lot, cast.referent_msa_lot, NotFound),
        (cast.referent_caf_lot, cast.manager_caf_lot, NotFound),
        (cast.admin, cast.admin, Forbidden),
    ):
        with pytest.raises(refused):
            await correct_person_identity(actor, person.id, **typed_of(person), now=now)
