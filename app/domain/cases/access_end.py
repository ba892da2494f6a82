"""What ended a person's right to read a case, for the person alone: page, stream, autosave and file ask here.

| what happened                                  | what the page says                      |
|------------------------------------------------|-----------------------------------------|
| their team transferred the case                | to which team, when                     |
| their team was closed                          | which team, when                        |
| they left the team                             | which team, when, by whom if by another |
| the case was closed, and they are its expert   | when                                    |
| it was withdrawn before it was opened          | when                                    |
| it was erased                                  | when                                    |

The page says something only to a person who has had the case: they were shown it, they sent it, or a letter about
it left for them. They learn the first thing that ended their right after that, and nothing that came later. For any
other person the case does not exist. A merger ends no right: members and cases move together. Source: issue 14, B10.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from app.domain.accounts.actor import Actor, PlatformRole
from db.batch import Question, Row, alone, moment, together


class Ending(StrEnum):
    TRANSFERRED = "transferred"
    TEAM_CLOSED = "team_closed"
    LEFT = "left"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    ERASED = "erased"


@dataclass(frozen=True)
class Ended:
    """by: who did it, empty when it happened by itself. team: that to which it went, or that which the person left."""

    how: Ending
    at: datetime
    by: str = ""
    team: str = ""


_PROOF = Question(
    {"last": "max(had.at)"},
    """(SELECT read_at AS at FROM reading WHERE "case" = {} AND person = {}
    UNION ALL SELECT written_at FROM letter WHERE "case" = {} AND person = {} AND state = 'sent'
    UNION ALL SELECT happened_at FROM audit
        WHERE case_id = {} AND person_id = {} AND action IN ('case.read', 'case.sent')) AS had""",
    {"last": moment},
)
_NAME = "COALESCE(p.first_name || ' ' || p.last_name, '')"
_CASE = Question(
    {
        "team": "c.team",
        "status": "c.status",
        "outcome": "c.outcome",
        "closed_at": "c.closed_at",
        "erased_at": "c.erased_at",
        "by": _NAME,
        "invited": 'EXISTS (SELECT 1 FROM guest g WHERE g."case" = c.id AND g.person = {})',
    },
    "cases c LEFT JOIN person p ON p.id = c.closed_by WHERE c.id = {}",
    {"closed_at": moment, "erased_at": moment, "invited": bool},
)
_RECEIVED = Question({"team": "r.team"}, 'recipient r WHERE r."case" = {}', {})
_DEPARTURES = Question(
    {"kind": "e.kind", "at": "e.happened_at", "by": _NAME, "team": "e.team", "other": "e.other_team", "name": "t.name"},
    """event e JOIN team t ON t.id = e.other_team LEFT JOIN person p ON p.id = e.actor
    WHERE e."case" = {} AND e.kind IN ('transferred', 'team_closed') ORDER BY e.id""",
    {"at": moment},
)
_REMOVALS = Question(
    {
        "team": "a.team_id",
        "at": "a.happened_at",
        "by": f"CASE WHEN a.person_id = a.about_id THEN '' ELSE {_NAME} END",
        "name": "t.name",
    },
    """audit a JOIN team t ON t.id = a.team_id LEFT JOIN person p ON p.id = a.person_id
    WHERE a.about_id = {} AND a.action = 'member.removed' ORDER BY a.id""",
    {"at": moment},
)
_MERGERS = Question({"team": "t.id", "into": "t.merged_into"}, "team t WHERE t.merged_into IS NOT NULL", {})


async def ended_right(actor: Actor, case_id: UUID) -> Ended | None:
    """For an actor who does not read the case, or no case at all: what ended their right, None if they never had it.

    A stranger's case and an absent one are asked the same question, and no other.
    """
    who = (case_id, actor.id)
    had = (await alone(_PROOF.about(*who, *who, *who)))[0]["last"]
    if had is None:
        return None
    found = await together(
        case=_CASE.about(actor.id, case_id),
        received=_RECEIVED.about(case_id),
        departures=_DEPARTURES.about(case_id),
        removals=_REMOVALS.about(actor.id),
        mergers=_MERGERS.about(),
    )
    endings = (one for case in found["case"] for one in _History(actor, case, found).endings() if one.at >= had)
    return min(endings, key=lambda one: one.at, default=None)


class _History:
    """The teams of the case and of the person, in time. A merged team counts as the one that took its place."""

    def __init__(self, actor: Actor, case: Row, found: Mapping[str, list[Row]]) -> None:
        self._actor, self._case = actor, case
        self._departures, self._removals = found["departures"], found["removals"]
        self._into = {row["team"]: row["into"] for row in found["mergers"]}
        self._seats = {seat.team_id for seat in actor.seats}
        self._on_case = {self._now(team) for team in (case["team"], *(row["team"] for row in found["received"]))}

    def endings(self) -> Iterator[Ended]:
        case, expert = self._case, self._actor.role == PlatformRole.EXPERT
        if case["erased_at"] and (expert or self._on_case & self._seats):
            yield Ended(Ending.ERASED, case["erased_at"])
            return
        yield from self._with_the_team()
        for row in self._removals:
            if self._was_on_case(row["team"], row["at"]):
                yield Ended(Ending.LEFT, row["at"], row["by"], row["name"])
        if case["status"] == "closed" and expert and case["invited"]:
            yield Ended(Ending.CLOSED, case["closed_at"], case["by"])
        if case["outcome"] == "withdrawn" and self._now(case["team"]) not in self._seats:
            yield Ended(Ending.WITHDRAWN, case["closed_at"], case["by"])

    def _with_the_team(self) -> Iterator[Ended]:
        for row in self._departures:
            transferred = row["kind"] == Ending.TRANSFERRED
            if self._was_in(row["team"] if transferred else row["other"], row["at"]):
                yield Ended(Ending(row["kind"]), row["at"], row["by"], row["name"])

    def _was_in(self, team: int, at: datetime) -> bool:
        left_since = (row["team"] for row in self._removals if row["at"] >= at)
        return self._now(team) in {*self._seats, *map(self._now, left_since)}

    def _was_on_case(self, team: int, at: datetime) -> bool:
        gone_since = (
            row["team"] if row["kind"] == Ending.TRANSFERRED else row["other"]
            for row in self._departures
            if row["at"] >= at
        )
        return self._now(team) in {*self._on_case, *map(self._now, gone_since)}

    def _now(self, team: int) -> int:
        while team in self._into:
            team = self._into[team]
        return team
