"""The shared address of a team: it also receives the team's letters, at once, and can answer nothing.

Never an address of the France Services list, whenever the list was loaded. Source: issue 4, 2; features.md P3, S13.
"""

from collections.abc import Iterable
from uuid import UUID

from app.domain.cases.facts import facts_of
from app.domain.permissions import Audience
from app.domain.teams.card import is_on_the_list
from db.tables import Person, Team


async def mailboxes(team_ids: Iterable[int], told: Iterable[int]) -> list[int]:
    """Of these teams, those with a shared address that nobody told already has as their own. For a verb."""
    ids, people = sorted(set(team_ids)), sorted(set(told))
    if not ids:
        return []
    rows = await Team.select(Team.id, Team.shared_address).where(
        Team.id.is_in(ids), Team.shared_address != "", Team.closed_at.is_null()
    )
    known = await Person.select(Person.address).where(Person.id.is_in(people)) if people and rows else []
    own = {person["address"] for person in known}
    return [row["id"] for row in rows if row["shared_address"] not in own]


async def mailbox_of(team_id: int, case_id: UUID | None, audience: Audience = Audience.ALL) -> str | None:
    """Where the letter goes, asked when it leaves; None once the team no longer has to do with what it is about."""
    row = await Team.select(Team.shared_address).where(Team.id == team_id, Team.closed_at.is_null()).first()
    case = await facts_of(case_id) if case_id else None
    if row is None or not row["shared_address"] or case is None:
        return None
    reading = case.recipient_teams | ({case.team_id} if audience == Audience.ALL else set())
    if team_id not in reading or await is_on_the_list(row["shared_address"]):
        return None
    return str(row["shared_address"])
