"""The texts by which teams and people are sorted and searched. Each function that changes a fact updates them.

A team: name, organisation, areas, addresses. A person: name, address, function, and the words of their teams.
"""

from collections.abc import Iterable
from typing import Any

from db.search import fold_text
from db.tables.areas import Area
from db.tables.members import Membership
from db.tables.people import Person
from db.tables.teams import Team, TeamArea

SearchEntry = tuple[int, str, str]
"""id, the name to sort by, the words to search; accents and capitals are still there."""
_SORT_NAME_LENGTH = Team.sort_name.length or 0
_BATCH_SIZE = 500
"""Rows read at once: SQLite takes 32,766 values a query."""


async def index_teams(team_ids: Iterable[int]) -> None:
    """Their members are indexed too. Inside the caller's transaction."""
    ids = sorted(set(team_ids))
    for start in range(0, len(ids), _BATCH_SIZE):
        batch = ids[start : start + _BATCH_SIZE]
        words = await _load_team_words(batch)
        rows = await Team.select(Team.id, Team.name).where(Team.id.is_in(batch))
        await _save_entries(Team, [(row["id"], row["name"], words[row["id"]]) for row in rows])
        members = await Membership.select(Membership.person).where(Membership.team.is_in(batch))
        await index_people(row["person"] for row in members)


async def index_organisation(organisation_id: int) -> None:
    """For an organisation whose name has changed: its teams and their members. Inside the caller's transaction."""
    teams = await Team.select(Team.id).where(Team.organisation == organisation_id)
    await index_teams(row["id"] for row in teams)


async def index_people(person_ids: Iterable[int]) -> None:
    """Inside the caller's transaction."""
    ids = sorted(set(person_ids))
    for start in range(0, len(ids), _BATCH_SIZE):
        batch = ids[start : start + _BATCH_SIZE]
        query = Membership.select(Membership.person, Membership.team).where(Membership.person.is_in(batch))
        seats = await query.order_by(Membership.team)
        words = await _load_team_words(sorted({seat["team"] for seat in seats}))
        own: dict[int, list[str]] = {}
        for seat in seats:
            own.setdefault(seat["person"], []).append(words[seat["team"]])
        await _save_entries(Person, [_build_entry(row, own.get(row["id"], [])) for row in await _load_people(batch)])


def _build_entry(row: dict[str, Any], teams: list[str]) -> SearchEntry:
    name = f"{row['last_name']} {row['first_name']}".strip() or row["address"]
    return row["id"], name, " ".join((name, row["address"], row["function"], *teams))


async def index_missing() -> None:
    """Indexes the rows that were written before these columns existed, or in bulk. A second call has nothing to do."""
    teams = await Team.select(Team.id).where(Team.sort_name == "")
    await index_teams(row["id"] for row in teams)
    people = await Person.select(Person.id).where(Person.sort_name == "")
    await index_people(row["id"] for row in people)


async def _load_people(ids: list[int]) -> list[dict[str, Any]]:
    query = Person.select(Person.id, Person.first_name, Person.last_name, Person.address, Person.function)
    rows: list[dict[str, Any]] = await query.where(Person.id.is_in(ids))
    return rows


async def _load_team_words(ids: list[int]) -> dict[int, str]:
    """team -> the words to search, with accents and capitals."""
    if not ids:
        return {}
    rows = await Team.select(
        Team.id,
        Team.name,
        Team.organisation.acronym.as_alias("acronym"),
        Team.organisation.name.as_alias("organisation"),
        Team.street,
        Team.postal_code,
        Team.commune,
        Team.contact_address,
        Team.shared_address,
    ).where(Team.id.is_in(ids))
    areas = await _load_area_words(ids)
    words = {}
    for row in rows:
        team = row.pop("id")
        words[team] = " ".join((*row.values(), *areas.get(team, ())))
    return words


async def _load_area_words(ids: list[int]) -> dict[int, list[str]]:
    query = TeamArea.select(TeamArea.team, TeamArea.area).where(TeamArea.team.is_in(ids))
    placed = await query.order_by(TeamArea.area)
    names = {row["code"]: row["name"] for row in await Area.select(Area.code, Area.name)}
    found: dict[int, list[str]] = {}
    for row in placed:
        found.setdefault(row["team"], []).append(f"{row['area']} {names[row['area']]}")
    return found


async def _save_entries(table: type[Team] | type[Person], entries: list[SearchEntry]) -> None:
    """One statement for all: a list of thousands is indexed in seconds."""
    if not entries:
        return
    rows = ", ".join("(CAST({} AS INTEGER), {}, {})" for _ in entries)
    values = (
        value for row, name, words in entries for value in (row, fold_text(name)[:_SORT_NAME_LENGTH], fold_text(words))
    )
    name = table._meta.tablename
    await table.raw(
        f"WITH kept(id, name, words) AS (VALUES {rows}) "  # our own table names and braces  # noqa: S608 # nosec B608
        f"UPDATE {name} SET sort_name = kept.name, search_text = kept.words FROM kept WHERE {name}.id = kept.id",
        *values,
    )
