"""Whom an import puts into a team is in the trail, one line each; who had come before gets a letter.

An import asks for no yes: it is an admin's act (docs/permissions.md). Accounts that it creates hear of it by their
invitation, if the admin ticked so.
"""

from collections.abc import Sequence
from datetime import datetime

from app.domain.audit.log import AuditLine, write_audits
from app.domain.email.queue_email import write_added_letters
from app.domain.imports.people import Change
from app.domain.imports.plan import Decision, Verdict
from db.bulk import one_of
from db.tables import Person


async def note_added(decisions: Sequence[Decision], added_by: int, now: datetime) -> set[int]:
    """Inside the import's transaction, once written; the teams that people joined."""
    changes = [one.change for one in decisions if one.verdict in {Verdict.CREATED, Verdict.CHANGED}]
    seats = [(one.person.id, one.joined[0]) for one in changes if isinstance(one, Change) and one.joined]
    await write_audits([AuditLine("member.added", added_by, person, team) for person, team in seats], now=now)
    await write_added_letters(await _came_before([person for person, _ in seats]), now=now)
    return {team for _, team in seats}


async def _came_before(people: list[int]) -> list[int]:
    """Their first visit is done: whom this import creates is not among them."""
    rows = await Person.select(Person.id).where(
        one_of(Person.id, sorted(set(people))), Person.terms_accepted_at.is_not_null()
    )
    return [row["id"] for row in rows]
