"""Who may replace an absent person."""

from dataclasses import dataclass

from app.domain.accounts.names import format_full_name
from db.search import fold_text
from db.tables.members import Membership


@dataclass(frozen=True)
class Replacement:
    id: int
    name: str


async def list_possible_replacements(person_id: int, team_id: int | None = None) -> list[Replacement]:
    """The active colleagues who have done their first visit, by name: of all the person's teams, or of this one."""
    own = Membership.select(Membership.team).where(Membership.person == person_id)
    rows = await Membership.select(
        Membership.person.id.as_alias("id"),
        Membership.person.first_name.as_alias("first_name"),
        Membership.person.last_name.as_alias("last_name"),
        Membership.person.address.as_alias("address"),
    ).where(
        Membership.team.is_in(own) if team_id is None else Membership.team == team_id,
        Membership.person != person_id,
        Membership.person.active.eq(True),
        Membership.person.terms_accepted_at.is_not_null(),
    )
    found = {row["id"]: Replacement(row["id"], format_full_name(row)) for row in rows}
    return sorted(found.values(), key=lambda one: fold_text(one.name))
