"""What wakes the open pages and lists of the people who may read a new line, and of no one else."""

from dataclasses import dataclass
from uuid import UUID

from app.domain.accounts.actor import Actor
from app.domain.audience import Audience, Readership
from app.domain.cases.own_teams import list_own_teams
from app.domain.cases.permissions import CaseFacts, find_basic_relations, may_read_audience
from app.domain.signals import Signal

NO_EVENT = 0
"""The event of an update that adds no line to the thread: a case that is set aside, or comes back."""


@dataclass(frozen=True)
class LiveUpdate:
    """A line was added to a case, or a list changed (NO_EVENT).

    It wakes only the streams of people who may read the line. No other stream sends anything, so that its timing
    reveals nothing. A stream checks the rights again when it reads.
    """

    event_id: int
    case_id: UUID
    audience: Audience
    team: int
    recipient_teams: frozenset[int]
    guests: frozenset[int]
    reader_team: int | None = None

    def is_visible_to(self, actor: Actor) -> bool:
        relations = find_basic_relations(actor, self.team, self.recipient_teams, self.guests)
        in_team = self.reader_team in list_own_teams(actor, self.recipient_teams)
        return may_read_audience(relations, self.audience, in_team=in_team)


def build_live_update(case: CaseFacts, event_id: int, readership: Readership) -> LiveUpdate:
    audience, reader_team = readership
    return LiveUpdate(event_id, case.id, audience, case.team_id, case.recipient_teams, case.guests, reader_team)


event_recorded = Signal[[LiveUpdate]]()
"""Sent after the commit; the composition root connects the live bus."""
