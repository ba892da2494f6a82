"""What renaming a domain of addresses would change: shown before, and read again when it is done.

| what                                                | becomes                                               |
|-----------------------------------------------------|-------------------------------------------------------|
| accounts of the domain, closed ones too             | renamed                                               |
| an account whose new address has another account    | stays: an admin joins the two                         |
| an account that continues in another one (merged)   | stays: it opens nothing                               |
| invitations and requests for an account that wait   | renamed                                               |
| shared and contact addresses of open teams, areas   | renamed                                               |

The typed domains are read by the one parser of addresses. A subdomain is another domain.
"""

from dataclasses import dataclass
from datetime import datetime

from app.domain.account_keeping.domain_places import RenamedPlace, list_places_of, rename_address
from app.domain.accounts.address import parse_address, parse_domain, parse_stored_address
from app.domain.accounts.names import format_full_name
from app.domain.errors import Invalid
from app.domain.tokens import hash_token
from db.bulk import is_any_of
from db.tables.people import Person

_SAME = "C’est le même domaine."


@dataclass(frozen=True)
class RenamedAccount:
    """taken_by: the account that has the new address already; None for an account that is renamed."""

    id: int
    name: str
    former: str
    address: str
    active: bool
    taken_by: int | None = None


@dataclass(frozen=True)
class DomainRename:
    """blocked: the accounts that stay; too_long: those whose new address would be none."""

    former: str
    new: str
    accounts: tuple[RenamedAccount, ...]
    blocked: tuple[RenamedAccount, ...]
    too_long: tuple[RenamedAccount, ...]
    places: tuple[RenamedPlace, ...]
    leaves_own_out: bool

    @property
    def preview_version(self) -> str:
        shown = [f"{one.id} {one.former} {one.taken_by}" for one in (*self.accounts, *self.blocked, *self.too_long)]
        shown += [f"{one.kind} {one.id} {one.former}" for one in self.places]
        return hash_token("\n".join([self.former, self.new, *shown]))[:16]


async def load_domain_rename(typed_former: str, typed_new: str, now: datetime, *, except_person: int) -> DomainRename:
    """Raises Invalid(ancien, nouveau)."""
    former, new = _parse_domains(typed_former, typed_new)
    accounts = await _list_accounts(former, new)
    own = [one for one in accounts if one.id == except_person]
    others = [one for one in accounts if one.id != except_person]
    readable = [one for one in others if parse_stored_address(one.address)]
    return DomainRename(
        former=former,
        new=new,
        accounts=tuple(one for one in readable if one.taken_by is None),
        blocked=tuple(one for one in readable if one.taken_by is not None),
        too_long=tuple(one for one in others if one not in readable),
        places=tuple(await list_places_of(former, new, now)),
        leaves_own_out=bool(own),
    )


def _parse_domains(typed_former: str, typed_new: str) -> tuple[str, str]:
    domains, wrong = dict[str, str](), dict[str, str]()
    for field, typed in (("ancien", typed_former), ("nouveau", typed_new)):
        try:
            domains[field] = parse_domain(parse_address(f"x@{typed.strip().lstrip('@')}"))
        except Invalid as refused:
            wrong[field] = str(refused)
    if not wrong and domains["ancien"] == domains["nouveau"]:
        wrong["nouveau"] = _SAME
    if wrong:
        raise Invalid(**wrong)
    return domains["ancien"], domains["nouveau"]


async def _list_accounts(former: str, new: str) -> list[RenamedAccount]:
    rows = (
        await Person.select(Person.id, Person.first_name, Person.last_name, Person.address, Person.active)
        .where(Person.address.like(f"%@{former}"), Person.merged_into.is_null())
        .order_by(Person.sort_name, Person.id)
    )
    wanted = {row["id"]: rename_address(row["address"], new) for row in rows}
    found = await Person.select(Person.id, Person.address).where(is_any_of(Person.address, sorted(wanted.values())))
    taken = {row["address"]: row["id"] for row in found}
    return [
        RenamedAccount(
            id=row["id"],
            name=format_full_name(row),
            former=row["address"],
            address=wanted[row["id"]],
            active=row["active"],
            taken_by=taken.get(wanted[row["id"]]),
        )
        for row in rows
    ]
