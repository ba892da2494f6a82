"""Who keeps the account of another person: changes its address, name, function and phone.

| account of                         | admin | manages all their teams   | others |
|------------------------------------|-------|---------------------------|--------|
| oneself                            |       |                           |        |
| a member of teams                  | x     | x                         |        |
| expert, supervisor, admin; no team | x     |                           |        |

It is the right to close the account (find_closable_accounts). The person changes their own from their profile.
"""

from dataclasses import dataclass

from piccolo.columns.combination import And

from app.domain.accounts.actor import Actor
from app.domain.accounts.duties import Duty, require_duty
from app.domain.errors import Conflict, Forbidden, build_not_found
from app.domain.members.permissions import build_visible_people_condition, find_closable_accounts
from db.tables.people import Person

_ABSENT = "Cette personne n’existe pas, ou n’est pas de votre ressort."
_SELF = "C’est votre propre compte : changez-le depuis « Mon profil »."
_KEPT_BY_OTHERS = (
    "Ce compte n’est pas de votre seul ressort : la personne est aussi ailleurs, ou tient un rôle de la plateforme. "
    "L’administration peut le faire."
)
_CLOSED = "Ce compte est désactivé. Réactivez-le d’abord."


@dataclass(frozen=True)
class KeptAccount:
    id: int
    address: str
    first_name: str
    last_name: str
    function: str
    phone: str

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.address


async def load_kept_account(actor: Actor, person_id: int) -> KeptAccount:
    """Raises NotFound outside the actor's scope, Forbidden if others keep the account, Conflict if it is closed."""
    require_duty(actor, Duty.MANAGE_MEMBERS)
    row = await (
        Person.select(
            *(Person.id, Person.address, Person.first_name, Person.last_name, Person.function, Person.phone),
            Person.active,
        )
        .where(And(build_visible_people_condition(actor), Person.id == person_id))
        .first()
    )
    if row is None:
        raise build_not_found(_ABSENT, exists_for_others=await Person.exists().where(Person.id == person_id))
    if person_id == actor.id:
        raise Forbidden(_SELF)
    if person_id not in await find_closable_accounts(actor, [person_id]):
        raise Forbidden(_KEPT_BY_OTHERS)
    if not row.pop("active"):
        raise Conflict(_CLOSED)
    return KeptAccount(**row)
