"""Who may do what beside cases: the whole matrix. Menus, pages and domain functions all ask list_duties or
require_duty.

| duty             | admin | supervisor of territories | of organisations       | manager   | others |
|------------------|-------|---------------------------|------------------------|-----------|--------|
| MANAGE_TEAMS     | all   | of their territories      | of their organisations | their own |        |
| MANAGE_MEMBERS   | all   | of their territories      | of their organisations | their own |        |
| DECIDE_SIGNUPS   | all   | of their territories      | of their organisations |           |        |
| SEE_STATISTICS   | all   | of their territories      | of their organisations |           |        |
| MANAGE_AREAS     | all   | of their territories      |                        |           |        |
| IMPORT           | all   |                           |                        |           |        |
| MANAGE_CATALOGUE | all   |                           |                        |           |        |
| RUN_PLATFORM     | all   |                           |                        |           |        |
| READ_AUDIT       | all   |                           |                        |           |        |
| RESET_FACTORS    | all   |                           |                        |           |        |
| CLOSE_SESSIONS   | all   |                           |                        |           |        |
| REPAIR_ACCOUNTS  | all   |                           |                        |           |        |
| GIVE_ROLES       | all   |                           |                        |           |        |

A supervisor may be both; of organisations: of their teams, in every territory.
No duty opens a case: cases have their own matrix, app/domain/cases/permissions.py. Source: features.md P1-P9, G5.
"""

from enum import StrEnum

from app.domain.accounts.actor import Actor, PlatformRole
from app.domain.errors import AccessDenied


class Duty(StrEnum):
    MANAGE_TEAMS = "manage_teams"
    MANAGE_MEMBERS = "manage_members"
    DECIDE_SIGNUPS = "decide_signups"
    SEE_STATISTICS = "see_statistics"
    MANAGE_AREAS = "manage_areas"
    IMPORT = "import"
    MANAGE_CATALOGUE = "manage_catalogue"
    RUN_PLATFORM = "run_platform"
    READ_AUDIT = "read_audit"
    RESET_FACTORS = "reset_factors"
    CLOSE_SESSIONS = "close_sessions"
    REPAIR_ACCOUNTS = "repair_accounts"
    GIVE_ROLES = "give_roles"


_SUPERVISOR = frozenset(
    {Duty.MANAGE_TEAMS, Duty.MANAGE_MEMBERS, Duty.DECIDE_SIGNUPS, Duty.SEE_STATISTICS, Duty.MANAGE_AREAS}
)
_MANAGER = frozenset({Duty.MANAGE_TEAMS, Duty.MANAGE_MEMBERS})


def list_duties(actor: Actor) -> frozenset[Duty]:
    """The duties that the actor has over at least one team or area. The function that acts checks which ones."""
    if actor.role == PlatformRole.ADMIN:
        return frozenset(Duty)
    held = _list_supervisor_duties(actor) if actor.role == PlatformRole.SUPERVISOR else frozenset[Duty]()
    return held | _MANAGER if any(seat.manager for seat in actor.seats) else held


def _list_supervisor_duties(actor: Actor) -> frozenset[Duty]:
    """The local contacts are those of territories: who supervises organisations alone keeps none."""
    return _SUPERVISOR if actor.supervised.areas else _SUPERVISOR - {Duty.MANAGE_AREAS}


def require_duty(actor: Actor, duty: Duty) -> None:
    """Raises AccessDenied, which looks like a missing page: other people do not learn that the page exists."""
    if duty not in list_duties(actor):
        raise AccessDenied("Cette page n’existe pas, ou ne vous est pas ouverte.")
