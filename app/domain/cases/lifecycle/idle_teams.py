"""The teams that a continuation brought to another case, and that stand there as it left them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from app.domain.cases.events import ADMINISTRATIVE
from app.domain.cases.lifecycle.continuation_row import Undo, list_continuing_here
from app.domain.cases.permissions import CaseFacts
from app.domain.cases.progress.team import TeamProgress
from app.domain.cases.thread.addressed_teams import load_addressed_teams
from db.tables.cases import Case
from db.tables.participants import Guest, Recipient
from db.tables.thread import Event


@dataclass(frozen=True)
class Since:
    """What happened in a case since an event, openings and reorganisations apart.

    teams: those that acted, or were addressed by name.
    """

    quiet: bool
    teams: frozenset[int]


async def load_since(case_id: UUID, event_id: int) -> Since:
    rows = await Event.select(Event.team, Event.message).where(
        Event.case == case_id, Event.id > event_id, Event.kind.not_in(list(ADMINISTRATIVE))
    )
    named = await load_addressed_teams([row["message"] for row in rows if row["message"]])
    acting = frozenset(row["team"] for row in rows if row["team"])
    return Since(quiet=not rows, teams=acting.union(*named.values()))


def list_idle_teams(
    other: CaseFacts, undo: Undo, since: Since, places: Mapping[int, int], held: Collection[int]
) -> dict[int, TeamProgress | None]:
    """Team -> where it stood before. Those that are `held` by another case that continues here are not among them.

    places: a team that was merged since -> the one that stands for it.
    """
    return {
        places.get(team, team): undo.former[team]
        for team in undo.brought
        if places.get(team, team) not in held and _is_idle(other, undo, since, team, places.get(team, team))
    }


def _is_idle(other: CaseFacts, undo: Undo, since: Since, team: int, place: int) -> bool:
    """A merged team that stood in the other case before stays there."""
    known, brought, former = other.teams.get(place), undo.brought[team], undo.former[team]
    if known is None or not known.is_present or not since.teams.isdisjoint({team, place}):
        return False
    if place != team and (known.joined_at < brought.joined_at or (former and former.is_present)):
        return False
    return brought.has_turn or not known.has_turn


async def load_held(other_id: UUID, case_id: UUID) -> tuple[frozenset[int], frozenset[int]]:
    """The teams, and the people, of the cases that continue in `other_id` beside `case_id`.

    Read without a lock: two of them may be taken back at once, and each holds its own.
    """
    cases = await list_continuing_here(other_id, case_id)
    if not cases:
        return frozenset(), frozenset()
    teams = await Recipient.select(Recipient.team).where(Recipient.case.is_in(cases), Recipient.left_at.is_null())
    guests = await Guest.select(Guest.person).where(Guest.case.is_in(cases))
    authors = await Case.select(Case.author.as_alias("person")).where(Case.id.is_in(cases))
    return frozenset(row["team"] for row in teams), frozenset(row["person"] for row in (*guests, *authors))
