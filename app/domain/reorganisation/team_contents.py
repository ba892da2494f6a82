"""What a team has: a merger moves it, and a closure would leave it without a team. Source: features.md P3, P6."""

from dataclasses import dataclass
from uuid import UUID

from piccolo.columns.combination import And, Or

from app.domain.case_status import OPEN_STATUSES, Status
from app.domain.teams.detail import Member, list_members
from app.domain.teams.permissions import Condition, TeamFacts
from db.engine import is_postgres
from db.tables.cases import Case
from db.tables.members import Invitation, Membership
from db.tables.participants import Recipient
from db.tables.phrases import Phrase

_IS_OPEN = Case.status.is_in([status.value for status in OPEN_STATUSES])
_CLOSED_NOT_ERASED = And(Case.status == Status.CLOSED, Case.erased_at.is_null())


@dataclass(frozen=True)
class TeamContents:
    """Received, stranded and authored cases are open. No other active team has received a stranded case."""

    members: tuple[Member, ...]
    received_cases: int
    stranded_cases: int
    authored_cases: int
    closed_cases: int
    drafts: int
    phrases: int
    invitations: int

    @property
    def orphaned_cases(self) -> int:
        """Open cases that a closure would leave without a person on one side."""
        return self.stranded_cases + self.authored_cases


async def count_team_contents(team: TeamFacts) -> TeamContents:
    received, authored = build_received_condition(team.id), Case.team == team.id
    return TeamContents(
        members=await list_members(team.id),
        received_cases=await Case.count().where(And(received, _IS_OPEN)),
        stranded_cases=await Case.count().where(
            And(And(received, _IS_OPEN), _build_unread_elsewhere_condition(team.id))
        ),
        authored_cases=await Case.count().where(And(authored, _IS_OPEN)),
        closed_cases=await Case.count().where(And(received, _CLOSED_NOT_ERASED))
        + await Case.count().where(And(authored, _CLOSED_NOT_ERASED)),
        drafts=await Case.count().where(And(authored, Case.status == Status.DRAFT)),
        phrases=await Phrase.count().where(Phrase.team == team.id),
        invitations=await Invitation.count().where(Invitation.team == team.id, Invitation.used_at.is_null()),
    )


def build_received_condition(team_id: int) -> Condition:
    """The cases that the team received and did not step out of."""
    return Case.id.is_in(Recipient.select(Recipient.case).where(Recipient.team == team_id, Recipient.left_at.is_null()))


def _build_unread_elsewhere_condition(team_id: int) -> Condition:
    read = Membership.select(Membership.team).where(Membership.person.active.eq(True))
    return Case.id.not_in(
        Recipient.select(Recipient.case).where(
            Recipient.team != team_id, Recipient.team.is_in(read), Recipient.left_at.is_null()
        )
    )


async def lock_team_cases(team_id: int) -> None:
    """All that the team received or opened, by id, before a change of several of them reads their recipients.

    An answer that is being written ends first, or waits: it is neither overwritten nor deadlocked. Runs in the
    caller's transaction.
    """
    if is_postgres():
        received = Recipient.select(Recipient.case).where(Recipient.team == team_id)
        theirs = And(Or(Case.id.is_in(received), Case.team == team_id), Case.erased_at.is_null())
        await Case.select(Case.id).where(theirs).order_by(Case.id).lock_rows("UPDATE")


async def list_open_cases(team_id: int) -> list[UUID]:
    """The open cases that the team received or opened."""
    rows = await Case.select(Case.id).where(And(_IS_OPEN, Or(build_received_condition(team_id), Case.team == team_id)))
    return [row["id"] for row in rows]
