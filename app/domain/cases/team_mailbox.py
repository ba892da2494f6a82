"""The shared address of a team, which receives the team's emails at once. Source: issue 4, 2; features.md P3, S5, S13.

A gesture on several cases waits a minute there too (app/domain/email/merging.py). An address of the France Services
list is never used, nor, for an internal note, an address that other people read.
"""

from collections.abc import Iterable
from uuid import UUID

from piccolo.columns.combination import And, Or, Where, WhereRaw

from app.domain.accounts.actor import load_actors
from app.domain.audience import TO_ALL, Readership
from app.domain.cases.access import load_locked_case
from app.domain.cases.permissions import CaseFacts, may_read
from app.domain.teams.form import is_office_address
from db.tables.members import Membership
from db.tables.people import Person
from db.tables.teams import Team


async def list_teams_with_mailbox(team_ids: Iterable[int], notified_ids: Iterable[int]) -> list[int]:
    """Leaves out a team whose shared address is the own address of a person who is notified already."""
    ids, people = sorted(set(team_ids)), sorted(set(notified_ids))
    if not ids:
        return []
    rows = await Team.select(Team.id, Team.shared_address).where(
        Team.id.is_in(ids), Team.shared_address != "", Team.closed_at.is_null()
    )
    known = await Person.select(Person.address).where(Person.id.is_in(people)) if people and rows else []
    own = {person["address"] for person in known}
    return [row["id"] for row in rows if row["shared_address"] not in own]


async def find_team_mailbox(team_id: int, case_id: UUID | None, readership: Readership = TO_ALL) -> str | None:
    """Asked when the email is sent; for an internal note, also when it is queued (note_emails.py).

    None once the team has no shared address, is closed, or is no longer on the case.
    """
    row = await Team.select(Team.shared_address).where(Team.id == team_id, Team.closed_at.is_null()).first()
    case = await load_locked_case(case_id) if case_id else None
    if row is None or not row["shared_address"] or case is None:
        return None
    address, reading = str(row["shared_address"]), case.recipient_teams
    if not readership.is_apart:
        reading |= {case.team_id}
    if team_id not in reading or await is_office_address(address):
        return None
    return address if await _may_all_owners_read(address, case, readership) else None


async def _may_all_owners_read(address: str, case: CaseFacts, readership: Readership) -> bool:
    """Whether each person with this address, and a member of each team with it, may read this line.

    Checked for lines apart only: agents of the case may share a mailbox with its referents.
    """
    if not readership.is_apart:
        return True
    people = await Person.select(Person.id).where(Person.address == address)
    teams = await Team.select(Team.id).where(_build_address_condition(address, case))
    seats = await Membership.select(Membership.team, Membership.person).where(
        Membership.team.is_in([team["id"] for team in teams])
    )
    owners = {person["id"] for person in people}
    asked = await load_actors(owners | {seat["person"] for seat in seats})
    readers = {actor.id for actor in asked if may_read(actor, case, *readership)}
    reading = {seat["team"] for seat in seats if seat["person"] in readers}
    return owners <= readers and {team["id"] for team in teams} <= reading


def _build_address_condition(address: str, case: CaseFacts) -> And | Or | Where:
    """Open teams with this shared or contact address; the author's team also when it is closed."""
    same = Or(Team.shared_address == address, WhereRaw("LOWER(team.contact_address) = {}", address))
    return And(same, Or(Team.closed_at.is_null(), Team.id == case.team_id))
