"""The team in whose name a referent transfers a case, or steps out of it."""

from uuid import UUID

from app.domain.accounts.actor import Actor, Seat
from app.domain.cases.access import load_locked_case
from app.domain.cases.events import EventKind, is_latest_action
from app.domain.cases.own_teams import list_own_teams
from app.domain.cases.permissions import CaseFacts
from app.domain.cases.thread.posting import find_recipient_team
from app.domain.errors import Conflict

_ALREADY_OUT = "Cette équipe ne suit déjà plus la demande. Rien n’a changé."


def find_leaving_seat(actor: Actor, case: CaseFacts) -> Seat | None:
    """The seat that a panel names. None for a person of no recipient team."""
    team = find_recipient_team(actor, case)
    return actor.find_seat([team]) if team is not None else None


def choose_leaving_team(actor: Actor, case: CaseFacts, named: int | None) -> int:
    """named: the team that the form showed. A member of two teams never takes the other one out of the case.

    For an actor who may ANSWER. Raises Conflict if the named team is out already.
    """
    if named is not None and named not in list_own_teams(actor, case.recipient_teams):
        raise Conflict(_ALREADY_OUT)
    leaving = find_recipient_team(actor, case) if named is None else named
    assert leaving is not None
    return leaving


async def is_repeated_departure(
    actor: Actor, case_id: UUID, kind: EventKind, *, about: str, other_team: int | None = None
) -> bool:
    """Whether the form was sent already, and the actor's team has not come back since."""
    if not await is_latest_action(actor, case_id, kind, about=about, other_team=other_team):
        return False
    case = await load_locked_case(case_id)
    return case is None or not list_own_teams(actor, case.recipient_teams)
