"""A case as the reader of a digest sees it: a person, or the shared address of a team."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.domain.accounts.actor import Actor, Side
from app.domain.audience import TO_ALL, TO_REFERENTS, Readership, build_team_readership
from app.domain.case_status import Status
from app.domain.cases.access import load_locked_case, load_visible_case
from app.domain.cases.own_teams import list_own_teams
from app.domain.cases.permissions import CaseFacts, find_side, may_read
from app.domain.cases.team_mailbox import find_team_mailbox
from app.domain.cases.thread.read_receipts import find_last_read_event, find_latest_event
from app.domain.errors import NotFound


@dataclass(frozen=True)
class DigestReading:
    """teams: the reader's own on the case, all of them for the agents' side. person_id: None for a shared address."""

    facts: CaseFacts
    as_referent: bool
    teams: frozenset[int]
    unread: bool
    readerships: frozenset[Readership]
    person_id: int | None = None

    @property
    def late_from(self) -> datetime | None:
        """When the first of the teams is late."""
        times = [self.facts.teams[team].late_from for team in self.teams]
        return min((time for time in times if time), default=None)

    @property
    def holders(self) -> frozenset[int]:
        """Who said « je m'en occupe » in these teams."""
        taken = [self.facts.teams[team].taken_by for team in self.teams]
        return frozenset(person for person in taken if person)


async def load_digest_reading(actor: Actor, case_id: UUID) -> DigestReading | None:
    """None for a case that the actor may not read, or that was closed before they ever opened it."""
    try:
        facts = await load_visible_case(actor, case_id)
    except NotFound:
        return None
    last_read = await find_last_read_event(actor, case_id)
    if last_read is None and facts.status == Status.CLOSED:
        return None
    as_referent = find_side(actor, facts) == Side.REFERENT
    own = list_own_teams(actor, facts.recipient_teams) if as_referent else facts.recipient_teams
    unread = last_read is None or find_latest_event(actor, facts) > last_read
    lines = [TO_ALL, TO_REFERENTS, *map(build_team_readership, own)]
    readerships = frozenset(one for one in lines if may_read(actor, facts, *one))
    return DigestReading(facts, as_referent, own, unread, readerships, actor.id)


async def load_team_digest_reading(team_id: int, case_id: UUID) -> tuple[str, DigestReading] | None:
    """With the shared address. None once the team may not be written about this case any more."""
    address, facts = await find_team_mailbox(team_id, case_id), await load_locked_case(case_id)
    if not address or facts is None:
        return None
    own = facts.recipient_teams & {team_id}
    return address, DigestReading(facts, bool(own), own or facts.recipient_teams, True, frozenset({TO_ALL}))
