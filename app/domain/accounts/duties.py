"""Who may do what beside cases: the whole matrix, one screen. Menus, pages and verbs ask the same functions.

| duty            | admin | supervisor           | manager       | others |
|-----------------|-------|----------------------|---------------|--------|
| KEEP_TEAMS      | all   | of their territories | their own     |        |
| KEEP_MEMBERS    | all   | of their territories | their own     |        |
| DECIDE_ARRIVALS | all   | of their territories |               |        |
| SEE_FIGURES     | all   | of their territories |               |        |
| KEEP_AREAS      | all   | of their territories |               |        |
| IMPORT          | all   |                      |               |        |
| KEEP_CATALOGUE  | all   |                      |               |        |
| RUN_PLATFORM    | all   |                      |               |        |
| READ_AUDIT      | all   |                      |               |        |
| RESET_FACTORS   | all   |                      |               |        |
| CLOSE_SESSIONS  | all   |                      |               |        |

None of them opens a case: a case's own matrix is app/domain/cases/permissions.py. Source: features.md P1-P9, G5.
"""

from enum import StrEnum

from app.domain.accounts.actor import Actor, PlatformRole
from app.domain.errors import NotYours


class Duty(StrEnum):
    KEEP_TEAMS = "keep_teams"
    KEEP_MEMBERS = "keep_members"
    DECIDE_ARRIVALS = "decide_arrivals"
    SEE_FIGURES = "see_figures"
    KEEP_AREAS = "keep_areas"
    IMPORT = "import"
    KEEP_CATALOGUE = "keep_catalogue"
    RUN_PLATFORM = "run_platform"
    READ_AUDIT = "read_audit"
    RESET_FACTORS = "reset_factors"
    CLOSE_SESSIONS = "close_sessions"


_SUPERVISOR = frozenset({Duty.KEEP_TEAMS, Duty.KEEP_MEMBERS, Duty.DECIDE_ARRIVALS, Duty.SEE_FIGURES, Duty.KEEP_AREAS})
_MANAGER = frozenset({Duty.KEEP_TEAMS, Duty.KEEP_MEMBERS})


def duties_of(actor: Actor) -> frozenset[Duty]:
    """What the actor may do somewhere; over what, the verb asks: their territories, their teams."""
    if actor.role == PlatformRole.ADMIN:
        return frozenset(Duty)
    held = _SUPERVISOR if actor.role == PlatformRole.SUPERVISOR else frozenset[Duty]()
    return held | _MANAGER if any(seat.manager for seat in actor.seats) else held


def require(actor: Actor, duty: Duty) -> None:
    """Raises NotYours: the others do not learn that the page exists."""
    if duty not in duties_of(actor):
        raise NotYours("Cette page n’existe pas, ou ne vous est pas ouverte.")
