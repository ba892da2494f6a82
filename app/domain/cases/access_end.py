"""Why and when a person lost the right to read a case, for that person alone. Source: issue 14, B10.

| what happened                                  | what the page says                      |
|------------------------------------------------|-----------------------------------------|
| their team transferred the case                | to which team, when                     |
| their team stepped out                         | which team, when, by whom if by another |
| their team was closed                          | which team, when                        |
| they left the team                             | which team, when, by whom if by another |
| the case was closed, and they are its expert   | when                                    |
| the case that brought them, an expert, there   | when, by whom if by another             |
| was separated from it                          |                                         |
| it was withdrawn before it was opened          | when                                    |
| it was erased                                  | when                                    |

The answer is for people who had the case: they opened it, they sent it, or an email about it was sent to them. They
learn the first thing that ended their right after that, and nothing later. For any other person the case does not
exist. A merger of teams ends no right: members and cases move together. Pages, streams, autosaves and files all ask
here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.cases.lifecycle.merged_teams import follow_mergers
from db.batch import BatchQuery, Row, fetch_batch, fetch_query, parse_timestamp


class AccessEndReason(StrEnum):
    TRANSFERRED = "transferred"
    STEPPED_OUT = "stepped_out"
    TEAM_CLOSED = "team_closed"
    LEFT = "left"
    CLOSED = "closed"
    SEPARATED = "separated"
    WITHDRAWN = "withdrawn"
    ERASED = "erased"


@dataclass(frozen=True)
class AccessEnd:
    """by is the name of who did it, empty when no person or the reader did it.

    team is the team that the case went to, that stepped out or was closed, or that the person left.
    """

    reason: AccessEndReason
    at: datetime
    by: str = ""
    team: str = ""


_LAST_ACCESS_QUERY = BatchQuery(
    {"last": "max(had.at)"},
    """(SELECT read_at AS at FROM read_receipt WHERE "case" = {} AND person = {}
    UNION ALL SELECT written_at FROM email WHERE "case" = {} AND person = {} AND state = 'sent'
    UNION ALL SELECT happened_at FROM audit_log
        WHERE case_id = {} AND person_id = {} AND action IN ('case.read', 'case.sent')) AS had""",
    {"last": parse_timestamp},
)
_NAME_SQL = "COALESCE(p.first_name || ' ' || p.last_name, '')"
_CASE_QUERY = BatchQuery(
    {
        "team": "c.team",
        "status": "c.status",
        "outcome": "c.outcome",
        "closed_at": "c.closed_at",
        "erased_at": "c.erased_at",
        "by": _NAME_SQL,
        "invited": 'EXISTS (SELECT 1 FROM guest g WHERE g."case" = c.id AND g.person = {})',
    },
    "cases c LEFT JOIN person p ON p.id = c.closed_by WHERE c.id = {}",
    {"closed_at": parse_timestamp, "erased_at": parse_timestamp, "invited": bool},
)
_RECIPIENT_TEAMS_QUERY = BatchQuery({"team": "r.team"}, 'recipient r WHERE r."case" = {} AND r.left_at IS NULL', {})
_TEAM_EXITS_QUERY = BatchQuery(
    {
        "kind": "e.kind",
        "at": "e.happened_at",
        "by": _NAME_SQL,
        "team": "e.team",
        "other": "e.other_team",
        "name": "t.name",
    },
    """event e JOIN team t ON t.id = COALESCE(e.other_team, e.team) LEFT JOIN person p ON p.id = e.actor
    WHERE e."case" = {} AND e.kind IN ('transferred', 'stepped_out', 'team_closed') ORDER BY e.id""",
    {"at": parse_timestamp},
)
_MEMBER_REMOVALS_QUERY = BatchQuery(
    {
        "team": "a.team_id",
        "at": "a.happened_at",
        "by": f"CASE WHEN a.person_id = a.target_person_id THEN '' ELSE {_NAME_SQL} END",
        "name": "t.name",
    },
    """audit_log a JOIN team t ON t.id = a.team_id LEFT JOIN person p ON p.id = a.person_id
    WHERE a.target_person_id = {} AND a.action = 'member.removed' ORDER BY a.id""",
    {"at": parse_timestamp},
)
_SEPARATIONS_QUERY = BatchQuery(
    {"at": "e.happened_at", "by": f"CASE WHEN e.actor = i.other_person THEN '' ELSE {_NAME_SQL} END"},
    """event e JOIN event i ON i."case" = e."case" AND i.id < e.id AND i.kind = 'expert' AND i.other_person = {}
    LEFT JOIN person p ON p.id = e.actor WHERE e."case" = {} AND e.kind = 'separated'""",
    {"at": parse_timestamp},
)
_TEAM_MERGERS_QUERY = BatchQuery(
    {"team": "t.id", "into": "t.merged_into"}, "team t WHERE t.merged_into IS NOT NULL", {}
)


async def find_access_end(actor: Actor, case_id: UUID) -> AccessEnd | None:
    """For an actor who does not read the case, or for an absent case. Returns None if they never had the right.

    A stranger's case and an absent one run the same single query, so that time does not tell them apart.
    """
    who = (case_id, actor.id)
    had = (await fetch_query(_LAST_ACCESS_QUERY.bind(*who, *who, *who)))[0]["last"]
    if had is None:
        return None
    found = await fetch_batch(
        case=_CASE_QUERY.bind(actor.id, case_id),
        received=_RECIPIENT_TEAMS_QUERY.bind(case_id),
        departures=_TEAM_EXITS_QUERY.bind(case_id),
        removals=_MEMBER_REMOVALS_QUERY.bind(actor.id),
        separations=_SEPARATIONS_QUERY.bind(actor.id, case_id),
        mergers=_TEAM_MERGERS_QUERY.bind(),
    )
    endings = (
        one for case in found["case"] for one in _AccessHistory(actor, case, found).iter_access_ends() if one.at >= had
    )
    return min(endings, key=lambda one: one.at, default=None)


class _AccessHistory:
    """The teams of the case and of the person over time. A merged team counts as the team that took its place."""

    def __init__(self, actor: Actor, case: Row, found: Mapping[str, list[Row]]) -> None:
        self._actor, self._case = actor, case
        self._team_exits, self._removals = found["departures"], found["removals"]
        self._separations = [] if case["invited"] else found["separations"]
        self._merged_into = {row["team"]: row["into"] for row in found["mergers"]}
        self._seats = {seat.team_id for seat in actor.seats}
        self._case_teams = {
            self._resolve_merged_team(team) for team in (case["team"], *(row["team"] for row in found["received"]))
        }

    def iter_access_ends(self) -> Iterator[AccessEnd]:
        case, expert = self._case, self._actor.is_expert
        if case["erased_at"] and (expert or self._case_teams & self._seats):
            yield AccessEnd(AccessEndReason.ERASED, case["erased_at"])
            return
        yield from self._iter_team_exits()
        for row in self._removals:
            if self._was_on_case(row["team"], row["at"]):
                yield AccessEnd(AccessEndReason.LEFT, row["at"], row["by"], row["name"])
        if case["status"] == "closed" and expert and case["invited"]:
            yield AccessEnd(AccessEndReason.CLOSED, case["closed_at"], case["by"])
        if expert:
            yield from (AccessEnd(AccessEndReason.SEPARATED, row["at"], row["by"]) for row in self._separations)
        if case["outcome"] == "withdrawn" and self._resolve_merged_team(case["team"]) not in self._seats:
            yield AccessEnd(AccessEndReason.WITHDRAWN, case["closed_at"], case["by"])

    def _iter_team_exits(self) -> Iterator[AccessEnd]:
        for row in self._team_exits:
            if self._was_member_of(_find_leaving_team(row), row["at"]):
                yield AccessEnd(AccessEndReason(row["kind"]), row["at"], row["by"], row["name"])

    def _was_member_of(self, team: int, at: datetime) -> bool:
        left_since = (row["team"] for row in self._removals if row["at"] >= at)
        return self._resolve_merged_team(team) in {*self._seats, *map(self._resolve_merged_team, left_since)}

    def _was_on_case(self, team: int, at: datetime) -> bool:
        gone_since = (_find_leaving_team(row) for row in self._team_exits if row["at"] >= at)
        return self._resolve_merged_team(team) in {*self._case_teams, *map(self._resolve_merged_team, gone_since)}

    def _resolve_merged_team(self, team: int) -> int:
        return follow_mergers(team, self._merged_into)


def _find_leaving_team(row: Row) -> int:
    """The closure of a team is not an action of this team: its event names it as the other one."""
    return int(row["other"] if row["kind"] == AccessEndReason.TEAM_CLOSED else row["team"])
