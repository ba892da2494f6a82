"""Accepts or refuses requests for an account: an administrator anywhere, a supervisor of their areas and organisations.

An accepted person is invited to the chosen team as any other is, with what they typed. Source: features.md P4.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from piccolo.columns.combination import And, Or, WhereRaw

from app.domain.accounts.actor import Actor, PlatformRole
from app.domain.accounts.duties import Duty, require_duty
from app.domain.audit.log import write_audit
from app.domain.email.queue_account_email import queue_signup_email
from app.domain.email.queue_email import EmailKind
from app.domain.errors import Conflict, Invalid, build_not_found
from app.domain.members.manager_notices import notify_managers
from app.domain.members.membership_offer import Newcomer, OfferResult, offer_membership
from app.domain.signup.request import STATE_WAITING
from app.domain.teams.permissions import TeamAction, build_editable_teams_condition, lock_team_for_action
from db.engine import transaction
from db.search import fold_text
from db.tables.signup import Signup
from db.tables.teams import Team, TeamArea

MAX_ANSWER_LENGTH = 1000
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
    Signup.team_name.as_alias("team_name"),
    Signup.reason,
    Signup.asked_at,
)


@dataclass(frozen=True)
class Applicant:
    """A person who waits for an answer. organisation is empty for « autre »."""

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
    team_name: str
    reason: str
    asked_at: datetime

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"


@dataclass(frozen=True)
class TeamChoice:
    id: int
    name: str


def _build_waiting_condition(actor: Actor) -> And:
    """The requests that wait for an answer of this actor."""
    waiting = Signup.state == STATE_WAITING
    if actor.role == PlatformRole.ADMIN:
        return And(waiting, WhereRaw("1 = 1"))
    of_area = Signup.area.is_in(sorted(actor.supervised.areas) or [""])
    return And(waiting, Or(of_area, Signup.organisation.is_in(sorted(actor.supervised.organisations) or [0])))


async def count_applicants(actor: Actor) -> int:
    """Raises NotFound without the duty DECIDE_SIGNUPS."""
    require_duty(actor, Duty.DECIDE_SIGNUPS)
    return int(await Signup.count().where(_build_waiting_condition(actor)))


async def list_applicants(actor: Actor) -> list[Applicant]:
    """The oldest first. Raises NotFound without the duty DECIDE_SIGNUPS."""
    require_duty(actor, Duty.DECIDE_SIGNUPS)
    rows = await Signup.select(*_COLUMNS).where(_build_waiting_condition(actor)).order_by(Signup.asked_at, Signup.id)
    return [_decode_applicant(row) for row in rows]


async def load_applicant(actor: Actor, applicant_id: int) -> Applicant:
    """Raises NotFound, alike for a missing request and for one of another area."""
    require_duty(actor, Duty.DECIDE_SIGNUPS)
    row = await Signup.select(*_COLUMNS).where(_build_waiting_condition(actor), Signup.id == applicant_id).first()
    if row is None:
        raise build_not_found(_ABSENT, exists_for_others=await Signup.exists().where(Signup.id == applicant_id))
    return _decode_applicant(row)


def _decode_applicant(row: dict[str, Any]) -> Applicant:
    return Applicant(**{**row, "organisation": row["organisation"] or ""})


async def list_team_choices(actor: Actor, applicant: Applicant) -> list[TeamChoice]:
    """The open teams of the area that the actor manages, those of the organisation first."""
    covering = TeamArea.select(TeamArea.team).where(TeamArea.area == applicant.area)
    rows = await Team.select(Team.id, Team.name, Team.organisation.id.as_alias("organisation")).where(
        And(build_editable_teams_condition(actor), Team.id.is_in(covering)), Team.closed_at.is_null()
    )
    rows.sort(key=lambda row: (row["organisation"] != applicant.organisation_id, fold_text(row["name"])))
    return [TeamChoice(row["id"], row["name"]) for row in rows]


async def accept_applicant(actor: Actor, applicant_id: int, team_id: int | None, now: datetime) -> None:
    """Invites the person to the team. Raises NotFound, Conflict, TooManyRequests.

    Raises Invalid for a team that is not in the choices, and for an account that cannot be a member.
    """
    async with transaction():
        applicant = await load_applicant(actor, applicant_id)
        if team_id not in {team.id for team in await list_team_choices(actor, applicant)} or team_id is None:
            raise Invalid(equipe="Choisissez une équipe du département.")
        await _record_decision(actor, applicant, "accepted", now)
        team = await lock_team_for_action(actor, team_id, TeamAction.MANAGE_MEMBERS)
        newcomer = Newcomer(
            applicant.address, applicant.first_name, applicant.last_name, applicant.function, applicant.phone
        )
        try:
            welcomed = await offer_membership(actor, team, newcomer, now)
        except Invalid as refused:
            raise Invalid(equipe=str(refused)) from refused
        if welcomed == OfferResult.INVITED:
            await notify_managers([team.id], by=actor.id, now=now)
        await write_audit("signup.accepted", now=now, person_id=actor.id)


async def refuse_applicant(actor: Actor, applicant_id: int, answer: str, now: datetime) -> None:
    """The person reads the answer in an email. Raises NotFound, Conflict, Invalid without an answer."""
    if not answer:
        raise Invalid(reponse="Dites pourquoi : la personne le lira dans le mail qu’elle reçoit.")
    async with transaction():
        applicant = await load_applicant(actor, applicant_id)
        await _record_decision(actor, applicant, "refused", now, answer)
        await queue_signup_email(EmailKind.REFUSED, applicant_id, now=now)
        await write_audit("signup.refused", now=now, person_id=actor.id)


async def _record_decision(actor: Actor, applicant: Applicant, state: str, now: datetime, answer: str = "") -> None:
    """One conditional update: of two answers at once, one counts; the other raises Conflict."""
    decided = await (
        Signup.update({Signup.state: state, Signup.decided_by: actor.id, Signup.decided_at: now, Signup.answer: answer})
        .where(Signup.id == applicant.id, Signup.state == STATE_WAITING)
        .returning(Signup.id)
    )
    if not decided:
        raise Conflict(_DECIDED)
