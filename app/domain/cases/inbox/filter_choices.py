"""The choices of a list's filters: what its cases have, and no other."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from piccolo.querystring import QueryString

from app.domain.accounts.actor import Actor
from app.domain.cases.inbox.access_paths import Selection, build_access_query
from app.domain.cases.inbox.views import View
from db.tables.cases import Case

_CHOICES_SQL = """SELECT DISTINCT cases.area, area.name AS area_name, office.id AS office, office.name AS office_name,
    author.id AS agent, author.first_name, author.last_name, cases.guided_subject AS subject,
    subject.name AS subject_name, CAST(NULL AS INTEGER) AS organisation, CAST(NULL AS VARCHAR) AS acronym
    FROM ({}) AS found JOIN cases ON cases.id = found."case" JOIN area ON area.code = cases.area
    JOIN team AS office ON office.id = cases.team JOIN person AS author ON author.id = cases.author
    LEFT JOIN subject ON subject.id = cases.guided_subject
    UNION ALL SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, id, acronym FROM organisation
    WHERE kind = 'operator' AND id IN (
        SELECT team.organisation FROM team JOIN team_area ON team_area.team = team.id WHERE {})"""


class Choice(NamedTuple):
    id: int | str
    name: str


@dataclass(frozen=True)
class FilterChoices:
    """Sorted by label. A list of one choice filters nothing. organisations: by their acronyms."""

    areas: list[Choice]
    offices: list[Choice]
    agents: list[Choice]
    subjects: list[Choice]
    organisations: list[Choice]


async def load_filter_choices(actor: Actor, view: View, now: datetime) -> FilterChoices:
    """Of the actor's open cases, of their closed ones in CLOSED, of both in FOUND.

    The organisations are those with a team in the areas of the actor's teams; for an expert, those of every area.
    """
    known = view if view in (View.CLOSED, View.FOUND) else View.OPEN
    cases = build_access_query(actor, Selection(known, now))
    rows = await Case.raw(_CHOICES_SQL, cases, _build_near_condition(actor))
    found = [row for row in rows if row["organisation"] is None]
    return FilterChoices(
        areas=_sort_choices({row["area"]: row["area_name"] for row in found}),
        offices=_sort_choices({row["office"]: row["office_name"] for row in found}),
        agents=_sort_choices({row["agent"]: f"{row['first_name']} {row['last_name']}" for row in found}),
        subjects=_sort_choices({row["subject"]: row["subject_name"] for row in found if row["subject"]}),
        organisations=_sort_choices({row["organisation"]: row["acronym"] for row in rows if row["organisation"]}),
    )


def _sort_choices(labels: Mapping[Any, str]) -> list[Choice]:
    return sorted(map(Choice._make, labels.items()), key=lambda choice: choice.name.casefold())


def _build_near_condition(actor: Actor) -> QueryString:
    if actor.is_expert:
        return QueryString("1 = 1")
    teams = [seat.team_id for seat in actor.seats]
    listed = ", ".join(["{}"] * len(teams)) or "NULL"
    return QueryString(f"area IN (SELECT area FROM team_area WHERE team IN ({listed}))", *teams)  # noqa: S608 # nosec B608
