"""Who replaces the absent people of a case: its author, and the members who take care of it. Source: features.md W4."""

from datetime import datetime

from app.domain.absences.absence import find_absences
from app.domain.accounts.actor import load_actors
from app.domain.audience import Audience
from app.domain.cases.permissions import CaseFacts, may_read
from app.domain.email.shares import CaseReader, CaseShare, list_people


async def list_replacements(people: set[int], case: CaseFacts, now: datetime) -> set[int]:
    """The replacements of those of these people who have the case and are absent. Only those who may read the case."""
    holders = {case.author_id, *(team.taken_by for team in case.teams.values())}
    absences = await find_absences(people & holders, now)
    chosen = {one.replacement_id for one in absences.values() if one.replacement_id} - people
    return {one.id for one in await load_actors(chosen) if may_read(one, case, Audience.ALL)}


async def list_replacing_readers(
    readers: set[CaseReader], case: CaseFacts, now: datetime, *, doer: int | None
) -> set[CaseReader]:
    """An absent person's cases are their replacement's for the time. doer: who acts, and is never notified."""
    people = await list_replacements(list_people(readers) - {doer}, case, now)
    return {CaseReader(one, CaseShare.MINE) for one in people}
