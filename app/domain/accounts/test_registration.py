"""An address belongs to one person; an invalid one is refused in words."""

import asyncio
from datetime import datetime
from typing import Any

import pytest

from app.domain.accounts.actor import load_actor
from app.domain.accounts.identity import MAX_LENGTHS
from app.domain.accounts.registration import register_person
from app.domain.errors import Invalid
from db.tables.people import Person


async def register(address: str, now: datetime, **typed: Any) -> int:
    known = {"first_name": "Jeanne", "last_name": "Pélissier", "function": "Conseillère"} | typed
    return await register_person(address, now=now, **known)


async def test_a_person_known_by_their_address_is_left_as_they_are(database: str, now: datetime) -> None:
    first = await register("jeanne.pelissier@exemple.fr", now)

    again = await register(" Jeanne.PELISSIER@exemple.fr ", now, first_name="Autre")

    actor = await load_actor(first)
    assert again == first and actor and actor.full_name == "Jeanne Pélissier"


async def test_ten_at_once_are_one_person(database: str, now: datetime) -> None:
    ids = await asyncio.gather(*(register("jeanne.pelissier@exemple.fr", now) for _ in range(10)))

    assert len(set(ids)) == 1
    assert await Person.count().where(Person.address == "jeanne.pelissier@exemple.fr") == 1


async def test_blanks_of_every_kind_become_one(database: str, now: datetime) -> None:
    actor = await load_actor(await register("a@exemple.fr", now, first_name=" Anne\u00a0 Marie\n"))

    assert actor and actor.first_name == "Anne Marie"


@pytest.mark.parametrize("address", ["", "jeanne", "jeanne@exemple", "a b@exemple.fr", "a@exemple.fr\nBcc: b@x.fr"])
async def test_what_is_not_an_address_is_refused(database: str, now: datetime, address: str) -> None:
    with pytest.raises(Invalid) as refused:
        await register(address, now)

    assert list(refused.value.fields) == ["adresse"]


async def test_each_name_that_is_too_long_is_said(database: str, now: datetime) -> None:
    with pytest.raises(Invalid) as refused:
        await register("a@exemple.fr", now, first_name="x" * 61, last_name="x" * 61, function="x" * 101)

    assert sorted(refused.value.fields) == ["fonction", "nom", "prenom"]
    assert refused.value.fields["nom"] == "61 caractères, c’est 1 de trop : 60 au plus."


def test_the_longest_are_those_of_the_table() -> None:
    columns = (Person.first_name, Person.last_name, Person.function)
    assert list(MAX_LENGTHS.values()) == [column.length for column in columns]
