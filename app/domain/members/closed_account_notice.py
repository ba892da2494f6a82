"""The email to a person whose account is closed: whom to ask to open it again. Source: issue 17, point 2."""

from dataclasses import dataclass

from app.domain.members.manager_notices import format_name_and_address
from app.domain.members.own_teams import list_team_ids
from app.domain.teams.keepers import list_keepers
from db.bulk import is_any_of
from db.tables.people import Person

MAX_NAMES = 5


@dataclass(frozen=True)
class ClosedAccountNotice:
    """keepers: « Hélène Roux, helene.roux@exemple.fr »; empty for an account that is in no team.

    continues_at: the address of the person's other account, in which this one continues.
    """

    address: str
    keepers: tuple[str, ...]
    continues_at: str = ""


async def load_closed_account_notice(person_id: int | None) -> ClosedAccountNotice | None:
    """Returns None for an account that is open, or that is pseudonymised."""
    row = await (
        Person.select(
            Person.id,
            Person.address,
            Person.merged_into.address.as_alias("continues_at"),
            Person.merged_into.active.as_alias("continues"),
        )
        .where(Person.id == person_id, Person.active.eq(False), Person.pseudonymised_at.is_null())
        .first()
    )
    if row is None:
        return None
    keepers = [one for team in await list_team_ids(row["id"]) for one in await list_keepers(team, without=row["id"])]
    names = await (
        Person.select(Person.first_name, Person.last_name, Person.address)
        .where(is_any_of(Person.id, sorted(set(keepers))))
        .order_by(Person.sort_name)
        .limit(MAX_NAMES)
    )
    continues_at = row["continues_at"] if row["continues"] else ""
    return ClosedAccountNotice(row["address"], tuple(format_name_and_address(one) for one in names), continues_at)
