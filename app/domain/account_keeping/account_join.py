"""An admin joins two accounts of one person: one ends, and continues in the one that stays. Source: issue 17, point 2.

| how the admin knows that it is one person        | who confirms                                             |
|--------------------------------------------------|----------------------------------------------------------|
| it is to be asked                                | both mailboxes, within 7 days                            |
| seen, called back, vouched for: the former       | the mailbox that stays, within 7 days; the other reads   |
| mailbox is dead                                  | it at once, and the person can cancel it                 |

An account with a role on the platform does not end so: a role is never taken over by a join. An admin gets no seat by
one, and joins no account of their own. An erasure that the person asked for comes first. account_merge.py says what
becomes of what: seats and cases that the account gains until the confirmation pass too, which the page and the letters
say.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from app.domain.account_keeping.address_change import create_change, limit_address_changes
from app.domain.accounts.actor import Actor, PlatformRole
from app.domain.accounts.address import normalize_address
from app.domain.accounts.duties import Duty, require_duty
from app.domain.accounts.names import format_full_name
from app.domain.accounts.require_account import require_account
from app.domain.email.queue_account_email import queue_address_email
from app.domain.email.queue_email import EmailKind
from app.domain.errors import Conflict, Forbidden, Invalid
from app.domain.members.departure import Departure, load_departure
from app.domain.members.own_teams import list_team_ids
from app.domain.teams.teams import ADMIN_WITHOUT_TEAM
from app.domain.tokens import hash_token
from db.engine import transaction
from db.tables.members import Membership
from db.tables.people import Person

_CHANGED = "La situation vient de changer. Relisez ce qui va se passer, puis confirmez."
_OWN = "L’un de ces comptes est le vôtre : demandez-le à un autre administrateur."
_ROLE = "Le compte qui s’arrête tient un rôle de la plateforme, qui ne passe pas à un autre : retirez-le-lui d’abord."
_ERASURE = (
    "L’effacement de l’un de ces comptes est demandé : fermez d’abord ce compte, ou la personne retire sa demande "
    "depuis « Mon profil »."
)
_CLOSED = "L’un de ces comptes est désactivé, ou continue déjà dans un autre."
_UNKNOWN = "Aucun compte n’est à cette adresse."
_SAME = "C’est le même compte : saisissez l’adresse de l’autre."
_NO_CHECK = "Dites comment vous savez que les deux comptes sont à la même personne."


class JoinCheck(StrEnum):
    MAILBOXES = "mailboxes"
    SEEN = "seen"
    CALLED = "called"
    VOUCHED = "vouched"


_ACTIONS = {
    JoinCheck.MAILBOXES: "join.asked",
    JoinCheck.SEEN: "join.asked.seen",
    JoinCheck.CALLED: "join.asked.called",
    JoinCheck.VOUCHED: "join.asked.vouched",
}
"""Of the audit log."""


@dataclass(frozen=True)
class JoinedAccount:
    id: int
    name: str
    address: str
    teams: tuple[str, ...]


@dataclass(frozen=True)
class AccountJoin:
    """departure: what the account that ends leaves in its teams, all of which passes to the other one."""

    ends: JoinedAccount
    stays: JoinedAccount
    departure: Departure

    @property
    def moved_cases(self) -> int:
        return sum(share.authored_cases + share.taken_cases for share in self.departure.team_departures)

    @property
    def moved_drafts(self) -> int:
        return sum(share.drafts for share in self.departure.team_departures)

    @property
    def preview_version(self) -> str:
        shown = (self.ends, self.stays, self.departure.preview_version)
        return hash_token(repr(shown))[:16]


async def preview_join(actor: Actor, person_id: int, typed: str) -> AccountJoin:
    """Raises NotFound, Forbidden (one's own, a role), Conflict (closed, an erasure), Invalid(avec)."""
    require_duty(actor, Duty.REPAIR_ACCOUNTS)
    await require_account(person_id)
    other = await Person.select(Person.id).where(Person.address == normalize_address(typed)).first()
    if other is None:
        raise Invalid(avec=_UNKNOWN)
    if other["id"] == person_id:
        raise Invalid(avec=_SAME)
    if actor.id in (person_id, other["id"]):
        raise Forbidden(_OWN)
    if refusal := await find_join_refusal(person_id, other["id"]):
        raise Conflict(refusal) if refusal in (_CLOSED, _ERASURE) else Forbidden(refusal)
    ends, stays = [await _load_account(one) for one in (person_id, other["id"])]
    return AccountJoin(ends, stays, await load_departure(person_id, await list_team_ids(person_id)))


async def find_join_refusal(ends: int, stays: int) -> str:
    """Empty when they can be joined now."""
    rows = {row["id"]: row for row in await Person.select().where(Person.id.is_in([ends, stays]))}
    if len(rows) < 2 or not all(row["active"] for row in rows.values()):
        return _CLOSED
    if any(row["erasure_asked_at"] for row in rows.values()):
        return _ERASURE
    held: dict[str, Any] = rows[ends]
    if held["platform_role"] != PlatformRole.MEMBER or held["expert"]:
        return _ROLE
    stays_admin = rows[stays]["platform_role"] == PlatformRole.ADMIN
    return ADMIN_WITHOUT_TEAM if stays_admin and await list_team_ids(ends) else ""


async def _load_account(person_id: int) -> JoinedAccount:
    columns = (Person.first_name, Person.last_name, Person.address)
    row = await Person.select(*columns).where(Person.id == person_id).first()
    assert row is not None
    seats = await (
        Membership.select(Membership.team.name.as_alias("team"))
        .where(Membership.person == person_id)
        .order_by(Membership.team.sort_name)
    )
    return JoinedAccount(person_id, format_full_name(row), row["address"], tuple(seat["team"] for seat in seats))


async def ask_join(
    actor: Actor, person_id: int, typed: str, check: JoinCheck | None, preview_version: str, now: datetime
) -> None:
    """Raises what preview_join raises, Conflict (the preview showed something else), Invalid(preuve)."""
    async with transaction():
        join = await preview_join(actor, person_id, typed)
        if check is None:
            raise Invalid(preuve=_NO_CHECK)
        if join.preview_version != preview_version:
            raise Conflict(_CHANGED)
        await limit_address_changes(actor, join.stays.address, now)
        both = check == JoinCheck.MAILBOXES
        change = await create_change(
            *(person_id, join.ends.address, join.stays.address, now),
            by=actor,
            both=both,
            joins=join.stays.id,
            action=_ACTIONS[check],
        )
        kind = EmailKind.ADDRESS_FORMER if both else EmailKind.ADDRESS_ASKED
        await queue_address_email(kind, change, now=now)
