"""Where one recipient team stands on a case. Source: design.md, « Several teams »; features.md W1."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from app.domain.accounts.actor import Side
from app.domain.case_status import Status


@dataclass(frozen=True)
class TeamProgress:
    """The columns of one recipient (db/tables/participants.py), under the same names.

    A team may be present or stepped out. A present team is concerned unless it said « non pertinente », or was asked
    for an opinion only: the agent's messages to all give the turn to concerned teams.
    """

    joined_at: datetime
    opinion: bool = False
    seen_at: datetime | None = None
    next_side: str = ""
    waiting_since: datetime | None = None
    late_from: datetime | None = None
    late_notices_sent: int = 0
    taken_by: int | None = None
    first_answer_at: datetime | None = None
    last_answer_at: datetime | None = None
    handled_at: datetime | None = None
    irrelevant_at: datetime | None = None
    left_at: datetime | None = None
    promise_due: datetime | None = None
    promise_reminded_at: datetime | None = None
    last_note_event: int = 0

    @property
    def has_turn(self) -> bool:
        return self.next_side == Side.REFERENT

    @property
    def is_present(self) -> bool:
        return self.left_at is None

    @property
    def is_concerned(self) -> bool:
        return self.is_present and self.irrelevant_at is None and not self.opinion

    @property
    def awaits_agents(self) -> bool:
        """Its last answer is a message, to which the agents' side has not replied."""
        return self.is_concerned and not self.has_turn and self.last_answer_at is not None and self.handled_at is None

    @property
    def owes_first_answer(self) -> bool:
        """The platform does not close the case as handled or inactive while a team owes its first answer."""
        return self.is_concerned and self.first_answer_at is None


Teams = Mapping[int, TeamProgress]
"""Team id -> where it stands. It has the teams that stepped out too."""


def list_present_teams(teams: Teams) -> frozenset[int]:
    return frozenset(team for team, progress in teams.items() if progress.is_present)


def compute_team_status(status: Status, *, seen: bool | None) -> Status:
    """The status that a referent reads: Nouvelle and Consultée are those of their own teams, Répondue is everyone's.

    seen: by one of their teams; None for the agents' side, which reads the case's own status.
    """
    if seen is None or status not in (Status.NEW, Status.SEEN):
        return status
    return Status.SEEN if seen else Status.NEW


def resolve_addressed_teams(teams: Teams, addressed: Iterable[int] = ()) -> frozenset[int]:
    """The teams that get the turn and the emails of an agent's message.

    Those of `addressed` that are on the case, present or not. Without any, every concerned team. When no team is
    concerned, the only one that is present: writing to it names it. Of several, the message has to name one.
    """
    if chosen := frozenset(addressed) & teams.keys():
        return chosen
    concerned = frozenset(team for team, progress in teams.items() if progress.is_concerned)
    return concerned or find_only_team(teams)


def find_only_team(teams: Teams) -> frozenset[int]:
    """The team that is there alone; empty where several are, or none."""
    present = list_present_teams(teams)
    return present if len(present) == 1 else frozenset()


def merge_progress(old: TeamProgress, new: TeamProgress) -> TeamProgress:
    """Two recipient teams of one case become one. What one of them still owes, the merged team owes.

    A team that is out of the case (stepped out, « non pertinente », opinion) leaves its place to the other one. Where
    both are in it, the earliest clock goes on, and « c'est traité » counts once both said it.
    """
    in_place = _list_in_place(old, new)
    kept = min(in_place, key=lambda one: (not one.has_turn, one.late_from or one.joined_at, -one.late_notices_sent))
    return replace(
        kept,
        joined_at=min(old.joined_at, new.joined_at),
        opinion=all(one.opinion for one in in_place),
        irrelevant_at=_first(*(one.irrelevant_at for one in in_place)),
        seen_at=_first(old.seen_at, new.seen_at),
        taken_by=new.taken_by or old.taken_by,
        first_answer_at=_first(old.first_answer_at, new.first_answer_at),
        last_answer_at=_last(old.last_answer_at, new.last_answer_at),
        handled_at=_last(*(one.handled_at for one in in_place)) if all(one.handled_at for one in in_place) else None,
        promise_due=_first(*(one.promise_due for one in in_place)),
        promise_reminded_at=_last(old.promise_reminded_at, new.promise_reminded_at),
        last_note_event=max(old.last_note_event, new.last_note_event),
    )


def _list_in_place(old: TeamProgress, new: TeamProgress) -> list[TeamProgress]:
    """Those that count for the merged team, the new one first: both when they stand alike."""
    both = [new, old]
    return [one for one in both if one.is_concerned] or [one for one in both if one.is_present] or both


def _first(*times: datetime | None) -> datetime | None:
    return min((time for time in times if time), default=None)


def _last(*times: datetime | None) -> datetime | None:
    return max((time for time in times if time), default=None)
