"""Accepting or refusing who asks for an account: an admin anywhere, a supervisor in their territories. Source: P4.

Accepted, they are invited to the chosen team as anybody is, with what they said of themselves.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from piccolo.columns.combination import And, WhereRaw

from app.domain.accounts.actor import Actor, PlatformRole
from app.domain.accounts.duties import Duty, require
from app.domain.audit.log import write_audit
from app.domain.email.queue_email import LetterKind, write_signup_letter
from app.domain.errors import Conflict, Invalid, absent
from app.domain.members.manager_notices import tell_managers
from app.domain.members.membership_offer import Newcomer, Welcome, welcome
from app.domain.signup.request import WAITING
from app.domain.teams.permissions import TeamAction, kept_by, team_for
from db.engine import transaction
from db.search import fold
from db.tables import Signup, Supervision, Team, TeamArea

ANSWER_LENGTH = 1000
_ABSENT = "Cette demande d’inscription n’existe plus, ou n’est pas de votre ressort."
_DECIDED = "Quelqu’un vient d’y répondre : rien n’a changé."
_COLUMNS = (
    Signup.id,
    Signup.address,
    Signup.first_name,
    Signup.last_name,
    Signup.function,
    Signup.phone,
    Signup.organisation.id.as_alias("organisation_id"),
    Signup.organisation.acronym.as_alias("organisation"),
    Signup.area,
    Signup.area.name.as_alias("area_name"),
    Signup.team_name.as_alias("structure"),
    Signup.reason,
    Signup.asked_at,
)


@dataclass(frozen=True)
class Applicant:
    """One that waits for an answer. organisation is empty for « autre »."""

    id: int
    address: str
    first_name: str
    last_name: str
    function: str
    phone: str
    organisation_id: int | None
    organisation: str
    area: str
    area_name: str
    structure: str
    reason: str
    asked_at: datetime

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"


@dataclass(frozen=True)
class TeamChoice:
    id: int
    name: str


def _within(actor: Actor) -> And:
    """What waits for an answer of this actor."""
    waiting = Signup.state == WAITING
    if actor.role == PlatformRole.ADMIN:
        return And(waiting, WhereRaw("1 = 1"))
    return And(waiting, Signup.area.is_in(Supervision.select(Supervision.area).where(Supervision.person == actor.id)))


async def waiting_applicants(actor: Actor) -> list[Applicant]:
    """The oldest first. Raises NotFound for who decides nothing."""
    require(actor, Duty.DECIDE_ARRIVALS)
    rows = await Signup.select(*_COLUMNS).where(_within(actor)).order_by(Signup.asked_at, Signup.id)
    return [_applicant(row) for row in rows]


async def applicant_for(actor: Actor, applicant_id: int) -> Applicant:
    """Raises NotFound, the same for one that is gone and for another territory's."""
    require(actor, Duty.DECIDE_ARRIVALS)
    row = await Signup.select(*_COLUMNS).where(_within(actor), Signup.id == applicant_id).first()
    if row is None:
        raise absent(_ABSENT, hidden=await Signup.exists().where(Signup.id == applicant_id))
    return _applicant(row)


def _applicant(row: dict[str, Any]) -> Applicant:
    return Applicant(**{**row, "organisation": row["organisation"] or ""})


async def teams_for(actor: Actor, applicant: Applicant) -> list[TeamChoice]:
    """The open teams of the territory that the actor keeps, those of the organisation first."""
    covering = TeamArea.select(TeamArea.team).where(TeamArea.area == applicant.area)
    rows = await Team.select(Team.id, Team.name, Team.organisation.id.as_alias("organisation")).where(
        And(kept_by(actor), Team.id.is_in(covering)), Team.closed_at.is_null()
    )
    rows.sort(key=lambda row: (row["organisation"] != applicant.organisation_id, fold(row["name"])))
    return [TeamChoice(row["id"], row["name"]) for row in rows]


async def accept(actor: Actor, applicant_id: int, team_id: int | None, now: datetime) -> None:
    """Invited to the team. Raises NotFound, TooOften, Invalid (no such team there, or an account that cannot be one of
    its members).
    """
    async with transaction():
        applicant = await applicant_for(actor, applicant_id)
        if team_id not in {team.id for team in await teams_for(actor, applicant)} or team_id is None:
            raise Invalid(equipe="Choisissez une équipe du département.")
        await _decide(actor, applicant, "accepted", now)
        team = await team_for(actor, team_id, TeamAction.KEEP_MEMBERS)
        newcomer = Newcomer(
            applicant.address, applicant.first_name, applicant.last_name, applicant.function, applicant.phone
        )
        try:
            welcomed = await welcome(actor, team, newcomer, now)
        except Invalid as refused:
            raise Invalid(equipe=str(refused)) from refused
        if welcomed == Welcome.INVITED:
            await tell_managers([team.id], by=actor.id, now=now)
        await write_audit("signup.accepted", now=now, person_id=actor.id)


async def refuse(actor: Actor, applicant_id: int, answer: str, now: datetime) -> None:
    """They read why. Raises NotFound, Invalid without a reason."""
    if not answer:
        raise Invalid(reponse="Dites pourquoi : la personne le lira dans le mail qu’elle reçoit.")
    async with transaction():
        applicant = await applicant_for(actor, applicant_id)
        await _decide(actor, applicant, "refused", now, answer)
        await write_signup_letter(LetterKind.REFUSED, applicant_id, now=now)
        await write_audit("signup.refused", now=now, person_id=actor.id)


async def _decide(actor: Actor, applicant: Applicant, state: str, now: datetime, answer: str = "") -> None:
    """By one conditional update: of two answers at once, one counts."""
    decided = await (
        Signup.update({Signup.state: state, Signup.decided_by: actor.id, Signup.decided_at: now, Signup.answer: answer})
        .where(Signup.id == applicant.id, Signup.state == WAITING)
        .returning(Signup.id)
    )
    if not decided:
        raise Conflict(_DECIDED)
