"""How the turn of one team begins and ends, with its clock: what the steps of a case (steps.py) are made of. Pure."""

from dataclasses import replace
from datetime import datetime

from app.domain.accounts.actor import Side
from app.domain.cases.lifecycle.lateness import compute_late_from
from app.domain.cases.progress.team import TeamProgress


def ask_team(team: TeamProgress, now: datetime, area: str, *, keeps_handled: bool) -> TeamProgress:
    handled_at = team.handled_at if keeps_handled else None
    called = replace(team, left_at=None, irrelevant_at=None, opinion=False, handled_at=handled_at)
    return begin_turn(called, now, area)


def begin_turn(team: TeamProgress, now: datetime, area: str) -> TeamProgress:
    """An unchanged clock keeps late_notices_sent, so that its emails are not sent twice."""
    late_from = compute_late_from(team, now, area)
    return replace(
        team,
        next_side=Side.REFERENT,
        waiting_since=team.waiting_since or now,
        late_from=late_from,
        late_notices_sent=team.late_notices_sent if late_from == team.late_from else 0,
    )


def end_turn(team: TeamProgress) -> TeamProgress:
    """Its promise ends too: an answer makes another one."""
    return replace(team, next_side="", waiting_since=None, late_from=None, late_notices_sent=0, promise_due=None)


def find_irrelevant_at(team: TeamProgress, now: datetime, *, handled: bool, irrelevant: bool) -> datetime | None:
    """« C'est traité » takes « non pertinente » back; a plain message does not."""
    if handled:
        return None
    return team.irrelevant_at or now if irrelevant else team.irrelevant_at
