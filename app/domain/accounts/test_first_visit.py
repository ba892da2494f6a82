"""The first visit asks for all that is needed and is accepted once, even when it is sent again."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from app.cast import PEOPLE, Cast, build_people
from app.domain.accounts.actor import Actor, load_actor
from app.domain.accounts.first_visit import complete_first_visit
from app.domain.errors import Invalid
from db.tables.audit import AuditEntry
from db.tables.people import Person

SAID = {"first_name": " Léa ", "last_name": "Fabre", "function": "Conseillère", "phone": "01 99 00 12 34"}


async def said(actor: Actor, now: datetime, **changes: Any) -> None:
    await complete_first_visit(actor, now=now, **({"accepted": True} | SAID | changes))


async def test_it_is_done_once_and_keeps_its_moment(cast: Cast, now: datetime) -> None:
    await asyncio.gather(*(said(cast.newcomer_lot, now) for _ in range(5)))
    await said(cast.newcomer_lot, now + timedelta(days=1), first_name="Autre")

    actor = await load_actor(cast.newcomer_lot.id)
    assert actor and actor.accepted_terms
    assert (actor.full_name, actor.function, actor.phone) == ("Léa Fabre", "Conseillère", "01 99 00 12 34")
    accepted = AuditEntry.count().where(AuditEntry.action == "terms.accepted", AuditEntry.person_id == actor.id)
    row = await Person.select(Person.terms_accepted_at).where(Person.id == actor.id).first()
    assert await accepted == 1 and row and row["terms_accepted_at"] == now


async def test_everything_that_is_missing_is_said_at_once(cast: Cast, now: datetime) -> None:
    with pytest.raises(Invalid) as refused:
        await said(cast.newcomer_lot, now, first_name=" ", last_name="", function="", phone="", accepted=False)

    assert sorted(refused.value.fields) == ["conditions", "fonction", "nom", "prenom", "telephone"]
    actor = await load_actor(cast.newcomer_lot.id)
    assert actor and not actor.accepted_terms


async def test_what_is_too_long_is_said_beside_what_is_missing(cast: Cast, now: datetime) -> None:
    with pytest.raises(Invalid) as refused:
        await said(cast.newcomer_lot, now, first_name="x" * 61, last_name="", function="x" * 101)

    assert sorted(refused.value.fields) == ["fonction", "nom", "prenom"]


async def test_what_a_copy_brings_along_is_removed_and_what_cannot_be_read_is_named(cast: Cast, now: datetime) -> None:
    with pytest.raises(Invalid, match="Retirez « bureau » du numéro de téléphone"):
        await said(cast.newcomer_lot, now, phone="01 99 00 12 34 bureau")
    await said(cast.newcomer_lot, now, first_name="L\u200béa", phone="\u202atel:+33\u00a01\u202f99 00 12 34\u202c")

    row = await Person.select(Person.first_name, Person.phone).where(Person.id == cast.newcomer_lot.id).first()
    assert row == {"first_name": "Léa", "phone": "+33 1 99 00 12 34"}


async def test_the_cast_has_arrived_but_for_the_newcomers(cast: Cast, now: datetime) -> None:
    await build_people(now + timedelta(days=1))

    waiting = await Person.select(Person.address).where(Person.terms_accepted_at.is_null())
    assert {row["address"] for row in waiting} == {"nouvelle.lot@exemple.fr", "nouveau.cher@exemple.fr"}
    assert await AuditEntry.count().where(AuditEntry.action == "terms.accepted") == len(PEOPLE) - 2
