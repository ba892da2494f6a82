"""Writes one line of the audit log for each person that an import adds to a team, and notifies existing accounts.

An import needs no agreement from the person: an admin decides (docs/permissions.md). An account that the import creates
is notified by its invitation, if the admin chose so.
"""

from collections.abc import Sequence
from datetime import datetime

from app.domain.audit.log import NewAuditEntry, write_audit_entries
from app.domain.email.queue_account_email import queue_added_emails
from app.domain.imports.people import PersonChange
from app.domain.imports.row_decision import Decision, RowResult
from db.bulk import is_any_of
from db.tables.people import Person


async def record_added_members(decisions: Sequence[Decision], added_by: int, now: datetime) -> set[int]:
    """Returns the teams that people joined. Call it inside the import's transaction, after the rows are written."""
    changes = [one.change for one in decisions if one.result in {RowResult.CREATED, RowResult.CHANGED}]
    seats = [
        (one.person.id, one.joined_team[0]) for one in changes if isinstance(one, PersonChange) and one.joined_team
    ]
    await write_audit_entries(
        [NewAuditEntry("member.added", added_by, person, team) for person, team in seats], now=now
    )
    await queue_added_emails(await _filter_visited([person for person, _ in seats]), now=now)
    return {team for _, team in seats}


async def _filter_visited(people: list[int]) -> list[int]:
    """The people whose first visit is done. An account that this import creates is never one of them."""
    rows = await Person.select(Person.id).where(
        is_any_of(Person.id, sorted(set(people))), Person.terms_accepted_at.is_not_null()
    )
    return [row["id"] for row in rows]
