"""The shared address of a team: it also receives the team's letters, at once, and can answer nothing.

Never an address of the France Services list, whenever the list was loaded. An internal note is announced to no address
that others than its readers have. Source: issue 4, 2; features.md P3, S5, S13.
"""

from collections.abc import Iterable
from uuid import UUID

from piccolo.columns.combination import And, Or, Where, WhereRaw

from app.domain.accounts.actor import load_actors
from app.domain.audience import Audience
from app.domain.cases.access import load_locked_case
from app.domain.cases.permissions import CaseFacts, may_read
from app.domain.teams.form import is_office_address
from db.tables import Membership, Person, Team


async def list_teams_with_mailbox(team_ids: Iterable[int], notified_ids: Iterable[int]) -> list[int]:
    """Of these teams, those with a shared address that nobody told already has as their own. For a verb."""
    ids, people = sorted(set(team_ids)), sorted(set(notified_ids))
    if not ids:
        return []
    rows = await Team.select(Team.id, Team.shared_address).where(
        Team.id.is_in(ids), Team.shared_address != "", Team.closed_at.is_null()
    )
    known = await Person.select(Person.address).where(Person.id.is_in(people)) if people and rows else []
    own = {person["address"] for person in known}
    return [row["id"] for row in rows if row["shared_address"] not in own]


async def find_team_mailbox(team_id: int, case_id: UUID | None, audience: Audience = Audience.ALL) -> str | None:
    """Where the letter goes, asked when it leaves; None once the team no longer has to do with what it is about.

    Asked for an internal note when it is written too (app/domain/cases/notifications.py).
    """
    row = await Team.select(Team.shared_address).where(Team.id == team_id, Team.closed_at.is_null()).first()
    case = await load_locked_case(case_id) if case_id else None
    if row is None or not row["shared_address"] or case is None:
        return None
    address, reading = str(row["shared_address"]), case.recipient_teams
    if audience == Audience.ALL:
        reading |= {case.team_id}
    if team_id not in reading or await is_office_address(address):
        return None
    return address if await _may_all_owners_read(address, case, audience) else None


async def _may_all_owners_read(address: str, case: CaseFacts, audience: Audience) -> bool:
    """Whether all that have this address may read a line of this audience: each person, and in each team some member.

    Asked for an internal note alone: agents of the case may share a mailbox with its referents.
    """
    if audience == Audience.ALL:
        return True
    people = await Person.select(Person.id).where(Person.address == address)
    teams = await Team.select(Team.id).where(_build_address_condition(address, case))
    seats = await Membership.select(Membership.team, Membership.person).where(
        Membership.team.is_in([team["id"] for team in teams])
    )
    owners = {person["id"] for person in people}
    asked = await load_actors(owners | {seat["person"] for seat in seats})
    readers = {actor.id for actor in asked if may_read(actor, case, audience)}
    reading = {seat["team"] for seat in seats if seat["person"] in readers}
    return owners <= readers and {team["id"] for team in teams} <= reading


def _build_address_condition(address: str, case: CaseFacts) -> And | Or | Where:
    """An open team that writes or answers there. The author's counts once it is closed too."""
    same = Or(Team.shared_address == address, WhereRaw("LOWER(team.contact_address) = {}", address))
    return And(same, Or(Team.closed_at.is_null(), Team.id == case.team_id))
