"""Bulk statements write what single rows would, on both databases."""

from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest

from db.bulk import insert_many, is_any_of, update_many
from db.engine import is_postgres
from db.tables.people import Person
from db.tables.teams import Team

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HOSTILE = 'l’« œuvre » d\'"Ève" \\ {} $1 ? %s 😀\t\n'


def row(at: int, **values: Any) -> dict[str, Any]:
    return {
        "address": f"bulk.{at}@exemple.fr",
        "first_name": HOSTILE,
        "active": at % 2 == 0,
        "created_at": NOW,
    } | values


async def stored(at: int) -> dict[str, Any]:
    found = await Person.select().where(Person.address == f"bulk.{at}@exemple.fr").first()
    assert found
    return found


async def test_many_rows_are_as_piccolo_writes_one(database: str) -> None:
    await Person.insert(Person(**row(1)))
    made = await insert_many(Person, [row(at) for at in range(2, 2003)], returning=["id", "address"])

    assert [one["address"] for one in made] == [f"bulk.{at}@exemple.fr" for at in range(2, 2003)]
    assert await stored(3) == await stored(1) | {"id": made[1]["id"], "address": "bulk.3@exemple.fr"}
    assert (await stored(2))["active"] is True
    assert await insert_many(Person, []) == []


async def test_each_row_is_updated_with_its_own_values_and_no_other_is(database: str) -> None:
    made = await insert_many(Person, [row(at) for at in range(3)], returning=["id"])

    await update_many(Person, [{"id": one["id"], "function": f"f{one['id']}"} for one in made[:2]])

    assert [(await stored(at))["function"] for at in range(3)] == [f"f{made[0]['id']}", f"f{made[1]['id']}", ""]


async def test_a_row_is_found_among_many_values(database: str) -> None:
    await insert_many(Person, [row(at) for at in range(3)])
    addresses = [f"bulk.{at}@exemple.fr" for at in range(1, 40_000)]

    assert await Person.count().where(is_any_of(Person.address, addresses)) == 2
    assert await Team.count().where(is_any_of(Team.id, [])) == 0
    ids = [one["id"] for one in await Team.select(Team.id).limit(2)]
    assert await Team.count().where(is_any_of(Team.id, ids)) == 2


async def test_a_text_too_long_for_its_column_is_never_cut(database: str) -> None:
    if not is_postgres():
        pytest.skip("SQLite keeps a text of any length: the rules check it first")
    with pytest.raises(asyncpg.StringDataRightTruncationError):
        await insert_many(Person, [row(1, first_name="x" * 61)])
