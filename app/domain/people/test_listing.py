"""The list of people: those one manages, found in any spelling by name, address, organisation, department."""

from datetime import datetime

import pytest

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.accounts.registration import register_person
from app.domain.errors import NotFound
from app.domain.people.listing import (
    PAGE_SIZE,
    SHOWN_TEAMS,
    PersonFilters,
    PersonView,
    RoleFilter,
    build_condition,
    build_page_query,
    count_views,
    list_people,
)
from app.domain.teams.teams import add_member
from db.engine import is_postgres, transaction
from db.tables.people import Person
from db.tables.teams import Team

HELENE_S = {"Hélène Marty", "Julien Delmas"}


async def found(actor: Actor, words: str = "", view: PersonView = PersonView.ALL) -> set[str]:
    return {line.name for line in (await list_people(actor, PersonFilters(view, words))).lines}


@pytest.mark.parametrize(
    "words", ["benali", "AICHA", "Référent.CPAM.lot@", "cpam 46", "  caisse maladie   LÔT ", "benali aïcha lot"]
)
async def test_a_person_is_found_by_name_address_organisation_and_department(cast: Cast, words: str) -> None:
    assert await found(cast.admin, words) == {"Aïcha Benali"}


async def test_nothing_is_found_by_what_no_one_has(cast: Cast) -> None:
    assert await found(cast.admin, "benali 18") == await found(cast.admin, "%") == set()


async def test_each_sees_whom_they_keep(cast: Cast) -> None:
    assert len(await found(cast.admin)) == await Person.count()
    assert await found(cast.manager_caf_lot) == HELENE_S
    lot = await found(cast.supervisor_lot)
    assert {"Carmen Vidal", "Léa Fabre", "Claire Lacombe"} | HELENE_S < lot
    assert not lot & {"Inès Moreau", "Denis Faure", "Nadia Lefort", "Odile Garnier"}
    for actor in (cast.agent_lot, cast.referent_caf_lot, cast.expert):
        with pytest.raises(NotFound):
            await list_people(actor, PersonFilters())
        with pytest.raises(NotFound):
            await count_views(actor)


async def test_the_count_that_a_view_announces_is_the_count_it_shows(cast: Cast) -> None:
    await Person.update({Person.active: False}).where(Person.id.is_in([cast.expert.id, cast.referent_caf_lot.id]))
    for actor in (cast.admin, cast.supervisor_lot, cast.manager_caf_lot):
        counts = await count_views(actor)
        for view in PersonView:
            listing = await list_people(actor, PersonFilters(view))
            assert counts[view] == listing.total == len(listing.lines), (actor.full_name, view)
    assert await found(cast.admin, view=PersonView.CLOSED) == {"Nadia Lefort", "Julien Delmas"}
    assert await found(cast.admin, view=PersonView.AWAITED) == {"Léa Fabre", "Tom Garrel"}


async def test_roles_are_told_apart(cast: Cast) -> None:
    """An administrator who is an expert too is found under both roles, and under « Membre d’équipe » no more."""
    await Person.update({Person.expert: True}).where(Person.id == cast.admin.id)

    async def list_names(role: RoleFilter) -> list[str]:
        return [line.name for line in (await list_people(cast.admin, PersonFilters(role=role))).lines]

    assert await list_names(RoleFilter.SUPERVISOR) == ["Yves Cazals"]
    assert await list_names(RoleFilter.EXPERT) == ["Odile Garnier", "Nadia Lefort"]
    assert await list_names(RoleFilter.ADMIN) == ["Odile Garnier"]
    members = await list_names(RoleFilter.MEMBER)
    assert "Julien Delmas" in members and not {"Nadia Lefort", "Odile Garnier", "Yves Cazals"} & set(members)


async def test_pages_follow_each_other_in_the_order_of_names_and_miss_no_one(cast: Cast, now: datetime) -> None:
    for at in range(2 * PAGE_SIZE):
        await register_person(f"p{at}@exemple.fr", first_name="Éa", last_name="Même", function="", now=now)

    for words, expected in (("", await Person.count()), ("meme", 2 * PAGE_SIZE)):
        first = await list_people(cast.admin, PersonFilters(words=words))
        pages = [await list_people(cast.admin, PersonFilters(words=words, page=n)) for n in range(1, first.pages + 1)]
        seen = [line.id for page in pages for line in page.lines]
        assert first.total == len(seen) == len(set(seen)) == expected
        assert (await list_people(cast.admin, PersonFilters(words=words, page=9999))).page == first.pages


async def test_a_line_names_three_teams_and_counts_the_others(cast: Cast) -> None:
    teams = await Team.select(Team.id).where(Team.name.like("CPAM%") | Team.name.like("CAF%"))
    for team in teams:
        await add_member(cast.agent_cher.id, team["id"])

    (line,) = (await list_people(cast.admin, PersonFilters(words="moreau"))).lines

    assert line.teams == ("CAF de la Creuse", "CAF du Cher", "CAF du Lot")
    assert line.hidden_teams == len(teams) + 1 - SHOWN_TEAMS


@pytest.mark.parametrize(
    ("view", "index"),
    [
        (PersonView.ALL, "person_sort_name"),
        (PersonView.ACTIVE, "person_sort_name"),
        (PersonView.AWAITED, "person_awaited"),
        (PersonView.CLOSED, "person_closed"),
    ],
)
async def test_the_first_page_is_read_by_an_index_in_the_order_of_names(
    cast: Cast, view: PersonView, index: str
) -> None:
    plan = await plan_of(str(build_page_query(build_condition(cast.admin, PersonFilters(view)), 0, searched=False)))
    assert index in plan and "Seq Scan" not in plan


async def test_a_search_reads_the_table_once_as_it_lies(cast: Cast) -> None:
    """No index serves a part of a word; to walk the index of names would read each person one by one."""
    plan = await plan_of(
        str(build_page_query(build_condition(cast.admin, PersonFilters(words="cpam")), 0, searched=True))
    )
    assert "SCAN person" in plan or "Seq Scan on person" in plan
    assert "person_sort_name" not in plan


async def plan_of(query: str) -> str:
    """As for a large table: PostgreSQL always reads a small one whole."""
    if not is_postgres():
        return str(await Person.raw(f"EXPLAIN QUERY PLAN {query}"))
    async with transaction():
        for setting in ("enable_seqscan", "enable_bitmapscan", "enable_sort", "enable_incremental_sort"):
            await Person.raw(f"SET LOCAL {setting} = off")
        return str(await Person.raw(f"EXPLAIN {query}"))
