"""What a team holds: what a merger moves, and what a closing would leave to nobody. Source: features.md P3, P6."""

from dataclasses import dataclass
from uuid import UUID

from piccolo.columns.combination import And, Or

from app.domain.case_status import OPEN, Status
from app.domain.teams.detail import Member, members_of
from app.domain.teams.permissions import Condition, TeamFacts
from db.tables import Case, Invitation, Membership, Phrase, Recipient

_STILL_OPEN = Case.status.is_in([status.value for status in OPEN])
_KEPT = And(Case.status == Status.CLOSED, Case.erased_at.is_null())


@dataclass(frozen=True)
class Holdings:
    """Counts of cases: received and authored are open; stranded, the received ones that no other team reads."""

    members: tuple[Member, ...]
    received: int
    stranded: int
    authored: int
    closed: int
    drafts: int
    phrases: int
    invitations: int

    @property
    def would_be_lost(self) -> int:
        """The open cases that would have nobody on one side."""
        return self.stranded + self.authored


async def holdings_of(team: TeamFacts) -> Holdings:
    received, authored = received_by(team.id), Case.team == team.id
    return Holdings(
        members=await members_of(team.id),
        received=await Case.count().where(And(received, _STILL_OPEN)),
        stranded=await Case.count().where(And(And(received, _STILL_OPEN), _read_by_no_other(team.id))),
        authored=await Case.count().where(And(authored, _STILL_OPEN)),
        closed=await Case.count().where(And(received, _KEPT)) + await Case.count().where(And(authored, _KEPT)),
        drafts=await Case.count().where(And(authored, Case.status == Status.DRAFT)),
        phrases=await Phrase.count().where(Phrase.team == team.id),
        invitations=await Invitation.count().where(Invitation.team == team.id, Invitation.used_at.is_null()),
    )


def received_by(team_id: int) -> Condition:
    return Case.id.is_in(Recipient.select(Recipient.case).where(Recipient.team == team_id))


def _read_by_no_other(team_id: int) -> Condition:
    read = Membership.select(Membership.team).where(Membership.person.active.eq(True))
    return Case.id.not_in(Recipient.select(Recipient.case).where(Recipient.team != team_id, Recipient.team.is_in(read)))


async def open_cases_of(team_id: int) -> list[UUID]:
    """Every open case that the team received or wrote."""
    rows = await Case.select(Case.id).where(And(_STILL_OPEN, Or(received_by(team_id), Case.team == team_id)))
    return [row["id"] for row in rows]
