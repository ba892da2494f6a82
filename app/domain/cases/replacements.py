"""Who replaces the absent people of a case: its author, and the members who take care of it. Source: features.md W4."""

from datetime import datetime

from app.domain.absences.absence import find_absences
from app.domain.accounts.actor import load_actors
from app.domain.audience import Audience
from app.domain.cases.permissions import CaseFacts, may_read


async def list_replacements(people: set[int], case: CaseFacts, now: datetime) -> set[int]:
    """The replacements of those of these people who have the case and are absent. Only those who may read the case."""
    holders = {case.author_id, *(team.taken_by for team in case.teams.values())}
    absences = await find_absences(people & holders, now)
    chosen = {one.replacement_id for one in absences.values() if one.replacement_id} - people
    return {one.id for one in await load_actors(chosen) if may_read(one, case, Audience.ALL)}
