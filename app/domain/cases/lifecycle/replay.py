"""Recomputes where a case and its teams stand from its events, so that a withdrawn message leaves no effect.

Each event applies the step that its verb applies (progress/steps.py). A test compares both on random histories
(test_replay.py). Source: features.md N14.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce
from typing import Any

from piccolo.columns.combination import Or

from app.domain.audience import Audience
from app.domain.cases.events import ADMINISTRATIVE, EventKind
from app.domain.cases.permissions import CaseFacts
from app.domain.cases.progress import steps
from app.domain.cases.progress.kept_turns import KeptTurns, keep_turns, restore_turns
from app.domain.cases.progress.steps import CaseProgress
from app.domain.cases.thread.addressed_teams import load_addressed_teams
from db.tables.thread import Event


@dataclass(frozen=True)
class ReplayEvent:
    """An event that everyone may read. team: who acts, if it is a recipient team. other_team: the one brought in."""

    kind: EventKind
    at: datetime
    team: int | None
    by_referent: bool
    other_team: int | None = None
    addressed: frozenset[int] = frozenset()


@dataclass(frozen=True)
class ReplayedCase:
    """kept: the turns from before it continued in another case."""

    progress: CaseProgress
    active_at: datetime | None = None
    kept: KeptTurns | None = None


def replay_events(events: Iterable[ReplayEvent], received: Iterable[int], area: str) -> ReplayedCase:
    """events: the oldest first, from the sending on. received: the teams that it was sent to. Pure."""
    start = ReplayedCase(CaseProgress({}, sent=False))
    return reduce(lambda course, event: _apply_event(course, event, frozenset(received), area), events, start)


def _apply_event(replayed: ReplayedCase, event: ReplayEvent, received: frozenset[int], area: str) -> ReplayedCase:
    if event.kind == EventKind.SENT:
        return ReplayedCase(steps.send(sorted(received), event.at, area), event.at)
    moved = replace(replayed, progress=_apply_step(replayed.progress, event, area))
    if event.kind == EventKind.CONTINUED:
        moved = replace(moved, kept=keep_turns(replayed.progress))
    if event.kind == EventKind.RECALLED and replayed.kept:
        moved = replace(moved, progress=restore_turns(replayed.progress, replayed.kept))
    return moved if event.kind in ADMINISTRATIVE else replace(moved, active_at=event.at)


def _apply_step(before: CaseProgress, event: ReplayEvent, area: str) -> CaseProgress:
    match event.kind:
        case EventKind.OPENED if event.team is not None and event.team in before.teams:
            return steps.open_by(before, [event.team], event.at)
        case EventKind.TAKEN | EventKind.ASSIGNED if event.team is not None and event.team in before.teams:
            return steps.take(before, event.team, event.at, area)
        case EventKind.GIVEN_BACK if event.team is not None and event.team in before.teams:
            return steps.give_back(before, event.team)
        case EventKind.MESSAGE | EventKind.HANDLED | EventKind.IRRELEVANT:
            return _apply_message(before, event, area)
        case EventKind.TRANSFERRED | EventKind.STEPPED_OUT | EventKind.TEAM_CLOSED:
            return _apply_departure(before, event, area)
        case EventKind.COMPLETED | EventKind.IDENTITY if not event.by_referent:
            return steps.complete(before, event.at, area)
        case EventKind.TEAM_INVITED | EventKind.OPINION if event.other_team is not None:
            return steps.join(before, event.other_team, event.at, area, opinion=event.kind == EventKind.OPINION)
        case EventKind.CLOSED | EventKind.WITHDRAWN | EventKind.CONTINUED:
            return steps.close(before)
        case EventKind.REOPENED:
            return steps.reopen(before, event.at, area)
        case EventKind.SUSPENDED if not before.closed:
            return steps.suspend(before)
        case EventKind.RESUMED if not before.closed:
            return steps.resume(before, event.at, area)
    return before


def _apply_message(before: CaseProgress, event: ReplayEvent, area: str) -> CaseProgress:
    if not event.by_referent:
        return steps.ask(before, event.addressed, event.at, area)
    if event.team is None or event.team not in before.teams:
        return before
    handled, irrelevant = event.kind == EventKind.HANDLED, event.kind == EventKind.IRRELEVANT
    return steps.answer(before, event.team, event.at, area, handled=handled, irrelevant=irrelevant)


def _apply_departure(before: CaseProgress, event: ReplayEvent, area: str) -> CaseProgress:
    """A transfer brings the other team in first. The team of a closure is the event's other team."""
    leaving = event.other_team if event.kind == EventKind.TEAM_CLOSED else event.team
    if event.kind == EventKind.TRANSFERRED and event.other_team is not None:
        before = steps.join(before, event.other_team, event.at, area)
    return steps.leave(before, leaving, event.at) if leaving is not None and leaving in before.teams else before


@dataclass(frozen=True)
class MessageReplay:
    """Where the case stands with a message, and without it. merged_teams: those that took in another team since.

    The replay does not know all that happened: teams that were merged are replayed as one, a closed team leaves a
    closed case without an event, a migration gave new clocks. Its two results differ by what the message did.
    """

    with_message: ReplayedCase
    without: ReplayedCase
    merged_teams: frozenset[int]


async def replay_message(case: CaseFacts, message_id: int, places: dict[int, int]) -> MessageReplay:
    """message_id: of a message that is marked as withdrawn; others are left out. places: load_merged_teams."""
    rows = await _load_event_rows(case, message_id)
    addressed = await load_addressed_teams([row["message"] for row in rows if row["message"]])
    received = [team for team, one in case.teams.items() if rows and one.joined_at == rows[0]["happened_at"]]

    def replay(kept: list[dict[str, Any]]) -> ReplayedCase:
        events = (_decode_event(row, places, addressed.get(row["message"], ())) for row in kept)
        return replay_events(events, received, case.area)

    return MessageReplay(
        with_message=replay(rows),
        without=replay([row for row in rows if row["message"] != message_id]),
        merged_teams=frozenset(
            places.get(row["other_team"], row["other_team"]) for row in rows if row["kind"] == EventKind.TEAM_MERGED
        ),
    )


async def _load_event_rows(case: CaseFacts, message_id: int) -> list[dict[str, Any]]:
    """Without the corrections and withdrawals of messages: they change no turn."""
    rows: list[dict[str, Any]] = await (
        Event.select(
            Event.kind,
            Event.happened_at,
            Event.message,
            Event.team,
            Event.other_team,
            Event.team.organisation.kind.as_alias("side"),
        )
        .where(
            Event.case == case.id,
            Event.audience == Audience.ALL,
            Or(Event.message.is_null(), Or(Event.message.withdrawn_at.is_null(), Event.message == message_id)),
        )
        .order_by(Event.id)
    )
    return rows


def _decode_event(row: dict[str, Any], places: dict[int, int], addressed: Iterable[int]) -> ReplayEvent:
    return ReplayEvent(
        EventKind(row["kind"]),
        row["happened_at"],
        places.get(row["team"], row["team"]),
        row["side"] == "operator",
        places.get(row["other_team"], row["other_team"]),
        frozenset(places.get(team, team) for team in addressed),
    )
